// SPDX-License-Identifier: Apache-2.0
//
// A clock that moves when the test says so.
#ifndef VEDETTE_BASE_FAKE_CLOCK_H_
#define VEDETTE_BASE_FAKE_CLOCK_H_

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "base/clock.h"

namespace vedette {

// Safe on any thread. Starts at `now` with `since_boot` on both clocks that count from boot.
class FakeClock : public Clock {
 public:
  explicit FakeClock(absl::Time now = absl::FromUnixSeconds(1'700'000'000),
                     absl::Duration since_boot = absl::Hours(1))
      : now_(now), since_boot_(since_boot) {}

  absl::Time Now() override {
    absl::MutexLock lock(&mu_);
    return now_;
  }
  absl::Duration SinceBoot() override {
    absl::MutexLock lock(&mu_);
    return since_boot_;
  }
  absl::Duration Monotonic() override { return SinceBoot(); }

  // Time passes, on all clocks.
  void Advance(absl::Duration duration) {
    absl::MutexLock lock(&mu_);
    now_ += duration;
    since_boot_ += duration;
  }

  // Someone sets the wall clock; the clocks that count from boot do not notice.
  void SetWallClock(absl::Time now) {
    absl::MutexLock lock(&mu_);
    now_ = now;
  }

 private:
  absl::Mutex mu_;
  absl::Time now_ ABSL_GUARDED_BY(mu_);
  absl::Duration since_boot_ ABSL_GUARDED_BY(mu_);
};

}  // namespace vedette

#endif  // VEDETTE_BASE_FAKE_CLOCK_H_
