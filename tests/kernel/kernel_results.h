// SPDX-License-Identifier: Apache-2.0
//
// What a run leaves for docs/kernels.md: a line for each kind of events, members divided by tabs:
// release of the kernel, mode, kind, how it is seen (sensor/source/coverage.h), whether a test
// expected a record and got one, the WIRE_FLAG_* bits that all of those have, the hooks, and why
// not all.
#ifndef VEDETTE_TESTS_KERNEL_KERNEL_RESULTS_H_
#define VEDETTE_TESTS_KERNEL_KERNEL_RESULTS_H_

#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "sensor/source/ring_source.h"

namespace vedette {

// Into kernels.tsv of the folder that VEDETTE_TEST_RESULTS names; nothing where it names none.
// `expected` has the kinds that tests expected and got, and the flags that all records have.
void WriteKernelResults(const RingSource& source, const std::map<std::string, uint8_t>& expected);

// Into a file of that folder. False: there is no such folder.
bool WriteResult(absl::string_view file, absl::string_view text);

}  // namespace vedette

#endif  // VEDETTE_TESTS_KERNEL_KERNEL_RESULTS_H_
