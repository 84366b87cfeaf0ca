// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/known_values.h"

#include <gtest/gtest.h>

#include "absl/strings/str_join.h"
#include "sensor/schema/schema.h"

namespace vedette {
namespace {

struct Case {
  const char* field;
  const char* value;
  bool known, supplied;
};

TEST(KnownValues, OfEachField) {
  constexpr Case kCases[] = {
      {"evt.type", "openat", true, true},         {"evt.type", "procexit", true, true},
      {"evt.type", "ioctl", true, false},         {"evt.type", "useradded", true, false},
      {"evt.type", "opne", false, false},         {"syscall.type", "execve", true, true},
      {"syscall.type", "procexit", true, false},  {"syscall.type", "brk", true, false},
      {"evt.category", "net", true, true},        {"evt.category", "memory", true, false},
      {"evt.category", "network", false, false},  {"evt.kind", "file_open", true, true},
      {"evt.kind", "process_seen", false, false}, {"fd.typechar", "4", true, true},
      {"fd.typechar", "x", false, false},         {"fd.l4proto", "udp", true, true},
      {"fd.sockfamily", "ipx", false, false},
  };
  for (const Case& c : kCases) {
    ASSERT_TRUE(HasKnownValues(c.field)) << c.field;
    EXPECT_EQ(IsKnownValue(c.field, c.value), c.known) << c.field << " " << c.value;
    EXPECT_EQ(c.known && IsSuppliedValue(c.field, c.value), c.supplied) << c.field << c.value;
  }
  EXPECT_FALSE(HasKnownValues("proc.name"));
}

TEST(KnownValues, AnotherOneIsWrongOrAWarning) {
  for (const char* field : {"evt.type", "syscall.type", "evt.kind"}) EXPECT_TRUE(IsStrict(field));
  for (const char* field : {"evt.category", "fd.typechar", "fd.type"}) {
    EXPECT_FALSE(IsStrict(field)) << field;
  }
}

std::string NamesOfKinds() {
  std::vector<absl::string_view> names;
  for (const KindInfo& info : Kinds()) {
    if ((RuleKinds() & KindBit(info.kind)) != 0) names.push_back(info.name);
  }
  return absl::StrJoin(names, ", ");
}

TEST(KnownValues, AreDescribed) {
  EXPECT_EQ(DescribeKnownValues("evt.type"), "it is the name of a system call or of an event");
  EXPECT_EQ(DescribeKnownValues("evt.kind"), "values of evt.kind: " + NamesOfKinds());
  EXPECT_GT(KnownValues("evt.type").size(), 400u);
}

}  // namespace
}  // namespace vedette
