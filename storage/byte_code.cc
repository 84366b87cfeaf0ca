// SPDX-License-Identifier: Apache-2.0
#include "storage/byte_code.h"

namespace vedette {

void AppendVarint(uint64_t number, std::string& to) {
  for (; number >= 0x80; number >>= 7) to.push_back(static_cast<char>(number | 0x80));
  to.push_back(static_cast<char>(number));
}

void AppendFixed32(uint32_t number, std::string& to) {
  for (int shift = 0; shift < 32; shift += 8) to.push_back(static_cast<char>(number >> shift));
}

void ByteReader::Fail() {
  ok_ = false;
  bytes_ = {};
}

uint8_t ByteReader::Byte() {
  if (bytes_.empty()) {
    Fail();
    return 0;
  }
  const auto byte = static_cast<uint8_t>(bytes_.front());
  bytes_.remove_prefix(1);
  return byte;
}

uint64_t ByteReader::Varint() {
  uint64_t number = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const uint64_t byte = Byte();
    if (shift == 63 && byte > 1) break;
    number |= (byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return ok_ ? number : 0;
  }
  Fail();
  return 0;
}

uint32_t ByteReader::Fixed32() {
  uint32_t number = 0;
  for (int shift = 0; shift < 32; shift += 8) number |= uint32_t{Byte()} << shift;
  return ok_ ? number : 0;
}

uint64_t ByteReader::Bounded(uint64_t max) {
  const uint64_t number = Varint();
  if (number <= max) return number;
  Fail();
  return 0;
}

absl::string_view ByteReader::Bytes(uint64_t size) {
  if (size > bytes_.size()) {
    Fail();
    return {};
  }
  const absl::string_view bytes = bytes_.substr(0, size);
  bytes_.remove_prefix(size);
  return bytes;
}

}  // namespace vedette
