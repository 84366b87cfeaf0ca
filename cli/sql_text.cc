// SPDX-License-Identifier: Apache-2.0
#include "cli/sql_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace vedette {

std::string SqlText(absl::string_view text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "''"}}), "'");
}

}  // namespace vedette
