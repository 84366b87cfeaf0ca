// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/access.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "rules/lang/operators.h"
#include "rules/lang/regex.h"

namespace vedette {
namespace {

using Accesses = std::optional<std::vector<Access>>;

constexpr absl::string_view kGlobSigns = "*?[\\";

bool IsText(FieldType type) { return type == FieldType::kText || type == FieldType::kPath; }

// Of which the values are compared with literals as they are.
bool IsIndexed(FieldType type) {
  switch (type) {
    case FieldType::kUnsigned:
    case FieldType::kSigned:
    case FieldType::kBool:
    case FieldType::kText:
    case FieldType::kPath:
    case FieldType::kAddress:
    case FieldType::kNetwork:
    case FieldType::kPort:
    case FieldType::kWallTime:
    case FieldType::kDuration:
      return true;
    default:
      return false;
  }
}

Accesses TextAccess(Access::Kind kind, absl::string_view text) {
  if (text.empty()) return std::nullopt;
  return {{{.kind = kind, .text = std::string(text)}}};
}

Accesses Values(const Predicate& predicate) {
  std::vector<Access> accesses;
  for (const Literal& literal : predicate.literals) {
    accesses.push_back({.kind = Access::Kind::kValue, .text = "", .literal = &literal});
  }
  return accesses;
}
Accesses Begin(const Predicate& predicate) {
  return TextAccess(Access::Kind::kBegin, predicate.literals[0].text);
}
Accesses End(const Predicate& predicate) {
  return TextAccess(Access::Kind::kEnd, predicate.literals[0].text);
}
Accesses Part(const Predicate& predicate) {
  return TextAccess(Access::Kind::kPart, predicate.literals[0].text);
}
Accesses PartAnyCase(const Predicate& predicate) {
  return TextAccess(Access::Kind::kPartAnyCase, predicate.literals[0].text);
}

absl::string_view BeginOfGlob(absl::string_view pattern) {
  return pattern.substr(0, pattern.find_first_of(kGlobSigns));
}

// Behind the last sign that may be special. A closing bracket that closes nothing is no harm.
absl::string_view EndOfGlob(absl::string_view pattern) {
  const size_t at = pattern.find_last_of("*?[]\\");
  return at == absl::string_view::npos ? pattern : pattern.substr(at + 1);
}

// The longest run between stars and question marks; only both ends where there are brackets.
absl::string_view PartOfGlob(absl::string_view pattern) {
  const absl::string_view begin = BeginOfGlob(pattern), end = EndOfGlob(pattern);
  absl::string_view longest = begin.size() < end.size() ? end : begin;
  if (pattern.find_first_of("[\\") != absl::string_view::npos) return longest;
  while (!pattern.empty()) {
    const absl::string_view run = BeginOfGlob(pattern);
    if (run.size() > longest.size()) longest = run;
    pattern.remove_prefix(std::min(run.size() + 1, pattern.size()));
  }
  return longest;
}

// An end of the text says more than a run in its middle, unless it is much shorter.
Accesses Glob(const Predicate& predicate) {
  const absl::string_view pattern = predicate.literals[0].text;
  const absl::string_view begin = BeginOfGlob(pattern), end = EndOfGlob(pattern);
  if (begin.size() == pattern.size()) return Values(predicate);
  const absl::string_view part = PartOfGlob(pattern);
  if (part.size() >= 2 * std::max(begin.size(), end.size())) {
    return TextAccess(Access::Kind::kPart, part);
  }
  return begin.size() >= end.size() ? TextAccess(Access::Kind::kBegin, begin)
                                    : TextAccess(Access::Kind::kEnd, end);
}
Accesses GlobAnyCase(const Predicate& predicate) {
  return TextAccess(Access::Kind::kPartAnyCase, PartOfGlob(predicate.literals[0].text));
}

// The longest component as far as it is no glob, with the slash before it. The components are not
// looked for one behind the other, because a text may have more slashes between them.
std::string PartOfPath(absl::string_view pattern) {
  std::string longest;
  for (size_t at = 0; at < pattern.size();) {
    const size_t slash = pattern.find('/', at);
    const size_t end = slash == absl::string_view::npos ? pattern.size() : slash;
    const absl::string_view literal = BeginOfGlob(pattern.substr(at, end - at));
    const absl::string_view before = at > 0 ? "/" : "";
    if (!literal.empty() && before.size() + literal.size() > longest.size()) {
      longest = absl::StrCat(before, literal);
    }
    at = end + 1;
  }
  return longest;
}

Accesses PathMatch(const Predicate& predicate) {
  std::vector<Access> accesses;
  for (const Literal& literal : predicate.literals) {
    std::string part = PartOfPath(literal.text);
    if (part.empty()) return std::nullopt;
    accesses.push_back({.kind = Access::Kind::kPart, .text = std::move(part)});
  }
  return accesses;
}

Accesses Regex(const Predicate& predicate) {
  std::vector<std::string> parts = RequiredTexts(predicate.literals[0].text);
  if (parts.empty()) return std::nullopt;
  std::vector<Access> accesses = {{.kind = Access::Kind::kNotAscii, .text = ""}};
  for (std::string& part : parts) {
    accesses.push_back({.kind = Access::Kind::kPartAnyCase, .text = std::move(part)});
  }
  return accesses;
}

struct Row {
  absl::string_view op;
  bool any_type;  // Else texts only.
  Accesses (*accesses)(const Predicate& predicate);
};
// The other operators hold for most values, or for ranges.
constexpr Row kRows[] = {
    {"=", true, Values},          {"==", true, Values},
    {"in", true, Values},         {"intersects", true, Values},
    {"startswith", false, Begin}, {"endswith", false, End},
    {"contains", false, Part},    {"icontains", false, PartAnyCase},
    {"glob", false, Glob},        {"iglob", false, GlobAnyCase},
    {"pmatch", false, PathMatch}, {"regex", false, Regex},
};

}  // namespace

std::optional<std::vector<Access>> AccessesOf(const Predicate& predicate) {
  if (!predicate.IsPlain()) return std::nullopt;
  const auto* const row = std::find_if(std::begin(kRows), std::end(kRows), [&](const Row& known) {
    return known.op == predicate.op->name;
  });
  if (row == std::end(kRows)) return std::nullopt;
  const FieldType type = predicate.field.field().type;
  if (row->any_type ? !IsIndexed(type) : !IsText(type)) return std::nullopt;
  return row->accesses(predicate);
}

}  // namespace vedette
