// SPDX-License-Identifier: Apache-2.0
//
// What the daemon gives up once its programs are attached.
#ifndef VEDETTE_CLI_PRIVILEGES_H_
#define VEDETTE_CLI_PRIVILEGES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace vedette {

// Keeps CAP_BPF (the tables of a new rule set) and CAP_DAC_READ_SEARCH (rule files of others); and
// for writing into folders that do not belong to us, CAP_DAC_OVERRIDE and CAP_FOWNER, only if one
// of `written_paths` is in one. With `reads_executables` also CAP_SYS_PTRACE, without which the
// kernel shows nobody another user's /proc/PID/exe. Capabilities belong to threads: call it before
// there are any. Also makes the process undumpable.
absl::Status DropPrivileges(const std::vector<std::string>& written_paths,
                            bool reads_executables = false);

// Whether the folder that holds `path`, or the nearest one above it that exists, belongs to another
// user.
bool IsInFolderOfAnother(const std::string& path);

}  // namespace vedette

#endif  // VEDETTE_CLI_PRIVILEGES_H_
