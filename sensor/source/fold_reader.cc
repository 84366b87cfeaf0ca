// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/fold_reader.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "sensor/schema/wire.h"

namespace vedette {
namespace {

// As enter_slot() in sensor/bpf/slot.h.
bool Enter(sensor_fold& place) {
  if (__atomic_add_fetch(&place.busy, 1, __ATOMIC_SEQ_CST) == 1) return true;
  __atomic_sub_fetch(&place.busy, 1, __ATOMIC_SEQ_CST);
  return false;
}

void Leave(sensor_fold& place) { __atomic_sub_fetch(&place.busy, 1, __ATOMIC_SEQ_CST); }

uint64_t Load(const __u64& number) { return __atomic_load_n(&number, __ATOMIC_RELAXED); }

}  // namespace

void FoldReader::HandOut(uint64_t now_ns, bool all, RecordCallback each) {
  for (sensor_fold& place : places_) {
    if (Load(place.repeats) == 0) continue;
    const uint64_t since_ns = Load(place.since_ns);
    if (!all && (now_ns < since_ns || now_ns - since_ns < fold_ns_)) continue;
    if (!Enter(place)) continue;
    // Read again: the kernel may have handed it over in between.
    const size_t size = place.record_size;
    const uint64_t repeats = place.repeats, last_ns = place.last_ns;
    const bool good = repeats > 0 && size >= sizeof(wire_header) && size <= record_.size();
    if (good) std::memcpy(record_.data(), place.record, size);
    place.repeats = 0;
    place.record_size = 0;
    Leave(place);
    if (!good) continue;
    wire_header header;
    std::memcpy(&header, record_.data(), sizeof(header));
    header.time_ns = last_ns;
    header.sequence = 0;
    header.repeats =
        static_cast<uint32_t>(std::min<uint64_t>(repeats, std::numeric_limits<uint32_t>::max()));
    header.flags |= WIRE_FLAG_REPEATS;
    std::memcpy(record_.data(), &header, sizeof(header));
    each(absl::MakeConstSpan(record_.data(), size));
  }
}

}  // namespace vedette
