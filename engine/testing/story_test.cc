// SPDX-License-Identifier: Apache-2.0
#include "engine/testing/story.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "sensor/decode/event_view.h"

namespace vedette {
namespace {

using ::testing::HasSubstr;

StoryValue One(absl::string_view text) { return {{std::string(text)}, false}; }

TEST(Story, ProcessesInheritAndActsBelongToTheLatest) {
  Story story;
  ASSERT_TRUE(story
                  .Add("process_seen", {{"exe_path", One("/usr/sbin/nginx")},
                                        {"uid", One("33")},
                                        {"login_uid", One("-1")},
                                        {"container", One("true")}})
                  .ok());
  ASSERT_TRUE(story
                  .Add("process_exec", {{"exe_path", One("/usr/bin/dash")},
                                        {"exe_requested", One("/bin/sh")},
                                        {"args", {{"sh", "-c", "id"}, true}}})
                  .ok());
  ASSERT_TRUE(
      story.Add("file_open", {{"path", One("/etc/shadow")}, {"flags", One("O_WRONLY|O_TRUNC")}})
          .ok());
  ASSERT_EQ(story.records().size(), 3U);
  const auto server = EventView::Parse(story.records()[0]);
  const auto shell = EventView::Parse(story.records()[1]);
  const auto open = EventView::Parse(story.records()[2]);
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

TEST(Story, AnExecInPlaceIsTheSameProcess) {
  Story story;
  ASSERT_TRUE(story.Add("process_seen", {{"exe_path", One("/sbin/init")}}).ok());
  ASSERT_TRUE(story.Add("process_exec", {{"exe_path", One("/usr/sbin/nginx")}}).ok());
  ASSERT_TRUE(
      story.Add("process_exec", {{"exe_path", One("/bin/sh")}, {"in_place", One("true")}}).ok());
  const auto server = EventView::Parse(story.records()[1]);
  const auto shell = EventView::Parse(story.records()[2]);
  ASSERT_TRUE(server && shell);
  EXPECT_EQ(shell->header().pid, server->header().pid);
  const auto before = server->As<wire_process_exec>(), after = shell->As<wire_process_exec>();
  EXPECT_EQ(after.previous_exec_id, server->header().exec_id);
  EXPECT_EQ(after.parent_exec_id, 0U) << "as before";
  EXPECT_EQ(after.parent_pid, before.parent_pid);
  EXPECT_NE(after.parent_pid, 0U);
}

struct Bad {
  absl::string_view name, kind;
  StoryValues values;
  absl::string_view error;
};

TEST(Story, RefusesWhatItDoesNotUnderstand) {
  const Bad cases[] = {
      {"an unknown kind", "file_opened", {}, "kind: there is no"},
      {"an unknown member", "file_open", {{"pth", One("/x")}}, "pth: file_open has no"},
      {"a member of another kind", "file_open", {{"remote_port", One("1")}}, "remote_port"},
      {"a text for a number", "file_open", {{"flags", One("O_REED")}}, "is no number"},
      {"a number that is too large", "file_open", {{"uid", One("99999999999")}}, "too large"},
      {"one value for a list",
       "process_exec",
       {{"exe_path", One("/x")}, {"args", One("ls")}},
       "args"},
      {"a list for one value", "file_open", {{"path", {{"/x"}, true}}}, "expected one value"},
      {"no value", "file_open", {{"path", {}}}, "expected one value"},
      {"no value for a number", "file_open", {{"flags", {}}}, "expected one value"},
      {"no address", "network_connect", {{"remote_address", One("here")}}, "not an address"},
      {"a long comm", "file_open", {{"comm", One("12345678901234567")}}, "too long"},
      {"long arguments",
       "process_exec",
       {{"exe_path", One("/x")}, {"args", {{std::string(70'000, 'x')}, true}}},
       "too long"},
      {"no executable", "process_exec", {}, "exe_path: missing"},
      {"a number cut", "file_open", {{"truncated", One("flags")}}, "has no text"},
      {"a container for an act", "file_open", {{"container", One("true")}}, "container"},
      {"a container of nothing",
       "process_exec",
       {{"exe_path", One("/x")}, {"container", {}}},
       "container"},
      {"in place without an exec",
       "process_seen",
       {{"exe_path", One("/x")}, {"in_place", One("true")}},
       "in_place"},
  };
  for (const Bad& bad : cases) {
    Story story;
    ASSERT_TRUE(story.Add("process_seen", {{"exe_path", One("/bin/x")}}).ok());
    const absl::Status status = story.Add(bad.kind, bad.values);
    EXPECT_THAT(std::string(status.message()), HasSubstr(std::string(bad.error))) << bad.name;
  }
}

}  // namespace
}  // namespace vedette
