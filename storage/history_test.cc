// SPDX-License-Identifier: Apache-2.0
//
// Records that go into a store come out of it again: what they say, in their order, while the store
// changes, and from any moment on.
#include "storage/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/match.h"
#include "storage/event_block.h"
#include "storage/test_records.h"
#include "storage/test_store.h"

namespace vedette {
namespace {

using testing::HasSubstr;

constexpr int64_t kBootNs = 1'600'000'000'000'000'000;  // The wall clock's time at boot.
constexpr uint64_t kSecondNs = 1'000'000'000;

absl::Time WallTime(uint64_t boot_ns) {
  return absl::FromUnixNanos(kBootNs + static_cast<int64_t>(boot_ns));
}

class HistoryTest : public testing::Test {
 protected:
  std::unique_ptr<EventStore> OpenStore() {
    StoreOptions options;
    options.path = path_;
    options.age_max = absl::InfiniteDuration();
    options.commit_interval = absl::Milliseconds(1);
    options.hostname = "h";
    options.boot_id = "b";
    options.groups = {{7, "ops"}};
    return ValueOrDie(EventStore::Open(options));
  }
  static void Offer(EventStore& store, const RecordBytes& record, uint64_t number) {
    const uint64_t boot_ns = EventView::Parse(record)->header().time_ns;
    ASSERT_TRUE(store.OfferEvent(record, number, WallTime(boot_ns)));
  }
  struct Read {
    std::vector<std::string> said;
    std::vector<int64_t> ids;
  };
  Read ReadAll(HistoryQuestion question, size_t run = 0) {
    question.path = path_;
    const auto history = ValueOrDie(History::Open(question));
    Read read;
    if (run >= history->runs().size()) return read;
    EXPECT_TRUE(history
                    ->Read(history->runs()[run],
                           [&](const HistoryRecord& record) {
                             read.said.push_back(Said(record.record));
                             read.ids.push_back(record.id % 10'000'000'000'000);
                             return true;
                           })
                    .ok());
    return read;
  }

