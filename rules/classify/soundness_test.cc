// SPDX-License-Identifier: Apache-2.0
//
// The invariant, by trying: random conditions over random records. Beside the classifier stands the
// obvious evaluator below, which walks the condition and reads the record by itself; whatever it
// says holds must have survived, and where all terms of a rule are exact, nothing else may have.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "rules/classify/classifier.h"
#include "rules/classify/explain.h"
#include "rules/classify/field_map.h"
#include "rules/classify/test_program.h"
#include "sensor/decode/record_builder.h"

namespace vedette {
namespace {

using Random = std::mt19937;

// --- The obvious evaluator.

struct Plain {
  bool is_text = false;
  std::string text;
  int64_t number = 0;
};
using Maybe = std::optional<Plain>;

Maybe Number(int64_t number) { return Plain{false, "", number}; }
Maybe Text(absl::string_view text) {
  if (text.empty()) return std::nullopt;
  return Plain{true, std::string(text), 0};
}

const Member& MemberOfName(const EventView& view, absl::string_view name) {
  for (const Member& member : view.info().members) {
    if (member.name == name) return member;
  }
  ADD_FAILURE() << name;
  return view.info().members[0];
}
absl::string_view TextMember(const EventView& view, absl::string_view name) {
  return view.Text(MemberOfName(view, name));
}

Maybe ResultName(int32_t result) {
  if (result >= 0) return Text("SUCCESS");
  return Text(result == -115 ? "EINPROGRESS" : result == -13 ? "EACCES" : "ENOENT");
}

Maybe FileField(const EventView& view, absl::string_view field) {
  const auto open = view.As<wire_file_open>();
  const absl::string_view path = TextMember(view, "path");
  const absl::string_view name = path.empty() ? TextMember(view, "name") : path;
  const uint32_t access = open.flags & 3;
  if (field == "fd.name") return Text(name);
  if (field == "fd.directory") {
    if (name.empty()) return std::nullopt;
    const size_t slash = name.rfind('/');
    if (slash == absl::string_view::npos) return Text(".");
    return Text(slash == 0 ? "/" : name.substr(0, slash));
  }
  if (field == "evt.is_open_read") return Number(access == 0 || access == 2);
  if (field == "evt.is_open_write") return Number(access == 1 || access == 2);
  if (field == "evt.is_open_create") return Number(open.created != 0);
  if (field == "evt.failed") return Number(open.result < 0);
  if (field == "evt.rawres") return Number(open.result);
  if (field == "fd.num") return Number(open.result < 0 ? -1 : open.result);
  if (field == "evt.res") return ResultName(open.result);
  const bool directory = (open.mode & 0170000) == 0040000;
  if (field == "fd.typechar") return Text(directory ? "d" : "f");
  if (field == "fd.type" && open.result >= 0) return Text(directory ? "directory" : "file");
  return std::nullopt;
}

// Of any kind whose record is NETWORK_CONNECT_FIELDS alone.
Maybe ConnectField(const EventView& view, absl::string_view field) {
  wire_network_connect connect;
  std::memcpy(&connect, view.bytes().data(), sizeof(connect));
  const bool has_port = connect.family == 2 || connect.family == 10;
  // Whoever accepts is the server.
  if (field == "fd.sport" && view.kind() == WIRE_network_accept) {
    return connect.local_port != 0 ? Number(connect.local_port) : std::nullopt;
  }
  if (field == "fd.rport" || field == "fd.sport") {
    return has_port ? Number(connect.remote_port) : std::nullopt;
  }
  if (field == "fd.name") return Text(has_port ? "1.2.3.4:1->5.6.7.8:22" : "/run/x");
  if (field == "evt.failed") return Number(connect.result < 0);
  if (field == "evt.rawres") return Number(connect.result);
  if (field == "fd.num") return Number(0);
  if (field.substr(0, 12) == "evt.is_open_") return Number(0);
  if (field == "evt.res") return ResultName(connect.result);
  if (field == "fd.typechar") {
    const Value address = view.Get(MemberOfName(view, "remote_address"));
    if (address.HasValue()) return Text(address.address.is_v6 ? "6" : "4");
    if (connect.family == 1) return Text("u");
  }
  if (field == "fd.type") {
    const Value address = view.Get(MemberOfName(view, "remote_address"));
    if (address.HasValue()) return Text(address.address.is_v6 ? "ipv6" : "ipv4");
    if (connect.family == 1) return Text("unix");
  }
  return std::nullopt;
}

Maybe FieldOf(const EventView& view, absl::string_view field) {
  if (field == "proc.name") return Text(view.comm());
  if (field == "user.uid") return Number(view.header().uid);
  if (field == "proc.pname") return view.header().pid % 3 == 0 ? Text("sh") : std::nullopt;
  if (field == "evt.type") {
    const std::vector<std::string> types =
        absl::StrSplit(std::string(view.info().types), ',', absl::SkipEmpty());
    return Text(types[view.header().pid % types.size()]);
  }
  if (view.kind() == WIRE_file_open) return FileField(view, field);
  if (view.kind() == WIRE_network_connect || view.kind() == WIRE_network_accept) {
    return ConnectField(view, field);
  }
  if (field.substr(0, 12) == "evt.is_open_") return Number(0);
  if (view.kind() == WIRE_process_exit) return std::nullopt;
  if (field == "evt.failed") return Number(0);
  if (field == "evt.res") return Text("SUCCESS");
  return std::nullopt;
}

bool Compare(const Predicate& predicate, const Maybe& value) {
  if (!value) return false;
  const absl::string_view op = predicate.op->name;
  if (op == "exists") return true;
  bool equal = false;
  for (const Literal& l : predicate.literals) {
    equal |=
        value->is_text ? value->text == l.text : value->number == static_cast<int64_t>(l.number);
  }
  if (op == "=" || op == "in") return equal;
  if (op == "!=") return !equal;
  const Literal& literal = predicate.literals[0];
  const auto number = static_cast<int64_t>(literal.number);
  if (op == "<") return value->is_text ? value->text < literal.text : value->number < number;
  if (op == ">=") return value->is_text ? value->text >= literal.text : value->number >= number;
  if (op == "startswith") return absl::StartsWith(value->text, literal.text);
  if (op == "contains") return absl::StrContains(value->text, literal.text);
  if (op == "glob") {  // The test's globs are a text and a star.
    return absl::StartsWith(value->text, absl::StripSuffix(literal.text, "*"));
  }
  ADD_FAILURE() << op;
  return false;
}

bool Evaluate(const Program& program, uint32_t index, const EventView& view) {
  const Node& node = program.nodes[index];
  switch (node.kind) {
    case Node::Kind::kTrue:
      return true;
    case Node::Kind::kFalse:
      return false;
    case Node::Kind::kNot:
      return !Evaluate(program, node.children[0], view);
    case Node::Kind::kPredicate: {
      const Predicate& predicate = program.predicates[node.predicate];
      return Compare(predicate, FieldOf(view, predicate.field.field().name));
    }
    case Node::Kind::kAnd:
      for (const uint32_t child : node.children) {
        if (!Evaluate(program, child, view)) return false;
      }
      return true;
    case Node::Kind::kOr:
      for (const uint32_t child : node.children) {
        if (Evaluate(program, child, view)) return true;
      }
      return false;
  }
  return false;
}

// --- Random records and conditions, from one small vocabulary with the traps in it.

const std::string kLongPath = "/etc/" + std::string(300, 'l');
const std::string kLimitPath = "/etc/" + std::string(234, 'l');  // The longest that is judged.
const std::vector<std::string> kNames = {"", "sh", "bash", "nc", "fifteen-letters"};
const std::vector<std::string> kPaths = {
    "",          "/",          "/etc",    "/etc/",   "/etc/passwd", "/etc/ssl/key",
    "/etcetera", "/var/log/x", "memfd:x", kLongPath, kLimitPath,    "passwd"};
const std::vector<std::string> kNumbers = {"0", "1", "22", "80", "1000", "-1", "-13", "65536"};

template <typename T>
const T& Pick(Random& random, const std::vector<T>& from) {
  return from[random() % from.size()];
}

struct Template {
  absl::string_view field;
  const std::vector<std::string>& literals;
  std::vector<absl::string_view> ops;
};

const std::vector<Template>& Templates() {
  static const std::vector<std::string> bools = {"true", "false"};
  static const std::vector<std::string> chars = {"f", "d", "4", "6", "u", "p"};
  static const std::vector<std::string> names = {"file", "directory", "ipv4", "unix"};
  static const std::vector<std::string> types = {"openat", "open", "connect", "execve", "clone"};
  static const std::vector<std::string> results = {"SUCCESS", "EACCES", "EINPROGRESS"};
  static const std::vector<absl::string_view> texts = {"=",        "!=",     "in",  "startswith",
                                                       "contains", "exists", "glob"};
  static const std::vector<absl::string_view> numbers = {"=", "!=", "in", "<", ">=", "exists"};
  static const std::vector<absl::string_view> equal = {"=", "!=", "in", "exists"};
  static const auto* const templates = new std::vector<Template>{
      {"proc.name", kNames, equal},
      {"proc.name", kNames, texts},
      {"user.uid", kNumbers, numbers},
      {"fd.name", kPaths, texts},
      {"fd.name", kPaths, equal},
      {"fd.directory", kPaths, texts},
      {"evt.is_open_read", bools, equal},
      {"evt.is_open_write", bools, equal},
      {"evt.is_open_create", bools, equal},
      {"evt.failed", bools, equal},
      {"evt.rawres", kNumbers, numbers},
      {"fd.num", kNumbers, numbers},
      {"evt.res", results, equal},
      {"fd.typechar", chars, equal},
      {"fd.type", names, equal},
      {"evt.type", types, equal},
      {"fd.rport", kNumbers, numbers},
      {"fd.sport", kNumbers, equal},
      {"proc.pname", kNames, equal},
  };
  return *templates;
}

uint32_t RandomLeaf(Random& random, TestProgram& program) {
  const Template& row = Pick(random, Templates());
  const absl::string_view op = Pick(random, row.ops);
  std::vector<std::string> literals;
  if (op != "exists") literals.push_back(Pick(random, row.literals));
  while (op == "in" && random() % 2 == 0) literals.push_back(Pick(random, row.literals));
  if (op == "glob") literals[0] += "*";
  return program.Is(row.field, op, std::move(literals));
}

uint32_t RandomCondition(Random& random, TestProgram& program, int depth) {
  if (depth == 0 || random() % 4 == 0) return RandomLeaf(random, program);
  if (random() % 4 == 0) return program.Not(RandomCondition(random, program, depth - 1));
  std::vector<uint32_t> children;
  for (size_t i = 2 + random() % 2; i > 0; --i) {
    children.push_back(RandomCondition(random, program, depth - 1));
  }
  return random() % 2 == 0 ? program.And(std::move(children)) : program.Or(std::move(children));
}

RecordBytes RandomRecord(Random& random) {
  static const std::vector<EventKind> kinds = {WIRE_process_exec,   WIRE_file_open,
                                               WIRE_file_open,      WIRE_network_connect,
                                               WIRE_network_accept, WIRE_process_exit};
  static const std::vector<int> results = {0, 3, 22, -1, -13, -115};
  const EventKind kind = Pick(random, kinds);
  RecordBuilder record(kind);
  record.Set("comm", Pick(random, kNames)).Set("pid", random() % 100);
  record.Set("uid", Pick(random, std::vector<uint32_t>{0, 1, 22, 1000, ~0u}));
  if (kind == WIRE_file_open) {
    const std::string& path = Pick(random, kPaths);
    record.Set("result", Pick(random, results)).Set("flags", random() % 4);
    record.Set("created", random() % 2);
    record.Set("mode", Pick(random, std::vector<uint32_t>{0, 0100644, 0040755, 0010600}));
    record.Set("path", path).Set("name", random() % 2 == 0 ? path : Pick(random, kPaths));
    if (random() % 8 == 0) record.SetTruncated("path");
  }
  if (kind == WIRE_network_connect || kind == WIRE_network_accept) {
    record.Set("local_port", Pick(random, std::vector<uint32_t>{0, 22, 443}));
    const uint32_t family = Pick(random, std::vector<uint32_t>{0, 1, 2, 2, 10});
    record.Set("family", family).Set("result", Pick(random, results));
    if (family == 2) record.Set("remote_address", "10.0.0.1");
    if (family == 10) record.Set("remote_address", random() % 2 == 0 ? "::1" : "::ffff:10.0.0.1");
    record.Set("family", family);
    record.Set("remote_port", Pick(random, std::vector<uint32_t>{0, 22, 80, 443}));
  }
  return record.Build();
}

std::vector<RecordBytes> RandomRecords(Random& random, size_t count) {
  std::vector<RecordBytes> records;
  for (size_t i = 0; i < count; ++i) records.push_back(RandomRecord(random));
  return records;
}

// --- The comparison.

struct Tally {
  uint64_t pairs = 0;
  uint64_t holding = 0;
  uint64_t surviving = 0;
  uint64_t exact = 0;  // Pairs whose rule the kernel alone decides.
};

bool IsExactFor(const Program& program, const ClassifierTables& tables, uint32_t rule,
                EventKind kind) {
  for (const KindExplanation& k : Explain(program, tables, rule).kinds) {
    if (k.kind == kind) return k.exact();
  }
  return true;
}

void Check(const TestProgram& program, const std::vector<RecordBytes>& records, Tally& tally) {
  const ClassifierTables tables = BuildTables(*program, 7);
  const Classifier classifier(tables);
  std::vector<std::vector<bool>> exact(WIRE_KIND_LIMIT);
  for (const KindTables& kind : tables.kinds) {
    for (uint32_t rule = 0; rule < program->rules.size(); ++rule) {
      exact[kind.kind].push_back(IsExactFor(*program, tables, rule, kind.kind));
    }
  }
  std::vector<uint32_t> rules;
  for (const RecordBytes& bytes : records) {
    const auto view = EventView::Parse(bytes);
    ASSERT_TRUE(view.has_value());
    const ClassifierInput input = InputOf(*view);
    const bool judged =
        view->kind() != WIRE_file_open || (input.path.has_value() && IsJudgedPath(*input.path));
    rules.clear();
    AppendRules(*tables.Find(view->kind()), classifier.Classify(input), rules);
    auto next = rules.begin();
    for (uint32_t rule = 0; rule < program->rules.size(); ++rule) {
      const bool survived = next != rules.end() && *next == rule;
      if (survived) ++next;
      const bool holds = Evaluate(*program, program->rules[rule].condition, *view);
      ASSERT_TRUE(survived || !holds) << "lost: rule " << rule << " for " << view->info().name;
      if (judged && exact[view->kind()][rule]) {
        ASSERT_EQ(survived, holds) << "inexact: rule " << rule << " for " << view->info().name;
        ++tally.exact;
      }
      ++tally.pairs;
      tally.holding += holds ? 1 : 0;
      tally.surviving += survived ? 1 : 0;
    }
  }
}

void Report(absl::string_view name, const Tally& tally) {
  std::cout << name << ": " << tally.pairs << " pairs, " << tally.holding << " hold, "
            << tally.surviving << " survive, " << tally.exact << " exact\n";
}

// VEDETTE_SOUNDNESS_SEEDS=5000 makes it ten million pairs.
uint32_t SeedCount() {
  const char* text = std::getenv("VEDETTE_SOUNDNESS_SEEDS");
  uint32_t count = 0;
  return text != nullptr && absl::SimpleAtoi(text, &count) ? count : 120;
}

TEST(SoundnessTest, NoEventIsLostForWhichARuleHolds) {
  Tally tally;
  const uint32_t seeds = SeedCount();
  for (uint32_t seed = 1; seed <= seeds && !testing::Test::HasFatalFailure(); ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    Random random(seed);
    TestProgram program;
    for (size_t rule = 0; rule < 20; ++rule) {
      program.AddRule(RandomCondition(random, program, static_cast<int>(rule % 4)));
    }
    Check(program, RandomRecords(random, 100), tally);
  }
  Report(absl::StrCat("seeds 1 to ", seeds), tally);
  EXPECT_EQ(tally.pairs, uint64_t{seeds} * 2000);
  EXPECT_GE(tally.exact, tally.pairs / 4);
  EXPECT_GE(tally.holding, tally.pairs / 10);
  EXPECT_LE(tally.surviving, tally.pairs * 3 / 4);
}

// Random conditions share their boxes; these do not, so rules have to share terms that hull them.
TEST(SoundnessTest, NorWhereRulesShareHulls) {
  Random random(2001);
  TestProgram program;
  constexpr uint32_t kRules = 700;
  for (uint32_t i = 0; i < kRules; ++i) {
    const std::string number = absl::StrCat(i);
    program.AddRule(program.And({program.Is("proc.name", "=", {"n" + number}),
                                 program.Is("user.uid", "!=", {number}),
                                 program.Is("fd.name", "startswith", {"/d/" + number})}),
                    RuleKinds(), i % 3 == 0);
  }
  std::vector<RecordBytes> records;
  for (int i = 0; i < 200; ++i) {
    const auto n = static_cast<uint32_t>(random() % kRules);
    records.push_back(RecordBuilder(WIRE_file_open)
                          .Set("comm", absl::StrCat("n", n))
                          .Set("uid", random() % 2 == 0 ? n : n + 1)
                          .Set("path", absl::StrCat("/d/", random() % 4 == 0 ? n + 1 : n, "/x"))
                          .Build());
  }
  Tally tally;
  Check(program, records, tally);
  Report("seed 2001", tally);
  EXPECT_GT(tally.holding, 50u);
  EXPECT_GT(tally.surviving, tally.holding);
  EXPECT_LT(tally.surviving, tally.pairs / 10);
}

TEST(SoundnessTest, NorWhereTermsAreMerged) {
  Tally tally;
  for (uint32_t seed = 1001; seed <= 1001 && !testing::Test::HasFatalFailure(); ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    Random random(seed);
    TestProgram program;
    for (size_t rule = 0; rule < 400; ++rule) {
      program.AddRule(RandomCondition(random, program, 3), RuleKinds(), rule % 5 == 0);
    }
    for (size_t rule = 0; rule < 3; ++rule) program.AddRule(RandomCondition(random, program, 7));
    Check(program, RandomRecords(random, 40), tally);
  }
  Report("seed 1001", tally);
  EXPECT_LT(tally.holding, tally.surviving);
}

}  // namespace
}  // namespace vedette
