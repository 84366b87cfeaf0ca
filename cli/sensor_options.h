// SPDX-License-Identifier: Apache-2.0
//
// From settings to an open sensor, and what to tell about its hooks.
#ifndef VEDETTE_CLI_SENSOR_OPTIONS_H_
#define VEDETTE_CLI_SENSOR_OPTIONS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cli/config/config.h"
#include "rules/lang/program.h"
#include "sensor/source/ring_source.h"

namespace vedette {

// Fork, exec and exit: without them nobody knows who acts.
KindSet ProcessKinds();

// kInvalidArgument, kNotFound: the scope. Others as RingSource::Open.
absl::StatusOr<std::unique_ptr<RingSource>> OpenSensor(const Config::Sensor& settings,
                                                       KindSet wanted);

// Kinds that an attached hook serves.
KindSet AttachedKinds(absl::Span<const Hook> hooks);

// "mode tracepoint, 5 hooks, whole host": what has been attached.
std::string DescribeSensor(SensorMode mode, absl::Span<const Hook> hooks, absl::string_view scope);

// A sentence for each kind that was wanted and has no hook that works, with the reason.
std::vector<std::string> HookWarnings(absl::Span<const Hook> hooks);

// Those, and one for each rule about the environment of programs where that is not recorded.
std::vector<std::string> SilentRules(absl::Span<const Hook> hooks, const Program& program,
                                     const Config::Sensor& settings);

// kFailedPrecondition if `wanted` has kinds whose hooks are left out because nobody wanted them at
// the start.
absl::Status CheckHooksFor(KindSet wanted, absl::Span<const Hook> hooks);

}  // namespace vedette

#endif  // VEDETTE_CLI_SENSOR_OPTIONS_H_
