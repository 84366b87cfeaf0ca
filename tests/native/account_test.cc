// SPDX-License-Identifier: Apache-2.0
//
// The daemon's accounts: repeats are one row with their number, losses above the threshold are an
// alert, and so is a daemon that another process with root's rights has blinded. Natively in
// tracepoint mode, limited to this test's own process tree, and in guests in the other modes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/bpf.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/native/acts.h"
#include "tests/native/daemon_process.h"

namespace vedette {
namespace {

using nlohmann::json;
using testing::ContainsRegex;
using testing::HasSubstr;

// Emulated guests are slow.
constexpr absl::Duration kPatience = absl::Seconds(30);

long Bpf(int command, bpf_attr& attr) { return syscall(SYS_bpf, command, &attr, sizeof(attr)); }

// A map of another process, by the id that its descriptor tells.
struct OthersMap {
  int fd = -1;
  bpf_map_info info = {};
};

OthersMap OpenMap(uint32_t id) {
  OthersMap map;
  bpf_attr attr = {};
  attr.map_id = id;
  map.fd = static_cast<int>(Bpf(BPF_MAP_GET_FD_BY_ID, attr));
  bpf_attr query = {};
  query.info.bpf_fd = static_cast<__u32>(map.fd);
  query.info.info_len = sizeof(map.info);
  query.info.info = reinterpret_cast<uint64_t>(&map.info);
  if (map.fd >= 0) Bpf(BPF_OBJ_GET_INFO_BY_FD, query);
  return map;
}

// The first map of the process whose name ends so; its descriptor is -1 if there is none.
OthersMap FindMap(pid_t pid, absl::string_view suffix) {
  std::error_code error;
  const std::string folder = absl::StrCat("/proc/", pid, "/fdinfo");
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    std::string line;
    for (std::ifstream text(entry.path()); std::getline(text, line);) {
      const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(line, ":\t");
      uint32_t id = 0;
      if (parts.first != "map_id" || !absl::SimpleAtoi(parts.second, &id)) continue;
      OthersMap map = OpenMap(id);
      if (map.fd >= 0 && absl::EndsWith(map.info.name, suffix)) return map;
      close(map.fd);
    }
  }
  return {};
}

class AccountTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "loading programs into the kernel takes root";
    char name[] = "/tmp/vedette_account_XXXXXX";
    folder_ = mkdtemp(name);
    store_ = absl::StrCat(folder_, "/vedette.db");
  }
  void TearDown() override {
    daemon_.reset();
    std::error_code error;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, error);
  }

  static std::string Mode() {
    const char* mode = std::getenv("VEDETTE_TEST_MODE");
    return mode != nullptr ? mode : "tracepoint";
  }

  std::string In(const std::string& name) const { return absl::StrCat(folder_, "/", name); }
  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(In(name)) << text;
  }

  // With the shipped rules about the sensor itself.
  void Start(const std::string& config) {
    Write("config.yaml", config);
    const char* packs = std::getenv("VEDETTE_PACKS");
    const std::string folder = packs != nullptr ? packs : "";
    daemon_ = std::make_unique<DaemonProcess>(std::vector<std::string>{
        "run", "--config", In("config.yaml"), "--output", "json", "--rules", folder + "/base",
        "--rules", folder + "/self", "--store", store_, "--mode", Mode(), "--scope",
        absl::StrCat("pid:", getpid())});
    ASSERT_TRUE(daemon_->running()) << daemon_->errors();
  }
  void StopAndExpectBalance() {
    daemon_->Signal(SIGTERM);
    EXPECT_EQ(daemon_->Wait(), 0) << daemon_->errors();
    EXPECT_THAT(daemon_->errors(), HasSubstr("; balanced\n"));
  }

  json ExpectAlert(const std::string& rule) {
    const auto alert =
        daemon_->WaitFor([&](const json& a) { return a["rule"] == rule; }, kPatience);
    EXPECT_TRUE(alert.has_value()) << rule << "\n" << daemon_->errors();
    return alert.value_or(json());
  }
  // The second line of the answer: the numbers.
  std::string Ask(const std::string& question) const {
    const Finished query = RunVedette({"query", "--store", store_, "--format", "csv", question});
    const std::vector<std::string> lines = absl::StrSplit(query.output, '\n');
    return lines.size() < 2 ? query.errors : lines[1];
  }

  std::string folder_, store_;
  std::unique_ptr<DaemonProcess> daemon_;
};

