// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/paced_acts.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "base/file.h"

namespace vedette {
namespace {

constexpr int64_t kTickNs = 500'000;  // So often it does what is due.

bool WriteAll(int to, const void* data, size_t size) {
  const char* at = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t done = write(to, at, size);
    if (done <= 0) return false;
    at += done;
    size -= static_cast<size_t>(done);
  }
  return true;
}

void OpenAndClose(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd >= 0) close(fd);
}

std::vector<int64_t> DoAll(const PacedActs& acts) {
  std::vector<int64_t> begun;
  const int64_t begin = BootNanoseconds();
  const int64_t all_ns = absl::ToInt64Nanoseconds(acts.time);
  const timespec tick = {.tv_sec = 0, .tv_nsec = kTickNs};
  for (uint64_t done = 0;;) {
    const int64_t passed = BootNanoseconds() - begin;
    if (passed >= all_ns) return begun;
    const auto due = static_cast<uint64_t>(passed / 1000) * acts.per_second / 1'000'000;
    while (done < due) {
      if (++done % acts.every != 0) {
        OpenAndClose(acts.others[done % acts.others.size()]);
        continue;
      }
      const std::string path = absl::StrCat(acts.folder, "/", begun.size() + 1);
      begun.push_back(BootNanoseconds());
      OpenAndClose(path);
    }
    nanosleep(&tick, nullptr);
  }
}

}  // namespace

int64_t BootNanoseconds() {
  timespec now;
  clock_gettime(CLOCK_BOOTTIME, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

std::vector<int64_t> DoPaced(const PacedActs& acts) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return {};
  OwnedFd from(ends[0]), to(ends[1]);
  const pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // Its acts are of use to nobody else.
    const std::vector<int64_t> begun = DoAll(acts);
    _exit(WriteAll(to.get(), begun.data(), begun.size() * sizeof(begun[0])) ? 0 : 1);
  }
  to.Reset();
  std::vector<int64_t> begun;
  int64_t one;
  while (read(from.get(), &one, sizeof(one)) == sizeof(one)) begun.push_back(one);
  int status = 1;
  if (child > 0) waitpid(child, &status, 0);
  return status == 0 ? begun : std::vector<int64_t>();
}

}  // namespace vedette
