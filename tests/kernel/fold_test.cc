// SPDX-License-Identifier: Apache-2.0
//
// Identical acts on the bulk lane are counted in the kernel, and every one of them is accounted
// for.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <numeric>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/kernel/own_sensor.h"

namespace vedette {
namespace {

constexpr absl::Duration kFold = absl::Seconds(1);
// The time, the source's interval, and some more for a slow guest.
constexpr absl::Duration kHandedOutMax = absl::Seconds(10);

class FoldTest : public OwnSensorTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    RingSourceOptions options;
    options.wanted = KindBit(WIRE_file_open) | KindBit(WIRE_process_fork) |
                     KindBit(WIRE_process_exec) | KindBit(WIRE_process_exit);
    options.fold = kFold;
    OpenOwn(options);
    if (HasFatalFailure()) return;
    RecordAll(KindBit(WIRE_file_open));
    PollFor(absl::Milliseconds(100));
  }

  static int OpenAndClose(const char* path, int flags) {
    const int fd = open(path, flags | O_CLOEXEC);
    if (fd >= 0) close(fd);
    return fd >= 0 ? 0 : 1;
  }

  // Of the process's opens.
  struct Opens {
    int acts = 0;  // Records of their own.
    int repeat_records = 0;
    uint64_t repeats = 0;
    uint64_t all() const { return static_cast<uint64_t>(acts) + repeats; }
  };
  static Opens Count(const std::vector<Seen>& seen, pid_t pid, absl::string_view path = "") {
    Opens opens;
    for (const Seen& one : seen) {
      if (one.kind != "file_open" || one.header.pid != static_cast<__u32>(pid)) continue;
      if (!absl::StartsWith(one.members.at("path"), path)) continue;
      if ((one.header.flags & WIRE_FLAG_REPEATS) == 0) {
        ++opens.acts;
        EXPECT_EQ(one.header.repeats, 1u);
        EXPECT_EQ(one.header.lane, WIRE_LANE_BULK);
      } else {
        ++opens.repeat_records;
        opens.repeats += one.header.repeats;
      }
    }
    return opens;
  }

  // What has come when that many opens of the process have, or too much time has passed.
  std::vector<Seen> PollUntil(pid_t pid, uint64_t opens, absl::string_view path = "") {
    std::vector<Seen> seen;
    const absl::Time end = absl::Now() + kHandedOutMax;
    do {
      for (Seen& one : PollFor(absl::Milliseconds(100))) seen.push_back(std::move(one));
    } while (Count(seen, pid, path).all() < opens && absl::Now() < end);
    return seen;
  }

  void ExpectBalance() {
    own().StopFolding();
    PollFor(absl::Milliseconds(200));
    const KindTotals totals = own().Totals()[WIRE_file_open];
    const sensor_counters& counted = totals.counted;
    EXPECT_EQ(counted.seen,
              counted.filtered +
                  std::accumulate(counted.submitted, counted.submitted + WIRE_LANES, __u64{0}) +
                  std::accumulate(counted.ring_full, counted.ring_full + WIRE_LANES, __u64{0}) +
                  counted.scratch_busy + counted.limited + counted.folded);
    EXPECT_EQ(counted.folded, totals.repeats);
    EXPECT_EQ(counted.submitted[WIRE_LANE_BULK] + counted.submitted[WIRE_LANE_CRITICAL],
              totals.acts);
  }
};

TEST_F(FoldTest, IdenticalOpensBecomeOneAndTheirNumber) {
  constexpr int kTimes = 500;
  const pid_t pid = Act([] {
    int failed = 0;
    for (int i = 0; i < kTimes; ++i) failed |= OpenAndClose("/etc/passwd", O_RDONLY);
    return failed;
  });
  const Opens opens = Count(PollUntil(pid, kTimes, "/etc/passwd"), pid, "/etc/passwd");
  EXPECT_EQ(opens.all(), uint64_t{kTimes});
  EXPECT_LT(opens.acts, kTimes / 10);
  EXPECT_GE(opens.repeat_records, 1);
  ExpectBalance();
}

TEST_F(FoldTest, WhatDiffersIsNotCountedAsARepeat) {
  const pid_t pid = Act([] {
    // Another mode, another result (there is no such file), another object.
    return OpenAndClose("/etc/passwd", O_RDONLY) | OpenAndClose("/etc/passwd", O_WRONLY) |
           (OpenAndClose("/etc/no such file", O_RDONLY) == 0 ? 1 : 0) |
           OpenAndClose("/etc/group", O_RDONLY);
  });
  const pid_t other = Act([] { return OpenAndClose("/etc/passwd", O_RDONLY); });
  const std::vector<Seen> seen = PollFor(2 * kFold);
  EXPECT_EQ(Count(seen, pid, "/etc/passwd").acts, 2);
  EXPECT_EQ(Count(seen, pid, "/etc/group").acts, 1);
  EXPECT_EQ(Count(seen, other, "/etc/passwd").acts, 1) << "another process is another act";
  EXPECT_EQ(Count(seen, pid).repeats, 0u);
  ExpectBalance();
}

// More files than there are places: the kernel hands over what was counted when it needs a place.
TEST_F(FoldTest, ManyFilesTakeEachOthersPlacesAndNothingIsLost) {
  constexpr int kFiles = 4 * SENSOR_FOLDS, kTimes = 3;
  char folder[] = "/tmp/vedette_fold_XXXXXX";
  ASSERT_NE(mkdtemp(folder), nullptr);
  const pid_t pid = Act([&folder] {
    int failed = 0;
    for (int file = 0; file < kFiles; ++file) {
      const std::string path = absl::StrCat(folder, "/", file);
      failed |= mknod(path.c_str(), S_IFREG | 0600, 0);
      for (int i = 0; i < kTimes; ++i) failed |= OpenAndClose(path.c_str(), O_RDONLY);
      failed |= unlink(path.c_str());
    }
    return failed;
  });
  const Opens opens = Count(PollUntil(pid, kFiles * kTimes, folder), pid);
  EXPECT_GE(opens.all(), uint64_t{kFiles * kTimes});
  EXPECT_GE(opens.repeats, uint64_t{kFiles});
  ExpectBalance();
  rmdir(folder);
}

// A repeat that comes later than the time allows is a first one.
TEST_F(FoldTest, AfterTheTimeAnActIsSentAgain) {
  const pid_t pid = Act([] {
    int failed = OpenAndClose("/etc/passwd", O_RDONLY);
    usleep(1'300'000);
    return failed | OpenAndClose("/etc/passwd", O_RDONLY);
  });
  const Opens opens = Count(PollFor(absl::Milliseconds(500)), pid, "/etc/passwd");
  EXPECT_EQ(opens.acts, 2);
  EXPECT_EQ(opens.repeats, 0u);
}

TEST_F(FoldTest, AtTheEndWhatWasCountedIsHandedOutAtOnce) {
  const pid_t pid = Act([] {
    int failed = 0;
    for (int i = 0; i < 20; ++i) failed |= OpenAndClose("/etc/passwd", O_RDONLY);
    return failed;
  });
  own().StopFolding();
  EXPECT_EQ(Count(PollFor(absl::Milliseconds(100)), pid, "/etc/passwd").all(), 20u);
  const pid_t later = Act(
      [] { return OpenAndClose("/etc/passwd", O_RDONLY) | OpenAndClose("/etc/passwd", O_RDONLY); });
  EXPECT_EQ(Count(PollFor(absl::Milliseconds(200)), later, "/etc/passwd").acts, 2);
}

}  // namespace
}  // namespace vedette
