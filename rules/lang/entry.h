// SPDX-License-Identifier: Apache-2.0
//
// One item of a rule file, a YAML map, with complaints about what is missing, double, unknown or of
// the wrong shape.
#ifndef VEDETTE_RULES_LANG_ENTRY_H_
#define VEDETTE_RULES_LANG_ENTRY_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "rules/lang/reporter.h"
#include "rules/lang/source_map.h"
#include "rules/lang/yaml_reader.h"

namespace vedette {

// A text with its place.
struct PlacedText {
  std::string text;
  Place place;
};

// Getters give nothing for a key that is not there, and complain and give nothing for a value of
// another shape: HasKey tells the two apart.
class Entry {
 public:
  // Complains about double keys. `node` is a map.
  Entry(const YamlNode& node, Reporter& reporter);

  const Place& place() const { return node_.place; }
  bool HasKey(absl::string_view key) const { return Find(key) != nullptr; }
  const YamlNode* Find(absl::string_view key) const;
  Place PlaceOfKey(absl::string_view key) const;
  std::vector<PlacedText> Keys() const;
  void WarnUnknownKeys(absl::Span<const absl::string_view> known) const;
  // For keys that nobody else gives a meaning to. False if one is unknown.
  bool RefuseUnknownKeys(absl::Span<const absl::string_view> known) const;

  std::optional<MappedText> Text(absl::string_view key) const;
  std::optional<std::string> String(absl::string_view key) const;  // Trimmed.
  std::optional<bool> Bool(absl::string_view key) const;
  std::optional<std::vector<MappedText>> Texts(absl::string_view key) const;  // A sequence.

 private:
  void WrongShape(absl::string_view key, absl::string_view wanted) const;

  const YamlNode& node_;
  Reporter& reporter_;
};

// The text of a scalar; of an unquoted `null` or `~` as it stands for itself.
MappedText ScalarText(const YamlNode& node);

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_ENTRY_H_
