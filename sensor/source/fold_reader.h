// SPDX-License-Identifier: Apache-2.0
//
// Repeats that the kernel has counted instead of sending them (sensor/schema/control.h), read from
// memory that it shares with us.
#ifndef VEDETTE_SENSOR_SOURCE_FOLD_READER_H_
#define VEDETTE_SENSOR_SOURCE_FOLD_READER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "sensor/schema/control.h"
#include "sensor/source/record_source.h"

namespace vedette {

// Not thread-safe, but the kernel may write the places meanwhile. Does not own them.
class FoldReader {
 public:
  FoldReader(absl::Span<sensor_fold> places, uint64_t fold_ns)
      : places_(places), fold_ns_(fold_ns), record_(SENSOR_FOLD_RECORD_MAX) {}

  // Hands out a record with WIRE_FLAG_REPEATS for each act whose time is over at `now_ns` (boot
  // clock) and that was repeated, and frees its place. A place that the kernel is just using waits
  // for the next time.
  void HandOutOld(uint64_t now_ns, RecordCallback each) { HandOut(now_ns, false, each); }
  // The same of all places, whether their time is over or not.
  void HandOutAll(RecordCallback each) { HandOut(0, true, each); }

 private:
  void HandOut(uint64_t now_ns, bool all, RecordCallback each);

  const absl::Span<sensor_fold> places_;
  const uint64_t fold_ns_;
  std::vector<std::byte> record_;
};

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_FOLD_READER_H_
