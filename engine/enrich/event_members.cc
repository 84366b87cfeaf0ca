// SPDX-License-Identifier: Apache-2.0
// No unit test: fields_file_test and fields_network_test read every member through the getters.
#include "engine/enrich/event_members.h"

#include <array>

#include "sensor/schema/classify.h"

namespace vedette {

const EventMembers& MembersOf(EventKind kind) {
  static const auto* const by_kind = [] {
    auto* table = new std::array<EventMembers, WIRE_KIND_LIMIT>{};
    for (const KindInfo& info : Kinds()) {
#define FIND_MEMBER(member) (*table)[info.kind].member = FindMember(info, #member);
      EVENT_MEMBERS(FIND_MEMBER)
#undef FIND_MEMBER
    }
    return table;
  }();
  return (*by_kind)[kind];
}

uint64_t NumberOf(const EventView& view, const Member* member) {
  return member == nullptr ? 0 : view.Number(*member);
}

absl::string_view TextOf(const EventView& view, const Member* member) {
  return member == nullptr ? absl::string_view() : view.Text(*member);
}

Value ValueOf(const EventView& view, const Member* member) {
  return member == nullptr ? Value::None() : view.Get(*member);
}

uint32_t OpenMode(const EventView& view) {
  const EventMembers& members = MembersOf(view.kind());
  return classify_mode_of_open(static_cast<uint32_t>(NumberOf(view, members.flags)),
                               static_cast<uint32_t>(NumberOf(view, members.created)),
                               static_cast<int32_t>(NumberOf(view, members.result)),
                               static_cast<uint32_t>(NumberOf(view, members.mode)));
}

}  // namespace vedette
