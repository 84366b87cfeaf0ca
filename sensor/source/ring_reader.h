// SPDX-License-Identifier: Apache-2.0
//
// A ring buffer of the kernel, read in place. Unlike libbpf's reader it can look at the next record
// without taking it, says apart from reading how far the kernel may use the room again (until then
// whoever opens the ring next reads the records once more), and maps the ring's memory once instead
// of twice: a record that lies across its end is put together in a buffer.
#ifndef VEDETTE_SENSOR_SOURCE_RING_READER_H_
#define VEDETTE_SENSOR_SOURCE_RING_READER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace vedette {

// Not thread-safe; one reader at a time.
class RingReader {
 public:
  using Record = absl::Span<const std::byte>;
  using Callback = absl::FunctionRef<void(Record record)>;

  // `fd` is a map of type BPF_MAP_TYPE_RINGBUF, needed for the call only.
  static absl::StatusOr<std::unique_ptr<RingReader>> Open(int fd);
  // On memory laid out as the kernel's: consumer and producer position, and the ring of `bytes` (a
  // power of two).
  RingReader(uint64_t* consumer, const uint64_t* producer, const std::byte* data, size_t bytes);
  ~RingReader();
  RingReader(const RingReader&) = delete;
  RingReader& operator=(const RingReader&) = delete;

  // The next record; none if there is none, or the next one is still being written. Valid until
  // Advance().
  std::optional<Record> Peek();
  // Goes behind the record that Peek() has just given.
  void Advance() { next_ = peeked_end_; }
  // Hands out at most `records_max`; their number. A record is valid during the call.
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
  Record PutTogether(uint64_t offset, uint32_t length);

  uint64_t* const consumer_;
  const uint64_t* const producer_;
  const std::byte* const data_;
  const size_t bytes_;
  uint64_t next_;
  uint64_t peeked_end_ = 0;
  uint64_t produced_;                          // When the producer's position was last read.
  std::vector<std::byte> across_;              // A record that lies across the end.
  size_t mapped_front_ = 0, mapped_back_ = 0;  // Bytes of mappings, for munmap; 0: not ours.
};

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_RING_READER_H_
