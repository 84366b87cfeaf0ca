// SPDX-License-Identifier: Apache-2.0
//
// Numbers of variable length in bytes: seven bits a byte, the lowest first, the highest bit says
// that more follow. Signed ones are zigzag coded, so that small ones of both signs are short.
#ifndef VEDETTE_STORAGE_BYTE_CODE_H_
#define VEDETTE_STORAGE_BYTE_CODE_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace vedette {

constexpr uint64_t ZigZag(int64_t number) {
  return (static_cast<uint64_t>(number) << 1) ^ static_cast<uint64_t>(number >> 63);
}
constexpr int64_t UnZigZag(uint64_t code) {
  return static_cast<int64_t>((code >> 1) ^ (~(code & 1) + 1));
}

void AppendVarint(uint64_t number, std::string& to);
void AppendFixed32(uint32_t number, std::string& to);  // Four bytes, the lowest first.
inline void AppendSigned(int64_t number, std::string& to) { AppendVarint(ZigZag(number), to); }

// Reads what may be anything. After the first mistake ok() is false and every read gives 0 or "".
class ByteReader {
 public:
  explicit ByteReader(absl::string_view bytes) : bytes_(bytes) {}

  uint8_t Byte();
  uint64_t Varint();
  uint32_t Fixed32();
  int64_t Signed() { return UnZigZag(Varint()); }
  // As Varint(), but a number above `max` is a mistake.
  uint64_t Bounded(uint64_t max);
  absl::string_view Bytes(uint64_t size);

  bool ok() const { return ok_; }
  bool AtEnd() const { return bytes_.empty(); }
  void Fail();

 private:
  absl::string_view bytes_;
  bool ok_ = true;
};

}  // namespace vedette

#endif  // VEDETTE_STORAGE_BYTE_CODE_H_
