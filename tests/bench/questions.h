// SPDX-License-Identifier: Apache-2.0
//
// The twenty questions of docs/forensics.md, asked of a store.
#ifndef VEDETTE_TESTS_BENCH_QUESTIONS_H_
#define VEDETTE_TESTS_BENCH_QUESTIONS_H_

#include <string>

#include "tests/bench/bench.h"

namespace vedette {

// How long each takes, opening included, at the 95th percentile of 20 repetitions: the slowest as
// one row, and the two scans of everything. CPU time of this thread, so that a busy machine does
// not count. 19 is `vedette gaps`, 20 is `vedette hunt` (docs/forensics.md has its figures).
void AddTwentyQuestions(const std::string& path, BenchRows& rows);

}  // namespace vedette

#endif  // VEDETTE_TESTS_BENCH_QUESTIONS_H_
