// SPDX-License-Identifier: Apache-2.0
#include "cli/privileges.h"

#include <cap-ng.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace vedette {
namespace {

TEST(Privileges, TheNearestFolderThatExistsDecides) {
  EXPECT_FALSE(IsInFolderOfAnother(testing::TempDir() + "/no/such/folder/file") && geteuid() == 0);
  EXPECT_EQ(IsInFolderOfAnother("/etc/no/such/folder/file"), geteuid() != 0);
}

// In a process of its own: what is dropped does not come back.
TEST(Privileges, OnlyWhatIsNeededStays) {
  const pid_t child = fork();
  if (child == 0) {
    if (!DropPrivileges({}).ok()) _exit(1);
    capng_get_caps_process();
    if (capng_have_capability(CAPNG_EFFECTIVE, CAP_SYS_ADMIN) != 0) _exit(2);
    if (capng_have_capability(CAPNG_PERMITTED, CAP_SYS_PTRACE) != 0) _exit(3);
    if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0) _exit(4);
    if (geteuid() == 0 && access("/root", R_OK) != 0) _exit(5);
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0) << WEXITSTATUS(status);
}

TEST(Privileges, WhoReadsExecutablesMayLookIntoProcesses) {
  const pid_t child = fork();
  if (child == 0) {
    capng_get_caps_process();
    const bool had = capng_have_capability(CAPNG_PERMITTED, CAP_SYS_PTRACE) != 0;
    if (!DropPrivileges({}, true).ok()) _exit(1);
    capng_get_caps_process();
    const bool has = capng_have_capability(CAPNG_EFFECTIVE, CAP_SYS_PTRACE) != 0;
    if (has != had) _exit(2);  // Only what we have can be kept.
    if (capng_have_capability(CAPNG_EFFECTIVE, CAP_SYS_ADMIN) != 0) _exit(3);
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0) << WEXITSTATUS(status);
}

}  // namespace
}  // namespace vedette
