// SPDX-License-Identifier: Apache-2.0
//
// The sensor notices that it was blinded, and that it lost something. The tests do to their own
// descriptors and maps what a process with root's rights can do to the daemon's: close them by
// ptrace, or write to the maps by their ids. Links of tracing programs know no BPF_LINK_DETACH.
#include <fcntl.h>
#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "tests/kernel/own_sensor.h"

namespace vedette {
namespace {

long Bpf(int command, bpf_attr& attr) { return syscall(SYS_bpf, command, &attr, sizeof(attr)); }

// The number behind "key:" in the text of an fdinfo; -1: none.
int64_t NumberIn(absl::string_view text, absl::string_view key) {
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(line, ":\t");
    int64_t number = 0;
    if (parts.first == key && absl::SimpleAtoi(parts.second, &number)) return number;
  }
  return -1;
}

std::string ProgramName(uint32_t id) {
  bpf_attr attr = {};
  attr.prog_id = id;
  const auto fd = static_cast<int>(Bpf(BPF_PROG_GET_FD_BY_ID, attr));
  bpf_prog_info info = {};
  bpf_attr query = {};
  query.info.bpf_fd = static_cast<__u32>(fd);
  query.info.info_len = sizeof(info);
  query.info.info = reinterpret_cast<uint64_t>(&info);
  const bool known = fd >= 0 && Bpf(BPF_OBJ_GET_INFO_BY_FD, query) == 0;
  close(fd);
  return known ? info.name : "";
}

struct MapInfo {
  int fd = -1;
  std::string name;
  uint32_t value_size = 0;
};

class HeartbeatKernelTest : public OwnSensorTest {
 protected:
  void Open() {
    RingSourceOptions options;
    options.wanted = KindBit(WIRE_file_open) | KindBit(WIRE_network_connect) |
                     KindBit(WIRE_process_fork) | KindBit(WIRE_process_exec) |
                     KindBit(WIRE_process_exit);
    options.heartbeat = absl::Seconds(1);
    OpenOwn(options);
  }

  // The first report of a hook that says so, within 15 s: a guest is slow.
  Seen ExpectHook(absl::string_view state) {
    std::string others;
    for (const absl::Time end = absl::Now() + absl::Seconds(15); absl::Now() < end;) {
      for (Seen& seen : PollFor(absl::Milliseconds(200))) {
        if (seen.kind == "lost") holes_.push_back(seen);
        if (seen.kind != "sensor_hook") continue;
        if (seen.members["hook_state"] == state) return seen;
        absl::StrAppend(&others, " ", seen.members["hook_state"], " ",
                        seen.members["hook_section"]);
      }
    }
    ADD_FAILURE() << "no hook is " << state << "; seen:" << others;
    return {};
  }
  void ExpectNoHook(absl::Duration time) {
    for (Seen& seen : PollFor(time)) {
      EXPECT_NE(seen.kind, "sensor_hook")
          << seen.members["hook_section"] << " " << seen.members["hook_state"];
    }
  }
  // Holes of that kind where a hook did not run.
  int HolesOf(EventKind kind) {
    int count = 0;
    for (Seen& hole : holes_) {
      if (hole.members["stage"] == absl::StrCat(int{WIRE_LOST_hook_stopped}) &&
          hole.members["lost_kind"] == absl::StrCat(int{kind})) {
        ++count;
      }
    }
    return count;
  }

  std::vector<MapInfo> Maps() const {
    std::vector<MapInfo> maps;
    for (const auto& [fd, text] : descriptors()) {
      if (NumberIn(text, "map_id") < 0) continue;
      bpf_map_info info = {};
      bpf_attr query = {};
      query.info.bpf_fd = static_cast<__u32>(fd);
      query.info.info_len = sizeof(info);
      query.info.info = reinterpret_cast<uint64_t>(&info);
      if (Bpf(BPF_OBJ_GET_INFO_BY_FD, query) == 0) maps.push_back({fd, info.name, info.value_size});
    }
    return maps;
  }

  // Takes the program away from its kind; gives the section of the hook.
  std::string TakeAway(EventKind kind) {
    const Hook* blinded = nullptr;
    for (const Hook& hook : own().hooks()) {
      if (hook.kind->kind == kind && hook.state == HookState::kAttached) blinded = &hook;
      if (blinded != nullptr) break;
    }
    if (blinded == nullptr) return "";
    if (IsCallHandler(blinded->section)) return RemoveHandler(kind) ? blinded->section : "";
    return ReplaceLink(blinded->program) ? blinded->section : "";
  }

  std::vector<Seen> holes_;

 private:
  bool RemoveHandler(EventKind kind) const {
    for (const MapInfo& map : Maps()) {
      if (map.name != "call_handlers") continue;
      const __u32 key = kind;
      bpf_attr attr = {};
      attr.map_fd = static_cast<__u32>(map.fd);
      attr.key = reinterpret_cast<uint64_t>(&key);
      return Bpf(BPF_MAP_DELETE_ELEM, attr) == 0;
    }
    return false;
  }

