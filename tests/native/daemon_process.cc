// SPDX-License-Identifier: Apache-2.0
// No unit test: daemon_test uses it.
#include "tests/native/daemon_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "absl/time/clock.h"

namespace vedette {
namespace {

struct Child {
  pid_t pid = -1;
  int output = -1, error = -1;
};

Child Spawn(const std::vector<std::string>& arguments) {
  const char* binary = std::getenv("VEDETTE_BINARY");
  std::vector<std::string> words = {binary != nullptr ? binary : "vedette"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  int output[2], error[2];
  if (pipe2(output, O_CLOEXEC) != 0 || pipe2(error, O_CLOEXEC) != 0) return {};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, output[1], 1);
  posix_spawn_file_actions_adddup2(&actions, error[1], 2);
  Child child = {.pid = -1, .output = output[0], .error = error[0]};
  if (posix_spawnp(&child.pid, argv[0], &actions, nullptr, argv.data(), environ) != 0) {
    child.pid = -1;
  }
  posix_spawn_file_actions_destroy(&actions);
  close(output[1]);
  close(error[1]);
  return child;
}

// Appends what can be read without waiting. False at the end of the stream.
bool ReadSome(int fd, std::string& to) {
  std::array<char, 65536> bytes;
  const ssize_t size = read(fd, bytes.data(), bytes.size());
  if (size > 0) to.append(bytes.data(), static_cast<size_t>(size));
  return size > 0;
}

int StatusOf(pid_t pid) {
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Finished RunVedette(const std::vector<std::string>& arguments) {
  Finished finished;
  const Child child = Spawn(arguments);
  if (child.pid < 0) return finished;
  std::array<pollfd, 2> ends = {{{child.output, POLLIN, 0}, {child.error, POLLIN, 0}}};
  while (ends[0].fd >= 0 || ends[1].fd >= 0) {
    poll(ends.data(), ends.size(), -1);
    if (ends[0].revents != 0 && !ReadSome(child.output, finished.output)) ends[0].fd = -1;
    if (ends[1].revents != 0 && !ReadSome(child.error, finished.errors)) ends[1].fd = -1;
  }
  close(child.output);
  close(child.error);
  finished.status = StatusOf(child.pid);
  return finished;
}

DaemonProcess::DaemonProcess(const std::vector<std::string>& arguments) {
  const Child child = Spawn(arguments);
  pid_ = child.pid;
  output_ = child.output;
  error_ = child.error;
  // In a guest on a busy machine it takes long to load programs.
  const char* patience = std::getenv("VEDETTE_TEST_PATIENCE");
  const int seconds = patience == nullptr ? 20 : std::atoi(patience);
  if (pid_ > 0 && !WaitForError("is watching", absl::Seconds(seconds))) {
    Signal(SIGTERM);
    Wait();
  }
}

DaemonProcess::~DaemonProcess() {
  if (pid_ > 0) {
    Signal(SIGTERM);
    Wait();
  }
  close(output_);
  close(error_);
}

void DaemonProcess::Read(absl::Duration duration) {
  const absl::Time end = absl::Now() + duration;
  do {
    std::array<pollfd, 2> ends = {{{output_, POLLIN, 0}, {error_, POLLIN, 0}}};
    if (poll(ends.data(), ends.size(), 10) <= 0) continue;
    if (ends[0].revents & POLLIN) ReadSome(output_, partial_);
    if (ends[1].revents & POLLIN) ReadSome(error_, errors_);
    for (size_t line = 0; (line = partial_.find('\n')) != std::string::npos;) {
      const auto alert = nlohmann::json::parse(partial_.substr(0, line), nullptr, false);
      partial_.erase(0, line + 1);
      if (alert.is_object()) alerts_.push_back(alert);
    }
  } while (absl::Now() < end);
}

std::optional<nlohmann::json> DaemonProcess::WaitFor(
    const std::function<bool(const nlohmann::json&)>& fits, absl::Duration timeout) {
  const absl::Time end = absl::Now() + timeout;
  do {
    Read(absl::Milliseconds(10));
    for (const nlohmann::json& alert : alerts_) {
      if (fits(alert)) return alert;
    }
  } while (absl::Now() < end);
  return std::nullopt;
}

bool DaemonProcess::WaitForError(const std::string& text, absl::Duration timeout) {
  const absl::Time end = absl::Now() + timeout;
  do {
    Read(absl::Milliseconds(10));
    if ((errors_ + partial_).find(text) != std::string::npos) return true;
    if (waitpid(pid_, nullptr, WNOHANG) == pid_) {
      Read(absl::Milliseconds(50));
      pid_ = -1;
      return false;
    }
  } while (absl::Now() < end);
  return false;
}

void DaemonProcess::Signal(int signal) {
  if (pid_ > 0) kill(pid_, signal);
}

int DaemonProcess::Wait() {
  if (pid_ <= 0) return -1;
  const int status = StatusOf(pid_);
  pid_ = -1;
  Read(absl::Milliseconds(10));
  return status;
}

}  // namespace vedette
