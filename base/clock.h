// SPDX-License-Identifier: Apache-2.0
//
// Time comes in through the constructor, so that tests can own it (fake_clock.h).
#ifndef VEDETTE_BASE_CLOCK_H_
#define VEDETTE_BASE_CLOCK_H_

#include "absl/time/time.h"

namespace vedette {

// All functions are safe on any thread and cannot fail. A Clock outlives whoever holds a reference.
class Clock {
 public:
  virtual ~Clock() = default;

  // Wall clock. May jump either way when someone sets it: for showing and storing, not for waiting.
  virtual absl::Time Now() = 0;

  // CLOCK_BOOTTIME: never goes back, runs on while the machine sleeps. The clock of
  // bpf_ktime_get_boot_ns and of a process's start time.
  virtual absl::Duration SinceBoot() = 0;

  // CLOCK_MONOTONIC: never goes back, stands still while the machine sleeps. The clock of
  // bpf_ktime_get_ns; for timeouts and rates.
  virtual absl::Duration Monotonic() = 0;

  // The wall-clock time of a moment on the SinceBoot() clock, as of now.
  absl::Time AtBootOffset(absl::Duration since_boot);
};

class RealClock : public Clock {
 public:
  absl::Time Now() override;
  absl::Duration SinceBoot() override;
  absl::Duration Monotonic() override;
};

}  // namespace vedette

#endif  // VEDETTE_BASE_CLOCK_H_
