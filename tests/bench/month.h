// SPDX-License-Identifier: Apache-2.0
//
// A month of a host's life as records: a web server, a build machine and people in one, day and
// night, with rare things among the usual ones, so that the questions of docs/forensics.md have
// something to find. The same for the same numbers.
#ifndef VEDETTE_TESTS_BENCH_MONTH_H_
#define VEDETTE_TESTS_BENCH_MONTH_H_

#include <cstddef>
#include <cstdint>
#include <functional>

#include "absl/types/span.h"

namespace vedette {

inline constexpr int64_t kMonthSeconds = int64_t{30} * 86400;

// Calls `each` for `count` records, whose times on the boot clock lie between 0 and kMonthSeconds,
// ascending. About every hundredth begins a process.
void MakeMonth(
    uint64_t count,
    const std::function<void(absl::Span<const std::byte> record, uint64_t time_ns)>& each);

}  // namespace vedette

#endif  // VEDETTE_TESTS_BENCH_MONTH_H_
