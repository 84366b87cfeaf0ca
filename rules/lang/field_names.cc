// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/field_names.h"

#include <algorithm>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace vedette {
namespace {

constexpr uint32_t kIndexMax = 1'000'000;

// Their argument is a name; that of all others a number.
bool TakesName(absl::string_view field) { return field == "proc.env" || field == "proc.aenv"; }

FieldError UnknownField(absl::string_view name, Reporter& reporter) {
  std::vector<absl::string_view> names;
  for (const Field& field : Fields()) names.push_back(field.name);
  std::string hint = reporter.DidYouMean(name, names);
  if (hint.empty()) hint = "`vedette fields` lists the fields that Vedette supplies";
  return {absl::StrCat("unknown field \"", name, "\""), std::move(hint), true};
}

}  // namespace

std::optional<FieldError> ResolveField(const FieldName& name, Reporter& reporter, FieldRef& ref) {
  std::string full = name.name;
  std::string argument = name.argument.value_or("");
  if (name.argument && (full == "evt.arg" || full == "evt.rawarg")) {
    absl::StrAppend(&full, ".", argument);
    argument.clear();
  }
  const Field* field = FindField(full);
  if (field == nullptr) return UnknownField(full, reporter);

  ref = {IdOf(*field), argument, -1};
  switch (field->argument) {
    case FieldArgument::kNoArgument:
      if (argument.empty()) return std::nullopt;
      return FieldError{absl::StrCat(full, " takes no argument"),
                        absl::StrCat("write ", full, " without the brackets"), false};
    case FieldArgument::kRequiredArgument:
      if (argument.empty()) {
        return FieldError{absl::StrCat(full, " needs an argument"),
                          absl::StrCat("write ", full, "[...]"), false};
      }
      break;
    case FieldArgument::kOptionalArgument:
      break;
  }
  if (argument.empty() || TakesName(full)) return std::nullopt;
  uint32_t index = 0;
  const bool digits = argument.find_first_not_of("0123456789") == std::string::npos;
  if (!digits || !absl::SimpleAtoi(argument, &index) || index > kIndexMax) {
    return FieldError{absl::StrCat(full, " takes a number in its brackets"),
                      absl::StrCat("for example ", full, "[1]"), false};
  }
  ref.index = static_cast<int32_t>(index);
  ref.argument = absl::StrCat(index);
  return std::nullopt;
}

}  // namespace vedette
