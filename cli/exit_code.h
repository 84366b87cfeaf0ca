// SPDX-License-Identifier: Apache-2.0
//
// What the exit code of a command means: one table, that `--help` prints.
#ifndef VEDETTE_CLI_EXIT_CODE_H_
#define VEDETTE_CLI_EXIT_CODE_H_

#include <string>

#include "absl/status/status.h"

namespace vedette {

// EXIT_CODE(name, number, what it means)
#define VEDETTE_EXIT_CODES(EXIT_CODE)                                                \
  EXIT_CODE(kDone, 0, "done")                                                        \
  EXIT_CODE(kFailed, 1, "it failed, or what was asked for is wrong or not there")    \
  EXIT_CODE(kUsage, 2, "the command line is wrong")                                  \
  EXIT_CODE(kNotPermitted, 3, "not permitted: it needs root, or access to the file") \
  EXIT_CODE(kKernelCannot, 4, "this kernel cannot do it; `vedette doctor` says what is missing")

#define VEDETTE_EXIT_CODE(name, number, doc) name = number,
enum class ExitCode : int { VEDETTE_EXIT_CODES(VEDETTE_EXIT_CODE) };

// The table as lines of text, each indented by two.
std::string ExitCodeTable();

// kDone, kNotPermitted for kPermissionDenied, else kFailed.
ExitCode ExitCodeOf(const absl::Status& status);

}  // namespace vedette

#endif  // VEDETTE_CLI_EXIT_CODE_H_
