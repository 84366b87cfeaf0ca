// SPDX-License-Identifier: Apache-2.0
//
// One recorded minute, made by hand: a host with an SSH login, a web server and a container, quiet
// work, and one of each kind of suspicious act. For the replay test, the benchmarks and the seeds
// of the fuzz targets.
#ifndef VEDETTE_TESTS_REPLAY_SAMPLE_H_
#define VEDETTE_TESTS_REPLAY_SAMPLE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "rules/lang/load.h"
#include "rules/lang/program.h"
#include "sensor/decode/record_builder.h"
#include "sensor/source/record_source.h"

namespace vedette {

HostMetadata SampleHost();

// In the order of delivery. Calls are given by numbers that all machines share, or not at all.
// `quiet`: processes that do nothing that would alert.
std::vector<RecordBytes> SampleRecords(uint64_t quiet = 40);

// The files of rules/packs in the order in which the daemon reads them.
std::vector<RuleSource> ShippedRules();
// Compiled; ends the test if they have an error.
std::shared_ptr<const Program> ShippedProgram();

}  // namespace vedette

#endif  // VEDETTE_TESTS_REPLAY_SAMPLE_H_
