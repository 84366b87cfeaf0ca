// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_TESTS_BENCH_EMPTY_PROGRAM_H_
#define VEDETTE_TESTS_BENCH_EMPTY_PROGRAM_H_

#include "absl/status/statusor.h"
#include "base/file.h"

namespace vedette {

// A BPF program that returns at once, attached to the return of every system call as long as the
// descriptor is open: what the least possible observer costs.
absl::StatusOr<OwnedFd> AttachEmptyProgram();

// How many programs that can slow system calls are loaded on this machine, whoever did it.
int CountTracingPrograms();

}  // namespace vedette

#endif  // VEDETTE_TESTS_BENCH_EMPTY_PROGRAM_H_
