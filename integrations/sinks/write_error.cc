// SPDX-License-Identifier: Apache-2.0
// No unit test: file_test and console_test see each of its answers.
#include "integrations/sinks/write_error.h"

#include <cerrno>

#include "absl/strings/str_cat.h"

namespace vedette {

absl::Status WriteError(int error, absl::string_view name) {
  const absl::Status status = absl::ErrnoToStatus(error, absl::StrCat("write ", name));
  switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EIO:
    case EAGAIN:
    case ENOMEM:
    case ESTALE:
    case EROFS:
      return absl::UnavailableError(status.message());
    default:
      return status;
  }
}

}  // namespace vedette
