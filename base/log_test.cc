// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_split.h"
#include "gtest/gtest.h"

namespace vedette {
namespace {

const absl::Time kNoon = absl::FromUnixMillis(1'714'564'800'123);

class LogTest : public testing::Test {
 protected:
  ~LogTest() override { SetLogThreshold(LogSeverity::kInfo); }
};

TEST_F(LogTest, HasTimeSeverityAndText) {
  EXPECT_EQ(FormatLogLine(kNoon, LogSeverity::kInfo, "watching"),
            "2024-05-01T12:00:00.123Z INFO watching\n");
}

TEST_F(LogTest, HostileTextStaysOnOneLine) {
  EXPECT_EQ(FormatLogLine(kNoon, LogSeverity::kWarning, "a\nb\x1b[2J"),
            "2024-05-01T12:00:00.123Z WARNING a\\x0ab\\x1b[2J\n");
}

TEST_F(LogTest, LongTextIsCutWithAMark) {
  for (const char byte : {'a', '\x1b', '\xff'}) {
    const std::string line =
        FormatLogLine(kNoon, LogSeverity::kError, std::string(3 * kLogBytesMax, byte));
    EXPECT_LE(line.size(), kLogBytesMax);
    EXPECT_EQ(line.substr(line.size() - 4), "...\n");
  }
}

TEST_F(LogTest, DropsWhatIsBelowTheThreshold) {
  SetLogThreshold(LogSeverity::kWarning);
  testing::internal::CaptureStderr();
  LOG_INFO("quiet");
  LOG_WARNING("loud ", 1);
  const std::string out = testing::internal::GetCapturedStderr();
  EXPECT_EQ(out.find("quiet"), std::string::npos);
  EXPECT_NE(out.find("WARNING loud 1\n"), std::string::npos);
}

TEST_F(LogTest, DoesNotEvaluateWhatIsDropped) {
  int calls = 0;
  LOG_DEBUG(++calls);
  EXPECT_EQ(calls, 0);
}

TEST_F(LogTest, LinesOfThreadsDoNotMix) {
  constexpr int kThreads = 4;
  constexpr int kLines = 200;
  testing::internal::CaptureStderr();
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([i] {
      const std::string text(100, static_cast<char>('a' + i));
      for (int line = 0; line < kLines; ++line) LOG_INFO(text);
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::string out = testing::internal::GetCapturedStderr();
  const std::vector<std::string> lines = absl::StrSplit(out, '\n', absl::SkipEmpty());
  EXPECT_EQ(lines.size(), size_t{kThreads} * kLines);
  for (const std::string& line : lines) {
    const std::string text = line.substr(line.rfind(' ') + 1);
    EXPECT_EQ(text, std::string(100, text[0]));
  }
}

TEST_F(LogTest, SeverityNamesGoThereAndBack) {
  for (const auto severity :
       {LogSeverity::kDebug, LogSeverity::kInfo, LogSeverity::kWarning, LogSeverity::kError}) {
    EXPECT_EQ(ParseLogSeverity(LogSeverityName(severity)), severity);
  }
  EXPECT_EQ(ParseLogSeverity("loud"), std::nullopt);
}

}  // namespace
}  // namespace vedette
