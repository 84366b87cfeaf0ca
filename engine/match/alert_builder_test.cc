// SPDX-License-Identifier: Apache-2.0
#include "engine/match/alert_builder.h"

#include <gtest/gtest.h>

#include "engine/match/test_program.h"

namespace vedette {
namespace {

class AlertBuilder : public testing::Test {
 protected:
  AlertBuilder() {
    Give(1, 0, "systemd", "/sbin/init", {"/sbin/init"});
    Give(2, 1, "cat", "/bin/cat", {"cat", "/etc/shadow"});
    rule_.name = "Read shadow";
    rule_.priority = Priority::kWarning;
    rule_.tags = {"T1003.008"};
    rule_.output = {{"read of ", {TestField("fd.name")}}, {" by ", {TestField("proc.aname[1]")}},
                    {" ", {TestField("proc.aname[5]")}},  {" as ", {TestField("user.uid")}},
                    {" again ", {TestField("fd.name")}},  {".", {}}};
  }

  void Give(uint64_t id, uint64_t parent, absl::string_view comm, absl::string_view exe,
            const std::vector<std::string>& arguments) {
    host_.Give(RecordBuilder(WIRE_process_exec)
                   .Set("exec_id", id)
                   .Set("pid", id * 10)
                   .Set("parent_exec_id", parent)
                   .Set("comm", comm)
                   .Set("exe_path", exe)
                   .SetArguments("args", arguments));
  }

  static RecordBuilder Open() {
    return RecordBuilder(WIRE_file_open)
        .Set("exec_id", 2)
        .Set("pid", 20)
        .Set("uid", 4242)
        .Set("comm", "cat")
        .Set("sequence", 99)
        .Set("time_ns", 1'000'000'000)
        .Set("path", "/etc/shadow");
  }

  Alert Build(const RecordBuilder& record) { return BuildAlert(host_.MakeEvent(record), rule_); }

  TestHost host_;
  Rule rule_;
};

const AlertField* FindIn(const Alert& alert, absl::string_view name) {
  const AlertField* found = nullptr;
  for (const AlertField& field : alert.fields) {
    if (field.name != name) continue;
    EXPECT_EQ(found, nullptr) << name << " is there twice";
    found = &field;
  }
  return found;
}

TEST_F(AlertBuilder, FillsInTheMessage) {
  EXPECT_EQ(Build(Open()).message,
            "read of /etc/shadow by systemd <NA> as 4242 again /etc/shadow.");
}

TEST_F(AlertBuilder, FieldsAreThereOnceWithTheirJsonType) {
  const Alert alert = Build(Open());
  struct Case {
    absl::string_view name, text;
    AlertField::Json json;
  };
  constexpr Case kCases[] = {
      {"fd.name", "/etc/shadow", AlertField::Json::kText},
      {"proc.aname[1]", "systemd", AlertField::Json::kText},
      {"proc.aname[5]", "<NA>", AlertField::Json::kNull},
      {"user.uid", "4242", AlertField::Json::kNumber},
      {"evt.time", "12:00:01.000000000", AlertField::Json::kText},
      {"proc.exepath", "/bin/cat", AlertField::Json::kText},
      {"proc.cmdline", "cat /etc/shadow", AlertField::Json::kText},
      {"container.id", "host", AlertField::Json::kText},
  };
  for (const Case& test : kCases) {
    const AlertField* field = FindIn(alert, test.name);
    ASSERT_NE(field, nullptr) << test.name;
    EXPECT_EQ(field->text, test.text) << test.name;
    EXPECT_EQ(field->json, test.json) << test.name;
  }
  EXPECT_EQ(FindIn(alert, "user.name"), nullptr);  // A standard field without a value stays away.
}

TEST_F(AlertBuilder, StandsOnItsOwn) {
  const Alert alert = Build(Open());
  EXPECT_EQ(alert.rule, "Read shadow");
  EXPECT_EQ(alert.priority, Priority::kWarning);
  EXPECT_EQ(alert.tags, (std::vector<std::string>{"T1003.008"}));
  EXPECT_EQ(alert.object, "/etc/shadow");
  EXPECT_EQ(alert.event_kind, "file_open");
  EXPECT_EQ(alert.event_type, "openat2");
  EXPECT_EQ(alert.hostname, "web1");
  EXPECT_EQ(alert.container_id, "host");
  EXPECT_EQ(alert.exec_id, 2U);
  EXPECT_EQ(alert.event_number, 1U);
  ASSERT_EQ(alert.processes.size(), 2U);
  EXPECT_EQ(alert.processes[0].name, "cat");
  EXPECT_EQ(alert.processes[0].pid, 20);
  EXPECT_EQ(alert.processes[0].command_line, "cat /etc/shadow");
  EXPECT_EQ(alert.processes[0].user, "4242");
  EXPECT_EQ(alert.processes[1].name, "systemd");
  EXPECT_EQ(alert.processes[1].exe_path, "/sbin/init");
  EXPECT_EQ(alert.processes[1].user, "root");
}

TEST_F(AlertBuilder, UnknownProcessIsWhatTheHeaderTells) {
  const Alert alert = Build(Open().Set("exec_id", 77).Set("comm", "ghost").Set("uid", 1000));
  ASSERT_EQ(alert.processes.size(), 1U);
  EXPECT_EQ(alert.processes[0].name, "ghost");
  EXPECT_EQ(alert.processes[0].exec_id, 77U);
  EXPECT_EQ(alert.processes[0].pid, 20);
  EXPECT_EQ(alert.processes[0].user, "ann");
  EXPECT_EQ(alert.container_id, "host");
}

TEST_F(AlertBuilder, ObjectOfAnExecIsItsExecutable) {
  EXPECT_EQ(Build(RecordBuilder(WIRE_process_exec).Set("exec_id", 2)).object, "/bin/cat");
  EXPECT_EQ(Build(RecordBuilder(WIRE_process_exit).Set("exec_id", 2)).object, "");
}

TEST_F(AlertBuilder, IdIsTheSameForTheSameAndDiffersOtherwise) {
  const std::string id = Build(Open()).id;
  EXPECT_EQ(id.size(), 16U);
  EXPECT_EQ(id, Build(Open()).id);
  EXPECT_NE(id, Build(Open().Set("sequence", 100)).id);
  EXPECT_NE(id, Build(Open().Set("cpu", 1)).id);
  EXPECT_NE(id, Build(Open().Set("time_ns", 5)).id);
  rule_.name = "Other";
  EXPECT_NE(id, Build(Open()).id);
}

// Replays on other machines and later versions must find the same id in the store.
TEST_F(AlertBuilder, IdIsStableOverVersions) { EXPECT_EQ(Build(Open()).id, "10e7d603342b6609"); }

TEST_F(AlertBuilder, LongChainsAreNotCut) {
  const std::string long_argument(4000, 'x');
  for (uint64_t id = 100; id < 180; ++id) {
    Give(id, id - 1, "sh", "/bin/sh", {"sh", long_argument});
  }
  const Alert alert = Build(Open().Set("exec_id", 179));
  ASSERT_EQ(alert.processes.size(), 1 + ProcessTable::kAncestorsMax);
  for (const AlertProcess& process : alert.processes) {
    EXPECT_EQ(process.command_line.size(), process.name.size() + 1 + long_argument.size());
  }
  EXPECT_EQ(host_.arena.truncations(), 0U);
}

}  // namespace
}  // namespace vedette
