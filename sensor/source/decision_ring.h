// SPDX-License-Identifier: Apache-2.0
//
// A ring buffer of the kernel whose reader says apart from reading how far it has kept what it
// read: until then the kernel holds the records, and whoever opens the ring next reads them again.
// libbpf's reader gives each record up as soon as it has been read.
#ifndef VEDETTE_SENSOR_SOURCE_DECISION_RING_H_
#define VEDETTE_SENSOR_SOURCE_DECISION_RING_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace vedette {

// Not thread-safe; one reader at a time.
class DecisionRing {
 public:
  using Callback = absl::FunctionRef<void(absl::Span<const std::byte> record)>;

  // `fd` is a map of type BPF_MAP_TYPE_RINGBUF, needed for the call only.
  static absl::StatusOr<std::unique_ptr<DecisionRing>> Open(int fd);
  // On memory laid out as the kernel's: consumer and producer position, and the ring, twice one
  // behind the other, of `bytes` (a power of two).
  DecisionRing(uint64_t* consumer, const uint64_t* producer, const std::byte* data, size_t bytes);
  ~DecisionRing();
  DecisionRing(const DecisionRing&) = delete;
  DecisionRing& operator=(const DecisionRing&) = delete;

  // Hands out at most `records_max`; their number. Ends before a record that is still being
  // written. A record is valid during the call.
  size_t Read(size_t records_max, Callback each);
  // Everything in front of it has been read.
  uint64_t position() const { return next_; }
  // Everything in front of `position` is kept elsewhere: the kernel may use the room.
  void Release(uint64_t position);
  // Begins behind what a position says that was kept, if it lies within the ring.
  void SkipTo(uint64_t position);
  // All that there is has been read and released.
  bool IsDone() const;

 private:
  uint64_t Produced() const;

  uint64_t* const consumer_;
  const uint64_t* const producer_;
  const std::byte* const data_;
  const size_t bytes_;
  uint64_t next_;
  size_t mapped_front_ = 0, mapped_back_ = 0;  // Bytes of mappings, for munmap; 0: not ours.
};

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_DECISION_RING_H_
