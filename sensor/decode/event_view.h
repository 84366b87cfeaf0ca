// SPDX-License-Identifier: Apache-2.0
//
// A record from the kernel or from a file, checked once; after that the type is the proof.
#ifndef VEDETTE_SENSOR_DECODE_EVENT_VIEW_H_
#define VEDETTE_SENSOR_DECODE_EVENT_VIEW_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sensor/schema/schema.h"

namespace vedette {

// A view of one record: no copy, owns nothing, valid as long as the bytes. Any thread.
class EventView {
  struct Checked {};  // Only Parse() can say so.

 public:
  EventView(Checked /*is*/, absl::Span<const std::byte> bytes, const KindInfo* info)
      : bytes_(bytes), info_(info) {
    std::memcpy(&header_, bytes.data(), sizeof(header_));
  }
  // The only way to get one. Empty if the bytes are not exactly one well-formed record: size, kind,
  // lane, and every text inside the record and behind its numbers. `bytes` may be of any alignment.
  static std::optional<EventView> Parse(absl::Span<const std::byte> bytes);

  EventKind kind() const { return static_cast<EventKind>(header_.kind); }
  const KindInfo& info() const { return *info_; }
  const wire_header& header() const { return header_; }
  absl::string_view comm() const;  // Without the NUL and what follows it.
  absl::Span<const std::byte> bytes() const { return bytes_; }

  // The member must be one of HeaderMembers() or info().members.
  uint64_t Number(const Member& member) const;  // Signed ones are sign-extended.
  absl::string_view Text(const Member& member) const;
  bool Truncated(const Member& member) const;
  // Numbers, texts and addresses as a rule sees them. None for an empty text, for kArguments, and
  // for an address of a family that has none.
  Value Get(const Member& member) const;

  // The record as its struct, for code that names members. `T` must be the kind's struct.
  template <typename T>
  T As() const {
    T record;
    CopyOut(&record, sizeof(record));
    return record;
  }

 private:
  void CopyOut(void* to, size_t size) const;

  absl::Span<const std::byte> bytes_;
  wire_header header_;
  const KindInfo* info_;
};

// The texts of a kArguments member: "a\0b\0" is {"a", "b"}. Calls `each(absl::string_view)`.
template <typename Each>
void ForEachArgument(absl::string_view arguments, Each each) {
  while (!arguments.empty()) {
    const size_t end = arguments.find('\0');
    each(arguments.substr(0, end));
    if (end == absl::string_view::npos) return;
    arguments.remove_prefix(end + 1);
  }
}

}  // namespace vedette

#endif  // VEDETTE_SENSOR_DECODE_EVENT_VIEW_H_
