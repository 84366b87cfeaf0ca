// SPDX-License-Identifier: Apache-2.0
#include "engine/match/suppression.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "engine/match/stable_hash.h"

namespace vedette {
namespace {

size_t BytesOf(const Alert& alert) {
  size_t bytes = sizeof(alert) + alert.message.size() + alert.object.size() + 512;
  for (const AlertField& field : alert.fields) {
    bytes += sizeof(field) + field.name.size() + field.text.size();
  }
  for (const AlertProcess& process : alert.processes) {
    bytes += sizeof(process) + process.name.size() + process.exe_path.size() +
             process.command_line.size() + process.user.size();
  }
  for (const auto* list : {&alert.tags, &alert.references, &alert.attack}) {
    for (const std::string& text : *list) bytes += sizeof(text) + text.size();
  }
  return bytes;
}

std::string TimeText(int64_t time_ns) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::FromUnixNanos(time_ns),
                          absl::UTCTimeZone());
}

}  // namespace

Suppression::Suppression(OnSummary on_summary, GroupLimits limits)
    : on_summary_(std::move(on_summary)),
      windows_(limits, [this](Windows::Entry& entry) { Tell(entry.value); }) {}

bool Suppression::Fold(const Repeat& repeat) {
  Windows::Entry* entry = windows_.Find(repeat.owner, repeat.group);
  if (entry == nullptr) return false;
  Window& window = entry->value;
  if (repeat.time_ns - window.begin_ns >= repeat.window_ns) {
    End(*entry);
    return false;
  }
  const bool is_first = window.repeats++ == 0;
  window.first_ns = is_first ? repeat.time_ns : std::min(window.first_ns, repeat.time_ns);
  window.last_ns = is_first ? repeat.time_ns : std::max(window.last_ns, repeat.time_ns);
  return true;
}

void Suppression::Begin(const Repeat& repeat, const Alert& alert) {
  Windows::Entry& entry = windows_.FindOrAdd(repeat.owner, repeat.group);
  Window& window = entry.value;
  window = {repeat.time_ns, 0, 0, 0, alert};
  window.alert.evidence.clear();  // The first alert has told it.
  windows_.MakeNewest(entry);
  windows_.Resize(entry, BytesOf(window.alert));
}

void Suppression::Expire(uint64_t owner, int64_t window_ns, int64_t now_ns) {
  while (Windows::Entry* oldest = windows_.Oldest(owner)) {
    if (now_ns - oldest->value.begin_ns < window_ns) return;
    End(*oldest);
  }
}

void Suppression::Close(uint64_t owner) {
  while (Windows::Entry* oldest = windows_.Oldest(owner)) End(*oldest);
}

void Suppression::CloseAll() {
  while (Windows::Entry* oldest = windows_.Oldest()) End(*oldest);
}

void Suppression::End(Windows::Entry& entry) {
  Tell(entry.value);
  windows_.Erase(entry);
}

// The alert again, with its own id and the time of the last repeat.
void Suppression::Tell(const Window& window) {
  if (window.repeats == 0) return;
  Alert summary = window.alert;
  StableHash hash;
  hash.AddText(window.alert.id);
  hash.Add(window.repeats);
  hash.Add(static_cast<uint64_t>(window.last_ns));
  summary.id = absl::StrCat(absl::Hex(hash.Finish(), absl::kZeroPad16));
  summary.time = absl::FromUnixNanos(window.last_ns);
  summary.repeats = window.repeats;
  summary.repeats_of = window.alert.id;
  summary.reason = absl::StrCat(window.repeats, window.repeats == 1 ? " repeat" : " repeats",
                                " of ", window.alert.id, " folded, from ",
                                TimeText(window.first_ns), " to ", TimeText(window.last_ns));
  on_summary_(std::move(summary));
}

}  // namespace vedette
