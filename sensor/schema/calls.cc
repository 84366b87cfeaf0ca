// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
#include "sensor/schema/calls.h"

#include <array>

#include "sensor/schema/call_numbers.h"

namespace vedette {
namespace {

#define CALL_ROW(name, ...) {#name, {__VA_ARGS__}},
constexpr Call kCalls[] = {CALL_ROWS(CALL_ROW)};

// x32 programs add this bit to x86-64's numbers; 520 and 545 are their own execve and execveat.
constexpr int32_t kX32Bit = 0x40000000;

constexpr size_t kTables = 4;
using Names = std::array<absl::string_view, kCallNumbersMax>;

std::array<Names, kTables> NamesByNumber() {
  std::array<Names, kTables> names;
  for (const Call& call : kCalls) {
    for (size_t table = 0; table < kTables; ++table) {
      if (call.numbers[table] < 0) continue;
      names[table][static_cast<size_t>(call.numbers[table])] = call.name;
    }
  }
  return names;
}

}  // namespace

CallTable NativeCalls(bool compat) {
#if defined(__aarch64__)
  return compat ? CallTable::kArm : CallTable::kArm64;
#else
  return compat ? CallTable::kI386 : CallTable::kX86_64;
#endif
}

absl::Span<const Call> Calls() { return kCalls; }

absl::string_view CallName(CallTable table, int32_t number) {
  if (number < 0) return "";
  if (table == CallTable::kX86_64 && (number & kX32Bit) != 0) {
    number &= ~kX32Bit;
    if (number == 520) return "execve";
    if (number == 545) return "execveat";
  }
  static const auto* const names = new std::array<Names, kTables>(NamesByNumber());
  const Names& of_table = (*names)[static_cast<size_t>(table)];
  return static_cast<size_t>(number) < of_table.size() ? of_table[static_cast<size_t>(number)] : "";
}

}  // namespace vedette
