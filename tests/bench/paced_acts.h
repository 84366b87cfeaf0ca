// SPDX-License-Identifier: Apache-2.0
//
// A process that opens files at an even pace, some of them by a name that stands for a number, and
// remembers when it did those.
#ifndef VEDETTE_TESTS_BENCH_PACED_ACTS_H_
#define VEDETTE_TESTS_BENCH_PACED_ACTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace vedette {

struct PacedActs {
  std::vector<std::string> others;  // Opened in turn.
  std::string folder;               // FOLDER/N, which need not exist, is each `every`th.
  uint64_t per_second = 10'000;
  uint64_t every = 500;
  absl::Duration time = absl::Seconds(20);
};

// When the act with number N was about to begin, on the clock that counts from the boot; at N-1.
// The process is a child of the caller's. Empty: it could not do them all.
std::vector<int64_t> DoPaced(const PacedActs& acts);

int64_t BootNanoseconds();

}  // namespace vedette

#endif  // VEDETTE_TESTS_BENCH_PACED_ACTS_H_
