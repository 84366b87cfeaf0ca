// SPDX-License-Identifier: Apache-2.0
//
// Random comparisons with transformers, val() and modifiers over random events: the engine finds
// what the simple evaluator finds.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/enrich/test_host.h"
#include "engine/match/operand.h"
#include "rules/lang/load.h"
#include "tests/oracle/naive_predicate.h"

namespace vedette {
namespace {

class Generator {
 public:
  explicit Generator(uint32_t seed) : random_(seed) {}

  std::string Condition() {
    switch (random_() % 6) {
      case 0:
        return absl::StrCat(NumberSide(), Pick({" = ", " != ", " < ", " >= "}), NumberRight());
      case 1:
        return absl::StrCat(ListSide(), Pick({" in ", " intersects "}), Items());
      case 2:
        return absl::StrCat(TextSide(2), Pick({" in ", " pmatch "}), RightCall(2));
      case 3:
        return absl::StrCat(TextSide(2), " ", TextOperator(), " ",
                            Pick({"oneof ", "anyof ", "allof "}), Items());
      case 4:
        return absl::StrCat(TextSide(3), " ", TextOperator(), " ", RightCall(2));
      default:
        return absl::StrCat(TextSide(3), " ", TextOperator(), " ", Quoted());
    }
  }

  RecordBuilder Record() {
    RecordBuilder record(random_() % 2 == 0 ? WIRE_file_open : WIRE_process_exec);
    record.Set("exec_id", random_() % 4).Set("pid", random_() % 3).Set("uid", random_() % 3);
    record.Set("comm", Word());
    if (record.header().kind == WIRE_file_open) {
      record.Set("name", absl::StrCat("/", Word())).Set("path", absl::StrCat("/", Word()));
    }
    return record;
  }

  RecordBuilder Process(uint64_t id) {
    return RecordBuilder(WIRE_process_exec)
        .Set("exec_id", id)
        .Set("pid", id)
        .Set("comm", Word())
        .Set("exe_path", absl::StrCat("/", Word(), "/", Word()))
        .SetArguments("args", {Word(), Pick({"-a", "-b", "-ab", "--c", "x"}), Word(), "-bW"});
  }

 private:
  std::string Pick(const std::vector<std::string>& from) { return from[random_() % from.size()]; }
  std::string Word() { return Pick({"a", "A", "ab", "aB", "YQ==", "YWI", "b", "W", "a*"}); }
  std::string Quoted() { return absl::StrCat("'", Word(), "'"); }
  std::string TextField() {
    return Pick({"proc.name", "proc.exepath", "proc.args", "fd.name", "proc.cmdline", "fd.filename",
                 "proc.args[1]", "proc.exe"});
  }
  std::string TextOperator() {
    return Pick({"=", "!=", "contains", "icontains", "startswith", "endswith", "glob", "iglob"});
  }
  std::string TextSide(int depth) {
    if (depth == 0 || random_() % 4 == 0) return TextField();
    return Call(depth);
  }
  std::string Call(int depth) {
    const std::string inner = TextSide(depth - 1);
    switch (random_() % 7) {
      case 0:
        return absl::StrCat("concat(", inner, ", '", Word(), "', ", TextSide(depth - 1), ")");
      case 1:
        return absl::StrCat("join('", Word(), "', (", inner, ", proc.pid, 'a'))");
      case 2:
        return absl::StrCat("getopt(", inner, ", 'ab:')[", Pick({"a", "b"}), "]");
      default:
        return absl::StrCat(Pick({"tolower", "toupper", "basename", "b64"}), "(", inner, ")");
    }
  }
  std::string RightCall(int depth) {
    return random_() % 2 == 0 ? absl::StrCat("val(", TextField(), ")") : Call(depth);
  }
  std::string NumberSide() {
    return random_() % 2 == 0 ? absl::StrCat("len(", TextSide(2), ")")
                              : Pick({"proc.pid", "user.uid"});
  }
  std::string NumberRight() {
    return Pick({"0", "1", "2", "3", "val(proc.pid)", "val(user.uid)", "len(proc.name)"});
  }
  std::string ListSide() {
    return Pick({"getopt(proc.args, 'ab:')", "tolower(getopt(proc.cmdline, 'ab:'))",
                 "getopt((proc.name, '-a', '-b'), 'a')",
                 "getopt(('-a', proc.name, '-bW'), 'ab:')"});
  }
  std::string Items() {
    std::string items = "(";
    for (size_t i = random_() % 5; i > 0; --i) {
      absl::StrAppend(&items, Quoted(), i > 1 ? ", " : "");
    }
    return items + ")";
  }

  std::mt19937 random_;
};

TEST(OperandOracle, RandomComparisonsOverRandomEvents) {
  size_t held = 0;
  size_t compared = 0;
  for (uint32_t seed = 1; seed <= 300; ++seed) {
    Generator generator(seed);
    std::vector<NamedCondition> conditions;
    for (int i = 0; i < 20; ++i) conditions.push_back({"c", generator.Condition()});
    const LoadResult result = LoadRules({}, conditions);
    ASSERT_NE(result.program, nullptr) << result.diagnostics.ToText();
    TestHost host;
    for (uint64_t id = 1; id < 4; ++id) host.Give(generator.Process(id));
    for (int i = 0; i < 20; ++i) {
      const RecordBuilder record = generator.Record();
      host.arena.Clear();
      const Event event = host.MakeEvent(record);
      for (const Predicate& predicate : result.program->predicates) {
        const bool holds = HoldsFor(event, predicate);
        ASSERT_EQ(holds, NaiveHolds(predicate, event)) << predicate.text << " seed " << seed;
        held += holds ? 1 : 0;
        ++compared;
      }
    }
  }
  EXPECT_GT(held, compared / 20);  // Else the comparisons say nothing.
  EXPECT_GT(compared - held, compared / 20);
}

}  // namespace
}  // namespace vedette
