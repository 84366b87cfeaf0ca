// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "rules/classify/field_map.h"
#include "rules/classify/test_program.h"

namespace vedette {
namespace {

const std::string kLong(300, 'x');

struct Why {
  EventKind kind;
  absl::string_view field;
  absl::string_view op;
  std::vector<std::string> literals;
  absl::string_view reason;
};

TEST(WhyWidenedTest, SaysWhatIsMissing) {
  const Why cases[] = {
      {WIRE_file_open, "fd.name", "=", {"/a"}, ""},
      {WIRE_file_open, "proc.pname", "=", {"sh"}, "only user space knows proc.pname"},
      {WIRE_process_exec, "thread.cap_effective", "contains", {"CAP_BPF"}, ""},
      {WIRE_process_exec,
       "thread.cap_effective",
       "=",
       {"CAP_BPF"},
       "the kernel knows whether the name of a capability contains a text, not ="},
      {WIRE_file_open,
       "thread.cap_effective",
       "contains",
       {"CAP_BPF"},
       "only user space knows what a program began with"},
      {WIRE_file_open, "proc.lineage.name", "in", {"sh", "nginx"}, ""},
      {WIRE_file_open,
       "proc.lineage.name",
       "startswith",
       {"php"},
       "the kernel knows whether a name is among several, not with startswith"},
      {WIRE_file_open,
       "fd.name",
       "contains",
       {"a"},
       "the kernel compares fd.name as a whole or by its beginning, not with contains"},
      {WIRE_file_open,
       "fd.name",
       "glob",
       {"/a*"},
       "of a pattern the kernel compares what stands before the first special character"},
      {WIRE_file_open, "fd.name", "=", {kLong}, "the kernel compares at most 239 bytes of fd.name"},
      {WIRE_file_open,
       "fd.filename",
       "startswith",
       {"a"},
       "the kernel compares fd.filename as a whole, not with startswith"},
      {WIRE_file_open,
       "fd.filename",
       "=",
       {kLong},
       "the kernel compares at most 55 bytes of fd.filename"},
      {WIRE_file_open,
       "fd.directory",
       "=",
       {"/a"},
       "the kernel compares beginnings of paths: what lies deeper begins alike"},
      {WIRE_file_open,
       "container.origin",
       "=",
       {"entry"},
       "only user space knows container.origin"},
      {WIRE_file_open,
       "user.uid",
       ">",
       {"3"},
       "the kernel compares user.uid as a whole, not with >"},
      {WIRE_network_connect, "fd.rport", "=", {"0"}, "the kernel cannot tell port 0 from none"},
      {WIRE_file_open,
       "evt.rawres",
       "=",
       {"-2"},
       "the kernel tells some values of evt.rawres from others, not all"},
  };
  for (const Why& c : cases) {
    TestProgram program;
    program.Is(c.field, c.op, c.literals);
    EXPECT_EQ(WhyWidened(program->predicates[0], c.kind), c.reason) << c.field << " " << c.op;
  }
}

}  // namespace
}  // namespace vedette
