// SPDX-License-Identifier: Apache-2.0
#include "cli/line_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace vedette {
namespace {

// The lines, those that are too long as "<too long>".
std::vector<std::string> LinesOf(std::string input, size_t bytes_max) {
  CapturedIo io;
  io.SetInput(std::move(input));
  LineReader reader(io, bytes_max);
  std::vector<std::string> lines;
  std::string line;
  while (true) {
    const auto got = reader.Next(line);
    if (!got.ok() || *got == LineReader::Got::kEnd) return lines;
    lines.push_back(*got == LineReader::Got::kLine ? line : "<too long>");
    EXPECT_EQ(reader.number(), lines.size());
  }
}

using Lines = std::vector<std::string>;

TEST(LineReader, TheLastLineNeedsNoNewline) {
  EXPECT_EQ(LinesOf("", 10), Lines{});
  EXPECT_EQ(LinesOf("a\n\nb", 10), (Lines{"a", "", "b"}));
  EXPECT_EQ(LinesOf("a\n", 10), Lines{"a"});
}

TEST(LineReader, ALineThatIsTooLongIsSkippedWhole) {
  EXPECT_EQ(LinesOf("12345\n123456\n1\n", 5), (Lines{"12345", "<too long>", "1"}));
  // Longer than the blocks that are read.
  const std::string large(300'000, 'x');
  EXPECT_EQ(LinesOf(absl::StrCat(large, "\n1\n"), 100'000), (Lines{"<too long>", "1"}));
  EXPECT_EQ(LinesOf(absl::StrCat("1\n", large, "\n"), 300'000), (Lines{"1", large}));
}

}  // namespace
}  // namespace vedette
