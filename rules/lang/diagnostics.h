// SPDX-License-Identifier: Apache-2.0
//
// What is wrong with a rule file, each with its place: errors are values that a person reads.
//
//   packs/base.yaml:14:14: error: unknown field "proc.nam"
//      14 |   condition: proc.nam = nc
//         |              ^~~~~~~~
//     hint: did you mean "proc.name"?
#ifndef VEDETTE_RULES_LANG_DIAGNOSTICS_H_
#define VEDETTE_RULES_LANG_DIAGNOSTICS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace vedette {

enum class Severity : uint8_t { kError, kWarning };
absl::string_view SeverityName(Severity severity);  // "error", "warning"

struct Diagnostic {
  Severity severity = Severity::kError;
  std::string file;
  uint32_t line = 0;    // From 1; 0: the file as a whole.
  uint32_t column = 0;  // From 1, in bytes.
  uint32_t length = 1;  // Bytes to underline; what goes beyond the line is not drawn.
  std::string message;
  std::string source;          // The line, or of a long one the part around the place.
  uint32_t source_offset = 0;  // Bytes of the line in front of `source`.
  std::string hint;            // What to do; may be empty.
};

// A bounded list: what is beyond kCapacity is counted, not kept. Texts come from hostile files;
// they are kept as they are and made harmless when rendered. Not thread-safe.
class Diagnostics {
 public:
  static constexpr size_t kCapacity = 1000;

  void Add(Diagnostic diagnostic);
  void Append(const Diagnostics& others);
  // By file in the order of their first Add or of `files`, then line and column; doubles go.
  void Sort(const std::vector<std::string>& files = {});

  bool empty() const { return list_.empty(); }
  size_t size() const { return list_.size(); }
  const Diagnostic& operator[](size_t i) const { return list_[i]; }
  auto begin() const { return list_.begin(); }
  auto end() const { return list_.end(); }

  bool has_errors() const { return errors_ > 0; }
  size_t errors() const { return errors_; }  // With those that were not kept.
  size_t warnings() const { return warnings_; }

  // As above, one after the other, each line ended by a newline. Empty if there is nothing.
  std::string ToText() const;
  // [{"severity", "file", "line", "column", "length", "message", "source", "hint"}, ...]
  std::string ToJson() const;

 private:
  std::vector<Diagnostic> list_;
  size_t errors_ = 0;
  size_t warnings_ = 0;
};

std::string ToText(const Diagnostic& diagnostic);
std::string ToJson(const Diagnostic& diagnostic);  // One object, as in Diagnostics::ToJson().

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_DIAGNOSTICS_H_
