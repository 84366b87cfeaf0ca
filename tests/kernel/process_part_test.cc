// SPDX-License-Identifier: Apache-2.0
//
// The classifier knows what a process runs: from its exec, from its creator, or because it was
// there before the sensor. The table here tells by the survivors of an open what that was.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>

#include "absl/strings/str_cat.h"
#include "sensor/schema/classify.h"
#include "tests/kernel/kernel_fixture.h"

namespace vedette {
namespace {

constexpr char kShell[] = "/bin/sh";
constexpr char kFile[] = "/etc/passwd";

// Of the survivors: the program is the shell, or nobody knows; nobody knows.
constexpr uint64_t kMayBeShell = 1, kUnjudged = 2;

classify_vector Without(uint64_t bits) {
  classify_vector vector;
  std::fill(std::begin(vector.words), std::end(vector.words), ~uint64_t{0});
  vector.words[0] &= ~bits;
  return vector;
}

std::string RealShell() {
  char* const real = realpath(kShell, nullptr);
  std::string path = real == nullptr ? kShell : real;
  std::free(real);
  return path;
}

std::pair<classify_path_key, classify_vector> Node(uint32_t generation, absl::string_view prefix,
                                                   uint64_t missing) {
  classify_path_key key = {};
  key.prefix_bits = static_cast<uint32_t>(64 + 8 * prefix.size());
  key.generation = generation;
  key.kind = CLASSIFY_TRIE(exe, WIRE_file_open);
  std::memcpy(key.path, prefix.data(), prefix.size());
  return {key, Without(missing)};
}

// Lets everything through; `telling`: and says of opens by whom.
ClassifierImage MakeImage(uint32_t generation, bool telling) {
  ClassifierImage image;
  for (const KindInfo& info : Kinds()) {
    auto& [number, kind] = image.kinds.emplace_back(info.kind, classify_kind{});
    std::fill(std::begin(kind.modes), std::end(kind.modes), Without(0));
    kind.alerting = Without(0);
    if (telling && info.kind == WIRE_file_open) kind.used = 1u << CLASSIFY_exe;
  }
  image.paths.push_back(Node(generation, "", kMayBeShell | kUnjudged));
  const std::string shell = RealShell();
  image.paths.push_back(
      Node(generation, absl::string_view(shell.c_str(), shell.size() + 1), kUnjudged));
  return image;
}

class ProcessPartTest : public KernelTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    ASSERT_TRUE(source().LoadClassifier(1, MakeImage(1, true)).ok());
  }
  void TearDown() override {
    if (IsSkipped() || HasFatalFailure()) return;
    ASSERT_TRUE(source().LoadClassifier(2, MakeImage(2, false)).ok());
  }
  uint64_t Told(const std::string& pid) {
    const Seen open = Expect("file_open", {{"pid", pid}, {"path", kFile}});
    return open.header.survivors[0] & (kMayBeShell | kUnjudged);
  }
};

TEST_F(ProcessPartTest, AnExecTellsWhatAProcessRuns) {
  const std::string script = absl::StrCat(": < ", kFile);
  const pid_t pid = Act([&] {
    execl(kShell, "sh", "-c", script.c_str(), nullptr);
    return 1;
  });
  EXPECT_EQ(Told(absl::StrCat(pid)), kMayBeShell);
}

TEST_F(ProcessPartTest, AChildRunsWhatItsCreatorRuns) {
  const std::string script = absl::StrCat("(: < ", kFile, "); :");
  const pid_t pid = Act([&] {
    execl(kShell, "sh", "-c", script.c_str(), nullptr);
    return 1;
  });
  const Seen exec = Expect("process_exec", {{"pid", absl::StrCat(pid)}});
  const Seen fork = Expect("process_fork", {{"exec_id", exec.members.at("exec_id")}});
  EXPECT_EQ(Told(fork.members.at("child_pid")), kMayBeShell);
}

TEST_F(ProcessPartTest, WhatWasThereBeforeIsKnownAndItsChildrenAre) {
  const pid_t pid = Act([] {
    const int fd = open(kFile, O_RDONLY);
    return fd < 0 ? 1 : close(fd);
  });
  EXPECT_EQ(Told(absl::StrCat(pid)), 0u);
}

// The second open of the same kind is judged by what was folded for the first, and the third by
// another rule set.
TEST_F(ProcessPartTest, WhatWasFoldedIsTheSame) {
  const std::string script = absl::StrCat(": < /etc/group; : < ", kFile);
  const pid_t pid = Act([&] {
    execl(kShell, "sh", "-c", script.c_str(), nullptr);
    return 1;
  });
  EXPECT_EQ(Told(absl::StrCat(pid)), kMayBeShell);
}

}  // namespace
}  // namespace vedette
