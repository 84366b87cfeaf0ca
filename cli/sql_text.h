// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_CLI_SQL_TEXT_H_
#define VEDETTE_CLI_SQL_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace vedette {

// The text as a literal of SQL, quotes included.
std::string SqlText(absl::string_view text);

}  // namespace vedette

#endif  // VEDETTE_CLI_SQL_TEXT_H_
