// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_CLI_HELP_H_
#define VEDETTE_CLI_HELP_H_

#include <cstddef>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/strings/string_view.h"

namespace vedette {

// What `--help` prints. Our own, so that it is the same with every release of CLI11, 80 columns
// wide, and ends with the examples and the exit codes.
class HelpFormatter : public CLI::FormatterBase {
 public:
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override;
};

// Breaks at blanks, so that lines have at most `columns`; those after the first are indented. A
// word that is longer stays whole.
std::string WrapText(absl::string_view text, size_t columns, size_t indent);

}  // namespace vedette

#endif  // VEDETTE_CLI_HELP_H_
