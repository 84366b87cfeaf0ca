// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/output.h"

#include <gtest/gtest.h>

#include "rules/lang/testing.h"

namespace vedette {
namespace {

// Fields as {name[argument]:width}.
std::string Show(const std::string& yaml) {
  const LoadResult result = LoadFiles(
      {absl::StrCat("- rule: r\n  condition: proc.name = x\n  desc: d\n  priority: notice\n"
                    "  output: ",
                    yaml, "\n")});
  if (result.program == nullptr) return Messages(result);
  std::string text;
  for (const OutputPart& part : result.program->rules.at(0).output) {
    absl::StrAppend(&text, part.text);
    for (const FieldRef& field : part.field) {
      absl::StrAppend(&text, "{", field.field().name);
      if (!field.argument.empty()) absl::StrAppend(&text, "[", field.argument, "]");
      if (part.width > 0) absl::StrAppend(&text, ":", part.width);
      text += "}";
    }
    if (part.call == nullptr) continue;
    absl::StrAppend(&text, "{", part.call_text);
    if (part.width > 0) absl::StrAppend(&text, ":", part.width);
    text += "}";
  }
  return text;
}

struct Case {
  const char* name;
  const char* output;
  const char* shown;
};
constexpr Case kCases[] = {
    {"text only", "plain text", "plain text"},
    {"fields and text", "a %proc.name b %fd.name", "a {proc.name} b {fd.name}"},
    {"fields side by side", "x=%proc.name%proc.pid", "x={proc.name}{proc.pid}"},
    {"an argument", "x %proc.aname[2] y", "x {proc.aname[2]} y"},
    {"a width", "x %20proc.name", "x {proc.name:20}"},
    {"a full stop", "\"%proc.name. %proc.pid.\"", "{proc.name}. {proc.pid}."},
    {"percent signs", "100%% 5% %", "100% 5% %"},
    {"a block loses its line end", ">\n    a %proc.name\n    b\n", "a {proc.name} b"},
    {"an unknown field", "x %proc.nme",
     "5:14 error: unknown field \"proc.nme\" | did you mean \"proc.name\"?\n"},
    {"all unknown fields", "x %proc.nme %fd.nme",
     "5:14 error: unknown field \"proc.nme\" | did you mean \"proc.name\"?\n"
     "5:24 error: unknown field \"fd.nme\" | did you mean \"fd.name\"?\n"},
    {"an open bracket", "x %proc.aname[2", "5:24 error: this bracket is not closed\n"},
    {"a transformer", "x %toupper(proc.name) y", "x {toupper(proc.name)} y"},
    {"a transformer with a width, of a transformer", "x %9len(basename(fd.name))",
     "x {len(basename(fd.name)):9}"},
    {"what is no transformer", "100%for(fd.name)", "100%for(fd.name)"},
    {"a transformer that is not closed", "x %toupper(proc.name",
     "5:31 error: expected a closing parenthesis\n"},
    {"a transformer of an unknown field", "x %toupper(proc.nme)",
     "5:22 error: unknown field \"proc.nme\" | did you mean \"proc.name\"?\n"},
    {"a transformer of what it does not take", "x %toupper(proc.pid)",
     "5:14 error: toupper() takes a text, not signed | it is used as toupper(field)\n"},
};

TEST(ParseOutput, ReadsTemplates) {
  for (const Case& c : kCases) EXPECT_EQ(Show(c.output), c.shown) << c.name;
}

}  // namespace
}  // namespace vedette
