// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/actor.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <utility>

#include "tests/bench/bench.h"

namespace vedette {
namespace {

struct Order {
  Act act;
  uint32_t times;
};

double ChildSeconds() {
  rusage usage;
  getrusage(RUSAGE_CHILDREN, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void ActOnce(Act act) {
  switch (act) {
    case Act::kGetppid:
      syscall(SYS_getppid);
      break;
    case Act::kOpenClose:
      close(open("/etc/hostname", O_RDONLY | O_CLOEXEC));
      break;
    case Act::kForkExec: {
      const pid_t child = fork();
      if (child == 0) {
        execl("/bin/true", "true", static_cast<char*>(nullptr));
        _exit(127);
      }
      waitpid(child, nullptr, 0);
      break;
    }
  }
}

// The actor's life: until nobody orders any more.
void Serve(int from, int to) {
  Order order;
  while (read(from, &order, sizeof(order)) == sizeof(order)) {
    const double begin = ProcessSeconds() + ChildSeconds();
    for (uint32_t i = 0; i < order.times; ++i) ActOnce(order.act);
    const double took = ProcessSeconds() + ChildSeconds() - begin;
    const double each = 1e9 * took / order.times;
    if (write(to, &each, sizeof(each)) != sizeof(each)) return;
  }
}

}  // namespace

Actor::Actor(OwnedFd to, OwnedFd from, pid_t middle)
    : to_(std::move(to)), from_(std::move(from)), middle_(middle) {}

std::unique_ptr<Actor> Actor::Start() {
  int orders[2], answers[2];
  if (pipe2(orders, O_CLOEXEC) != 0 || pipe2(answers, O_CLOEXEC) != 0) return nullptr;
  const pid_t middle = fork();
  if (middle == 0) {
    const pid_t actor = fork();
    close(orders[1]);
    close(answers[0]);
    if (actor == 0) Serve(orders[0], answers[1]);
    if (actor > 0) {
      close(orders[0]);
      close(answers[1]);
      waitpid(actor, nullptr, 0);
    }
    _exit(0);
  }
  close(orders[0]);
  close(answers[1]);
  OwnedFd to(orders[1]), from(answers[0]);
  if (middle < 0) return nullptr;
  return std::unique_ptr<Actor>(new Actor(std::move(to), std::move(from), middle));
}

Actor::~Actor() {
  to_.Reset();
  from_.Reset();
  waitpid(middle_, nullptr, 0);
}

double Actor::Do(Act act, uint32_t times, absl::FunctionRef<void()> meanwhile) {
  const Order order = {act, times};
  if (write(to_.get(), &order, sizeof(order)) != sizeof(order)) return -1;
  pollfd ready = {.fd = from_.get(), .events = POLLIN, .revents = 0};
  while (poll(&ready, 1, 1) == 0) meanwhile();
  double each = -1;
  if (read(from_.get(), &each, sizeof(each)) != sizeof(each)) return -1;
  meanwhile();
  return each;
}

}  // namespace vedette
