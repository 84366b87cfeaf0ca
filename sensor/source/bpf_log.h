// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_SENSOR_SOURCE_BPF_LOG_H_
#define VEDETTE_SENSOR_SOURCE_BPF_LOG_H_

#include <string>

#include "absl/strings/string_view.h"

namespace vedette {

// Sends libbpf's messages to the debug log instead of stderr. Process-wide; call as often as you
// like.
void QuietLibbpf();

// One sentence for a load or attach that failed with -`error`: what the kernel said in
// `verifier_log`, if it said anything, else what the number means in this place.
std::string WhyRefused(int error, absl::string_view verifier_log);

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_BPF_LOG_H_
