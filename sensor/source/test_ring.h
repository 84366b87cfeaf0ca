// SPDX-License-Identifier: Apache-2.0
//
// The kernel's side of a ring buffer, for tests of its readers.
#ifndef VEDETTE_SENSOR_SOURCE_TEST_RING_H_
#define VEDETTE_SENSOR_SOURCE_TEST_RING_H_

#include <linux/bpf.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "absl/strings/string_view.h"
#include "sensor/source/ring_reader.h"

namespace vedette {

template <size_t kRingBytes>
class TestRing {
 public:
  static constexpr size_t kBytes = kRingBytes;

  // False if there is no room.
  bool Add(absl::string_view text, uint32_t bits = 0) {
    const uint64_t stride = (text.size() + BPF_RINGBUF_HDR_SZ + 7) / 8 * 8;
    if (produced + stride - consumed > kBytes) return false;
    std::vector<std::byte> record(stride);
    const uint32_t header = static_cast<uint32_t>(text.size()) | bits;
    std::memcpy(record.data(), &header, sizeof(header));
    std::memcpy(record.data() + BPF_RINGBUF_HDR_SZ, text.data(), text.size());
    for (size_t i = 0; i < record.size(); ++i) data[(produced + i) % kBytes] = record[i];
    produced += stride;
    return true;
  }
  std::unique_ptr<RingReader> Reader() {
    return std::make_unique<RingReader>(&consumed, &produced, data, kBytes);
  }

  uint64_t consumed = 0, produced = 0;
  alignas(8) std::byte data[kBytes] = {};
};

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_TEST_RING_H_
