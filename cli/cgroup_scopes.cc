// SPDX-License-Identifier: Apache-2.0
#include "cli/cgroup_scopes.h"

#include <cstring>
#include <optional>

#include "absl/strings/string_view.h"
#include "engine/enrich/container.h"
#include "sensor/decode/event_view.h"

namespace vedette {
namespace {

absl::string_view CgroupPath(const EventView& view) {
  for (const Member& member : view.info().members) {
    if (member.name == "cgroup") return view.Text(member);
  }
  return "";
}

}  // namespace

void CgroupScopes::OnRecord(absl::Span<const std::byte> record, RingSource& source) {
  wire_header header;
  if (record.size() < sizeof(header)) return;
  std::memcpy(&header, record.data(), sizeof(header));
  if (header.kind != WIRE_process_exec && header.kind != WIRE_process_seen) return;
  if (told_.contains(header.cgroup_id)) return;
  const std::optional<EventView> view = EventView::Parse(record);
  if (!view) return;
  if (told_.size() >= kToldMax) told_.clear();
  told_.insert(header.cgroup_id);
  const std::optional<classify_scope> scope = ScopeOf(CgroupPath(*view));
  if (scope) source.SetScope(header.cgroup_id, *scope);
}

void CgroupScopes::OnChange(const CgroupChange& change, RingSource& source) {
  if (!has_version_2_alone_) return;
  if (change.removed) {
    if (told_.erase(change.id) > 0) source.ForgetScope(change.id);
    return;
  }
  if (told_.size() >= kToldMax / 2 || !told_.insert(change.id).second) return;
  const std::optional<classify_scope> scope = ScopeOf(change.path);
  if (scope) source.SetScope(change.id, *scope);
}

}  // namespace vedette