TEST_F(AccountTest, RepeatsAreOneRowWithTheirNumber) {
  Start("recording: {marked: \"evt.kind = file_open and fd.name endswith /marked\"}\n");
  Write("marked", "");
  ASSERT_GT(DoAs("reader", absl::StrCat("open-often ", In("marked"))), 0);
  daemon_->Read(absl::Seconds(1));
  StopAndExpectBalance();
  EXPECT_THAT(daemon_->errors(), HasSubstr(" + repeats "));
  EXPECT_EQ(Ask("SELECT sum(repeats), count(*) < sum(repeats) / 4, count(DISTINCT exec_id), "
                "max(repeats) > 1 FROM file_open WHERE path LIKE '%/marked' AND comm = 'reader'"),
            absl::StrCat(kOpenOften, ",1,1,1"));
}

TEST_F(AccountTest, LossesAboveTheThresholdAlert) {
  Start(
      "sensor: {bulk_per_cgroup: 100, drop_threshold: 10, fold: 0s}\n"
      "recording: {opens: \"evt.kind = file_open\"}\n");
  std::filesystem::current_path(folder_);
  ASSERT_GT(DoAs("flooder", "flood-open 2"), 0);
  const json alert = ExpectAlert("Sensor dropped events");
  std::filesystem::current_path("/");
  EXPECT_THAT(std::string(alert["message"]), HasSubstr("events of kind file_open (why: limited)"));
  EXPECT_EQ(alert["processes"][0]["name"], "vedette") << "the sensor speaks of itself";
  StopAndExpectBalance();
  EXPECT_EQ(Ask("SELECT count(*) > 0 FROM gaps WHERE kind = 'file_open' AND stage = 'limited'"),
            "1");
}

// Another process clears what the programs are told: no rules, no calls.
TEST_F(AccountTest, WritingToTheTablesIsAlertedAndUndone) {
  Start("recording: {opens: \"evt.kind = file_open and fd.name endswith /marked\"}\n");
  daemon_->Read(absl::Seconds(2));
  const OthersMap map = FindMap(daemon_->pid(), ".bss");
  ASSERT_GE(map.fd, 0) << "the daemon has no such map";
  const std::vector<char> zeros(map.info.value_size);
  const __u32 key = 0;
  bpf_attr attr = {};
  attr.map_fd = static_cast<__u32>(map.fd);
  attr.key = reinterpret_cast<uint64_t>(&key);
  attr.value = reinterpret_cast<uint64_t>(zeros.data());
  ASSERT_EQ(Bpf(BPF_MAP_UPDATE_ELEM, attr), 0);
  ExpectAlert("Sensor tables changed");
  EXPECT_TRUE(daemon_->WaitForError("somebody has written to the tables", absl::Seconds(5)));
  Write("marked", "");
  ASSERT_GT(DoAs("reader", absl::StrCat("open ", In("marked"))), 0);
  daemon_->Read(absl::Seconds(1));
  StopAndExpectBalance();
  EXPECT_EQ(Ask("SELECT count(*) > 0 FROM file_open WHERE comm = 'reader'"), "1");
}

// And takes the handler of opens away.
TEST_F(AccountTest, AHookThatIsTakenAwayIsAlerted) {
  if (Mode() != "tracepoint") {
    GTEST_SKIP() << "links of other modes cannot be detached from outside; tests/kernel/"
                    "heartbeat_test does it from inside";
  }
  Start(
      "sensor: {heartbeat: 1s}\n"
      "recording: {opens: \"evt.kind = file_open and fd.name endswith /marked\"}\n");
  daemon_->Read(absl::Seconds(2));
  const OthersMap map = FindMap(daemon_->pid(), "call_handlers");
  ASSERT_GE(map.fd, 0) << "the daemon has no such map";
  int removed = 0;
  for (__u32 kind = 0; kind < map.info.max_entries; ++kind) {
    bpf_attr attr = {};
    attr.map_fd = static_cast<__u32>(map.fd);
    attr.key = reinterpret_cast<uint64_t>(&kind);
    if (Bpf(BPF_MAP_DELETE_ELEM, attr) == 0) ++removed;
  }
  ASSERT_GT(removed, 0);
  const json alert = ExpectAlert("Sensor hook stopped");
  EXPECT_THAT(
      std::string(alert["message"]),
      ContainsRegex("hook tp_btf/sys_exit is detached: events of kind [a-z_]+ are missing"));
  StopAndExpectBalance();
  EXPECT_THAT(daemon_->errors(), HasSubstr("; hooks that do not run: tp_btf/sys_exit"));
  EXPECT_EQ(Ask("SELECT count(*) > 0 FROM gaps WHERE kind = 'file_open' AND stage = "
                "'hook_stopped' AND count = 0"),
            "1");
}

}  // namespace
}  // namespace vedette