  const TemporaryDirectory directory_;
  const std::string path_ = directory_.File("store.db");
};

TEST_F(HistoryTest, EveryKindSaysAgainWhatItHadSaid) {
  std::mt19937 random(1);
  std::vector<std::string> expected;
  {
    const auto store = OpenStore();
    uint64_t number = 0;
    for (int round = 0; round < 40; ++round) {
      for (const KindInfo& kind : Kinds()) {
        const RecordBytes record = RandomRecord(random, kind, ++number * kSecondNs);
        expected.push_back(Said(record));
        Offer(*store, record, number);
      }
    }
    ASSERT_TRUE(store->Close().ok());
  }
  for (const size_t threads : {size_t{0}, size_t{1}, size_t{3}}) {
    HistoryQuestion question;
    question.threads = threads;
    const std::vector<std::string> said = ReadAll(question).said;
    ASSERT_EQ(said.size(), expected.size());
    for (size_t i = 0; i < said.size(); ++i) ASSERT_EQ(said[i], expected[i]);
  }
}

TEST_F(HistoryTest, ArgumentsComeBackHoweverTheyAreMade) {
  for (const std::string& arguments :
       {std::string(), std::string("\0", 1), std::string("\0\0", 2), std::string("a\0", 2),
        std::string("a"), std::string("a b\0c\0", 6), std::string("a\0\0b\0", 5),
        std::string("a\0b c", 5), std::string(" \0", 2), std::string("a\0 \0", 4)}) {
    std::string joined, again;
    AppendArguments(arguments, joined);
    AppendSplitArguments(joined, SplitOfArguments(arguments), again);
    EXPECT_EQ(again, arguments);
  }
  for (const char* wrong : {"x", "99", "1 1 1", "-", "1 -2", "18446744073709551615"}) {
    std::string some;
    AppendSplitArguments("a b", wrong, some);  // Must end, and read nothing that is not there.
    EXPECT_LE(some.size(), 8U);
  }
}

TEST_F(HistoryTest, ProcessesThatWereSeenComeFirstAndRunsAreApart) {
  for (uint64_t run = 0; run < 2; ++run) {
    const auto store = OpenStore();
    const auto seen = [](uint64_t exec_id) {
      return RecordBuilder(WIRE_process_seen).Set("exec_id", exec_id).Set("comm", "init").Build();
    };
    Offer(*store, OpenRecord(7, "/a"), 1);
    Offer(*store, seen(7), 9'000'000'000'000);
    Offer(*store, seen(8), 9'000'000'000'001);
    Offer(*store, OpenRecord(8, "/b"), 2);
    ASSERT_TRUE(store->Close().ok());
  }
  const std::vector<int64_t> order = {9'000'000'000'000, 9'000'000'000'001, 1, 2};
  EXPECT_EQ(ReadAll({}, 0).ids, order);
  EXPECT_EQ(ReadAll({}, 1).ids, order);
  EXPECT_EQ(ValueOrDie(ReadStoredNames(path_)).groups.at(7), "ops");
}

TEST_F(HistoryTest, OnlyWhatIsAskedForAndWhatBeginsProcesses) {
  {
    const auto store = OpenStore();
    for (uint64_t number = 1; number <= 100; ++number) {
      const EventKind kinds[] = {WIRE_file_open, WIRE_process_exec, WIRE_network_connect};
      Offer(*store,
            RecordBuilder(kinds[number % 3])
                .Set("exec_id", number)
                .Set("time_ns", number * kSecondNs)
                .Build(),
            number);
    }
    ASSERT_TRUE(store->Close().ok());
  }
  HistoryQuestion question;
  question.kinds = KindBit(WIRE_network_connect);
  question.from = WallTime(50 * kSecondNs);
  question.to = WallTime(60 * kSecondNs);
  std::vector<int64_t> events;
  for (const int64_t id : ReadAll(question).ids) {
    if (id != 0) events.push_back(id);
  }
  EXPECT_EQ(events, (std::vector<int64_t>{50, 52, 53, 55, 56, 58, 59}));
}

// The daemon joins small segments while somebody reads: nothing is lost, nothing comes twice.
TEST_F(HistoryTest, SegmentsThatAreJoinedMeanwhileAreFoundAgain) {
  const auto store = OpenStore();
  uint64_t number = 0;
  const auto add = [&](int count) {
    for (int i = 0; i < count; ++i) {
      ++number;
      Offer(*store,
            RecordBuilder(WIRE_file_open)
                .Set("exec_id", 7)
                .Set("path", absl::StrCat("/", number))
                .Set("time_ns", number * kSecondNs)
                .Build(),
            number);
    }
    const uint64_t all = number;
    while (store->Counts().events_written < all) absl::SleepFor(absl::Milliseconds(1));
  };
  for (int i = 0; i < 12; ++i) add(3);
  HistoryQuestion question;
  question.path = path_;
  question.threads = 0;
  const auto history = ValueOrDie(History::Open(question));
  const uint64_t before = number;
  ASSERT_EQ(history->runs().size(), 1U);
  std::vector<int64_t> ids;
  ASSERT_TRUE(history
                  ->Read(history->runs()[0],
                         [&](const HistoryRecord& record) {
                           if (ids.empty()) {
                             EXPECT_TRUE(store->Close().ok());  // Joins all that is small.
                           }
                           ids.push_back(record.id % 10'000'000'000'000);
                           return true;
                         })
                  .ok());
  EXPECT_EQ(Ask(path_, "SELECT count(*) FROM segments"), 1);
  EXPECT_EQ(history->events_gone(), 0U);
  std::vector<int64_t> expected;
  for (uint64_t i = 1; i <= before; ++i) expected.push_back(static_cast<int64_t>(i));
  EXPECT_EQ(ids, expected);
}

TEST_F(HistoryTest, WhoWasThereAtTheBeginning) {
  {
    const auto store = OpenStore();
    const auto at = [](RecordBuilder record, uint64_t second) {
      return record.Set("time_ns", second * kSecondNs).Build();
    };
    Offer(*store,
          at(RecordBuilder(WIRE_process_exec)
                 .Set("exec_id", 1)
                 .Set("pid", 10)
                 .Set("comm", "bash")
                 .Set("exe_path", "/bin/bash")
                 .Set("exe_ino", 77)
                 .SetArguments("args", {"bash", "-c", "a b"}),
             1),
          1);
    Offer(*store,
          at(RecordBuilder(WIRE_process_fork)
                 .Set("exec_id", 1)
                 .Set("pid", 10)
                 .Set("comm", "bash")
                 .Set("child_exec_id", 2)
                 .Set("child_parent_exec_id", 1)
                 .Set("child_pid", 20)
                 .Set("child_start_ns", 2 * kSecondNs),
             2),
          2);
    Offer(*store, at(RecordBuilder(WIRE_process_exec).Set("exec_id", 3).Set("pid", 30), 3), 3);
    Offer(*store, at(RecordBuilder(WIRE_process_exit).Set("exec_id", 3).Set("pid", 30), 4), 4);
    Offer(*store, at(RecordBuilder(WIRE_process_exit).Set("exec_id", 1).Set("pid", 10), 5), 5);
    Offer(*store, at(RecordBuilder(WIRE_file_open).Set("exec_id", 2).Set("path", "/x"), 9), 6);
    ASSERT_TRUE(store->Close().ok());
  }
  HistoryQuestion question;
  question.from = WallTime(8 * kSecondNs);
  const Read read = ReadAll(question);
  ASSERT_EQ(read.ids, (std::vector<int64_t>{0, 0, 6}));
  // The parent has ended, but its child is there; both run bash.
  EXPECT_THAT(read.said[0], HasSubstr("process_seen"));
  EXPECT_THAT(read.said[0], HasSubstr("exec_id=1 "));
  EXPECT_THAT(read.said[1], HasSubstr("exec_id=2 "));
  EXPECT_THAT(read.said[1], HasSubstr("parent_exec_id=1 "));
  EXPECT_THAT(read.said[1], HasSubstr(" pid=20 "));
  EXPECT_THAT(read.said[1], HasSubstr("exe_ino=77"));
  EXPECT_THAT(read.said[1], HasSubstr("exe_path=/bin/bash"));
}

}  // namespace
}  // namespace vedette
