// SPDX-License-Identifier: Apache-2.0
//
// For tests: a host with a process table, that answers what a field of a record is.
#ifndef VEDETTE_ENGINE_ENRICH_TEST_HOST_H_
#define VEDETTE_ENGINE_ENRICH_TEST_HOST_H_

#include <deque>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "base/check.h"
#include "engine/enrich/host_info.h"
#include "engine/enrich/process_table.h"
#include "engine/event.h"
#include "sensor/decode/record_builder.h"
#include "sensor/schema/field_ref.h"

namespace vedette {

// "proc.aname[2]" as a rule would name it. Ends the test if there is no such field.
inline FieldRef TestField(absl::string_view text) {
  FieldRef ref;
  const size_t bracket = text.find('[');
  absl::optional<absl::string_view> argument;
  if (bracket != absl::string_view::npos) {
    argument = absl::StripSuffix(text.substr(bracket + 1), "]");
  }
  const FieldRefError error = ResolveFieldRef(text.substr(0, bracket), argument, ref);
  CHECK(error == FieldRefError::kNone) << "no field " << text;
  return ref;
}

class TestHost {
 public:
  TestHost() : TestHost(SomeHost()) {}
  explicit TestHost(HostMetadata metadata)
      : host(std::move(metadata), HostInfo::Lookup::kMetadataOnly, absl::UTCTimeZone()) {}

  static HostMetadata SomeHost() {
    HostMetadata metadata;
    metadata.hostname = "web1";
    metadata.boot_id = "boot";
    metadata.wall_minus_boot_ns = 1'714'564'800'000'000'000;  // 2024-05-01T12:00:00Z
    metadata.users = {{0, "root"}, {1000, "ann"}};
    metadata.groups = {{7, "ops"}};
    return metadata;
  }

  // Into the process table.
  void Give(const RecordBuilder& builder) {
    const RecordBytes record = builder.Build();
    const auto view = EventView::Parse(record);
    CHECK(view.has_value());
    table.OnBegin(*view);
    table.OnExit(*view);
  }

  // The record as an event. Valid until the test host goes.
  Event MakeEvent(const RecordBuilder& builder) {
    records_.push_back(builder.Build());
    const auto view = EventView::Parse(records_.back());
    CHECK(view.has_value());
    views_.push_back(*view);
    const EventView& kept = views_.back();
    return {kept,
            ++number_,
            host.WallTime(kept.header().time_ns),
            table.Find(kept.header().exec_id),
            table,
            host,
            arena};
  }

  // The field as text: "<NA>" if there is none.
  std::string Get(const RecordBuilder& builder, absl::string_view field) {
    arena.Clear();
    const Event event = MakeEvent(builder);
    std::string text;
    AppendField(event, TestField(field), text);
    return text;
  }

  ProcessTable table;
  HostInfo host;
  Arena arena;

 private:
  std::deque<RecordBytes> records_;
  std::deque<EventView> views_;
  uint64_t number_ = 0;
};

}  // namespace vedette

#endif  // VEDETTE_ENGINE_ENRICH_TEST_HOST_H_
