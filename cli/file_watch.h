// SPDX-License-Identifier: Apache-2.0
//
// Whether files have changed since the last look: by name, inode, size and time, through symbolic
// links, which is how Kubernetes swaps the files of a ConfigMap.
#ifndef VEDETTE_CLI_FILE_WATCH_H_
#define VEDETTE_CLI_FILE_WATCH_H_

#include <cstddef>
#include <string>
#include <vector>

namespace vedette {

// Not thread-safe.
class FileWatch {
 public:
  static constexpr size_t kFilesMax = 10'000;  // What is beyond them is not looked at.

  // Files, and folders with all that is below them. One that is not there yet is watched for.
  explicit FileWatch(std::vector<std::string> paths);

  // True once for each change.
  bool Changed();

 private:
  std::string Look() const;

  const std::vector<std::string> paths_;
  std::string seen_;
};

}  // namespace vedette

#endif  // VEDETTE_CLI_FILE_WATCH_H_
