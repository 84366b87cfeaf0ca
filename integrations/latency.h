// SPDX-License-Identifier: Apache-2.0
//
// How long things took, in buckets that Prometheus can add up over hosts.
#ifndef VEDETTE_INTEGRATIONS_LATENCY_H_
#define VEDETTE_INTEGRATIONS_LATENCY_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace vedette {

// Upper bounds in seconds, each inclusive; what took longer is in one more bucket.
inline constexpr std::array<double, 14> kLatencyBounds = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300};

struct LatencyCounts {
  std::array<uint64_t, kLatencyBounds.size() + 1> buckets = {};  // Not cumulative.
  double sum_seconds = 0;
  uint64_t count() const;
  // The bound, in seconds, below which this part (0 to 1) of all lies: that of a bucket, so at most
  // one bucket too high. 0: there are none; infinity: in the last bucket.
  double Quantile(double part) const;
};

// Any thread; Add() does not wait.
class LatencyMeter {
 public:
  void Add(absl::Duration took);  // Less than nothing (a clock was set) counts as nothing.
  LatencyCounts Counts() const;

 private:
  std::array<std::atomic<uint64_t>, kLatencyBounds.size() + 1> buckets_ = {};
  std::atomic<uint64_t> sum_ns_ = 0;
};

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_LATENCY_H_
