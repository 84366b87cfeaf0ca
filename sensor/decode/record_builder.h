// SPDX-License-Identifier: Apache-2.0
//
// For tests and benchmarks: makes valid records from names and values.
//
//   const auto record = RecordBuilder(WIRE_file_open)
//                           .Set("pid", 42).Set("comm", "cat").Set("path", "/etc/shadow")
//                           .Build();
//   const auto view = EventView::Parse(record);
//
// Everything that is not set is zero or empty, the lane is critical, no system call is in progress
// and the survivors are all ones (not judged). A name that the kind does not have, and a value of
// another shape, end the test.
#ifndef VEDETTE_SENSOR_DECODE_RECORD_BUILDER_H_
#define VEDETTE_SENSOR_DECODE_RECORD_BUILDER_H_

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "sensor/schema/schema.h"

namespace vedette {

using RecordBytes = std::vector<std::byte>;

class RecordBuilder {
 public:
  explicit RecordBuilder(EventKind kind);

  // The kind's own members come before the header's of the same name (`flags`, `generation`): reach
  // those through header().
  template <std::integral T>
  RecordBuilder& Set(absl::string_view member, T number) {
    return SetNumber(member, static_cast<uint64_t>(number));
  }
  // A text; for addresses their usual notation ("10.0.0.1", "::1"), which also sets an unset
  // `family`.
  RecordBuilder& Set(absl::string_view member, absl::string_view text);
  RecordBuilder& Set(absl::string_view member, const char* text) {
    return Set(member, absl::string_view(text));
  }
  // {"ls", "-l"} becomes "ls\0-l\0".
  RecordBuilder& SetArguments(absl::string_view member, const std::vector<std::string>& arguments);
  // Says that the text was longer.
  RecordBuilder& SetTruncated(absl::string_view member);

  wire_header& header() { return header_; }

  RecordBytes Build() const;

 private:
  const Member& Find(absl::string_view name) const;
  bool InHeader(const Member& member) const;
  // Where the member is kept until Build().
  std::byte* Place(const Member& member);
  RecordBuilder& SetNumber(absl::string_view name, uint64_t number);

  const KindInfo& info_;
  wire_header header_{};
  std::vector<std::byte> numbers_;  // The struct; its header part is header_.
  std::map<const Member*, std::string> texts_;
  std::map<const Member*, bool> truncated_;
};

}  // namespace vedette

#endif  // VEDETTE_SENSOR_DECODE_RECORD_BUILDER_H_
