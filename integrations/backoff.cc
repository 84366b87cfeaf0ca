// SPDX-License-Identifier: Apache-2.0
#include "integrations/backoff.h"

#include <algorithm>

namespace vedette {

absl::Duration Backoff::Next() {
  step_ = std::clamp(2 * step_, limits_.min, std::max(limits_.min, limits_.max));
  return step_ / 2 + Random() * (step_ / 2);
}

// splitmix64: small, and good enough to spread hosts.
double Backoff::Random() {
  random_ += 0x9e3779b97f4a7c15;
  uint64_t z = random_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  z ^= z >> 31;
  return static_cast<double>(z >> 11) * 0x1.0p-53;
}

}  // namespace vedette
