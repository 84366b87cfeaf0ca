// SPDX-License-Identifier: Apache-2.0
//
// What joins events for sequences, thresholds, first_seen and suppress, as text.
#ifndef VEDETTE_ENGINE_MATCH_JOIN_KEY_H_
#define VEDETTE_ENGINE_MATCH_JOIN_KEY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "engine/event.h"

namespace vedette {

inline constexpr size_t kJoinKeyBytesMax = 256;
inline constexpr char kJoinSeparator = '\x1f';

// The values of the fields as people read them, separated; "<NA>" where there is none. Of a longer
// one only the beginning is kept, and a hash of all of it. Empties the arena.
std::string JoinKeyOf(const Event& event, absl::Span<const FieldRef> fields);
// Whether each field has a value.
bool HasAll(const Event& event, absl::Span<const FieldRef> fields);
// "proc.exepath, proc.aname[2]"
std::string FieldNames(absl::Span<const FieldRef> fields);
// With blanks for the separators.
std::string ReadableKey(std::string key);

// Processes by what stays the same over an exec: the pid and when it was created. The one that
// acted first, then who made it, whoever its parent is by now (ProcessTable::ForEachCreator); at
// most 1 + ProcessTable::kAncestorsMax. Empty if unknown.
std::vector<uint64_t> LineageOf(const Event& event);
// The one that `generations` asks for, counted from the process that acted, or the oldest known
// below. Never pid 1 or 2: everything descends from them. 0 if the process is unknown.
uint64_t AnchorOf(const Event& event, uint32_t generations);

}  // namespace vedette

#endif  // VEDETTE_ENGINE_MATCH_JOIN_KEY_H_
