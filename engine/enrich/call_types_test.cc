// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/call_types.h"

#include <gtest/gtest.h>

#include "sensor/decode/record_builder.h"

namespace vedette {
namespace {

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
