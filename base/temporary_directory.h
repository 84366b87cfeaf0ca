// SPDX-License-Identifier: Apache-2.0
//
// For tests: a folder of its own that goes with the object, whatever was put into it.
#ifndef VEDETTE_BASE_TEMPORARY_DIRECTORY_H_
#define VEDETTE_BASE_TEMPORARY_DIRECTORY_H_

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "base/check.h"

namespace vedette {

class TemporaryDirectory {
 public:
  TemporaryDirectory()
      : path_((std::filesystem::path(::testing::TempDir()) / "vedette-test-XXXXXX").string()) {
    CHECK(mkdtemp(path_.data()) != nullptr);
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all, ignored);
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::string& path() const { return path_; }
  std::string File(absl::string_view name) const { return absl::StrCat(path_, "/", name); }

 private:
  std::string path_;
};

}  // namespace vedette

#endif  // VEDETTE_BASE_TEMPORARY_DIRECTORY_H_
