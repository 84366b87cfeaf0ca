// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
#include "sensor/schema/field_ref.h"

#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace vedette {
namespace {

constexpr uint32_t kIndexMax = 1'000'000;

// Falco writes their arguments behind a dot.
constexpr absl::string_view kDotted[] = {"evt.type.is", "evt.abspath", "thread.cgroup"};

bool IsDigits(absl::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == absl::string_view::npos;
}

// `evt.arg[name]` and `evt.rawarg[name]` are fields of their own.
bool IsArgumentField(absl::string_view name) { return name == "evt.arg" || name == "evt.rawarg"; }
bool IsOneArgument(absl::string_view name) {
  return absl::ConsumePrefix(&name, "evt.arg.") || absl::ConsumePrefix(&name, "evt.rawarg.");
}

FieldRefError CheckNumber(FieldRef& ref) {
  uint32_t index = 0;
  if (!IsDigits(ref.argument) || !absl::SimpleAtoi(ref.argument, &index) || index > kIndexMax) {
    return FieldRefError::kNeedsNumber;
  }
  ref.index = static_cast<int32_t>(index);
  ref.argument = absl::StrCat(index);
  return FieldRefError::kNone;
}

}  // namespace

FieldRefError ResolveFieldRef(absl::string_view name, absl::optional<absl::string_view> argument,
                              FieldRef& ref) {
  std::string full(name);
  std::string text(argument.value_or(""));
  if (!text.empty() && IsArgumentField(name) && (!IsDigits(text) || name == "evt.rawarg")) {
    absl::StrAppend(&full, ".", text);
    text.clear();
  }
  for (const absl::string_view dotted : kDotted) {
    absl::string_view rest = full;
    if (!text.empty() || !absl::ConsumePrefix(&rest, dotted)) continue;
    if (!absl::ConsumePrefix(&rest, ".") || rest.empty()) continue;
    text = std::string(rest);
    full = std::string(dotted);
  }
  const Field* field = FindField(full);
  if (field == nullptr) {
    return IsOneArgument(full) ? FieldRefError::kUnknownArgument : FieldRefError::kUnknownField;
  }
  ref = {IdOf(*field), std::move(text), -1};
  if (ref.argument.empty()) {
    const bool needed = field->argument == FieldArgument::kRequiredArgument;
    return needed ? FieldRefError::kNeedsArgument : FieldRefError::kNone;
  }
  if (field->argument == FieldArgument::kNoArgument) return FieldRefError::kNoArgument;
  if (field->argument_shape == ArgumentShape::kNumber) return CheckNumber(ref);
  if (IsDigits(ref.argument)) CheckNumber(ref);  // `proc.aenv[2]`; a name may also be a number.
  return FieldRefError::kNone;
}

absl::string_view FieldRefErrorText(FieldRefError error) {
  switch (error) {
    case FieldRefError::kNone:
    case FieldRefError::kUnknownField:
    case FieldRefError::kUnknownArgument:
      return "";
    case FieldRefError::kNoArgument:
      return "takes no argument";
    case FieldRefError::kNeedsArgument:
      return "needs an argument";
    case FieldRefError::kNeedsNumber:
      return "takes a number in its brackets";
  }
  return "";
}

}  // namespace vedette
