// SPDX-License-Identifier: Apache-2.0
//
// The file that a program runs, found again in user space.
#ifndef VEDETTE_ENGINE_DIGEST_EXECUTABLE_FILE_H_
#define VEDETTE_ENGINE_DIGEST_EXECUTABLE_FILE_H_

#include <sys/stat.h>

#include <cstdint>

#include "base/file.h"
#include "engine/enrich/exe_digests.h"

namespace vedette {

struct ExecutableFile {
  OwnedFd fd;
  struct stat opened = {};
  uint64_t bytes_read = 0;
};

// kOk: `file` is open, and it is the one of the request. Any other state says why it is not. May
// block as long as the file system takes to open a local file.
DigestState OpenExecutable(const DigestRequest& request, uint64_t bytes_max, ExecutableFile& file);

// Nobody has written to it since it was opened.
bool IsUnchanged(const ExecutableFile& file);

// Does stat(2) describe the file that the kernel named? Device and inode are compared where the two
// have the same ones: not on overlayfs (both differ by layer) and btrfs (the device does).
bool IsSameFile(const FileIdentity& file, uint32_t fs_magic, const struct stat& found);

}  // namespace vedette

#endif  // VEDETTE_ENGINE_DIGEST_EXECUTABLE_FILE_H_
