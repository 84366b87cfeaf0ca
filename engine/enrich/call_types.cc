// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/call_types.h"

#include <array>
#include <vector>

#include "absl/strings/str_split.h"

namespace vedette {
namespace {

using Types = std::vector<absl::string_view>;

const Types& TypesOf(EventKind kind) {
  static const auto* const by_kind = [] {
    auto* table = new std::array<Types, WIRE_KIND_LIMIT>;
    for (const KindInfo& info : Kinds()) {
      (*table)[info.kind] = absl::StrSplit(info.types, ',', absl::SkipEmpty());
    }
    return table;
  }();
  return (*by_kind)[kind];
}

}  // namespace

absl::string_view EventTypeOf(const EventView& view) {
  const Types& types = TypesOf(view.kind());
  if (types.empty()) return "";
  const wire_header& header = view.header();
  if (types.size() == 1 || (header.flags & WIRE_FLAG_IO_URING) != 0) return types.front();
  const CallTable table = NativeCalls((header.flags & WIRE_FLAG_COMPAT) != 0);
  const absl::string_view name = CallName(table, header.syscall);
  for (const absl::string_view type : types) {
    if (type == name) return type;
  }
  return types.front();
}

}  // namespace vedette
