// SPDX-License-Identifier: Apache-2.0
//
// The selections of a Sigma rule (maps, lists of maps, keywords) as conditions.
#ifndef VEDETTE_RULES_SIGMA_DETECTION_H_
#define VEDETTE_RULES_SIGMA_DETECTION_H_

#include <string>
#include <vector>

#include "rules/lang/reporter.h"
#include "rules/lang/yaml_reader.h"
#include "rules/sigma/expr.h"
#include "rules/sigma/fields.h"
#include "rules/sigma/sigma.h"

namespace vedette {

struct Selection {
  std::string name;
  SigmaExpr expr;
};

// What one rule may grow to.
inline constexpr size_t kSigmaNodesMax = 20'000;

// Reads all selections of `detection`, a map. Says what cannot be translated, with its place: an
// error makes the rule useless, a warning does not.
class DetectionReader {
 public:
  DetectionReader(const SigmaSource& source, const SigmaOptions& options, Reporter& reporter)
      : source_(source), options_(options), reporter_(reporter) {}

  std::vector<Selection> Read(const YamlNode& detection);

 private:
  struct Modifiers;

  SigmaExpr ReadSelection(const YamlNode& node);
  SigmaExpr ReadMap(const YamlNode& node);
  SigmaExpr ReadItem(const YamlNode& key, const YamlNode& value);
  SigmaExpr ReadKeyword(const YamlNode& node);
  SigmaExpr ReadValue(const SigmaField& field, const Modifiers& modifiers, const YamlNode& value);
  SigmaExpr CompareTexts(const SigmaField& field, const Modifiers& modifiers,
                         const YamlNode& value);
  SigmaExpr CompareNumber(const SigmaField& field, const Modifiers& modifiers,
                          const YamlNode& value);
  SigmaExpr CompareAddress(const SigmaField& field, const Modifiers& modifiers,
                           const YamlNode& value);
  SigmaExpr Fail(const YamlNode& node, std::string message, std::string hint = "");
  bool ReadModifiers(const YamlNode& key, absl::string_view& field, Modifiers& modifiers);

  const SigmaSource& source_;
  const SigmaOptions& options_;
  Reporter& reporter_;
  size_t nodes_ = 0;
};

}  // namespace vedette

#endif  // VEDETTE_RULES_SIGMA_DETECTION_H_
