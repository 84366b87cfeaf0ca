// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/scope.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace vedette {
namespace {

TEST(Scope, NothingMeansEverything) {
  const auto scope = ResolveScope("");
  ASSERT_TRUE(scope.ok());
  EXPECT_EQ(scope->kind, SCOPE_ALL);
}

TEST(Scope, AProcessTreeIsNamedByItsRoot) {
  const auto scope = ResolveScope(absl::StrCat("pid:", getpid()));
  ASSERT_TRUE(scope.ok()) << scope.status();
  EXPECT_EQ(scope->kind, SCOPE_PROCESS_TREE);
  EXPECT_EQ(scope->pid, static_cast<uint32_t>(getpid()));
}

TEST(Scope, WhatIsNotAScopeIsRefusedWithAnExample) {
  for (const char* text :
       {"pid:", "pid:0", "pid:abc", "pid:-1", "pid:+1", "pid: 1", "cgroup:", "tree:1", "4242"}) {
    const auto scope = ResolveScope(text);
    EXPECT_EQ(scope.status().code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_NE(scope.status().message().find("pid:4242"), absl::string_view::npos) << text;
  }
}

TEST(Scope, AProcessOrCgroupThatIsNotThereIsNotFound) {
  EXPECT_EQ(ResolveScope("pid:4194305").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(ResolveScope("cgroup:/no/such/cgroup").status().code(), absl::StatusCode::kNotFound);
}

TEST(Scope, ATreeHoldsChildrenAndGrandchildren) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    const pid_t grandchild = fork();
    if (grandchild != 0) (void)!write(ends[1], &grandchild, sizeof(grandchild));
    close(ends[1]);
    char byte;
    (void)!read(ends[0], &byte, 0);
    pause();
    _exit(0);
  }
  pid_t grandchild = 0;
  ASSERT_EQ(read(ends[0], &grandchild, sizeof(grandchild)), ssize_t{sizeof(grandchild)});
  const std::vector<uint32_t> tree = ProcessTreeOf(static_cast<uint32_t>(getpid()));
  EXPECT_EQ(tree.front(), static_cast<uint32_t>(getpid()));
  for (const pid_t pid : {child, grandchild}) {
    EXPECT_EQ(std::count(tree.begin(), tree.end(), static_cast<uint32_t>(pid)), 1) << pid;
    kill(pid, SIGKILL);
  }
  waitpid(child, nullptr, 0);
  close(ends[0]);
  close(ends[1]);
}

}  // namespace
}  // namespace vedette
