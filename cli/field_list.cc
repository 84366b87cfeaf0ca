// SPDX-License-Identifier: Apache-2.0
#include "cli/field_list.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "sensor/schema/field_ref.h"

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
  absl::optional<absl::string_view> argument;
  if (bracket != absl::string_view::npos) {
    argument = text.substr(bracket + 1);
    if (!absl::ConsumeSuffix(&*argument, "]") || argument->empty()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "\"", EscapeControl(text), "\" is no field: write ", EscapeControl(name), "[...]"));
    }
  }
  FieldRef ref;
  const FieldRefError error = ResolveFieldRef(name, argument, ref);
  switch (error) {
    case FieldRefError::kNone:
      return ref;
    case FieldRefError::kUnknownField:
      return Unknown(name);
    case FieldRefError::kUnknownArgument:
      return Unknown(argument ? absl::StrCat(name, ".", *argument) : name);
    case FieldRefError::kNoArgument:
    case FieldRefError::kNeedsArgument:
    case FieldRefError::kNeedsNumber:
      return absl::InvalidArgumentError(absl::StrCat(name, " ", FieldRefErrorText(error)));
  }
  return Unknown(name);
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
