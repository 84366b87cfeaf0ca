// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/interruption.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "absl/time/clock.h"
#include "base/check.h"

namespace vedette {
namespace {

constexpr int kPatienceSeconds = 20;

}  // namespace

void EndProcess(pid_t pid, int patience_seconds) {
  kill(pid, SIGTERM);
  const absl::Time end = absl::Now() + absl::Seconds(patience_seconds);
  while (waitpid(pid, nullptr, WNOHANG) == 0) {
    if (absl::Now() >= end) kill(pid, SIGKILL);
    absl::SleepFor(absl::Milliseconds(5));
  }
}

Interruption::Interruption() {
  sigemptyset(&ours_);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&ours_, signal);
  CHECK(pthread_sigmask(SIG_BLOCK, &ours_, &before_) == 0);
  signals_ = OwnedFd(signalfd(-1, &ours_, SFD_CLOEXEC));
  end_ = OwnedFd(eventfd(0, EFD_CLOEXEC));
  CHECK(signals_.valid() && end_.valid());
  thread_ = std::thread([this] { Watch(); });
}

Interruption::~Interruption() {
  CHECK(eventfd_write(end_.get(), 1) == 0);
  thread_.join();
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void Interruption::Add(pid_t pid) {
  const std::lock_guard lock(mu_);
  pids_.insert(pid);
}
void Interruption::Forget(pid_t pid) {
  const std::lock_guard lock(mu_);
  pids_.erase(pid);
}
void Interruption::AddFolder(const std::string& path) {
  const std::lock_guard lock(mu_);
  folders_.insert(path);
}
void Interruption::ForgetFolder(const std::string& path) {
  const std::lock_guard lock(mu_);
  folders_.erase(path);
}

void Interruption::Watch() {
  pollfd wanted[] = {{.fd = signals_.get(), .events = POLLIN, .revents = 0},
                     {.fd = end_.get(), .events = POLLIN, .revents = 0}};
  while (true) {
    if (poll(wanted, 2, -1) < 0) continue;
    signalfd_siginfo told = {};
    if (wanted[0].revents != 0 && read(signals_.get(), &told, sizeof(told)) == sizeof(told)) {
      EndAll(static_cast<int>(told.ssi_signo));
    }
    if (wanted[1].revents != 0) return;
  }
}

void Interruption::EndAll(int signal) {
  const std::lock_guard lock(mu_);
  for (const pid_t pid : pids_) EndProcess(pid, kPatienceSeconds);
  std::error_code ignored;
  for (const std::string& folder : folders_) std::filesystem::remove_all(folder, ignored);
  ::signal(signal, SIG_DFL);
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, signal);
  pthread_sigmask(SIG_UNBLOCK, &only, nullptr);
  raise(signal);
  _exit(128 + signal);
}

}  // namespace vedette
