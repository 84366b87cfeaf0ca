// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/call_types.h"

#include <array>
#include <vector>

#include "absl/strings/str_split.h"

namespace vedette {
namespace {

struct Call {
  absl::string_view name;
  int32_t numbers[4];  // By CallTable; -1: that machine does not have it.
};

constexpr Call kCalls[] = {
    {"open", {2, 5, -1, 5}},
    {"creat", {85, 8, -1, 8}},
    {"openat", {257, 295, 56, 322}},
    {"openat2", {437, 437, 437, 437}},
    {"open_by_handle_at", {304, 342, 265, 371}},
    {"execve", {59, 11, 221, 11}},
    {"execveat", {322, 358, 281, 387}},
    {"clone", {56, 120, 220, 120}},
    {"clone3", {435, 435, 435, 435}},
    {"fork", {57, 2, -1, 2}},
    {"vfork", {58, 190, -1, 190}},
    {"connect", {42, 362, 203, 283}},
};
// i386 also connects through socketcall(2), whose number is 102.
constexpr int32_t kI386SocketCall = 102;
// x32 programs add this bit to x86-64's numbers; 520 and 545 are their own execve and execveat.
constexpr int32_t kX32Bit = 0x40000000;

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

CallTable NativeCalls(bool compat) {
#if defined(__aarch64__)
  return compat ? CallTable::kArm : CallTable::kArm64;
#else
  return compat ? CallTable::kI386 : CallTable::kX86_64;
#endif
}

absl::string_view CallName(CallTable table, int32_t number) {
  if (number < 0) return "";
  if (table == CallTable::kX86_64 && (number & kX32Bit) != 0) {
    number &= ~kX32Bit;
    if (number == 520) return "execve";
    if (number == 545) return "execveat";
  }
  if (table == CallTable::kI386 && number == kI386SocketCall) return "connect";
  for (const Call& call : kCalls) {
    if (call.numbers[static_cast<size_t>(table)] == number) return call.name;
  }
  return "";
}

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
