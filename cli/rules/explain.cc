// SPDX-License-Identifier: Apache-2.0
//
// `vedette rules explain`: which events a rule is about, and who decides what of it.
#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/text.h"
#include "cli/rule_warm_up.h"
#include "cli/rules/json_request.h"
#include "cli/rules/loaded_rules.h"
#include "cli/rules/rule_commands.h"
#include "cli/store_flags.h"
#include "cli/table.h"
#include "engine/match/likelihood.h"
#include "rules/classify/field_map.h"
#include "rules/classify/tables.h"
#include "rules/lang/temporal_text.h"

namespace vedette {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string name;
  std::vector<std::string> paths;
  std::string store;
  bool json = false;
};

// Whether the kernel drops some acts of the rule's kinds.
bool DropsAny(const RuleExplanation& explanation) {
  return std::any_of(explanation.kinds.begin(), explanation.kinds.end(),
                     [](const KindExplanation& kind) {
                       return std::none_of(
                           kind.terms.begin(), kind.terms.end(),
                           [](const TermExplanation& term) { return term.kernel.empty(); });
                     });
}

absl::string_view Verdict(const RuleExplanation& explanation) {
  if (explanation.kinds.empty()) return "No event can satisfy it: it is never looked at.";
  if (explanation.exact()) {
    return "The kernel alone can tell whether it holds; where it could not read a path, user space "
           "looks again.";
  }
  if (!DropsAny(explanation)) {
    return "The kernel passes on every act of these kinds; user space looks at all of them.";
  }
  return "The kernel drops the acts that cannot satisfy it; user space looks at the rest.";
}

// "nearly every value", "about 1 in 200 values"
std::string Frequency(double likelihood) {
  const double one_in = 1 / likelihood;
  if (one_in < 1.5) return "nearly every value";
  const double digit = std::pow(10, std::floor(std::log10(one_in)));
  return absl::StrCat("about 1 in ", std::llround(std::round(one_in / digit) * digit), " values");
}

// What the engine guesses when it decides what to look at first.
std::string CostText(const Predicate& predicate) {
  const Guess guess = MakeGuess(predicate);
  return absl::StrCat("holds for ", Frequency(guess.likelihood), ", costs about ",
                      std::llround(guess.cost + guess.fetch_cost));
}

// The part of the condition, in its surroundings, and underlined:
//   ... in (sh, bash) and proc.pname in (nginx, apache2) and not fd.name glob ...
//                         ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
std::string Underlined(const std::string& condition, const std::string& part,
                       absl::string_view indent) {
  constexpr size_t kAround = 24;
  const size_t at = condition.find(part);
  if (at == std::string::npos || part.empty()) return "";  // What a list's item was compared with.
  const size_t begin = at - std::min(at, kAround);
  const absl::string_view before = absl::string_view(condition).substr(begin, at - begin);
  const absl::string_view rest = absl::string_view(condition).substr(at + part.size());
  const std::string front = absl::StrCat(begin > 0 ? "... " : "", EscapeControl(before));
  const std::string shown = EscapeControl(part);
  const std::string behind =
      absl::StrCat(EscapeControl(TruncateUtf8(rest, kAround)), rest.size() > kAround ? " ..." : "");
  return absl::StrCat(indent, front, shown, behind, "\n", indent,
                      std::string(DisplayWidth(front), ' '), "^",
                      std::string(std::max<size_t>(DisplayWidth(shown), 1) - 1, '~'), "\n");
}

// What the kernel leaves to user space, why, and what that costs.
std::string WidenedLines(const Program& program, const Rule& rule, EventKind kind,
                         uint32_t predicate) {
  const Predicate& widened = program.predicates[predicate];
  return absl::StrCat("      user space looks at: ", EscapeControl(widened.text), "\n",
                      Underlined(rule.condition_text, widened.text, "        "), "        because ",
                      WhyWidened(widened, kind), "\n        (", CostText(widened), ")\n");
}

std::string TermLines(const Program& program, const Rule& rule, EventKind kind,
                      const TermExplanation& term) {
  std::string lines =
      absl::StrCat("    the kernel passes on: ",
                   term.kernel.empty() ? "every act" : absl::StrJoin(term.kernel, " and "), "\n");
  for (const uint32_t predicate : term.widened) {
    lines += WidenedLines(program, rule, kind, predicate);
  }
  if (term.merged) lines += "      widened: there are too many terms of this kind\n";
  if (term.sharers > 0) {
    absl::StrAppend(&lines, "      ", Count(term.sharers, "other rule"),
                    " with the same question to the kernel\n");
  }
  return lines;
}

absl::StatusOr<WarmUp> WarmUpIn(const std::string& store, const Rule& rule) {
  auto reader = OpenStore(store);
  if (reader.ok()) return ReadWarmUp(*reader, rule);
  if (absl::IsNotFound(reader.status()) && store.empty()) return WarmUp();
  return reader.status();
}

