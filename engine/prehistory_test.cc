// SPDX-License-Identifier: Apache-2.0
#include "engine/prehistory.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "engine/match/test_program.h"

namespace vedette {
namespace {

// init (1) > sshd (10, its own session) > bash (20, its own session) > cat (21), and curl (22).
class PrehistoryTest : public testing::Test {
 protected:
  PrehistoryTest() {
    Give(1, 0, 1);
    Give(10, 1, 10);
    Give(20, 10, 20);
    Give(21, 20, 20);
    Give(22, 20, 20);
    Give(30, 10, 30);  // Another login.
  }
  void Give(uint64_t id, uint64_t parent, uint64_t session) {
    host_.Give(RecordBuilder(WIRE_process_exec)
                   .Set("exec_id", id)
                   .Set("pid", id)
                   .Set("parent_exec_id", parent)
                   .Set("sid", session));
  }
  Event Open(uint64_t exec_id, const std::string& path) {
    return host_.MakeEvent(RecordBuilder(WIRE_file_open).Set("exec_id", exec_id).Set("path", path));
  }
  static std::string PathOf(absl::Span<const std::byte> record) {
    const auto view = EventView::Parse(record);
    if (!view.has_value()) return "damaged";
    for (const Member& member : view->info().members) {
      if (member.name == "path") return std::string(view->Text(member));
    }
    return "";
  }
  std::string Told(Prehistory& prehistory, uint64_t exec_id) {
    std::string text;
    prehistory.Tell(Open(exec_id, "now"), [&](const Prehistory::Moment& moment) {
      absl::StrAppend(&text, PathOf(moment.record), moment.told ? "+" : "", " ");
    });
    return text;
  }

  TestHost host_;
};

TEST_F(PrehistoryTest, OfTheSessionAndOfTheAncestorsThemselves) {
  Prehistory prehistory({.bytes_max = 1 << 20, .events_max = 8});
  prehistory.Remember(Open(10, "/sshd"));
  prehistory.Remember(Open(21, "/cat"));
  prehistory.Remember(Open(30, "/other"));
  prehistory.Remember(Open(22, "/curl"));
  EXPECT_EQ(Told(prehistory, 22), "/cat /curl /sshd ");
  prehistory.Remember(Open(20, "/bash"));
  EXPECT_EQ(Told(prehistory, 21), "/cat+ /curl+ /bash /sshd+ ");
  EXPECT_EQ(Told(prehistory, 30), "/other /sshd+ ");
  EXPECT_EQ(Told(prehistory, 77), "") << "nobody knows it, and it has done nothing";
}

TEST_F(PrehistoryTest, OnlyTheLastOnes) {
  Prehistory prehistory({.bytes_max = 1 << 20, .events_max = 3});
  for (int i = 0; i < 10; ++i) prehistory.Remember(Open(21, absl::StrCat("/", i)));
  EXPECT_EQ(Told(prehistory, 21), "/7 /8 /9 ");
}

// Against a plain queue: records of all sizes, more than the ring has room for.
TEST_F(PrehistoryTest, LongRecordsMakeRoomForThemselves) {
  Prehistory prehistory({.bytes_max = 1, .events_max = 64});
  std::vector<std::string> paths;
  for (size_t i = 0; i < 500; ++i) {
    paths.push_back(absl::StrCat("/", i, std::string(i * 7919 % 4000, 'x')));
    prehistory.Remember(Open(21, paths.back()));
    if (i % 50 != 49) continue;
    size_t count = 0, bytes = 0;
    std::vector<std::string> told;
    prehistory.Tell(Open(21, "now"), [&](const Prehistory::Moment& moment) {
      ++count;
      bytes += moment.record.size();
      told.push_back(PathOf(moment.record));
    });
    ASSERT_GE(count, 4u);
    ASSERT_LE(bytes, Prehistory::kBytesPerTree);
    ASSERT_EQ(told, std::vector<std::string>(paths.end() - static_cast<std::ptrdiff_t>(count),
                                             paths.end()));
  }
}

TEST_F(PrehistoryTest, TreesThatRestMakeRoom) {
  Prehistory prehistory({.bytes_max = 1, .events_max = 4});
  const size_t trees = prehistory.trees();
  for (uint64_t id = 100; id < 100 + 4 * trees; ++id) {
    Give(id, 1, id);
    prehistory.Remember(Open(id, absl::StrCat("/", id)));
  }
  const uint64_t last = 100 + 4 * trees - 1;
  EXPECT_EQ(Told(prehistory, last), absl::StrCat("/", last, " "));
  EXPECT_EQ(Told(prehistory, 100), "");
}

TEST_F(PrehistoryTest, OffIsOff) {
  Prehistory prehistory({.bytes_max = 0, .events_max = 4});
  prehistory.Remember(Open(21, "/x"));
  EXPECT_EQ(Told(prehistory, 21), "");
  EXPECT_FALSE(prehistory.enabled());
}

}  // namespace
}  // namespace vedette