  // The last reference goes, and with it the attachment.
  bool ReplaceLink(const std::string& program) const {
    for (const auto& [fd, text] : descriptors()) {
      const int64_t id = NumberIn(text, "prog_id");
      if (NumberIn(text, "link_id") < 0 || id < 0) continue;
      const std::string name = ProgramName(static_cast<uint32_t>(id));
      if (name.empty() || !absl::StartsWith(program, name)) continue;
      bpf_attr attr = {};
      attr.link_detach.link_fd = static_cast<__u32>(fd);
      EXPECT_NE(Bpf(BPF_LINK_DETACH, attr), 0) << "a link that can be detached by its id";
      EXPECT_EQ(errno, EOPNOTSUPP);
      const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
      const bool replaced = dup2(nothing, fd) == fd;
      close(nothing);
      return replaced;
    }
    return false;
  }
};

TEST_F(HeartbeatKernelTest, WhileAllRunsItIsQuiet) {
  Open();
  ExpectNoHook(absl::Seconds(3));
}

TEST_F(HeartbeatKernelTest, AHookThatIsTakenAwayIsTold) {
  Open();
  ExpectNoHook(absl::Milliseconds(1'500));
  const std::string section = TakeAway(WIRE_file_open);
  ASSERT_FALSE(section.empty()) << "there is nothing to take away";
  const Seen told = ExpectHook("detached");
  EXPECT_EQ(told.members.at("hook_section"), section);
  EXPECT_EQ(told.members.at("hook_kind"), "file_open");
  EXPECT_EQ(told.members.at("comm"), "vedette");
  EXPECT_EQ(told.header.pid, static_cast<__u32>(getpid()));
  EXPECT_NE(told.header.exec_id, 0u) << "the daemon is in its own process table";
  EXPECT_EQ(own().StoppedHooks(), std::vector<std::string>{section});
  EXPECT_GE(HolesOf(WIRE_file_open), 1) << "a query over that time must say so";
}

TEST_F(HeartbeatKernelTest, SomebodyElsesWritingIsToldAndUndone) {
  Open();
  RecordAll(KindBit(WIRE_file_open));
  PollFor(absl::Milliseconds(1'200));
  bool written = false;
  for (const MapInfo& map : Maps()) {
    if (!absl::EndsWith(map.name, ".bss")) continue;
    // No rule set in force, no call wanted: the sensor would send everything or nothing.
    const std::vector<char> zeros(map.value_size);
    const __u32 key = 0;
    bpf_attr attr = {};
    attr.map_fd = static_cast<__u32>(map.fd);
    attr.key = reinterpret_cast<uint64_t>(&key);
    attr.value = reinterpret_cast<uint64_t>(zeros.data());
    written = Bpf(BPF_MAP_UPDATE_ELEM, attr) == 0;
  }
  ASSERT_TRUE(written);
  EXPECT_EQ(ExpectHook("changed").members.at("hook_section"), "");
  const pid_t pid = Act([] { return open("/etc/passwd", O_RDONLY) >= 0 ? 0 : 1; });
  bool seen_again = false;
  for (Seen& seen : PollFor(absl::Seconds(1))) {
    seen_again |= seen.kind == "file_open" && seen.header.pid == static_cast<__u32>(pid) &&
                  seen.header.generation == 1;
  }
  EXPECT_TRUE(seen_again) << "the tables were put right";
}

TEST_F(HeartbeatKernelTest, ACpuThatIsOffLineIsNoAlarm) {
  constexpr char kSwitch[] = "/sys/devices/system/cpu/cpu1/online";
  if (std::getenv("VEDETTE_TEST_STRICT") == nullptr) GTEST_SKIP() << "only in a guest";
  if (access(kSwitch, W_OK) != 0) GTEST_SKIP() << "the guest has no CPU that can go off-line";
  Open();
  ExpectNoHook(absl::Milliseconds(1'500));
  std::ofstream(kSwitch) << "0" << std::flush;
  ExpectNoHook(absl::Milliseconds(2'500));
  std::ofstream(kSwitch) << "1" << std::flush;
  ExpectNoHook(absl::Milliseconds(2'500));
}

TEST_F(HeartbeatKernelTest, WhatTheCriticalLaneLosesRulesHearOf) {
  RingSourceOptions options;
  options.wanted = KindBit(WIRE_file_open) | KindBit(WIRE_process_fork);  // The scope needs forks.
  options.ring_bytes_critical = 64 << 10;
  OpenOwn(options);
  PollFor(absl::Milliseconds(100));
  // Nobody reads meanwhile.
  Act([] {
    for (int i = 0; i < 2'000; ++i) close(open("/etc/passwd", O_RDONLY | O_CLOEXEC));
    return 0;
  });
  uint64_t lost = 0, dropped = 0;
  for (Seen& seen : PollFor(absl::Milliseconds(1'500))) {
    int64_t count = 0;
    if (!absl::SimpleAtoi(seen.members["count"], &count)) continue;
    if (seen.kind == "lost" && seen.members["lost_lane"] == "0") {
      lost += static_cast<uint64_t>(count);
    }
    if (seen.kind != "sensor_drop") continue;
    dropped += static_cast<uint64_t>(count);
    EXPECT_EQ(seen.members["drop_kind"], "file_open");
    EXPECT_EQ(seen.members["drop_lane"], "critical");
    EXPECT_EQ(seen.members["drop_stage"], "ring_full");
  }
  EXPECT_GT(lost, 0u);
  EXPECT_EQ(dropped, lost);
}

}  // namespace
}  // namespace vedette
