// SPDX-License-Identifier: Apache-2.0
//
// Records of an older format become records of this one: sensor/schema/history.h says where their
// kinds' structs grew. What the old one lacked is zero, which every such member takes for unknown.
#ifndef VEDETTE_SENSOR_SOURCE_RECORD_UPGRADE_H_
#define VEDETTE_SENSOR_SOURCE_RECORD_UPGRADE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "sensor/schema/schema.h"

namespace vedette {

// Not thread-safe: it has one buffer, which holds one record.
class RecordUpgrade {
 public:
  // `version` is of WIRE_VERSION_OLDEST to WIRE_VERSION.
  explicit RecordUpgrade(uint32_t version);

  // True if no record needs anything.
  bool IsIdentity() const { return !any_; }

  // The record as this version has it: `record` itself, or a copy that is valid until the next
  // call. Any bytes are safe; of a record that is damaged (cut inside of its struct, of a kind that
  // does not exist) the bytes come back as they are, for EventView to refuse. `record` is not
  // larger than WIRE_RECORD_MAX.
  absl::Span<const std::byte> Apply(absl::Span<const std::byte> record);

 private:
  struct Growth {
    size_t at;  // In the struct that has grown so far.
    size_t bytes;
  };
  void MoveTexts(const KindInfo& info, size_t grown);

  std::array<std::vector<Growth>, WIRE_KIND_LIMIT> by_kind_;
  std::array<size_t, WIRE_KIND_LIMIT> grown_{};  // Sum of the kind's.
  bool any_ = false;
  std::vector<std::byte> buffer_;
};

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_RECORD_UPGRADE_H_
