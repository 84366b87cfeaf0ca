// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_CLI_CONFIG_VARIABLES_H_
#define VEDETTE_CLI_CONFIG_VARIABLES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/config/config.h"

namespace vedette {

// ${NAME} becomes the variable's value, ${NAME:-DEFAULT} the default where it is not set or empty,
// $${ becomes ${. What a variable holds is not looked at again. kInvalidArgument says what is
// wrong; it never has a variable's value.
absl::StatusOr<std::string> ExpandVariables(absl::string_view text, const Environment& environment);

// The text of which ExpandVariables makes this one.
std::string EscapeVariables(absl::string_view text);

}  // namespace vedette

#endif  // VEDETTE_CLI_CONFIG_VARIABLES_H_
