// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/program_record.h"

#include <optional>
#include <utility>

#include "base/check.h"

namespace vedette {

static_assert(sizeof(wire_process_exec) == sizeof(wire_process_seen));
static_assert(alignof(wire_process_exec) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);

class ProgramRecord::Copied {
 public:
  Copied(const EventView& view, std::pmr::memory_resource& memory)
      : bytes(view.bytes().begin(), view.bytes().end(), &memory), copy(EventView::Parse(bytes)) {
    CHECK(copy.has_value());
  }

  std::pmr::vector<std::byte> bytes;
  std::optional<EventView> copy;
};

std::shared_ptr<const ProgramRecord> ProgramRecord::Copy(const EventView& view,
                                                         std::pmr::memory_resource& memory) {
  CHECK(view.kind() == WIRE_process_exec || view.kind() == WIRE_process_seen);
  return std::allocate_shared<ProgramRecord>(
      std::pmr::polymorphic_allocator<ProgramRecord>(&memory), Copied(view, memory));
}

// Moving a vector does not move its bytes: the view stays true.
ProgramRecord::ProgramRecord(Copied copied)
    : bytes_(std::move(copied.bytes)),
      view_(*copied.copy),
      container_(ContainerOf(Text(fixed().cgroup))) {}

absl::string_view ProgramRecord::Text(const wire_text& slot) const {
  const size_t length = slot.length & ~WIRE_TEXT_TRUNCATED;
  if (length == 0) return {};
  return {reinterpret_cast<const char*>(bytes_.data()) + slot.offset, length};
}

}  // namespace vedette
