// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/snapshot.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "sensor/decode/event_view.h"
#include "sensor/schema/layout.h"

namespace vedette {
namespace {

// /proc/PID/cmdline may belong to a new process by now: the start time would tell, but only to 10
// ms. The window is the few milliseconds of the snapshot.
std::string ArgumentsOf(uint32_t pid) {
  auto text = ReadFile(absl::StrCat("/proc/", pid, "/cmdline"), 2 << 20);
  return text.ok() ? *std::move(text) : "";
}

uint64_t StartOf(const RecordBytes& record) {
  uint64_t start = 0;
  std::memcpy(&start, record.data() + offsetof(wire_process_seen, start_ns), sizeof(start));
  return start;
}

}  // namespace

void AppendText(RecordBytes& record, size_t slot_offset, absl::string_view text) {
  const size_t room = WIRE_RECORD_MAX - std::min<size_t>(record.size(), WIRE_RECORD_MAX);
  const size_t size = std::min<size_t>({text.size(), WIRE_TEXT_MAX, room});
  wire_text slot = {static_cast<uint16_t>(record.size()), static_cast<uint16_t>(size)};
  if (size < text.size()) slot.length |= WIRE_TEXT_TRUNCATED;
  std::memcpy(record.data() + slot_offset, &slot, sizeof(slot));
  const auto* bytes = reinterpret_cast<const std::byte*>(text.data());
  record.insert(record.end(), bytes, bytes + size);
  const auto total = static_cast<uint32_t>(record.size());
  std::memcpy(record.data(), &total, sizeof(total));
}

std::vector<RecordBytes> CompleteSnapshot(absl::Span<const std::byte> records) {
  std::vector<RecordBytes> snapshot;
  while (records.size() >= sizeof(wire_header)) {
    uint32_t size = 0;
    std::memcpy(&size, records.data(), sizeof(size));
    if (size < sizeof(wire_process_seen) || size > records.size()) break;
    RecordBytes record(records.begin(), records.begin() + size);
    records.remove_prefix(size);
    wire_process_seen seen;
    std::memcpy(&seen, record.data(), sizeof(seen));
    if (seen.kernel_thread == 0) {
      AppendText(record, offsetof(wire_process_seen, args), ArgumentsOf(seen.header.pid));
    }
    snapshot.push_back(std::move(record));
  }
  // Parents began before their children, also where their numbers are higher.
  std::stable_sort(snapshot.begin(), snapshot.end(),
                   [](const auto& a, const auto& b) { return StartOf(a) < StartOf(b); });
  return snapshot;
}

}  // namespace vedette