// Of a rule with first_seen: what the store says of its warm-up. Only a store that was asked for
// has to answer.
absl::StatusOr<std::string> WarmUpOf(const Rule& rule, const std::string& store) {
  if (!rule.first_seen) return std::string();
  const absl::StatusOr<WarmUp> warm_up = WarmUpIn(store, rule);
  if (warm_up.ok()) return WarmUpText(*warm_up, absl::Now());
  if (!store.empty()) return warm_up.status();
  return absl::StrCat("unknown (", warm_up.status().message(), ")");
}

std::string AsText(const Program& program, const Rule& rule, const RuleExplanation& explanation,
                   const std::string& warm_up) {
  std::string text = absl::StrCat(EscapeControl(rule.name), " (", EscapeControl(rule.file), ":",
                                  rule.line, ")\n  condition: ", EscapeControl(rule.condition_text),
                                  "\n  decided by: ", DecidedBy(rule, explanation), "\n  ",
                                  Verdict(explanation), "\n");
  for (const auto& [label, line] : DescribeExtensions(program, rule)) {
    absl::StrAppend(&text, "  ", EscapeControl(label), ": ", EscapeControl(line), "\n");
  }
  if (!warm_up.empty()) absl::StrAppend(&text, "  warm-up: ", warm_up, "\n");
  bool guessed = false;
  for (const KindExplanation& kind : explanation.kinds) {
    absl::StrAppend(&text, "  ", FindKind(kind.kind)->name, ": ", FindKind(kind.kind)->doc, "\n");
    for (const TermExplanation& term : kind.terms) {
      text += TermLines(program, rule, kind.kind, term);
      guessed = guessed || !term.widened.empty();
    }
  }
  if (guessed) {
    text += "  (Guesses, by which the engine orders its work; comparing a short text costs 1.)\n";
  }
  return text;
}

Json AsJson(const Program& program, const Rule& rule, const RuleExplanation& explanation,
            const std::string& warm_up) {
  Json events = Json::array();
  for (const KindExplanation& kind : explanation.kinds) {
    Json terms = Json::array();
    for (const TermExplanation& term : kind.terms) {
      Json user_space = Json::array();
      for (const uint32_t predicate : term.widened) {
        const Guess guess = MakeGuess(program.predicates[predicate]);
        user_space.push_back({{"comparison", program.predicates[predicate].text},
                              {"because", WhyWidened(program.predicates[predicate], kind.kind)},
                              {"likelihood", guess.likelihood},
                              {"cost", guess.cost + guess.fetch_cost}});
      }
      terms.push_back({{"kernel", term.kernel},
                       {"user_space", std::move(user_space)},
                       {"exact", term.exact},
                       {"merged", term.merged},
                       {"shared_with", term.sharers}});
    }
    events.push_back(
        {{"event", std::string(FindKind(kind.kind)->name)}, {"terms", std::move(terms)}});
  }
  return {{"rule", rule.name},
          {"file", rule.file},
          {"line", rule.line},
          {"condition", rule.condition_text},
          {"decided_by", DecidedBy(rule, explanation)},
          {"warm_up", warm_up.empty() ? Json() : Json(warm_up)},
          {"events", std::move(events)}};
}

ExitCode ExplainRule(const Options& options, Io& io) {
  ExitCode code;
  const auto program = LoadOrComplain(options.paths, io, code);
  if (program == nullptr) return code;
  const auto index = FindRuleOrComplain(*program, options.name, io);
  if (!index) return ExitCode::kFailed;
  const Rule& rule = program->rules[*index];
  const auto warm_up = WarmUpOf(rule, options.store);
  if (!warm_up.ok()) return io.Fail(warm_up.status());
  const RuleExplanation explanation = Explain(*program, BuildTables(*program, 1), *index);
  io.Print(options.json ? JsonLine(AsJson(*program, rule, explanation, *warm_up))
                        : AsText(*program, rule, explanation, *warm_up));
  return ExitCode::kDone;
}

}  // namespace

void DefineRulesExplain(Command& rules) {
  auto options = std::make_shared<Options>();
  Command explain = rules.Sub("explain", "Show what the kernel decides of a rule and what is left");
  explain.Option("name", options->name, "NAME", "Name of the rule")->required();
  explain.Option("path", options->paths, "PATH", "Files and folders; else those of `vedette run`");
  AddStoreFlag(explain, options->store);
  explain.Flag("--json", options->json, "One JSON object");
  explain.Examples({{"vedette rules explain \"Shell below a web server\"",
                     "What is left for user space to look at?"}});
  explain.Runs([options](Io& io) { return ExplainRule(*options, io); });
}

}  // namespace vedette
