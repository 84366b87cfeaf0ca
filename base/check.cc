// SPDX-License-Identifier: Apache-2.0
#include "base/check.h"

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "base/log.h"

namespace vedette::internal {

CheckFailure::CheckFailure(const char* file, int line, const char* expression) {
  stream_ << file << ":" << line << ": check failed: " << expression << " ";
}

CheckFailure::~CheckFailure() {
  Log(LogSeverity::kError, stream_.str());
  std::abort();
}

}  // namespace vedette::internal
