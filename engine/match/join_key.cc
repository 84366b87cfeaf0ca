// SPDX-License-Identifier: Apache-2.0
#include "engine/match/join_key.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/enrich/process_table.h"
#include "engine/match/stable_hash.h"

namespace vedette {
namespace {

uint64_t IdentityOf(const Process& process) {
  StableHash hash;
  hash.Add(uint64_t{process.pid});
  hash.Add(process.start_ns);
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
  lineage.push_back(IdentityOf(*event.process));
  for (const Process* ancestor : event.table.Ancestors(*event.process)) {
    const uint64_t identity = IdentityOf(*ancestor);
    if (identity != lineage.back()) lineage.push_back(identity);
  }
  return lineage;
}

uint64_t AnchorOf(const Event& event, uint32_t generations) {
  if (event.process == nullptr) return 0;
  uint64_t anchor = IdentityOf(*event.process);
  if (generations == 0) return anchor;
  constexpr uint32_t kLastOfTheKernel = 2;
  for (const Process* ancestor : event.table.Ancestors(*event.process)) {
    if (ancestor->pid <= kLastOfTheKernel || generations == 0) break;
    const uint64_t identity = IdentityOf(*ancestor);
    if (identity == anchor) continue;
    anchor = identity;
    --generations;
  }
  return anchor;
}

}  // namespace vedette
