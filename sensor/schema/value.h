// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The types that a field can have, and one value of a field.
#ifndef VEDETTE_SENSOR_SCHEMA_VALUE_H_
#define VEDETTE_SENSOR_SCHEMA_VALUE_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace vedette {

enum class FieldType : uint8_t {
  kUnsigned,
  kSigned,
  kBool,
  kText,
  kPath,       // Text; compared as text, matched by whole components by `pmatch`.
  kArguments,  // Texts, each ended by a NUL. Rules never see it: context fields do.
  kAddress,    // IPv4 or IPv6.
  kNetwork,    // An address that is compared with networks.
  kPort,
  kBytes,  // Any bytes, as they are.
  kDouble,
  kWallTime,  // Nanoseconds since 1970.
  kBootTime,  // Nanoseconds on the boot clock. Rules never see it.
  kDuration,  // Nanoseconds.
};

// "unsigned", "text", ...: as docs/fields.md and `vedette fields` print it.
absl::string_view FieldTypeName(FieldType type);

struct IpAddress {
  bool is_v6 = false;
  std::array<uint8_t, 16> bytes{};  // IPv4 fills the first four; the rest is zero.
  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

// One value, or none. Owns nothing: `text` points into the event, its process or its arena, and is
// valid as long as the event.
struct Value {
  enum class Kind : uint8_t { kNone, kUnsigned, kSigned, kBool, kDouble, kText, kAddress };

  static Value None() { return {}; }
  static Value Unsigned(uint64_t n) { return {.kind = Kind::kUnsigned, .number = n}; }
  static Value Signed(int64_t n) { return {.kind = Kind::kSigned, .number = uint64_t(n)}; }
  static Value Bool(bool b) { return {.kind = Kind::kBool, .number = b}; }
  static Value Double(double d) {
    return {.kind = Kind::kDouble, .number = std::bit_cast<uint64_t>(d)};
  }
  static Value Text(absl::string_view t) { return {.kind = Kind::kText, .text = t}; }
  static Value Address(const IpAddress& a) { return {.kind = Kind::kAddress, .address = a}; }

  bool HasValue() const { return kind != Kind::kNone; }
  int64_t AsSigned() const { return static_cast<int64_t>(number); }
  double AsDouble() const { return std::bit_cast<double>(number); }

  Kind kind = Kind::kNone;
  uint64_t number = 0;          // kUnsigned, kSigned (two's complement), kBool, kDouble (its bits).
  absl::string_view text = {};  // Bytes, too.
  IpAddress address = {};
};

// The values of one field of one event: usually one, none if the field does not apply, several for
// fields that speak of any of them (either end of a connection, any ancestor). `=` and its like
// hold if they hold for one value; `!=` holds if there is a value and all differ. Bounded; what
// does not fit is dropped.
class Values {
 public:
  static constexpr size_t kCapacity = 64;
  void Clear() { size_ = 0; }
  void Add(const Value& value) {
    if (value.HasValue() && size_ < kCapacity) values_[size_++] = value;
  }
  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }
  const Value& operator[](size_t i) const { return values_[i]; }
  const Value* begin() const { return values_.data(); }
  const Value* end() const { return values_.data() + size_; }

 private:
  size_t size_ = 0;
  std::array<Value, kCapacity> values_;
};

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SCHEMA_VALUE_H_
