// SPDX-License-Identifier: Apache-2.0
//
// Instructions, which a busy machine does not change, counted by callgrind: the benchmark starts
// itself below valgrind with --count, and that process marks what is to be counted.
#ifndef VEDETTE_TESTS_BENCH_INSTRUCTIONS_H_
#define VEDETTE_TESTS_BENCH_INSTRUCTIONS_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/statusor.h"

namespace vedette {

// Below valgrind; nothing elsewhere. What runs between the two is counted.
void BeginCounted();
void EndCounted();
// What has been counted since the last call goes by this name.
void NameCounted(const std::string& name);

// By name, from a run of this program with --count. kUnavailable where there is no valgrind.
absl::StatusOr<std::map<std::string, uint64_t>> RunBelowCallgrind();

// What --count does (match_bench.cc). Returns the exit code.
int CountInstructions();

}  // namespace vedette

#endif  // VEDETTE_TESTS_BENCH_INSTRUCTIONS_H_
