// SPDX-License-Identifier: Apache-2.0
#include "engine/match/join_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/enrich/test_host.h"

namespace vedette {
namespace {

RecordBuilder Open(absl::string_view path) {
  return RecordBuilder(WIRE_file_open).Set("exec_id", 2).Set("comm", "cat").Set("path", path);
}

class JoinKeyTest : public testing::Test {
 protected:
  std::string KeyOf(const RecordBuilder& record) {
    return JoinKeyOf(host_.MakeEvent(record), {TestField("proc.name"), TestField("fd.name")});
  }
  TestHost host_;
};

TEST_F(JoinKeyTest, ValuesAreSeparated) {
  EXPECT_EQ(KeyOf(Open("/a")), "cat\x1f/a");
  EXPECT_EQ(ReadableKey(KeyOf(Open("/a"))), "cat /a");
}

TEST_F(JoinKeyTest, AValueCannotLookLikeTwo) {
  EXPECT_EQ(KeyOf(Open("/a\x1f/b")), "cat\x1f/a\x1e/b");
}

TEST_F(JoinKeyTest, NoValueIsAValueOfItsOwn) {
  const RecordBuilder exec = RecordBuilder(WIRE_process_exec).Set("exec_id", 2).Set("comm", "cat");
  EXPECT_EQ(KeyOf(exec), "cat\x1f<NA>");
  const std::vector<FieldRef> fields = {TestField("proc.name"), TestField("fd.name")};
  EXPECT_FALSE(HasAll(host_.MakeEvent(exec), fields));
  EXPECT_TRUE(HasAll(host_.MakeEvent(Open("/a")), fields));
}

TEST_F(JoinKeyTest, LongKeysAreCutAndDiffer) {
  const std::string path = "/" + std::string(1000, 'x');
  const std::string a = KeyOf(Open(path + "a")), b = KeyOf(Open(path + "b"));
  EXPECT_EQ(a.size(), kJoinKeyBytesMax);
  EXPECT_NE(a, b);
  EXPECT_EQ(a, KeyOf(Open(path + "a")));
}

TEST_F(JoinKeyTest, NamesOfFields) {
  EXPECT_EQ(FieldNames({TestField("proc.name"), TestField("proc.aname[2]")}),
            "proc.name, proc.aname[2]");
}

TEST_F(JoinKeyTest, AnUnknownProcessHasNoLineage) {
  EXPECT_TRUE(LineageOf(host_.MakeEvent(Open("/a"))).empty());
  EXPECT_EQ(AnchorOf(host_.MakeEvent(Open("/a")), 0), 0U);
}

TEST_F(JoinKeyTest, TheAnchorIsInTheLineage) {
  for (uint64_t id = 1; id <= 4; ++id) {
    host_.Give(RecordBuilder(WIRE_process_exec)
                   .Set("exec_id", id)
                   .Set("pid", id)
                   .Set("parent_exec_id", id - 1)
                   .Set("start_ns", id * 10));
  }
  const Event event = host_.MakeEvent(Open("/a").Set("exec_id", 4));
  const std::vector<uint64_t> lineage = LineageOf(event);
  ASSERT_EQ(lineage.size(), 4U);
  EXPECT_EQ(AnchorOf(event, 0), lineage[0]);
  EXPECT_EQ(AnchorOf(event, 1), lineage[1]);
  EXPECT_EQ(AnchorOf(event, 8), lineage[1]);  // Pids 2 and 1 are everybody's ancestors.
}

class CreatorsTest : public JoinKeyTest {
 protected:
  CreatorsTest() {
    for (const uint64_t pid : {1, 10}) {
      host_.Give(RecordBuilder(WIRE_process_seen)
                     .Set("exec_id", pid)
                     .Set("pid", pid)
                     .Set("parent_exec_id", pid == 1 ? 0 : 1)
                     .Set("start_ns", pid));
    }
  }
  void Fork(uint64_t creator, uint64_t child, uint64_t parent) {
    host_.Give(RecordBuilder(WIRE_process_fork)
                   .Set("exec_id", creator)
                   .Set("pid", creator)
                   .Set("child_exec_id", child)
                   .Set("child_pid", child)
                   .Set("child_parent_exec_id", parent)
                   .Set("child_start_ns", child));
  }
  void End(uint64_t process) {
    host_.Give(RecordBuilder(WIRE_process_exit).Set("exec_id", process).Set("pid", process));
  }
  // The program's exec_id is 100 more.
  Event Exec(uint64_t process, uint64_t parent) {
    host_.Give(RecordBuilder(WIRE_process_exec)
                   .Set("exec_id", 100 + process)
                   .Set("previous_exec_id", process)
                   .Set("pid", process)
                   .Set("parent_exec_id", parent)
                   .Set("start_ns", process));
    return host_.MakeEvent(Open("/a").Set("exec_id", 100 + process));
  }
  uint64_t IdentityOf(uint64_t process) {
    return LineageOf(host_.MakeEvent(Open("/a").Set("exec_id", process))).front();
  }
};

TEST_F(CreatorsTest, WhoIsForkedTwiceDescendsFromWhoDidIt) {
  Fork(10, 11, 10);
  Fork(11, 12, 11);
  End(11);
  const std::vector<uint64_t> lineage = LineageOf(Exec(12, 1));
  EXPECT_EQ(lineage.size(), 4U);
  EXPECT_THAT(lineage, testing::IsSupersetOf({IdentityOf(112), IdentityOf(10), IdentityOf(1)}));
  EXPECT_EQ(AnchorOf(host_.MakeEvent(Open("/a").Set("exec_id", 112)), 2), IdentityOf(10));
}

TEST_F(CreatorsTest, WhoGivesHisChildToHisParentHasMadeIt) {
  Fork(10, 11, 10);
  Fork(11, 12, 10);  // CLONE_PARENT
  const std::vector<uint64_t> lineage = LineageOf(Exec(12, 10));
  ASSERT_EQ(lineage.size(), 4U);
  EXPECT_EQ(lineage[1], IdentityOf(11));
}

TEST_F(CreatorsTest, OfAnUnknownCreatorTheParentsCount) {
  Fork(99, 12, 10);
  const std::vector<uint64_t> lineage = LineageOf(Exec(12, 10));
  EXPECT_THAT(lineage, testing::ElementsAre(IdentityOf(112), IdentityOf(10), IdentityOf(1)));
}

}  // namespace
}  // namespace vedette
