// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/program_record.h"

#include <optional>
#include <utility>

#include "base/check.h"

namespace vedette {

static_assert(sizeof(wire_process_exec) == sizeof(wire_process_seen));
static_assert(alignof(wire_process_exec) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);

std::shared_ptr<const ProgramRecord> ProgramRecord::Copy(const EventView& view) {
  CHECK(view.kind() == WIRE_process_exec || view.kind() == WIRE_process_seen);
  std::vector<std::byte> bytes(view.bytes().begin(), view.bytes().end());
  const std::optional<EventView> copy = EventView::Parse(bytes);
  CHECK(copy.has_value());
  // Moving a vector does not move its bytes: the view stays true.
  return std::shared_ptr<const ProgramRecord>(new ProgramRecord(std::move(bytes), *copy));
}

ProgramRecord::ProgramRecord(std::vector<std::byte> bytes, const EventView& view)
    : bytes_(std::move(bytes)), view_(view), container_(ContainerOf(Text(fixed().cgroup))) {}

absl::string_view ProgramRecord::Text(const wire_text& slot) const {
  const size_t length = slot.length & ~WIRE_TEXT_TRUNCATED;
  if (length == 0) return {};
  return {reinterpret_cast<const char*>(bytes_.data()) + slot.offset, length};
}

}  // namespace vedette
