// SPDX-License-Identifier: Apache-2.0
//
// That an event which no rule wants costs no allocation: everything that it needs is made before.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "engine/match/matcher.h"
#include "engine/match/test_program.h"

namespace {
std::atomic<size_t> allocations{0};
}

// They replace the global ones for this whole test program. Inlined, gcc takes malloc and free for
// mismatched.
[[gnu::noinline]] void* operator new(size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  std::abort();
}
[[gnu::noinline]] void* operator new(size_t size, std::align_val_t alignment) {
  ++allocations;
  const auto align = static_cast<size_t>(alignment);
  if (void* memory = std::aligned_alloc(align, (size + align - 1) / align * align)) return memory;
  std::abort();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, size_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, size_t, std::align_val_t) noexcept {
  std::free(memory);
}

namespace vedette {
namespace {

// Rules that never hold, on every field: some that the index finds, or not, and some that have to
// be evaluated each time.
std::shared_ptr<const Program> EveryField() {
  TestProgram test;
  const auto never = [&](uint32_t node) {
    test.AddRule("r",
                 test.Combine(Node::Kind::kAnd, {node, test.Combine(Node::Kind::kNot, {node})}));
  };
  for (const Field& field : Fields()) {
    const bool text = field.type == FieldType::kText || field.type == FieldType::kPath;
    if (field.name == "evt.rawarg") continue;  // Its arguments are fields of their own.
    const bool needs = field.argument == FieldArgument::kRequiredArgument;
    const std::string name = std::string(field.name) + (needs ? "[1]" : "");
    never(test.Compare(name, "exists", {}));
    if (field.argument == FieldArgument::kOptionalArgument) {
      never(test.Compare(name + "[1]", "exists", {}));
    }
    if (!text) continue;
    const uint32_t below_all = test.Compare(name, "<", {""});
    for (const char* op : {"=", "in", "contains", "startswith", "endswith", "icontains"}) {
      const uint32_t node = test.Compare(name, op, {"no such text"});
      test.AddRule("indexed", node);
      test.AddRule("evaluated", test.Combine(Node::Kind::kOr, {node, below_all}));
    }
  }
  return test.Share();
}

TEST(MatcherAllocation, AMissAllocatesNothing) {
  TestHost host;
  for (const uint64_t id : {1UL, 2UL, 3UL}) {
    host.Give(RecordBuilder(WIRE_process_exec)
                  .Set("exec_id", id)
                  .Set("pid", id)
                  .Set("parent_exec_id", id - 1)
                  .Set("comm", "a-program")
                  .Set("cwd", "/home/ann")
                  .Set("exe_path", "/usr/bin/a-program-with-a-long-name")
                  .SetArguments("args", {"a-program", "--with", "some arguments to be joined"})
                  .SetArguments("env", {"HOME=/home/ann"}));
  }
  Matcher matcher(EveryField());
  const RecordBuilder kRecords[] = {
      RecordBuilder(WIRE_file_open).Set("exec_id", 3).Set("path", "/var/lib/some/longer/path/x"),
      RecordBuilder(WIRE_file_open).Set("exec_id", 3).Set("name", "../x").Set("result", -2),
      RecordBuilder(WIRE_network_connect)
          .Set("exec_id", 3)
          .Set("remote_address", "2001:db8::1234:5678")
          .Set("remote_port", 443),
      RecordBuilder(WIRE_process_fork).Set("exec_id", 3),
      RecordBuilder(WIRE_process_exec).Set("exec_id", 3),
      RecordBuilder(WIRE_process_exit).Set("exec_id", 3),
  };
  for (const RecordBuilder& record : kRecords) {
    const Event event = host.MakeEvent(record);
    for (int pass = 0; pass < 2; ++pass) {  // The first may make tables that stay.
      host.arena.Clear();
      const size_t before = allocations;
      const size_t matched = matcher.Match(event).size();
      const size_t made = allocations - before;
      EXPECT_EQ(matched, 0U);
      if (pass == 1) {
        EXPECT_EQ(made, 0U) << event.view.info().name;
      }
    }
  }
  EXPECT_GT(matcher.counts().predicates, 6 * Fields().size());
  EXPECT_EQ(host.arena.truncations(), 0U);
}

}  // namespace
}  // namespace vedette
