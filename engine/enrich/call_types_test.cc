// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/call_types.h"

#include <gtest/gtest.h>

#include "sensor/decode/record_builder.h"
#include "sensor/schema/event_types.h"

namespace vedette {
namespace {

TEST(CallTypes, NumbersOfEachMachine) {
  EXPECT_EQ(CallName(CallTable::kX86_64, 257), "openat");
  EXPECT_EQ(CallName(CallTable::kI386, 295), "openat");
  EXPECT_EQ(CallName(CallTable::kArm64, 56), "openat");
  EXPECT_EQ(CallName(CallTable::kArm, 322), "openat");
  EXPECT_EQ(CallName(CallTable::kX86_64, 56), "clone");
  EXPECT_EQ(CallName(CallTable::kI386, 102), "connect");
  EXPECT_EQ(CallName(CallTable::kX86_64, 0x40000000 + 257), "openat");
  EXPECT_EQ(CallName(CallTable::kX86_64, 0x40000000 + 520), "execve");
  EXPECT_EQ(CallName(CallTable::kX86_64, -1), "");
  EXPECT_EQ(CallName(CallTable::kArm64, 0), "");
}

// Every type that a kind lists must be reachable on some machine, but for those that no call makes.
TEST(CallTypes, TheTableKnowsEveryTypeOfTheSchema) {
  for (const absl::string_view type : EventTypes()) {
    if (type == "procexit" || KindsOfType(type) == 0) continue;
    bool found = false;
    for (int32_t number = 0; number < 600; ++number) {
      for (const auto table :
           {CallTable::kX86_64, CallTable::kI386, CallTable::kArm64, CallTable::kArm}) {
        found |= CallName(table, number) == type;
      }
    }
    EXPECT_TRUE(found) << type;
  }
}

absl::string_view TypeOf(EventKind kind, int32_t syscall, uint8_t flags = 0) {
  RecordBuilder builder(kind);
  builder.header().syscall = syscall;
  builder.header().flags = flags;
  const RecordBytes record = builder.Build();
  return EventTypeOf(*EventView::Parse(record));
}

#if defined(__x86_64__)
TEST(CallTypes, TypeOfAnEvent) {
  EXPECT_EQ(TypeOf(WIRE_file_open, 2), "open");
  EXPECT_EQ(TypeOf(WIRE_file_open, 5, WIRE_FLAG_COMPAT), "open");
  EXPECT_EQ(TypeOf(WIRE_file_open, 257, WIRE_FLAG_IO_URING), "openat2");
  EXPECT_EQ(TypeOf(WIRE_file_open, 426), "openat2");  // io_uring_enter
  EXPECT_EQ(TypeOf(WIRE_file_open, 59), "openat2");   // execve opens its program.
  EXPECT_EQ(TypeOf(WIRE_file_open, -1), "openat2");
  EXPECT_EQ(TypeOf(WIRE_process_exec, 322), "execveat");
  EXPECT_EQ(TypeOf(WIRE_process_exit, 231), "procexit");
  EXPECT_EQ(TypeOf(WIRE_lost, 231), "");
}
#endif

}  // namespace
}  // namespace vedette
