// SPDX-License-Identifier: Apache-2.0
//
// Paths as patterns: what differs each time (process ids, dates, random names of temporary files)
// becomes `*`.
#ifndef VEDETTE_CLI_PATH_PATTERN_H_
#define VEDETTE_CLI_PATH_PATTERN_H_

#include <cstddef>
#include <set>
#include <string>

#include "absl/strings/string_view.h"

namespace vedette {

// The path as a glob of rules, or the path itself where nothing in it looks random. Bytes that a
// rule file would have to escape become `?`.
std::string GeneralisePath(absl::string_view path);
bool IsPattern(absl::string_view path);  // As GeneralisePath() makes them.

// A folder with more than this many of them stands for all in it; `/*` and `/etc/*` never come out.
inline constexpr size_t kPathsPerFolder = 8;
std::set<std::string> FoldFolders(std::set<std::string> patterns);

}  // namespace vedette

#endif  // VEDETTE_CLI_PATH_PATTERN_H_
