// SPDX-License-Identifier: Apache-2.0
#include "integrations/latency.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace vedette {

uint64_t LatencyCounts::count() const {
  return std::accumulate(buckets.begin(), buckets.end(), uint64_t{0});
}

double LatencyCounts::Quantile(double part) const {
  const uint64_t all = count();
  if (all == 0) return 0;
  uint64_t below = 0;
  for (size_t i = 0; i < kLatencyBounds.size(); ++i) {
    below += buckets[i];
    if (static_cast<double>(below) >= part * static_cast<double>(all)) return kLatencyBounds[i];
  }
  return std::numeric_limits<double>::infinity();
}

void LatencyMeter::Add(absl::Duration took) {
  const absl::Duration time = std::max(took, absl::ZeroDuration());
  const double seconds = absl::ToDoubleSeconds(time);
  const auto bound = std::lower_bound(kLatencyBounds.begin(), kLatencyBounds.end(), seconds);
  const auto index = static_cast<size_t>(bound - kLatencyBounds.begin());
  buckets_[index].fetch_add(1, std::memory_order_relaxed);
  sum_ns_.fetch_add(static_cast<uint64_t>(absl::ToInt64Nanoseconds(time)),
                    std::memory_order_relaxed);
}

LatencyCounts LatencyMeter::Counts() const {
  LatencyCounts counts;
  for (size_t i = 0; i < buckets_.size(); ++i) {
    counts.buckets[i] = buckets_[i].load(std::memory_order_relaxed);
  }
  counts.sum_seconds = static_cast<double>(sum_ns_.load(std::memory_order_relaxed)) / 1e9;
  return counts;
}

}  // namespace vedette
