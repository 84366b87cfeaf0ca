// SPDX-License-Identifier: Apache-2.0
//
// Which rows of the history matter where few events are wanted: those, and of the events that begin
// and end processes only what concerns who did them. Most of the time that a rare rule takes over a
// month would else go into processes that it never asks about.
#ifndef VEDETTE_STORAGE_HISTORY_LEAN_H_
#define VEDETTE_STORAGE_HISTORY_LEAN_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/history_plan.h"

namespace vedette {

// Beyond so many wanted events everything is read in its order: it is then no slower.
inline constexpr size_t kLeanEventsMax = 20'000;
// Of processes' begins and ends, which are kept in memory while one looks: 30 bytes each.
inline constexpr int64_t kLeanLifeRowsMax = 16'000'000;

// For each task its rows, ascending: wanted by the question's chooser, or the begin or end of a
// process that did something wanted or is the target of it, that is an ancestor or an earlier
// program of such a one, or that is in one's container. Looks on as many threads as there are
// decoders. None: there are too many, or a segment has gone meanwhile; read everything.
absl::StatusOr<std::optional<std::vector<std::vector<uint32_t>>>> LeanRowsOf(
    const std::vector<HistoryTask>& tasks, const HistoryQuestion& question,
    std::vector<HistoryDecoder>& decoders);

}  // namespace vedette

#endif  // VEDETTE_STORAGE_HISTORY_LEAN_H_
