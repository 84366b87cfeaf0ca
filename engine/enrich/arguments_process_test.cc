// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "engine/enrich/test_host.h"

namespace vedette {
namespace {

constexpr int32_t kPtrace = 101;  // On x86-64.

std::string RequestOf(absl::string_view member, uint32_t number) {
  TestHost host;
  RecordBuilder record(WIRE_process_ptrace);
  record.header().syscall = kPtrace;
  return host.Get(record.Set(member, number), "evt.arg.request");
}

#if defined(__x86_64__)
TEST(ProcessArguments, TheFirstRequestOfATracerAndOfATracee) {
  EXPECT_EQ(RequestOf("traceme", 1), "PTRACE_TRACEME");
  EXPECT_EQ(RequestOf("access_mode", 0x12), "PTRACE_ATTACH");
  EXPECT_EQ(RequestOf("access_mode", 1), "<NA>");
}
#endif

}  // namespace
}  // namespace vedette
