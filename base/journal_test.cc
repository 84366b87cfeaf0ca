// SPDX-License-Identifier: Apache-2.0
#include "base/journal.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"

namespace vedette {
namespace {

TEST(JournalTest, GetsPriorities) {
  EXPECT_EQ(FormatJournalLine(LogSeverity::kWarning, "disk\nfull"), "<4>disk\\x0afull\n");
  EXPECT_EQ(FormatJournalLine(LogSeverity::kError, "x"), "<3>x\n");
  EXPECT_LE(FormatJournalLine(LogSeverity::kInfo, std::string(1 << 20, 'x')).size(), kLogBytesMax);
}

TEST(JournalTest, IsKnownByItsInode) {
  struct stat status = {};
  ASSERT_EQ(fstat(STDERR_FILENO, &status), 0);
  const std::string own = absl::StrCat(status.st_dev, ":", status.st_ino);
  EXPECT_TRUE(IsJournal(STDERR_FILENO, own));
  EXPECT_FALSE(IsJournal(STDERR_FILENO, own + "1")) << "inherited, but redirected since";
  EXPECT_FALSE(IsJournal(STDERR_FILENO, ""));
  EXPECT_FALSE(IsJournal(-1, own));
}

}  // namespace
}  // namespace vedette
