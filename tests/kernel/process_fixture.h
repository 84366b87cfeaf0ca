// SPDX-License-Identifier: Apache-2.0
//
// What the tests of the process family share.
#ifndef VEDETTE_TESTS_KERNEL_PROCESS_FIXTURE_H_
#define VEDETTE_TESTS_KERNEL_PROCESS_FIXTURE_H_

#include <sys/stat.h>
#include <sys/wait.h>

#include <cstdlib>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/kernel/kernel_fixture.h"

namespace vedette {

class ProcessKindTest : public KernelTest {
 protected:
  // Some acts concern the whole machine: only a guest's is ours.
  static bool InGuest() { return std::getenv("VEDETTE_TEST_STRICT") != nullptr; }

  // The attached hook of a kind (and part), as "lsm/task_kill"; empty if there is none.
  static std::string HookOf(absl::string_view kind, absl::string_view part = "") {
    for (const Hook& hook : source().hooks()) {
      if (hook.kind->name != kind || hook.state != HookState::kAttached) continue;
      if (part.empty() || PartOf(hook.program) == part) return hook.section;
    }
    return "";
  }
  static bool ByCall(absl::string_view kind, absl::string_view part = "") {
    return IsCallHandler(HookOf(kind, part));
  }

  // WIRE_FLAG_ATTEMPT where security modules are asked, else 0.
  static uint8_t AttemptFlag(absl::string_view kind, absl::string_view part = "") {
    const std::string hook = HookOf(kind, part);
    const bool asked = absl::StartsWith(hook, "lsm/") || absl::StartsWith(hook, "fexit/security_");
    return asked ? WIRE_FLAG_ATTEMPT : 0;
  }

  static std::string InodeOf(const std::string& path) {
    struct stat file = {};
    return stat(path.c_str(), &file) == 0 ? absl::StrCat(file.st_ino) : "";
  }

  // What a child of the act ended with; -1 if by a signal.
  static int StatusOf(pid_t child) {
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
};

}  // namespace vedette

#endif  // VEDETTE_TESTS_KERNEL_PROCESS_FIXTURE_H_
