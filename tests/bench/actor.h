// SPDX-License-Identifier: Apache-2.0
//
// A process that acts while the sensor looks on or does not: a grandchild of this one, because the
// sensor never reports the process that loaded it, nor its children.
#ifndef VEDETTE_TESTS_BENCH_ACTOR_H_
#define VEDETTE_TESTS_BENCH_ACTOR_H_

#include <sys/types.h>

#include <cstdint>
#include <memory>

#include "absl/functional/function_ref.h"
#include "base/file.h"

namespace vedette {

enum class Act : uint8_t { kGetppid, kOpenClose, kForkExec };

class Actor {
 public:
  // Null if it cannot be started.
  static std::unique_ptr<Actor> Start();
  ~Actor();  // It ends when its pipe does.

  // Does it `times` times. Nanoseconds of CPU time for one, children included. Calls `meanwhile`
  // about every millisecond until it is done. Negative: it has gone.
  double Do(Act act, uint32_t times, absl::FunctionRef<void()> meanwhile);

 private:
  Actor(OwnedFd to, OwnedFd from, pid_t middle);
  OwnedFd to_, from_;
  pid_t middle_;  // Waits for the actor.
};

}  // namespace vedette

#endif  // VEDETTE_TESTS_BENCH_ACTOR_H_
