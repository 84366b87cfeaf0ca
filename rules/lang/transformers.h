// SPDX-License-Identifier: Apache-2.0
//
// The transformers, one row each: parser, checker, evaluation and manual read them.
#ifndef VEDETTE_RULES_LANG_TRANSFORMERS_H_
#define VEDETTE_RULES_LANG_TRANSFORMERS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "rules/lang/program.h"

namespace vedette {

// Keeps a copy of a text for as long as the event lives. Texts that are kept one after the other
// stand one behind the other in memory. What does not fit is cut.
using KeepText = absl::FunctionRef<absl::string_view(absl::string_view)>;

// A call for one event.
struct CallValues {
  size_t arguments;
  bool first_is_list;
  absl::FunctionRef<void(size_t argument, Values& values)> evaluate;
  absl::string_view index;  // What stands in the brackets, or empty.
  KeepText keep;
};

// What a transformer takes.
enum class Parameter : uint8_t {
  kTexts,         // A text or a list of texts, each of which is transformed.
  kTextsOrBytes,  // The same, bytes too.
  kCountable,     // A list, a text or bytes.
  kText,          // One text.
  kTextList,      // A list of texts.
  kWords,         // A list of texts, or a text that is cut at its blanks.
};

// What it gives.
enum class ResultShape : uint8_t {
  kSame,             // What it was given.
  kCount,            // One number.
  kOneText,          // One text.
  kTextListOrValue,  // A list of texts; with an index one text.
};

struct Transformer {
  absl::string_view name;               // "join"
  absl::string_view usage;              // "join(separator, list)"
  std::array<Parameter, 2> parameters;  // The last one is that of all that follow, too.
  size_t arguments_min;
  size_t arguments_max;
  ResultShape result;
  // Adds the result to `values`, which is empty; nothing if an argument has no value. Allocates
  // nothing, and takes time in proportion to what it is given.
  void (*evaluate)(const CallValues& call, Values& values);
  absl::string_view doc;

  bool takes_many() const { return arguments_max > 1; }
  bool takes_index() const { return result == ResultShape::kTextListOrValue; }
};

absl::Span<const Transformer> Transformers();
const Transformer* FindTransformer(absl::string_view name);  // Null if there is none.

// Sets type and is_list of a call whose operands have theirs. Gives what is wrong with it.
struct CallError {
  std::string message;
  std::string hint;
};
std::optional<CallError> TypeCall(Operand& call);

// "a text", "a list of unsigned"
std::string DescribeType(FieldType type, bool is_list);

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_TRANSFORMERS_H_
