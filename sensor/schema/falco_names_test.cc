// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The tables against the lists of Falco's fields and events, which are not part of the project.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "sensor/schema/event_types.h"
#include "sensor/schema/field_ref.h"

namespace vedette {
namespace {

using enum FieldType;

// The rows of a file of tab-separated columns, comments left out; none if it is missing.
std::vector<std::vector<std::string>> RowsOf(const std::string& file) {
  const char* const shared = std::getenv("VEDETTE_SHARED");
  std::ifstream in(absl::StrCat(shared != nullptr ? shared : "../shared", "/falco/", file));
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line[0] != '#') rows.push_back(absl::StrSplit(line, '\t'));
  }
  return rows;
}

// What a type of Falco may be here: texts are text or path, and numbers that are never below zero
// may be unsigned.
bool SameType(absl::string_view falco, FieldType ours) {
  if (falco == "str" || falco == "string") return ours == kText || ours == kPath;
  if (falco == "reltime") return ours == kDuration;
  if (falco == "abstime") return ours == kWallTime;
  if (falco == "u64" || falco == "u32") return ours == kUnsigned;
  if (falco == "i64" || falco == "i32" || falco == "i16") return ours == kSigned;
  if (falco == "bool") return ours == kBool;
  if (falco == "bytes") return ours == kBytes;
  if (falco == "double") return ours == kDouble;
  if (falco == "ip") return ours == kAddress;
  if (falco == "ipnet") return ours == kNetwork;
  if (falco == "port") return ours == kPort;
  return falco == "dyn";  // Of evt.rawarg: its arguments are typed.
}

TEST(FalcoNames, EveryFieldIsThereWithItsTypeAndFlags) {
  const auto rows = RowsOf("fields.tsv");
  if (rows.empty()) GTEST_SKIP() << "no list of Falco's fields (VEDETTE_SHARED)";
  EXPECT_GT(rows.size(), 290u);
  for (const auto& row : rows) {
    const std::string& name = row[0];
    const Field* field = FindField(name);
    ASSERT_NE(field, nullptr) << name;
    EXPECT_TRUE(SameType(row[1], field->type)) << name << " " << row[1];
    const std::vector<std::string> flags = absl::StrSplit(row[2], absl::ByAnyChar(" ,"));
    const auto has = [&](const char* flag) {
      return std::find(flags.begin(), flags.end(), flag) != flags.end();
    };
    FieldArgument argument = FieldArgument::kNoArgument;
    if (has("ARG?")) argument = FieldArgument::kOptionalArgument;
    if (has("ARG!") || has("Required")) argument = FieldArgument::kRequiredArgument;
    // Falco takes it without one all the same.
    if (name == "evt.abspath") argument = FieldArgument::kOptionalArgument;
    EXPECT_EQ(field->argument, argument) << name;
    EXPECT_EQ(field->is_list, has("L")) << name;
    EXPECT_EQ(field->Has(kFilterOnly), has("F")) << name;
    EXPECT_EQ(field->Has(kPrintOnly), has("T") || has("P")) << name;
    EXPECT_EQ(field->Has(kNotOnTheRight), has("-R")) << name;
    EXPECT_EQ(field->Has(kNoTransformers), has("-X")) << name;
    EXPECT_EQ(field->Has(kDeprecated), has("D")) << name;
  }
}

FieldType RawType(absl::string_view falco) {
  for (const absl::string_view prefix : {"UINT", "FLAGS", "ENUMFLAGS"}) {
    if (absl::StartsWith(falco, prefix)) return kUnsigned;
  }
  static const auto* const types = new std::map<std::string, FieldType>{
      {"MODE", kUnsigned},    {"UID", kUnsigned},      {"GID", kUnsigned},
      {"SIGTYPE", kUnsigned}, {"SIGSET", kUnsigned},   {"SYSCALLID", kUnsigned},
      {"CHARBUF", kText},     {"CHARBUFARRAY", kText}, {"FSPATH", kPath},
      {"FSRELPATH", kPath},   {"PORT", kPort},         {"IPV4ADDR", kAddress},
      {"IPV6ADDR", kAddress}, {"RELTIME", kDuration},  {"ABSTIME", kWallTime},
      {"BYTEBUF", kBytes},    {"DYN", kBytes},         {"SOCKADDR", kBytes},
      {"SOCKTUPLE", kBytes},  {"FDLIST", kBytes},
  };
  const auto found = types->find(std::string(falco));
  return found == types->end() ? kSigned : found->second;  // INT, ERRNO, FD, PID
}

TEST(FalcoNames, EveryEventAndArgumentIsThere) {
  const auto rows = RowsOf("events.tsv");
  if (rows.empty()) GTEST_SKIP() << "no list of Falco's events (VEDETTE_SHARED)";
  EXPECT_GT(rows.size(), 190u);
  std::map<std::string, std::string> first_types;
  for (const auto& row : rows) {
    EXPECT_TRUE(IsEventType(row[0])) << row[0];
    if (row.size() < 4) continue;
    const std::vector<std::string> arguments = absl::StrSplit(row[3], ' ', absl::SkipEmpty());
    for (const std::string& argument : arguments) {
      const std::vector<std::string> parts = absl::StrSplit(argument, ':');
      first_types.emplace(parts[0], parts[1]);
    }
  }
  EXPECT_EQ(first_types.size(), size_t{kEventArguments});
  for (const auto& [name, type] : first_types) {
    FieldRef text, raw;
    ASSERT_EQ(ResolveFieldRef("evt.arg", name, text), FieldRefError::kNone) << name;
    EXPECT_EQ(text.field().name, absl::StrCat("evt.arg.", name));
    EXPECT_EQ(text.field().type, kText) << name;
    ASSERT_EQ(ResolveFieldRef("evt.rawarg", name, raw), FieldRefError::kNone) << name;
    EXPECT_EQ(raw.field().type, RawType(type)) << name << " " << type;
    EXPECT_TRUE(raw.field().Has(kNoTransformers)) << name;
  }
}

}  // namespace
}  // namespace vedette
