// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/field_names.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "sensor/schema/field_ref.h"

namespace vedette {
namespace {

FieldError UnknownField(absl::string_view name, Reporter& reporter) {
  std::vector<absl::string_view> names;
  for (const Field& field : Fields()) names.push_back(field.name);
  std::string hint = reporter.DidYouMean(name, names);
  if (hint.empty()) hint = "`vedette fields` lists the fields that Vedette supplies";
  return {absl::StrCat("unknown field \"", name, "\""), std::move(hint), true};
}

// What can be done instead.
std::string ArgumentHint(FieldRefError error, absl::string_view name) {
  if (error == FieldRefError::kNoArgument) {
    return absl::StrCat("write ", name, " without the brackets");
  }
  return absl::StrCat(error == FieldRefError::kNeedsNumber ? "for example " : "write ", name,
                      error == FieldRefError::kNeedsNumber ? "[1]" : "[...]");
}

}  // namespace

std::optional<FieldError> ResolveField(const FieldName& name, Reporter& reporter, FieldRef& ref,
                                       FieldPlace place) {
  absl::optional<absl::string_view> argument;
  if (name.argument) argument = *name.argument;
  const FieldRefError error = ResolveFieldRef(name.name, argument, ref);
  if (error == FieldRefError::kUnknownField) return UnknownField(name.name, reporter);
  if (error == FieldRefError::kUnknownArgument) {
    return UnknownField(argument ? absl::StrCat(name.name, ".", *argument) : name.name, reporter);
  }
  if (error != FieldRefError::kNone) {
    return FieldError{absl::StrCat(name.name, " ", FieldRefErrorText(error)),
                      ArgumentHint(error, name.name), false};
  }
  const Field& field = ref.field();
  if (place == FieldPlace::kCondition && field.Has(kPrintOnly)) {
    return FieldError{absl::StrCat(field.name, " can only be printed, not compared"),
                      "it is for outputs", false};
  }
  if (place == FieldPlace::kOutput && field.Has(kFilterOnly)) {
    return FieldError{absl::StrCat(field.name, " can only be compared, not printed"),
                      "it is for conditions, where it stands for any of several values", false};
  }
  return std::nullopt;
}

}  // namespace vedette
