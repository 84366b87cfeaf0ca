// SPDX-License-Identifier: Apache-2.0
//
// The kinds of events as `vedette doctor` lists them: by family, how each is seen, by which hooks,
// and why not all. Pure.
#ifndef VEDETTE_CLI_DOCTOR_COVERAGE_H_
#define VEDETTE_CLI_DOCTOR_COVERAGE_H_

#include <string>

#include "absl/types/span.h"
#include "sensor/source/hooks.h"

namespace vedette {

// Lines of at most 80 columns, unless a word is longer; with what the words mean below.
std::string CoverageText(absl::Span<const Hook> hooks);

}  // namespace vedette

#endif  // VEDETTE_CLI_DOCTOR_COVERAGE_H_
