// SPDX-License-Identifier: Apache-2.0
//
// How much of each kind of events the attached hooks see, and why not all: for `vedette doctor` and
// for docs/kernels.md, which says the same of several kernels.
#ifndef VEDETTE_SENSOR_SOURCE_COVERAGE_H_
#define VEDETTE_SENSOR_SOURCE_COVERAGE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sensor/source/hooks.h"
#include "sensor/source/own_acts.h"

namespace vedette {

enum class Seen : uint8_t {
  kWhole,
  kBefore,    // Asked before the act: the result is the verdict, and what fails earlier is unseen.
  kAtReturn,  // At the return of system calls: what io_uring does passes by.
  kInParts,   // One of the ways in which the kind comes about has no hook.
  kNot,
  kUnwanted,  // Nobody needs it, so nothing is attached.
};
absl::string_view SeenName(Seen seen);     // "yes", "before", "at return", "in part", "no", "-"
absl::string_view SeenMeaning(Seen seen);  // A sentence; empty for kWhole.

// Of these RingSource does an act of its own when it opens: their hooks have been called by then.
inline constexpr KindSet kKindsDoneAtStart =
    (kCheapActs & ~KindBit(WIRE_system_call)) | kProgramActs;

struct Coverage {
  const KindInfo* kind = nullptr;
  Seen seen = Seen::kNot;
  std::vector<std::string> hooks;  // The sections that are attached.
  std::string why;                 // Where something is missing: what stands in the way.
};

// One for each kind that has hooks or should have: all but those of category "internal". In the
// order of their numbers.
std::vector<Coverage> CoverageOf(absl::Span<const Hook> hooks);

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_COVERAGE_H_
