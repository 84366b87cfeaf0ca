// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/record_upgrade.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "sensor/schema/history.h"
#include "sensor/schema/layout.h"

namespace vedette {
namespace {

struct HistoryRow {
  uint32_t version;
  EventKind kind;
  size_t at;
  size_t bytes;
};
#define HISTORY_ROW(version, kind, at, bytes) {version, WIRE_##kind, at, bytes},
constexpr HistoryRow kHistory[] = {WIRE_HISTORY(HISTORY_ROW)};

}  // namespace

// A row counts from the start of the struct as the version before had it, so what the same version
// put in before it (rows are in order) has to be added.
RecordUpgrade::RecordUpgrade(uint32_t version) {
  CHECK(version >= WIRE_VERSION_OLDEST && version <= WIRE_VERSION) << version;
  std::array<size_t, WIRE_KIND_LIMIT> in_version{};
  uint32_t current = 0;
  for (const HistoryRow& row : kHistory) {
    if (row.version <= version) continue;
    if (row.version != current) in_version.fill(0);
    current = row.version;
    by_kind_[row.kind].push_back({row.at + in_version[row.kind], row.bytes});
    in_version[row.kind] += row.bytes;
    grown_[row.kind] += row.bytes;
    any_ = true;
  }
  buffer_.reserve(2 * WIRE_RECORD_MAX);
}

void RecordUpgrade::MoveTexts(const KindInfo& info, size_t grown) {
  for (const Member& member : info.members) {
    if (member.shape != MemberShape::kText) continue;
    wire_text slot;
    std::memcpy(&slot, buffer_.data() + member.offset, sizeof(slot));
    // A slot that says nothing sensible goes on saying so: none wraps around into the record.
    slot.offset = static_cast<__u16>(std::min<size_t>(slot.offset + grown, UINT16_MAX));
    std::memcpy(buffer_.data() + member.offset, &slot, sizeof(slot));
  }
}

absl::Span<const std::byte> RecordUpgrade::Apply(absl::Span<const std::byte> record) {
  wire_header header;
  if (!any_ || record.size() < sizeof(header) || record.size() > WIRE_RECORD_MAX) return record;
  std::memcpy(&header, record.data(), sizeof(header));
  const KindInfo* info = FindKind(header.kind);
  if (info == nullptr || by_kind_[header.kind].empty()) return record;
  const size_t grown = grown_[header.kind];
  if (record.size() + grown < info->size) return record;
  buffer_.assign(record.begin(), record.end());
  for (const Growth& growth : by_kind_[header.kind]) {
    buffer_.insert(buffer_.begin() + static_cast<std::ptrdiff_t>(growth.at), growth.bytes,
                   std::byte{0});
  }
  MoveTexts(*info, grown);
  if (header.size == record.size()) header.size = static_cast<__u32>(buffer_.size());
  std::memcpy(buffer_.data(), &header, sizeof(header));
  return buffer_;
}

}  // namespace vedette
