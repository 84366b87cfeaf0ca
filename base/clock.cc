// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <ctime>

#include "absl/time/clock.h"

namespace vedette {
namespace {

absl::Duration ReadClock(clockid_t id) {
  timespec value = {};
  clock_gettime(id, &value);  // Cannot fail for clocks that the oldest kernel has.
  return absl::DurationFromTimespec(value);
}

}  // namespace

absl::Time Clock::AtBootOffset(absl::Duration since_boot) {
  return Now() - (SinceBoot() - since_boot);
}

absl::Time RealClock::Now() { return absl::Now(); }
absl::Duration RealClock::SinceBoot() { return ReadClock(CLOCK_BOOTTIME); }
absl::Duration RealClock::Monotonic() { return ReadClock(CLOCK_MONOTONIC); }

}  // namespace vedette
