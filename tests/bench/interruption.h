// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_TESTS_BENCH_INTERRUPTION_H_
#define VEDETTE_TESTS_BENCH_INTERRUPTION_H_

#include <signal.h>
#include <sys/types.h>

#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "base/file.h"

namespace vedette {

// What a benchmark leaves behind when it is ended from outside (Ctrl-C, kill, a time limit): no
// process and no file. While it exists, SIGINT, SIGTERM and SIGHUP end the processes that it was
// told of, remove the folders, and then end this one as they would have. One at a time; made before
// the threads of whoever uses it.
class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  // Any thread. A process is forgotten before somebody else waits for its end.
  void Add(pid_t pid);
  void Forget(pid_t pid);
  void AddFolder(const std::string& path);
  void ForgetFolder(const std::string& path);
  // That of a process which is to be ended by these signals as any other.
  const sigset_t& mask_before() const { return before_; }

 private:
  void Watch();
  [[noreturn]] void EndAll(int signal);

  sigset_t ours_, before_;
  OwnedFd signals_, end_;
  std::mutex mu_;
  std::set<pid_t> pids_;           // Guarded by mu_,
  std::set<std::string> folders_;  // as well.
  std::thread thread_;
};

// SIGTERM, and SIGKILL if it has not ended by that after `patience_seconds`; waits for it.
void EndProcess(pid_t pid, int patience_seconds);

}  // namespace vedette

#endif  // VEDETTE_TESTS_BENCH_INTERRUPTION_H_
