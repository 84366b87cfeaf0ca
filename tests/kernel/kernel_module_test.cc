// SPDX-License-Identifier: Apache-2.0
//
// Modules are loaded in guests only; each guest has one to spare, which its first process has
// loaded already.
#include <fcntl.h>
#include <linux/kexec.h>
#include <sys/stat.h>

#include <cstdlib>

#include "base/file.h"
#include "tests/kernel/kernel_fixture.h"
#include "tests/kernel/kernel_outcome.h"

namespace vedette {
namespace {

constexpr char kModule[] = "dummy";
constexpr char kModuleFile[] = "/guest/modules/dummy.ko";
// load.id
constexpr char kLoadModule[] = "2";
constexpr char kLoadKernel[] = "3";

class KernelModuleTest : public KernelTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    if (std::getenv("VEDETTE_TEST_STRICT") == nullptr) {
      GTEST_SKIP() << "modules are loaded only in a guest";
    }
    syscall(SYS_delete_module, kModule, 0);
  }
};

// Takes the module in from its file, and out again.
int LoadAndUnload() {
  const int fd = open(kModuleFile, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 1;
  if (syscall(SYS_finit_module, fd, "", 0) != 0) return 2;
  return syscall(SYS_delete_module, kModule, O_NONBLOCK) == 0 ? 0 : 3;
}

TEST_F(KernelModuleTest, AModuleThatComesAndGoesIsSeenBothTimes) {
  const pid_t pid = Act(LoadAndUnload);
  const std::string who = absl::StrCat(pid);
  const Seen load = Expect("kernel_module", {{"pid", who}, {"unload", "0"}});
  EXPECT_EQ(load.members.at("module_name"), kModule);
  EXPECT_EQ(load.members.at("taints"), "0");
  EXPECT_EQ(load.members.at("result"), "0");
  EXPECT_EQ(load.header.syscall, SYS_finit_module);
  const Seen unload = Expect("kernel_module", {{"pid", who}, {"unload", "1"}});
  EXPECT_EQ(unload.members.at("module_name"), kModule);
  EXPECT_EQ(unload.header.syscall, SYS_delete_module);
}

TEST_F(KernelModuleTest, TheFileOfAModuleIsNamed) {
  if (InMode(SensorMode::kTracepoint)) {
    GTEST_SKIP() << "in tracepoint mode no hook tells which file the kernel reads";
  }
  struct stat file = {};
  ASSERT_EQ(stat(kModuleFile, &file), 0);
  const pid_t pid = Act(LoadAndUnload);
  const Seen seen = Expect("kernel_load", {{"pid", absl::StrCat(pid)}, {"from_memory", "0"}});
  EXPECT_EQ(seen.members.at("load_id"), kLoadModule);
  EXPECT_EQ(seen.members.at("path"), kModuleFile);
  EXPECT_EQ(seen.members.at("ino"), absl::StrCat(file.st_ino));
  EXPECT_EQ(seen.members.at("dev"), absl::StrCat(file.st_dev));
  EXPECT_EQ(seen.members.at("mode"), absl::StrCat(file.st_mode));
  EXPECT_EQ(seen.members.at("result"), "0");
  EXPECT_TRUE(seen.header.flags & WIRE_FLAG_ATTEMPT);
}

TEST_F(KernelModuleTest, AModuleGivenAsBytesIsSeen) {
  if (InMode(SensorMode::kTracepoint)) {
    GTEST_SKIP() << "in tracepoint mode no hook tells that the kernel takes bytes";
  }
  const auto image = ReadFile(kModuleFile, 8 << 20);
  ASSERT_TRUE(image.ok()) << image.status();
  const pid_t pid = Act([&] {
    if (syscall(SYS_init_module, image->data(), image->size(), "") != 0) return 1;
    return syscall(SYS_delete_module, kModule, O_NONBLOCK) == 0 ? 0 : 2;
  });
  const Seen seen = Expect("kernel_load", {{"pid", absl::StrCat(pid)}, {"from_memory", "1"}});
  EXPECT_EQ(seen.members.at("load_id"), kLoadModule);
  EXPECT_EQ(seen.members.at("path"), "");
  EXPECT_EQ(seen.members.at("ino"), "0");
  EXPECT_EQ(seen.members.at("result"), "0");
}

class KexecTest : public KernelTest {};

TEST_F(KexecTest, AKernelToBootIsSeenAtTheReturnOfTheCall) {
  if (!InMode(SensorMode::kTracepoint)) {
    GTEST_SKIP() << "the kernel refuses this one before it asks";
  }
  Outcome outcome;
  const pid_t pid = Act([&] {
    const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    // No such flags: refused whoever asks, before anything is read.
    outcome.Call(SYS_kexec_file_load, nothing, -1, 0, "", ~0UL);
    return 0;
  });
  const Seen seen = Expect("kernel_load", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("load_id"), kLoadKernel);
  EXPECT_EQ(seen.members.at("from_memory"), "0");
  EXPECT_EQ(seen.members.at("path"), "/dev/null");
  EXPECT_EQ(seen.members.at("result"), outcome.result());
  EXPECT_NE(outcome.returned(), 0);
}

}  // namespace
}  // namespace vedette
