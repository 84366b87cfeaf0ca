// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/access.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "rules/lang/literals.h"
#include "rules/lang/operators.h"
#include "rules/lang/regex.h"

namespace vedette {
namespace {

Predicate Make(const char* field, absl::string_view op, const std::vector<std::string>& literals) {
  Predicate predicate;
  predicate.field.id = IdOf(*FindField(field));
  predicate.op = FindOperator(op);
  for (const std::string& text : literals) {
    Literal literal;
    EXPECT_FALSE(ReadLiteral(text, predicate.field.field().type, literal)) << text;
    predicate.literals.push_back(literal);
    predicate.text_set.insert(text);
  }
  if (op == "regex") {
    predicate.regex = *CompileRegex(literals[0]);
    predicate.regex_bytes = *CompileRegex(literals[0], RegexText::kBytes);
  }
  return predicate;
}

std::string ToText(const std::optional<std::vector<Access>>& accesses) {
  if (!accesses) return "-";
  return absl::StrJoin(*accesses, " ", [](std::string* to, const Access& access) {
    const char* const kNames[] = {"value:", "begin:", "end:", "part:", "any-case:", "not-ascii"};
    absl::StrAppend(to, kNames[static_cast<size_t>(access.kind)],
                    access.literal != nullptr ? access.literal->text : access.text);
  });
}

struct Case {
  const char* field;
  const char* op;
  std::vector<std::string> literals;
  const char* accesses;
};
const Case kCases[] = {
    {"proc.name", "=", {"nc"}, "value:nc"},
    {"proc.name", "in", {"nc", "ncat"}, "value:nc value:ncat"},
    {"proc.name", "in", {}, ""},
    {"proc.name", "=", {""}, "value:"},
    {"fd.rport", "in", {"80", "443"}, "value:80 value:443"},
    {"fd.snet", "=", {"10.0.0.0/8"}, "value:10.0.0.0/8"},
    {"proc.name", "!=", {"nc"}, "-"},
    {"proc.name", "<", {"nc"}, "-"},
    {"proc.name", "exists", {}, "-"},
    {"fd.name", "startswith", {"/etc/"}, "begin:/etc/"},
    {"fd.name", "startswith", {""}, "-"},
    {"fd.name", "endswith", {".sh"}, "end:.sh"},
    {"fd.name", "contains", {"x"}, "part:x"},
    {"fd.name", "contains", {""}, "-"},
    {"fd.name", "icontains", {"Xy"}, "any-case:Xy"},
    {"fd.name", "glob", {"/etc/shadow"}, "value:/etc/shadow"},
    {"fd.name", "glob", {"/tmp/*.sh"}, "begin:/tmp/"},
    {"fd.name", "glob", {"*.bash_history"}, "end:.bash_history"},
    {"fd.name", "glob", {"*secret-token*"}, "part:secret-token"},
    {"fd.name", "glob", {"*[secret-token]*"}, "-"},
    {"fd.name", "glob", {"?a\\*b"}, "end:b"},
    {"fd.name", "glob", {"*"}, "-"},
    {"fd.name", "iglob", {"/TMP/*"}, "any-case:/TMP/"},
    {"fd.name", "pmatch", {"/etc/ssh", "/opt/*/bin"}, "part:/etc part:/opt"},
    {"fd.name", "pmatch", {"a/bcd*"}, "part:/bcd"},
    {"fd.name", "pmatch", {"abc/b"}, "part:abc"},
    {"fd.name", "pmatch", {"/"}, "-"},
    {"fd.name", "pmatch", {"/etc", "/*"}, "-"},
    {"proc.cmdline", "regex", {".*Curl.*"}, "not-ascii any-case:curl"},
    {"proc.cmdline", "regex", {".*"}, "-"},
};

TEST(AccessesOf, SaysWhatMustBeFound) {
  for (const Case& c : kCases) {
    EXPECT_EQ(ToText(AccessesOf(Make(c.field, c.op, c.literals))), c.accesses)
        << c.field << " " << c.op << " " << absl::StrJoin(c.literals, ", ");
  }
}

TEST(AccessesOf, WhatIsWorkedOutForEachEventIsNotLookedFor) {
  Predicate predicate = Make("proc.name", "=", {"nc"});
  predicate.left = std::make_shared<Operand>();
  EXPECT_FALSE(AccessesOf(predicate).has_value());
  predicate.left = nullptr;
  predicate.modifier = Modifier::kAnyOf;
  EXPECT_FALSE(AccessesOf(predicate).has_value());
}

bool Found(const Access& access, const std::string& text) {
  switch (access.kind) {
    case Access::Kind::kValue:
      return access.literal->text == text;
    case Access::Kind::kBegin:
      return absl::StartsWith(text, access.text);
    case Access::Kind::kEnd:
      return absl::EndsWith(text, access.text);
    case Access::Kind::kPart:
      return absl::StrContains(text, access.text);
    case Access::Kind::kPartAnyCase:
      return absl::StrContains(absl::AsciiStrToLower(text), absl::AsciiStrToLower(access.text));
    case Access::Kind::kNotAscii:
      return std::any_of(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0; });
  }
  return false;
}

// All texts of up to `size` letters.
std::vector<std::string> Texts(const std::string& letters, size_t size) {
  std::vector<std::string> texts = {""};
  for (size_t begin = 0; size > 0; --size) {
    const size_t end = texts.size();
    for (size_t i = begin; i < end; ++i) {
      for (const char letter : letters) texts.push_back(texts[i] + letter);
    }
    begin = end;
  }
  return texts;
}

// Every pattern of these letters over every text of these: nothing holds without an access.
TEST(AccessesOf, IsNecessary) {
  const std::vector<std::string> patterns = Texts("a*?[]\\/B", 4), texts = Texts("aB/b]", 4);
  std::set<std::string> looked_for;
  for (const absl::string_view op : {"glob", "iglob", "pmatch", "icontains"}) {
    for (size_t i = 1; i < patterns.size(); i += op == "glob" ? 1 : 3) {
      const Predicate predicate = Make("fd.name", op, {patterns[i]});
      const auto accesses = AccessesOf(predicate);
      if (!accesses) continue;
      looked_for.insert(ToText(accesses));
      for (size_t j = i % 7; j < texts.size(); j += 7) {
        Values values;
        values.Add(Value::Text(texts[j]));
        if (!Holds(predicate, values)) continue;
        EXPECT_TRUE(Found(accesses->front(), texts[j]))
            << predicate.op->name << " " << patterns[i] << " " << texts[j];
      }
    }
  }
  EXPECT_GT(looked_for.size(), 50U);
}

TEST(AccessesOf, ARegexDoesNotHoldWithoutOne) {
  for (const char* pattern : {"(?i)K.*", "a(b|B)*a", "(aB|Ba)/?.*", "\\xe4.*", "(?s).*b/.a"}) {
    const Predicate predicate = Make("fd.name", "regex", {pattern});
    const auto accesses = AccessesOf(predicate);
    if (!accesses) continue;
    std::vector<std::string> texts = Texts("aBb/", 5);
    texts.insert(texts.end(), {"\u212A", "k", "\u00e4", "\xe4", "\xe4x"});
    for (const std::string& text : texts) {
      Values values;
      values.Add(Value::Text(text));
      const bool found = std::any_of(accesses->begin(), accesses->end(),
                                     [&](const Access& access) { return Found(access, text); });
      EXPECT_TRUE(found || !Holds(predicate, values)) << pattern << " " << text;
    }
  }
}

}  // namespace
}  // namespace vedette
