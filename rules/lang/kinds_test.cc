// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/kinds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/lang/load.h"

namespace vedette {
namespace {

constexpr KindSet kExec = KindBit(WIRE_process_exec) | KindBit(WIRE_process_exec_failed);
constexpr KindSet kFork = KindBit(WIRE_process_fork);
constexpr KindSet kExit = KindBit(WIRE_process_exit);
constexpr KindSet kOpen = KindBit(WIRE_file_open);
constexpr KindSet kConnect = KindBit(WIRE_network_connect);

KindSet KindsOfField(const char* name) { return FindField(name)->kinds; }
KindSet KindsOfCategory(absl::string_view category) {
  KindSet kinds = 0;
  for (const KindInfo& info : Kinds()) {
    if (info.category == category) kinds |= KindBit(info.kind);
  }
  return kinds;
}

struct Case {
  const char* condition;
  KindSet kinds;
};

TEST(PossibleWays, AreWorkedOutBySets) {
  const KindSet all = RuleKinds();
  const KindSet calls = KindsOfField("syscall.type"), results = KindsOfField("evt.failed");
  const Case cases[] = {
      {"evt.type = execve", kExec},
      {"evt.type in (execve, connect)", kExec | kConnect},
      {"not evt.type = connect", all & ~kConnect},
      {"evt.type != connect", all & ~kConnect},
      {"evt.type != open", all},
      {"not evt.type in (openat2, openat, open, creat, open_by_handle_at)", all & ~kOpen},
      {"evt.type startswith exec", kExec},
      {"evt.type glob '*clone*'", kFork | KindBit(WIRE_process_namespace)},
      {"evt.kind = file_open", kOpen},
      {"evt.category = net", KindsOfCategory("net")},
      {"syscall.type = execve", kExec},
      {"syscall.type exists", calls},
      {"not syscall.type exists", all & ~calls},
      {"evt.is_open_write = true", kOpen},
      {"evt.is_open_write = false and evt.failed = true", results},
      {"evt.rawres >= 0", KindsOfField("evt.rawres")},
      {"evt.type = execve or fd.rport = 22", kExec | KindsOfField("fd.rport")},
      {"evt.type in (execve, connect) and proc.name = x", kExec | kConnect},
      {"fd.name exists", KindsOfField("fd.name")},
      {"fd.nameraw contains ..", kOpen},
      {"not fd.nameraw contains ..", all},
      {"not (evt.type = execve or evt.type = execveat)", all & ~kExec},
      {"not (evt.type = procexit and proc.name = x)", all},
      {"evt.type = procexit and proc.name = x", kExit},
      {"proc.name = x", all},
      {"evt.dir = <", all},
      {"evt.num >= 1", all},
      {"proc.name = x or evt.num >= 0", all},
  };
  for (const Case& c : cases) {
    const NamedCondition condition{"test", c.condition};
    const LoadResult result = LoadRules({}, {&condition, 1});
    ASSERT_NE(result.program, nullptr) << result.diagnostics.ToText();
    EXPECT_EQ(result.program->rules.at(0).kinds, c.kinds) << c.condition;
    EXPECT_EQ(result.diagnostics.warnings(), 0u) << result.diagnostics.ToText();
  }
}

TEST(PossibleWays, OfWhatCanNeverBeTrueThereAreNone) {
  for (const char* const text :
       {"evt.num = 0", "evt.num < 1", "evt.num in (0)", "proc.name in ()", "evt.dir = >",
        "user.uid < 0", "evt.type = execve and fd.rport = 22", "not evt.num exists",
        "evt.type = open and evt.type = connect", "fd.rport > 65535", "proc.exepath pmatch ()",
        "evt.source != syscall", "not (proc.name = x or evt.num > 0)"}) {
    const NamedCondition condition{"test", text};
    const LoadResult result = LoadRules({}, {&condition, 1});
    ASSERT_NE(result.program, nullptr) << result.diagnostics.ToText();
    const Rule& rule = result.program->rules.at(0);
    EXPECT_EQ(rule.kinds, 0u) << text;
    EXPECT_EQ(result.program->nodes[rule.condition].kind, Node::Kind::kFalse) << text;
    EXPECT_THAT(result.diagnostics.ToText(),
                testing::HasSubstr("the condition of \"test\" can never be true"))
        << text;
  }
}

}  // namespace
}  // namespace vedette
