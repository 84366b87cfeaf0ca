// SPDX-License-Identifier: Apache-2.0
//
// What a condition or an output names and nothing supplies yet. Such a rule is right and loads, but
// whoever wrote it should know that this part of it never holds.
#ifndef VEDETTE_RULES_LANG_UNSUPPLIED_H_
#define VEDETTE_RULES_LANG_UNSUPPLIED_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "rules/lang/ast.h"
#include "rules/lang/program.h"

namespace vedette {

struct Unsupplied {
  std::string name;  // `fd.types`, `evt.type mount`
  TextRange range;
};

// In the order of the text, macros not looked into, each name once.
std::vector<Unsupplied> UnsuppliedIn(const Expr& expr);

// A set of such names, in the order of their first use. Bounded: what is beyond is only counted as
// "more".
class UnsuppliedNames {
 public:
  static constexpr size_t kNamesMax = 20;

  void Add(const std::string& name);
  void AddAll(const UnsuppliedNames& others);
  void AddFieldsOf(absl::Span<const OutputPart> output);
  void AddFieldsOf(const Operand& operand);
  void AddField(const FieldRef& ref);
  bool empty() const { return names_.empty(); }
  std::string ToText() const;  // `fd.types, evt.type mount and more`

 private:
  std::vector<std::string> names_;
  bool more_ = false;
};

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_UNSUPPLIED_H_
