// SPDX-License-Identifier: Apache-2.0
#include "integrations/net/secret.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/status_macros.h"

namespace vedette {

Secret::Secret(Secret&& other) noexcept : bytes_(std::move(other.bytes_)) { other.Wipe(); }

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  Wipe();
  bytes_ = std::move(other.bytes_);
  other.Wipe();
  return *this;
}

void Secret::Wipe() {
  // A short text that was moved from stays in the object itself.
  bytes_.resize(bytes_.capacity());
  explicit_bzero(bytes_.data(), bytes_.size());
  bytes_.clear();
}

absl::StatusOr<SecretSource> SecretSource::Parse(absl::string_view text) {
  SecretSource source;
  if (absl::ConsumePrefix(&text, "file:")) {
    source.is_file_ = true;
    if (!absl::StartsWith(text, "/") || absl::StrContains(text, '\0')) {
      return absl::InvalidArgumentError("expected an absolute path behind file:");
    }
  } else if (!absl::ConsumePrefix(&text, "env:")) {
    return absl::InvalidArgumentError(
        "expected where the secret is, file:/PATH or env:NAME, not the secret itself");
  }
  if (text.empty() || absl::StrContains(text, '=')) {
    return absl::InvalidArgumentError("expected the name of a variable behind env:");
  }
  source.place_ = std::string(text);
  return source;
}

absl::StatusOr<Secret> SecretSource::Read() const {
  if (!given()) return Secret();
  if (!is_file_) {
    const char* value = std::getenv(place_.c_str());
    if (value != nullptr && *value != '\0') return Secret(value);
    return absl::FailedPreconditionError(
        absl::StrCat("secret: no variable ", place_, " in the environment"));
  }
  ASSIGN_OR_RETURN(const OwnedFd fd, OpenFile(place_, O_RDONLY | O_NONBLOCK));
  struct stat status = {};
  if (fstat(fd.get(), &status) != 0) return absl::ErrnoToStatus(errno, place_);
  if ((status.st_mode & 07) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("secret: everyone may use ", place_, "; chmod 600 ", place_));
  }
  ASSIGN_OR_RETURN(std::string text, ReadFd(fd.get(), kSecretBytesMax, place_));
  absl::StripTrailingAsciiWhitespace(&text);
  if (text.empty())
    return absl::FailedPreconditionError(absl::StrCat("secret: ", place_, " is empty"));
  return Secret(std::move(text));
}

}  // namespace vedette
