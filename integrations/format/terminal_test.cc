// SPDX-License-Identifier: Apache-2.0
#include "integrations/format/terminal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/display_width.h"
#include "integrations/format/golden.h"
#include "integrations/format/sample_alert.h"

namespace vedette {
namespace {

using testing::HasSubstr;
using testing::Not;

const TerminalStyle kPlain = {.colour = false, .zone = absl::FixedTimeZone(2 * 60 * 60)};

AlertProcess P(int64_t pid) {
  AlertProcess process;
  process.pid = pid;
  process.name = "p";
  return process;
}

TEST(TerminalTest, SampleIsTheGoldenFile) {
  Alert in_container = SampleAlert();
  in_container.container_id = "3f2a9c01d4be";
  const TerminalStyle coloured = {.colour = true, .zone = kPlain.zone};
  ExpectGolden("alert.txt", absl::StrCat(FormatTerminal(SampleAlert(), kPlain),
                                         FormatTerminal(in_container, coloured),
                                         FormatTerminal(SampleSequenceAlert(), kPlain)));
}

TEST(TerminalTest, TimeIsThatOfTheZoneToTheMillisecond) {
  EXPECT_THAT(FormatTerminal(SampleAlert(), kPlain), HasSubstr("2024-05-01 14:00:00.123  "));
}

TEST(TerminalTest, HostileBytesNeitherBreakTheLineNorReachTheTerminal) {
  const std::string text = FormatTerminal(HostileAlert(), kPlain);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\xe2\x80\xae")));
  EXPECT_THAT(text, HasSubstr("\\x1b[2J"));
  // Head, message, process, command, object, container, why, evidence, alert.
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 9);
}

TEST(TerminalTest, LongLinesGoOnBelowTheirBeginning) {
  const TerminalStyle narrow = {.colour = false, .columns = 60, .zone = kPlain.zone};
  const std::string text = FormatTerminal(HostileAlert(), narrow);
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    EXPECT_LE(DisplayWidth(line), 60u) << line;
  }
  Alert alert = SampleAlert();
  alert.object = absl::StrCat("/", std::string(60, 'x'));
  EXPECT_THAT(
      FormatTerminal(alert, narrow),
      HasSubstr(absl::StrCat("  object     /", std::string(46, 'x'), "\n             xxxx")));
}

TEST(TerminalTest, LongTextIsCutAndSaysSo) {
  Alert alert = SampleAlert();
  alert.object = std::string(5000, 'x');
  EXPECT_THAT(FormatTerminal(alert, kPlain), HasSubstr("x ... (3976 more bytes)\n"));
}

TEST(TerminalTest, LongChainLosesItsMiddle) {
  Alert alert;
  for (int pid = 30; pid >= 1; --pid) alert.processes.push_back(P(pid));
  EXPECT_EQ(FormatProcessChain(alert),
            "p(1) > (22 more) > p(24) > p(25) > p(26) > p(27) > p(28) > p(29) > p(30)");
}

TEST(TerminalTest, ChainOfEightIsWhole) {
  Alert alert;
  for (int pid = 8; pid >= 1; --pid) alert.processes.push_back(P(pid));
  EXPECT_EQ(FormatProcessChain(alert), "p(1) > p(2) > p(3) > p(4) > p(5) > p(6) > p(7) > p(8)");
}

TEST(TerminalTest, NameThatLooksLikeAChainIsQuoted) {
  Alert alert;
  alert.processes = {P(2), P(1)};
  alert.processes[0].name = "sh(7) > \"x";
  EXPECT_EQ(FormatProcessChain(alert), "p(1) > \"sh(7) > \\\"x\"(2)");
}

TEST(TerminalTest, EmptyAlertIsTwoLines) {
  const std::string text = FormatTerminal(Alert{}, kPlain);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
}

TEST(TerminalTest, NoColourWithoutATerminal) { EXPECT_FALSE(WantsColour(-1)); }

}  // namespace
}  // namespace vedette
