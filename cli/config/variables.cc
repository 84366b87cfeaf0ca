// SPDX-License-Identifier: Apache-2.0
#include "cli/config/variables.h"

#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/text.h"
#include "cli/config/config_files.h"

namespace vedette {
namespace {

bool IsVariableName(absl::string_view name) {
  if (name.empty() || absl::ascii_isdigit(static_cast<uint8_t>(name[0]))) return false;
  for (const char c : name) {
    if (!absl::ascii_isalnum(static_cast<uint8_t>(c)) && c != '_') return false;
  }
  return true;
}

// `inside`: what stands between ${ and }.
absl::StatusOr<std::string> ValueOf(absl::string_view inside, const Environment& environment) {
  const size_t end = inside.find(":-");
  const std::string name(inside.substr(0, end));
  if (!IsVariableName(name)) {
    return absl::InvalidArgumentError(
        "expected ${NAME} or ${NAME:-DEFAULT}; a plain ${ is written $${");
  }
  const std::optional<std::string> value = environment(name);
  if (value.has_value() && !(value->empty() && end != absl::string_view::npos)) return *value;
  if (end != absl::string_view::npos) return std::string(inside.substr(end + 2));
  return absl::InvalidArgumentError(
      absl::StrCat("the variable ", name, " is not set; set it, or write ${", name, ":-DEFAULT}"));
}

}  // namespace

absl::StatusOr<std::string> ExpandVariables(absl::string_view text,
                                            const Environment& environment) {
  std::string out;
  while (true) {
    const size_t at = text.find('$');
    absl::StrAppend(&out, text.substr(0, at));
    if (at == absl::string_view::npos) return out;
    text.remove_prefix(at);
    if (absl::StartsWith(text, "$${")) {
      out += "${";
      text.remove_prefix(3);
    } else if (absl::StartsWith(text, "${")) {
      const size_t end = text.find('}');
      if (end == absl::string_view::npos) {
        return absl::InvalidArgumentError("${ without }; a plain ${ is written $${");
      }
      const absl::StatusOr<std::string> value = ValueOf(text.substr(2, end - 2), environment);
      if (!value.ok()) return value;
      out += *value;
      text.remove_prefix(end + 1);
    } else {
      out += '$';
      text.remove_prefix(1);
    }
  }
}

std::string EscapeVariables(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"${", "$${"}});
}

Environment ProcessEnvironment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return value;
  };
}

}  // namespace vedette
