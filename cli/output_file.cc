// SPDX-License-Identifier: Apache-2.0
#include "cli/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/text.h"

namespace vedette {
namespace {

constexpr size_t kBufferBytes = size_t{256} << 10;

}  // namespace

absl::StatusOr<std::unique_ptr<OutputFile>> OutputFile::Create(const std::string& path, Io& io) {
  // A device, a pipe or a folder would be gone for everybody; a link is replaced by the file.
  struct stat there;
  if (lstat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode) && !S_ISLNK(there.st_mode)) {
    return absl::FailedPreconditionError(absl::StrCat(
        EscapeControl(path), " is there and is no file: name one, or leave it out for standard",
        " output"));
  }
  std::string partial = absl::StrCat(path, ".partial-", getpid());
  ASSIGN_OR_RETURN(OwnedFd fd, OpenFile(partial, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600));
  return std::unique_ptr<OutputFile>(new OutputFile(path, std::move(partial), std::move(fd), io));
}

OutputFile::OutputFile(std::string path, std::string partial, OwnedFd fd, Io& io)
    : path_(std::move(path)), partial_(std::move(partial)), fd_(std::move(fd)), io_(io) {}

OutputFile::~OutputFile() {
  if (!committed_) unlink(partial_.c_str());
}

void OutputFile::Print(absl::string_view text) {
  buffer_.append(text.data(), text.size());
  if (buffer_.size() >= kBufferBytes) Flush();
}

void OutputFile::Flush() {
  if (written_.ok()) written_ = WriteFd(fd_.get(), buffer_, partial_);
  buffer_.clear();
}

absl::Status OutputFile::Commit() {
  Flush();
  RETURN_IF_ERROR(written_);
  if (fsync(fd_.get()) != 0) return absl::ErrnoToStatus(errno, absl::StrCat("write ", path_));
  if (rename(partial_.c_str(), path_.c_str()) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("make ", path_));
  }
  committed_ = true;
  return absl::OkStatus();
}

}  // namespace vedette
