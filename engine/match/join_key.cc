// SPDX-License-Identifier: Apache-2.0
#include "engine/match/join_key.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/enrich/process_table.h"
#include "engine/match/stable_hash.h"

namespace vedette {
namespace {

uint64_t IdentityOf(uint32_t pid, uint64_t start_ns) {
  StableHash hash;
  hash.Add(uint64_t{pid});
  hash.Add(start_ns);
  return hash.Finish();
}

}  // namespace

std::string JoinKeyOf(const Event& event, absl::Span<const FieldRef> fields) {
  std::string key;
  for (const FieldRef& field : fields) {
    event.arena.Clear();
    if (&field != fields.data()) key += kJoinSeparator;
    const size_t begin = key.size();
    AppendField(event, field, key);
    // A value must not look like two.
    std::replace(key.begin() + static_cast<ptrdiff_t>(begin), key.end(), kJoinSeparator, '\x1e');
  }
  if (key.size() <= kJoinKeyBytesMax) return key;
  StableHash hash;
  hash.Add(key);
  constexpr size_t kHashDigits = 16;
  key.resize(kJoinKeyBytesMax - kHashDigits - 1);
  return absl::StrCat(key, "#", absl::Hex(hash.Finish(), absl::kZeroPad16));
}

bool HasAll(const Event& event, absl::Span<const FieldRef> fields) {
  Values values;
  return std::all_of(fields.begin(), fields.end(), [&](const FieldRef& field) {
    event.arena.Clear();
    GetField(event, field, values);
    return !values.empty();
  });
}

std::string FieldNames(absl::Span<const FieldRef> fields) {
  std::string names;
  for (const FieldRef& field : fields) {
    absl::StrAppend(&names, names.empty() ? "" : ", ", field.field().name);
    if (!field.argument.empty()) absl::StrAppend(&names, "[", field.argument, "]");
  }
  return names;
}

std::string ReadableKey(std::string key) {
  std::replace(key.begin(), key.end(), kJoinSeparator, ' ');
  return key;
}

std::vector<uint64_t> LineageOf(const Event& event) {
  std::vector<uint64_t> lineage;
  if (event.process == nullptr) return lineage;
  event.table.ForEachCreator(*event.process, [&](uint32_t pid, uint64_t start_ns) {
    const uint64_t identity = IdentityOf(pid, start_ns);
    if (lineage.empty() || identity != lineage.back()) lineage.push_back(identity);
    return true;
  });
  return lineage;
}

uint64_t AnchorOf(const Event& event, uint32_t generations) {
  if (event.process == nullptr) return 0;
  constexpr uint32_t kLastOfTheKernel = 2;
  uint64_t anchor = IdentityOf(event.process->pid, event.process->start_ns);
  event.table.ForEachCreator(*event.process, [&](uint32_t pid, uint64_t start_ns) {
    const uint64_t identity = IdentityOf(pid, start_ns);
    if (identity == anchor) return true;
    if (pid <= kLastOfTheKernel || generations == 0) return false;
    anchor = identity;
    --generations;
    return true;
  });
  return anchor;
}

}  // namespace vedette
