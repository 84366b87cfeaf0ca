// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_INTEGRATIONS_BACKOFF_H_
#define VEDETTE_INTEGRATIONS_BACKOFF_H_

#include <cstdint>

#include "absl/time/time.h"

namespace vedette {

// How long to wait before the next attempt: doubles from `min` to `max`; a random half of it keeps
// many hosts from coming back at the same moment. Deterministic for a seed. Not thread-safe.
class Backoff {
 public:
  struct Limits {
    absl::Duration min, max;
  };
  Backoff(const Limits& limits, uint64_t seed) : limits_(limits), random_(seed) {}

  // Between half of the present step and all of it; then the step doubles.
  absl::Duration Next();
  void Reset() { step_ = absl::ZeroDuration(); }

 private:
  double Random();  // In [0, 1).

  const Limits limits_;
  uint64_t random_;
  absl::Duration step_;
};

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_BACKOFF_H_
