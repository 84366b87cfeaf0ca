// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/parser.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "base/file.h"

namespace vedette {
namespace {

std::string Parse(absl::string_view text) {
  const ParsedCondition parsed = ParseCondition(text);
  return parsed.expr ? ToText(*parsed.expr) : absl::StrCat("error: ", parsed.error->message);
}

struct Case {
  const char* name;
  const char* text;
  const char* canonical;
};

constexpr Case kAccepted[] = {
    {"and binds tighter than or", "a or b and c", "(a or (b and c))"},
    {"not binds tightest", "not a and b", "(not a and b)"},
    {"chains are flat", "a and b and c or d or e", "((a and b and c) or d or e)"},
    {"parentheses group", "(a or b) and c", "((a or b) and c)"},
    {"two nots are none", "not not a", "a"},
    {"a not in parentheses is a not", "not (not a)", "a"},
    {"not may touch its parenthesis", "not(a or b)", "not (a or b)"},
    {"and may touch its parenthesis", "(a)and(b)", "(a and b)"},
    {"or may touch its parenthesis at the end", "a and b or(c)", "((a and b) or c)"},
    {"and behind a touching parenthesis goes on with and", "a and(b) and c", "(a and b and c)"},
    {"a name may begin with a keyword", "not_x and or_y", "(not_x and or_y)"},
    {"line ends are blanks", "a\n\tand\r\nb", "(a and b)"},
    {"exists needs no blank behind it", "a.b existsand c", "(a.b exists and c)"},
    {"symbols need no blanks", "a.b=c", "a.b = c"},
    {"two equal signs stay two", "a.b == c", "a.b == c"},
    {"a value may be anything bare", "a.b = runc:[0:PARENT]", "a.b = runc:[0:PARENT]"},
    {"a value may be <NA>", "a.b != <NA>", "a.b != <NA>"},
    {"a value may be a keyword", "a.b = and", "a.b = and"},
    {"a value with a blank is quoted", "a.b = 'c d'", "a.b = \"c d\""},
    {"quotes that are not needed go", "a.b = \"c\"", "a.b = c"},
    {"the other quote needs no escape", "a.b = 'say \"x\"'", R"(a.b = "say \"x\"")"},
    {"an empty text is quoted", "a.b = ''", "a.b = \"\""},
    {"parentheses and commas are quoted", "a.b in ('(x)', 'y,z')", "a.b in (\"(x)\", \"y,z\")"},
    {"escapes", R"(a.b = "\t\x41\/\\n")", "a.b = \"\\tA/\\\\n\""},
    {"a backslash and a blank is a backslash", "a.b = 'x\\ y'", R"(a.b = "x\\y")"},
    {"a backslash at the end has an escape of its own", R"(a.b = "x\x5c")", R"(a.b = "x\x5c")"},
    {"in may touch its list", "a.b in(c,d)", "a.b in (c, d)"},
    {"a list may be a name", "a.b in names", "a.b in names"},
    {"a list may be empty", "a.b in ()", "a.b in ()"},
    {"numbers stay as written", "a.b >= 0x1F", "a.b >= 0x1F"},
    {"arguments", "a.b[c-d] = 1", "a.b[c-d] = 1"},
    {"arguments in quotes", "a.b['c d'] = 1", "a.b[\"c d\"] = 1"},
    {"a modifier", "a.b startswith anyof (c, d)", "a.b startswith anyof (c, d)"},
    {"a modifier before a name", "a.b = oneof names", "a.b = oneof names"},
    {"a modifier that is a value", "a.b = oneof or c", "(a.b = oneof or c)"},
    {"a transformer", "tolower(a.b) = c", "tolower(a.b) = c"},
    {"a transformer on the right", "a.b = toupper( c.d )", "a.b = toupper(c.d)"},
    {"a field on the right", "a.b = val(c.d)", "a.b = val(c.d)"},
    {"join", "join('-', (a.b, 'c')) = d", "join(\"-\", (a.b, \"c\")) = d"},
    {"getopt", "getopt(a.b, \"nt:\")[\"t\"] = c", "getopt(a.b, \"nt:\")[t] = c"},
    {"concat of fields", "concat(a.b, c.d) = e", "concat(a.b, c.d) = e"},
    {"blanks at both ends", " \t\n a \r\b", "a"},
    {"any blank separates a word operator", "a.b contains\tc", "a.b contains c"},
    {"nots in all ways", "not not not(not(not a))", "not a"},
    {"a nested not behind and", "a and(not(b))", "(a and not b)"},
    {"keywords in a list", "a.b in (and, or, not, in)", "a.b in (and, or, not, in)"},
    {"a number may touch a connective", "a.b < 5and c", "(a.b < 5 and c)"},
    {"a quoted value may touch a connective", "a.b = 'c'or d", "(a.b = c or d)"},
    {"a list may touch a connective", "a.b in (c)and d", "(a.b in (c) and d)"},
    {"exists may touch a call", "b64(a.b)exists", "b64(a.b) exists"},
    {"a negative number", "a.b >= -1", "a.b >= -1"},
    {"a number with a fraction", "a.b > -0.12e+10", "a.b > -0.12e+10"},
    {"a hexadecimal number with a capital X", "a.b <= 0XaB00AB", "a.b <= 0XaB00AB"},
    {"a text that begins like a number", "a.b = 0xAAA.1", "a.b = 0xAAA.1"},
    {"an argument in quotes may be empty", "a.b[\"\"] = c", "a.b[\"\"] = c"},
    {"an argument with an escape", R"(a.b["c \"d\""] = e)", R"(a.b["c \"d\""] = e)"},
    {"a bare argument of signs", "a.b[+0.25e+10/*(x)] = e", "a.b[+0.25e+10/*(x)] = e"},
    {"calls with blanks inside", "b64( b64( a.b ) ) exists", "b64(b64(a.b)) exists"},
    {"a transformer's name may be a value", "a.b = b64 and(c)", "(a.b = b64 and c)"},
    {"a transformer's name may be a macro", "b64 or len", "(b64 or len)"},
    {"a call in quotes is a value", "a.b = 'len(c.d)'", "a.b = \"len(c.d)\""},
    {"join of nothing", "join('-', ()) = c", "join(\"-\", ()) = c"},
    {"calls of calls of lists", "len(toupper(join(\"-\", (a.b , 'c')))) >= 5",
     "len(toupper(join(\"-\", (a.b, \"c\")))) >= 5"},
    {"an empty list behind a modifier", "a.b == oneof ( )", "a.b == oneof ()"},
    {"a modifier's name as a list", "a.b = anyof anyof", "a.b = anyof anyof"},
    {"letters beyond ASCII", "a.b = größe", "a.b = größe"},
    {"a text of several lines", "a.b = 'c\nd'", R"(a.b = "c\nd")"},
    {"less than may touch its number", "a.b <1 or a.b>=1", "(a.b < 1 or a.b >= 1)"},
    {"a value that begins with an angle", "a.b = <x>", "a.b = <x>"},
    {"names in parentheses", "((a) and (b))or(c)", "((a and b) or c)"},
};

TEST(ParseCondition, PrintsTheTree) {
  for (const Case& c : kAccepted) EXPECT_EQ(Parse(c.text), c.canonical) << c.name;
}

TEST(ParseCondition, PrintingAndParsingAgainIsTheIdentity) {
  for (const Case& c : kAccepted) EXPECT_EQ(Parse(c.canonical), c.canonical) << c.name;
}

struct Refused {
  const char* name;
  const char* text;
  size_t begin, end;
  const char* message;
};
constexpr Refused kRefused[] = {
    {"nothing", "  ", 0, 1, "the condition is empty"},
    {"or behind a touching parenthesis ends it", "a or(b) and c", 8, 11,
     "expected \"and\", \"or\" or the end of the condition"},
    {"words need blanks", "a andb", 2, 6, "expected a blank or a parenthesis after \"and\""},
    {"an operand is missing", "a and", 2, 5, "expected a blank or a parenthesis after \"and\""},
    {"a parenthesis too few", "(a.b = 1", 0, 1, "this parenthesis is not closed"},
    {"a parenthesis too many", "a)", 1, 2, "this parenthesis was never opened"},
    {"no such operator", "a.b contain c", 4, 11, "there is no operator \"contain\""},
    {"no operator", "a.b", 3, 4, "expected an operator behind the field"},
    {"no value", "a.b = ", 6, 7, "expected a value"},
    {"a list where a value goes", "a.b = (c)", 6, 7, "expected a value"},
    {"no list", "a.b in", 6, 7, "expected a list behind \"in\""},
    {"a comma too many", "a.b in (c,)", 10, 11, "expected a value"},
    {"no comma", "a.b in (c d)", 10, 11, "expected a comma or a closing parenthesis in the list"},
    {"no number", "a.b < c", 6, 7, "expected a number behind \"<\""},
    {"an open quote", "a.b = 'c", 6, 7, "this text has no closing quote"},
    {"an open quote in a list", "a.b in ('c, d)", 8, 9, "this text has no closing quote"},
    {"an unknown escape", R"(a.b = "c\d")", 8, 10, "there is no escape \\d in a text in \""},
    {"the escape of the other quote", R"(a.b = "c\'")", 8, 10,
     "there is no escape \\' in a text in \""},
    {"a NUL", R"(a.b = "\x00")", 7, 11, "\\x needs two hexadecimal digits, not 00"},
    {"an open bracket", "a.b[c = 1", 5, 6, "expected a closing bracket"},
    {"an empty argument", "a.b[] = 1", 3, 4, "expected an argument in the brackets"},
    {"in needs a blank before a name", "a.b innames", 4, 11, "there is no operator \"innames\""},
    {"val takes no brackets of its own", "a.b = val(c.d)[e]", 14, 17,
     "expected \"and\", \"or\" or the end of the condition"},
    {"val takes no transformer", "a.b = val(len(c.d))", 10, 13, "val() takes one field"},
    {"a transformer takes no val", "a.b = len(val(c.d))", 10, 13,
     "len() takes a field or another call"},
    {"a blank before a transformer's parenthesis", "b64 (a.b) exists", 4, 5,
     "expected \"and\", \"or\" or the end of the condition"},
    {"a call as an item of a list", "a.b in (c, b64(d.e))", 14, 15,
     "expected a comma or a closing parenthesis in the list"},
    {"a bare word as an item of a transformer's list", "join('-', (c)) = d", 11, 12,
     "expected a field, a call or a text in quotes"},
    {"a modifier touches its list", "a.b startswith anyof(c)", 20, 21,
     "expected \"and\", \"or\" or the end of the condition"},
    {"a modifier behind an order", "a.b > oneof (1)", 6, 11, "expected a number behind \">\""},
    {"three equal signs", "a.b === c", 6, 7, "expected a value"},
    {"an operator in capitals", "a.b EXISTS", 4, 10, "there is no operator \"EXISTS\""},
    {"a comment", "a # b", 2, 3, "expected \"and\", \"or\" or the end of the condition"},
    {"a field cut short", "a. = b", 1, 2, "expected \"and\", \"or\" or the end of the condition"},
    {"a number for a macro", "1 and a", 0, 1, "expected a field, a macro or a parenthesis"},
    {"blanks in brackets", "a.b[ c ] = d", 3, 4, "expected an argument in the brackets"},
    {"val is for the right side", "val(a.b) = c", 3, 4,
     "expected \"and\", \"or\" or the end of the condition"},
};

TEST(ParseCondition, SaysWhatIsWrongAndWhere) {
  for (const Refused& c : kRefused) {
    const ParsedCondition parsed = ParseCondition(c.text);
    ASSERT_TRUE(parsed.error.has_value()) << c.name;
    EXPECT_EQ(parsed.error->message, c.message) << c.name;
    EXPECT_EQ(parsed.error->range.begin, c.begin) << c.name;
    EXPECT_EQ(parsed.error->range.end, c.end) << c.name;
  }
}

TEST(ParseCondition, ANulByteIsRefusedWhereItStands) {
  const ParsedCondition parsed = ParseCondition(absl::string_view("a.b = c\0d", 9));
  ASSERT_TRUE(parsed.error.has_value());
  EXPECT_EQ(parsed.error->range.begin, 7U);
}

TEST(ParseCondition, SuggestsAnOperator) {
  EXPECT_EQ(ParseCondition("a.b contain c").error->hint, "did you mean \"contains\"?");
}

TEST(ParseCondition, NestsAThousandDeepAndNoDeeper) {
  const auto nested = [](int n) {
    return std::string(static_cast<size_t>(n), '(') + "a" +
           std::string(static_cast<size_t>(n), ')');
  };
  EXPECT_EQ(Parse(nested(1000)), "a");
  EXPECT_EQ(Parse(nested(1001)), "error: more than 1000 nested parentheses");
  EXPECT_EQ(Parse(std::string(1 << 20, '(')), "error: more than 1000 nested parentheses");
  std::string deep;
  for (int i = 0; i < 600; ++i) deep += "(a or not ";
  EXPECT_EQ(Parse(deep + "a" + std::string(600, ')')),
            "error: more than 1000 conditions inside one another");
  std::string nots;
  for (int i = 0; i < 100'000; ++i) nots += "not ";
  EXPECT_EQ(Parse(nots + "a"), "a");
  std::string calls;
  for (int i = 0; i < 100'000; ++i) calls += "b64(";
  EXPECT_EQ(Parse(calls), "error: more than 100 nested calls");
}

// Cases that Falco's own parser was asked.
TEST(ParseCondition, AgreesWithFalco) {
  const char* const shared = std::getenv("VEDETTE_SHARED");
  const std::filesystem::path path =
      std::filesystem::path(shared != nullptr ? shared : "../shared") / "falco/parser_cases.json";
  const absl::StatusOr<std::string> text = ReadFile(path.string(), 16 << 20);
  if (!text.ok()) GTEST_SKIP() << "no cases (VEDETTE_SHARED): " << text.status();
  const auto cases = nlohmann::json::parse(*text);
  for (const auto& one : cases) {
    const std::string filter = one["filter"];
    const ParsedCondition parsed = ParseCondition(filter);
    EXPECT_EQ(parsed.expr != nullptr, one["expect"] == "accept")
        << filter << (parsed.error ? parsed.error->message : "");
    if (parsed.expr == nullptr) continue;
    const std::string canonical = ToText(*parsed.expr);
    EXPECT_EQ(Parse(canonical), canonical) << filter;
  }
}

}  // namespace
}  // namespace vedette
