// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
#include "sensor/schema/field_ref.h"

#include <gtest/gtest.h>

namespace vedette {
namespace {

struct Case {
  const char* name;
  const char* argument;  // Null: none.
  FieldRefError error;
  const char* field;
  const char* text;
  int32_t index;
};

TEST(ResolveFieldRef, NamesAndArguments) {
  using enum FieldRefError;
  constexpr Case kCases[] = {
      {"proc.name", nullptr, kNone, "proc.name", "", -1},
      {"proc.aname", "2", kNone, "proc.aname", "2", 2},
      {"proc.aname", "02", kNone, "proc.aname", "2", 2},
      {"proc.env", "HOME", kNone, "proc.env", "HOME", -1},
      {"proc.aenv", "2", kNone, "proc.aenv", "2", 2},
      {"evt.arg", "flags", kNone, "evt.arg.flags", "", -1},
      {"evt.arg.flags", nullptr, kNone, "evt.arg.flags", "", -1},
      {"evt.arg", "0", kNone, "evt.arg", "0", 0},
      {"evt.rawarg", "flags", kNone, "evt.rawarg.flags", "", -1},
      {"evt.rawarg", "0", kUnknownArgument, "", "", 0},
      {"evt.arg", "flagz", kUnknownArgument, "", "", 0},
      {"evt.arg.flagz", nullptr, kUnknownArgument, "", "", 0},
      {"evt.arg", nullptr, kNeedsArgument, "", "", 0},
      {"evt.type.is.open", nullptr, kNone, "evt.type.is", "open", -1},
      {"evt.type.is", "3", kNone, "evt.type.is", "3", 3},
      {"thread.cgroup.cpuset", nullptr, kNone, "thread.cgroup", "cpuset", -1},
      {"thread.cgroups", nullptr, kNone, "thread.cgroups", "", -1},
      {"evt.abspath", nullptr, kNone, "evt.abspath", "", -1},
      {"evt.abspath.dst", nullptr, kNone, "evt.abspath", "dst", -1},
      {"container.mount.dest", "/proc*", kNone, "container.mount.dest", "/proc*", -1},
      {"container.mount.dest", "0", kNone, "container.mount.dest", "0", 0},
      {"container.mount.dest", nullptr, kNeedsArgument, "", "", 0},
      {"fd.types", "x", kNeedsNumber, "", "", 0},
      {"proc.aname", "1000001", kNeedsNumber, "", "", 0},
      {"evt.around", "1404996934793590564", kNone, "evt.around", "1404996934793590564", -1},
      {"proc.name", "1", kNoArgument, "", "", 0},
      {"proc.nam", nullptr, kUnknownField, "", "", 0},
      {"", nullptr, kUnknownField, "", "", 0},
  };
  for (const Case& c : kCases) {
    FieldRef ref;
    absl::optional<absl::string_view> argument;
    if (c.argument != nullptr) argument = c.argument;
    const std::string what = std::string(c.name) + "[" + (c.argument ? c.argument : "") + "]";
    ASSERT_EQ(ResolveFieldRef(c.name, argument, ref), c.error) << what;
    EXPECT_EQ(FieldRefErrorText(c.error).empty(),
              c.error == kNone || c.error == kUnknownField || c.error == kUnknownArgument);
    if (c.error != kNone) continue;
    EXPECT_EQ(ref.field().name, c.field) << what;
    EXPECT_EQ(ref.argument, c.text) << what;
    EXPECT_EQ(ref.index, c.index) << what;
  }
}

}  // namespace
}  // namespace vedette
