// SPDX-License-Identifier: Apache-2.0
#include "tests/rules/case_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "sensor/decode/event_view.h"

namespace vedette {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr absl::string_view kGood = R"(
- rule: R
  name: a case
  events:
    - {kind: process_seen, exe_path: /usr/sbin/nginx, uid: 33, login_uid: -1, container: true}
    - {kind: process_exec, exe_path: /usr/bin/dash, exe_requested: /bin/sh, args: [sh, -c, id]}
    - {kind: file_open, path: /etc/shadow, flags: O_WRONLY|O_TRUNC}
  expect: [R]
)";

TEST(CaseFile, TellsAStory) {
  const CaseFile file = ParseCases("f", std::string(kGood));
  ASSERT_THAT(file.errors, IsEmpty());
  ASSERT_EQ(file.cases.size(), 1U);
  EXPECT_THAT(file.cases[0].expect, ElementsAre("R"));
  ASSERT_EQ(file.cases[0].records.size(), 3U);

  const auto server = EventView::Parse(file.cases[0].records[0]);
  const auto shell = EventView::Parse(file.cases[0].records[1]);
  const auto open = EventView::Parse(file.cases[0].records[2]);
  ASSERT_TRUE(server && shell && open);
  EXPECT_EQ(server->comm(), "nginx");
  EXPECT_EQ(shell->comm(), "sh");
  EXPECT_EQ(shell->header().uid, 33U);
  const auto shell_record = shell->As<wire_process_exec>();
  EXPECT_EQ(shell_record.parent_exec_id, server->header().exec_id);
  EXPECT_EQ(shell_record.login_uid, -1);
  EXPECT_EQ(open->header().exec_id, shell->header().exec_id);
  EXPECT_EQ(open->comm(), "sh");
  EXPECT_EQ(open->header().uid, 33U);
  EXPECT_EQ(open->As<wire_file_open>().flags, 01001U);
}

std::string WithEvent(absl::string_view event) {
  return absl::StrCat(
      "- rule: R\n  name: N\n  expect: []\n  events:\n"
      "    - {kind: process_seen, exe_path: /bin/x}\n    - ",
      event, "\n");
}

struct Bad {
  absl::string_view name;
  std::string text;
  absl::string_view error;
};

TEST(CaseFile, RefusesWhatItDoesNotUnderstand) {
  const Bad cases[] = {
      {"not YAML", "- {", "f:1: "},
      {"not a list", "rule: R", "f:1: expected a list of cases"},
      {"an unknown key", absl::StrCat(kGood, "  expects: []\n"), "unknown key \"expects\""},
      {"no expectation", "- {rule: R, name: N, events: [{kind: process_exec, exe_path: /x}]}",
       "say `expect: []`"},
      {"no events", "- {rule: R, name: N, events: [], expect: []}", "no events"},
      {"no rule", "- {name: N, events: [{kind: process_exec, exe_path: /x}], expect: []}",
       "no rule"},
      {"an unknown kind", WithEvent("{kind: file_opened}"), "f:6: kind: there is no"},
      {"an unknown member", WithEvent("{kind: file_open, pth: /x}"), "f:6: pth: file_open has no"},
      {"a member of another kind", WithEvent("{kind: file_open, remote_port: 1}"), "remote_port"},
      {"a text for a number", WithEvent("{kind: file_open, flags: O_REED}"), "is no number"},
      {"one value for a list", WithEvent("{kind: process_exec, exe_path: /x, args: ls}"), "args"},
      {"a list for one value", WithEvent("{kind: file_open, path: [/x]}"), "expected one value"},
      {"no address", WithEvent("{kind: network_connect, remote_address: here}"), "not an address"},
      {"a long comm", WithEvent("{kind: file_open, comm: 12345678901234567}"), "too long"},
      {"no executable", WithEvent("{kind: process_exec}"), "exe_path: missing"},
      {"a container for an act", WithEvent("{kind: file_open, container: true}"), "container"},
  };
  for (const Bad& bad : cases) {
    const CaseFile file = ParseCases("f", bad.text);
    ASSERT_FALSE(file.errors.empty()) << bad.name;
    EXPECT_THAT(file.errors[0], HasSubstr(std::string(bad.error))) << bad.name;
  }
}

}  // namespace
}  // namespace vedette
