// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/flag_names.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <limits>
#include <string>

#include "absl/strings/str_cat.h"

namespace vedette {
namespace {

std::string OpenFlags(uint32_t flags) {
  std::string text;
  ForEachOpenFlag(flags, [&](absl::string_view name) {
    absl::StrAppend(&text, text.empty() ? "" : "|", name);
  });
  return text;
}

TEST(FlagNames, OpenFlags) {
  EXPECT_EQ(OpenFlags(0), "O_RDONLY");
  EXPECT_EQ(OpenFlags(O_RDWR | O_CREAT), "O_RDWR|O_CREAT");
  EXPECT_EQ(OpenFlags(O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC),
            "O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC");
  EXPECT_EQ(OpenFlags(O_RDWR | O_TMPFILE), "O_RDWR|O_TMPFILE");
  EXPECT_EQ(OpenFlags(O_SYNC), "O_RDONLY|O_SYNC");
  EXPECT_EQ(OpenFlags(O_DSYNC), "O_RDONLY|O_DSYNC");
  EXPECT_EQ(OpenFlags(3), "O_ACCMODE");
  OpenFlags(std::numeric_limits<uint32_t>::max());
}

TEST(FlagNames, Capabilities) {
  std::string text;
  ForEachCapability((1ULL << 21) | 1 | (1ULL << 40) | (1ULL << 63),
                    [&](absl::string_view name) { absl::StrAppend(&text, name, " "); });
  EXPECT_EQ(text, "CAP_CHOWN CAP_SYS_ADMIN CAP_CHECKPOINT_RESTORE ");
}

TEST(FlagNames, Results) {
  EXPECT_EQ(ResultName(0), "SUCCESS");
  EXPECT_EQ(ResultName(7), "SUCCESS");
  EXPECT_EQ(ResultName(-ENOENT), "ENOENT");
  EXPECT_EQ(ResultName(-EINPROGRESS), "EINPROGRESS");
  EXPECT_EQ(ResultName(-512), "");
  EXPECT_EQ(ResultName(std::numeric_limits<int64_t>::min()), "");
}

TEST(FlagNames, AddressFamilies) {
  EXPECT_EQ(AddressFamilyName(2), "AF_INET");
  EXPECT_EQ(AddressFamilyName(40), "AF_VSOCK");
  EXPECT_EQ(AddressFamilyName(uint64_t{1} << 40), "");
}

}  // namespace
}  // namespace vedette
