// SPDX-License-Identifier: Apache-2.0
#include "cli/field_list.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "base/text.h"

namespace vedette {
namespace {

absl::Status Unknown(absl::string_view name) {
  std::vector<absl::string_view> names;
  for (const Field& field : Fields()) names.push_back(field.name);
  const auto closest = ClosestMatch(name, names);
  return absl::InvalidArgumentError(
      absl::StrCat("there is no field \"", EscapeControl(name), "\"",
                   closest.has_value() ? absl::StrCat("; did you mean \"", *closest, "\"?")
                                       : "; `vedette fields` lists them"));
}

absl::StatusOr<FieldRef> ParseOne(absl::string_view text) {
  const size_t bracket = text.find('[');
  const absl::string_view name = text.substr(0, bracket);
  const Field* field = FindField(name);
  if (field == nullptr) return Unknown(name);
  FieldRef ref;
  ref.id = IdOf(*field);
  if (bracket != absl::string_view::npos) {
    absl::string_view argument = text.substr(bracket + 1);
    if (!absl::ConsumeSuffix(&argument, "]") || argument.empty() ||
        field->argument == FieldArgument::kNoArgument) {
      return absl::InvalidArgumentError(absl::StrCat("\"", EscapeControl(text), "\" is no field: ",
                                                     field->argument == FieldArgument::kNoArgument
                                                         ? absl::StrCat(name, " takes no argument")
                                                         : absl::StrCat("write ", name, "[...]")));
    }
    ref.argument = std::string(argument);
    if (!absl::SimpleAtoi(argument, &ref.index) || ref.index < 0) ref.index = -1;
  } else if (field->argument == FieldArgument::kRequiredArgument) {
    return absl::InvalidArgumentError(absl::StrCat(name, " needs an argument: ", name, "[...]"));
  }
  return ref;
}

}  // namespace

absl::StatusOr<std::vector<FieldRef>> ParseFieldList(absl::string_view text) {
  std::vector<FieldRef> fields;
  for (absl::string_view part : absl::StrSplit(text, ',')) {
    ASSIGN_OR_RETURN(FieldRef field, ParseOne(absl::StripAsciiWhitespace(part)));
    fields.push_back(std::move(field));
  }
  return fields;
}

std::string FieldRefName(const FieldRef& field) {
  return field.argument.empty() ? std::string(field.field().name)
                                : absl::StrCat(field.field().name, "[", field.argument, "]");
}

}  // namespace vedette
