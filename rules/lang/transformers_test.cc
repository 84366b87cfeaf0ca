// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/transformers.h"

#include <gtest/gtest.h>

#include <set>

#include "rules/lang/test_event.h"

namespace vedette {
namespace {

TEST(Transformers, ChangeLetters) {
  const TestEvent::Fields bash = {{"proc.name", {"Bash"}}};
  CheckSentences({
      {"lower case", "tolower(proc.name) = bash", bash, "true"},
      {"upper case", "toupper(proc.name) = BASH", bash, "true"},
      {"bytes beyond ASCII stay", "toupper(proc.name) = 'ÄÄR'", {{"proc.name", {"ÄÄr"}}}, "true"},
      {"one in the other", "tolower(toupper(proc.name)) = bash", bash, "true"},
      {"a path too", "tolower(proc.exepath) = /bin/sh", {{"proc.exepath", {"/BIN/sh"}}}, "true"},
      {"no value stays none", "tolower(proc.name) exists", {}, "false"},
      {"no value differs from nothing", "tolower(proc.name) != x", {}, "false"},
      {"an empty text is a value", "tolower(proc.name) = ''", {{"proc.name", {""}}}, "true"},
  });
}

TEST(Transformers, LongTextsAreWhole) {
  const std::string text(5000, 'A');
  TestEvent event({{"proc.cmdline", {text}}});
  EXPECT_EQ(event.Eval("tolower(proc.cmdline) = " + std::string(5000, 'a')), "true");
  EXPECT_EQ(event.Eval("len(concat(proc.cmdline, proc.cmdline)) = 10000"), "true");
}

TEST(Transformers, Basename) {
  const auto path = [](const char* p) { return TestEvent::Fields{{"proc.exepath", {p}}}; };
  CheckSentences({
      {"behind the last slash", "basename(proc.exepath) = sh", path("/usr/bin/sh"), "true"},
      {"a text without a slash", "basename(proc.exepath) = sh", path("sh"), "true"},
      {"nothing behind the slash", "basename(proc.exepath) = ''", path("/usr/bin/"), "true"},
      {"the root", "basename(proc.exepath) = ''", path("/"), "true"},
  });
}

TEST(Transformers, DecodeBase64) {
  const auto text = [](const char* t) { return TestEvent::Fields{{"proc.args", {t}}}; };
  CheckSentences({
      {"decodes", "b64(proc.args) = hello", text("aGVsbG8="), "true"},
      {"padding may be missing", "b64(proc.args) = hello", text("aGVsbG8"), "true"},
      {"two bytes of padding", "b64(proc.args) = a", text("YQ=="), "true"},
      {"plus and slash", R"(b64(proc.args) = "\xfb\xff")", text("+/8"), "true"},
      {"the empty text", "b64(proc.args) = ''", text(""), "true"},
      {"not base64 is no value", "b64(proc.args) exists", text("a b!"), "false"},
      {"a digit too many is no value", "b64(proc.args) exists", text("aGVsb"), "false"},
      {"padding inside is no value", "b64(proc.args) exists", text("aG=sbG8="), "false"},
      {"twice", "b64(b64(proc.args)) = a", text("WVE9PQ=="), "true"},
      {"then lower case", "tolower(b64(proc.args)) = a", text("QQ=="), "true"},
  });
}

TEST(Transformers, Length) {
  CheckSentences({
      {"bytes of a text", "len(proc.name) = 4", {{"proc.name", {"bash"}}}, "true"},
      {"an order of lengths", "len(proc.name) > 4", {{"proc.name", {"bash"}}}, "false"},
      {"items of a list", "len(getopt(proc.args, 'ab')) = 2", {{"proc.args", {"-ab"}}}, "true"},
      {"no value has no length", "len(proc.name) >= 0", {}, "false"},
  });
}

TEST(Transformers, JoinAndConcat) {
  const TestEvent::Fields fields = {{"proc.name", {"cat"}},
                                    {"fd.name", {"/tmp/x"}},
                                    {"proc.pid", {"-12"}},
                                    {"fd.rip", {"10.0.0.1"}},
                                    {"fd.rport", {"443"}}};
  CheckSentences({
      {"the separator is between items", "join('-', (proc.name, fd.name)) = cat-/tmp/x", fields,
       "true"},
      {"one item has no separator", "join('-', (proc.name)) = cat", fields, "true"},
      {"constants are items", "join('', ('a', proc.name, 'b')) = acatb", fields, "true"},
      {"a separator may be a field", "join(proc.name, ('a', 'b')) = acatb", fields, "true"},
      {"numbers and addresses are items, as people read them",
       "join(':', (proc.pid, fd.rip, fd.rport)) = -12:10.0.0.1:443", fields, "true"},
      {"a list without items has no value", "join('-', ()) exists", fields, "false"},
      {"an item without value leaves none", "join('-', (proc.name, proc.exe)) exists", fields,
       "false"},
      {"texts behind one another", "concat(proc.name, ':', fd.name) = 'cat:/tmp/x'", fields,
       "true"},
      {"a text without value leaves none", "concat(proc.name, proc.exe) exists", fields, "false"},
      {"calls inside", "concat(toupper(proc.name), basename(fd.name)) = CATx", fields, "true"},
  });
}

TEST(Transformers, GetOptions) {
  const auto args = [](const char* text) { return TestEvent::Fields{{"proc.args", {text}}}; };
  const char* const kHas = "getopt(proc.args, 'nt:')[t] = 5";
  CheckSentences({
      {"the value behind the option", kHas, args("-t5"), "true"},
      {"the value in the next word", kHas, args("-t 5"), "true"},
      {"behind other options", kHas, args("-n -t 5"), "true"},
      {"in one word with others", kHas, args("-nt5"), "true"},
      {"the last one counts", kHas, args("-t4 -t5"), "true"},
      {"not behind --", kHas, args("-- -t5"), "false"},
      {"not behind the first word that is none", kHas, args("file -t5"), "false"},
      {"long options are passed over", kHas, args("--t9 -t5"), "true"},
      {"unknown options are passed over", kHas, args("-x -t5"), "true"},
      {"an option without value is its own", "getopt(proc.args, 'nt:')[n] = n", args("-n"), "true"},
      {"a missing option has no value", "getopt(proc.args, 'nt:')[n] exists", args("-t5"), "false"},
      {"a missing value is empty", "getopt(proc.args, 'nt:')[t] = ''", args("-t"), "true"},
      {"an option that is not known is not found", "getopt(proc.args, 'n')[t] exists", args("-t"),
       "false"},
      {"a colon is no option", "getopt(proc.args, 'n:')[':'] exists", args("-:"), "false"},
      {"as a list: options and values", "getopt(proc.args, 'nt:') in (n, t, 5)", args("-n -t 5"),
       "true"},
      {"as a list: unknown ones are ?", "getopt(proc.args, 'n') intersects (?)", args("-x"),
       "true"},
      {"of a list of texts",
       "getopt(('-t', proc.name), 't:')[t] = x",
       {{"proc.name", {"x"}}},
       "true"},
      {"no options, no value", "getopt(proc.args, 'n') exists", args("file"), "false"},
  });
}

TEST(Transformers, RowsAreComplete) {
  std::set<absl::string_view> names;
  for (const Transformer& transformer : Transformers()) {
    EXPECT_TRUE(names.insert(transformer.name).second) << transformer.name;
    EXPECT_EQ(FindTransformer(transformer.name), &transformer);
    EXPECT_NE(transformer.evaluate, nullptr) << transformer.name;
    EXPECT_FALSE(transformer.doc.empty()) << transformer.name;
    EXPECT_EQ(transformer.usage.substr(0, transformer.name.size() + 1),
              std::string(transformer.name) + "(");
  }
  EXPECT_EQ(FindTransformer("val"), nullptr);
}

}  // namespace
}  // namespace vedette
