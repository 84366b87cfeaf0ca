// SPDX-License-Identifier: Apache-2.0
//
// Members that several kinds of events have under the same name. A getter asks for the member, not
// for the kind, so a new kind with a `result` or a `path` has the fields that are made of them.
#ifndef VEDETTE_ENGINE_ENRICH_EVENT_MEMBERS_H_
#define VEDETTE_ENGINE_ENRICH_EVENT_MEMBERS_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "sensor/decode/event_view.h"

namespace vedette {

#define EVENT_MEMBERS(MEMBER) \
  MEMBER(result)              \
  MEMBER(path)                \
  MEMBER(name)                \
  MEMBER(flags)               \
  MEMBER(create_mode)         \
  MEMBER(created)             \
  MEMBER(mode)                \
  MEMBER(dev)                 \
  MEMBER(ino)                 \
  MEMBER(family)              \
  MEMBER(socket_type)         \
  MEMBER(protocol)            \
  MEMBER(remote_address)      \
  MEMBER(local_address)       \
  MEMBER(remote_port)         \
  MEMBER(local_port)          \
  MEMBER(unix_path)           \
  MEMBER(side)                \
  MEMBER(remote_cid)          \
  MEMBER(local_cid)           \
  MEMBER(remote_vsock_port)   \
  MEMBER(local_vsock_port)    \
  MEMBER(new_path)            \
  MEMBER(source)              \
  MEMBER(target)              \
  MEMBER(target_exec_id)      \
  MEMBER(target_pid)          \
  MEMBER(backlog)             \
  MEMBER(bytes)

// Null where the kind has no such member.
struct EventMembers {
#define EVENT_MEMBER(member) const Member* member = nullptr;
  EVENT_MEMBERS(EVENT_MEMBER)
#undef EVENT_MEMBER
};

const EventMembers& MembersOf(EventKind kind);

// Zero, empty or none where the member is null.
uint64_t NumberOf(const EventView& view, const Member* member);
absl::string_view TextOf(const EventView& view, const Member* member);
Value ValueOf(const EventView& view, const Member* member);

// The mode of an open (enum classify_mode), as the kernel's classifier works it out: fields that
// the classifier decides must mean the same here, or the kernel drops what a rule wants.
uint32_t OpenMode(const EventView& view);

}  // namespace vedette

#endif  // VEDETTE_ENGINE_ENRICH_EVENT_MEMBERS_H_
