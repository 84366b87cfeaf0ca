// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/dns_message.h"

#include <algorithm>

namespace vedette {
namespace {

constexpr size_t kHeaderSize = 12;
constexpr uint16_t kAnswerFlag = 0x8000;
constexpr uint16_t kTypeA = 1;
constexpr uint16_t kTypeAaaa = 28;
constexpr int kPointersMax = 16;  // A name of more jumps is a trap.

// Reads from the front; fails for good at the end of the bytes.
class Reader {
 public:
  explicit Reader(absl::string_view bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  size_t at() const { return at_; }

  uint8_t U8() {
    if (at_ >= bytes_.size()) {
      ok_ = false;
      return 0;
    }
    return static_cast<uint8_t>(bytes_[at_++]);
  }
  uint16_t U16() {
    const uint8_t high = U8();
    return static_cast<uint16_t>(high << 8 | U8());
  }
  absl::string_view Take(size_t size) {
    if (size > bytes_.size() - at_) {
      ok_ = false;
      return {};
    }
    at_ += size;
    return bytes_.substr(at_ - size, size);
  }
  void Jump(size_t to) {
    ok_ = ok_ && to < bytes_.size();
    if (ok_) at_ = to;
  }

 private:
  absl::string_view bytes_;
  size_t at_ = 0;
  bool ok_ = true;
};

void AppendLabel(absl::string_view label, DnsMessage& message) {
  const auto put = [&](char c) {
    if (message.name_size < DnsMessage::kNameMax) message.name_bytes[message.name_size++] = c;
  };
  if (message.name_size > 0) put('.');
  for (const char c : label) put(c > 0x20 && c < 0x7f && c != '.' ? c : '?');
}

// Leaves the reader behind the name. `message` is null where the name does not matter.
bool ReadName(Reader& reader, absl::string_view bytes, DnsMessage* message) {
  Reader labels = reader;
  bool jumped = false;
  for (int pointers = 0; pointers < kPointersMax;) {
    const uint8_t size = labels.U8();
    if (!labels.ok()) return false;
    if (size >= 0xc0) {
      const size_t to = static_cast<size_t>(size & 0x3f) << 8 | labels.U8();
      if (!jumped) reader = labels;
      jumped = true;
      ++pointers;
      if (!labels.ok() || to >= bytes.size()) return false;
      labels.Jump(to);
      continue;
    }
    if (size >= 0x40) return false;
    if (size == 0) {
      if (!jumped) reader = labels;
      return reader.ok();
    }
    const absl::string_view label = labels.Take(size);
    if (!labels.ok()) return false;
    if (message != nullptr) AppendLabel(label, *message);
  }
  return false;
}

void ReadAddress(uint16_t type, absl::string_view data, DnsMessage& message) {
  const bool is_v4 = type == kTypeA && data.size() == 4;
  const bool is_v6 = type == kTypeAaaa && data.size() == 16;
  if ((!is_v4 && !is_v6) || message.address_count == DnsMessage::kAddressesMax) return;
  IpAddress& address = message.addresses[message.address_count++];
  address.is_v6 = is_v6;
  std::copy(data.begin(), data.end(), reinterpret_cast<char*>(address.bytes.data()));
}

}  // namespace

std::optional<DnsMessage> ParseDnsMessage(absl::string_view bytes) {
  Reader reader(bytes);
  reader.U16();  // Id.
  const uint16_t flags = reader.U16();
  const uint16_t questions = reader.U16();
  const uint16_t answers = reader.U16();
  reader.Jump(kHeaderSize);
  if (!reader.ok() || questions == 0) return std::nullopt;
  DnsMessage message;
  message.is_answer = (flags & kAnswerFlag) != 0;
  message.rcode = flags & 0xf;
  if (!ReadName(reader, bytes, &message)) return std::nullopt;
  message.type = reader.U16();
  reader.U16();  // Class.
  if (!reader.ok()) return std::nullopt;
  for (uint16_t i = 0; questions == 1 && i < answers; ++i) {
    if (!ReadName(reader, bytes, nullptr)) break;
    const uint16_t type = reader.U16();
    reader.Take(6);  // Class and time to live.
    const uint16_t size = reader.U16();
    const absl::string_view data = reader.Take(size);
    if (!reader.ok()) break;
    ReadAddress(type, data, message);
  }
  return message;
}

}  // namespace vedette
