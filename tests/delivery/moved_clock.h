// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_TESTS_DELIVERY_MOVED_CLOCK_H_
#define VEDETTE_TESTS_DELIVERY_MOVED_CLOCK_H_

#include <atomic>
#include <cstdint>

#include "absl/time/time.h"
#include "base/clock.h"

namespace vedette {

// The real time, but that as much more has passed as a test says: pauses end when they would. The
// wall clock stays, for deadlines of attempts are real. Any thread.
class MovedClock : public Clock {
 public:
  absl::Time Now() override { return real_.Now(); }
  absl::Duration SinceBoot() override { return real_.SinceBoot() + Moved(); }
  absl::Duration Monotonic() override { return real_.Monotonic() + Moved(); }
  void Advance(absl::Duration by) { moved_ns_ += absl::ToInt64Nanoseconds(by); }

 private:
  absl::Duration Moved() const { return absl::Nanoseconds(moved_ns_.load()); }
  RealClock real_;
  std::atomic<int64_t> moved_ns_ = 0;
};

}  // namespace vedette

#endif  // VEDETTE_TESTS_DELIVERY_MOVED_CLOCK_H_
