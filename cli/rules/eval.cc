// SPDX-License-Identifier: Apache-2.0
//
// `vedette rules eval`: does a condition hold for an event that somebody made up?
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/text.h"
#include "cli/rules/json_request.h"
#include "cli/rules/rule_commands.h"
#include "engine/match/tree_eval.h"
#include "rules/lang/given_event.h"
#include "rules/lang/load.h"

namespace vedette {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string condition;
  std::string event;
  std::vector<std::string> rules;
  bool batch = false;
  bool json = false;
};

// An outcome, or the diagnostic that says why there is none; a wrong event has no place in it.
struct Answer {
  bool holds = false;
  bool failed = false;
  Diagnostic error;
  Diagnostics warnings;
};

Answer Failed(std::string message) {
  Answer answer;
  answer.failed = true;
  answer.error.file = "event";
  answer.error.message = std::move(message);
  return answer;
}

absl::StatusOr<GivenValue> ReadValue(const Json& value) {
  using Type = GivenValue::Type;
  if (value.is_string()) return GivenValue{Type::kText, value.get<std::string>()};
  if (value.is_boolean()) return GivenValue{Type::kBool, value.get<bool>() ? "true" : "false"};
  if (value.is_number()) return GivenValue{Type::kNumber, value.dump()};
  return absl::InvalidArgumentError("a value is a text, a number, true, false, null or a list");
}

absl::Status ReadEvent(const Json& from, GivenEvent& event) {
  for (const auto& [field, value] : from.items()) {
    std::vector<GivenValue> values;
    const Json list = value.is_array() ? value : value.is_null() ? Json::array() : Json{value};
    for (const Json& item : list) {
      auto read = ReadValue(item);
      if (!read.ok()) {
        return absl::InvalidArgumentError(
            absl::StrCat(EscapeControl(field), ": ", read.status().message()));
      }
      values.push_back(*std::move(read));
    }
    const absl::Status set = event.Set(field, values);
    if (!set.ok()) return set;
  }
  return absl::OkStatus();
}

Answer Evaluate(absl::Span<const RuleSource> sources, const std::string& condition,
                const Json& from) {
  const NamedCondition named{"condition", condition};
  LoadResult loaded = LoadRules(sources, {&named, 1}, {.fold_constants = false});
  if (loaded.program == nullptr) {
    Answer answer = Failed("");
    for (const Diagnostic& diagnostic : loaded.diagnostics) {
      if (diagnostic.severity != Severity::kError) continue;
      answer.error = diagnostic;
      break;
    }
    return answer;
  }
  GivenEvent event;
  const absl::Status read = ReadEvent(from, event);
  if (!read.ok()) return Failed(std::string(read.message()));
  event.Complete();
  Answer answer;
  answer.warnings = std::move(loaded.diagnostics);
  const auto get = [&](const FieldRef& field, Values& values) { event.Get(field, values); };
  answer.holds = EvaluateTree(*loaded.program, loaded.program->rules.back().condition, get);
  return answer;
}

Json AsJson(const Answer& answer) {
  if (!answer.failed) return {{"result", answer.holds}};
  const Diagnostic& error = answer.error;
  return {{"result", "error"},
          {"error",
           {{"message", error.message},
            {"file", error.file},
            {"line", error.line},
            {"column", error.column},
            {"length", error.length},
            {"source", error.source},
            {"hint", error.hint}}}};
}

ExitCode EvaluateOne(const Options& options, absl::Span<const RuleSource> sources, Io& io) {
  const auto event = ReadJsonObject(options.event);
  const Answer answer = event.ok()
                            ? Evaluate(sources, options.condition, *event)
                            : Failed(absl::StrCat(event.status().message(),
                                                  "; an event is like {\"proc.name\": \"cat\"}"));
  if (options.json) {
    io.Print(JsonLine(AsJson(answer)));
  } else {
    io.Print(answer.failed ? "error\n" : answer.holds ? "true\n" : "false\n");
    io.PrintError(answer.failed ? ToText(answer.error) : answer.warnings.ToText());
  }
  return answer.failed ? ExitCode::kFailed : ExitCode::kDone;
}

ExitCode EvaluateLines(absl::Span<const RuleSource> sources, Io& io) {
  return AnswerLines(io, [&](const Json& request) -> absl::StatusOr<Json> {
    const auto condition = JsonText(request, "condition");
    if (!condition.ok()) return condition.status();
    const auto event = request.find("event");
    if (event == request.end() || !event->is_object()) {
      return absl::InvalidArgumentError("\"event\" is missing or no object");
    }
    return AsJson(Evaluate(sources, *condition, *event));
  });
}

ExitCode Eval(const Options& options, Io& io) {
  const bool complete = !options.condition.empty() && !options.event.empty();
  if (options.batch ? !options.condition.empty() : !complete) {
    io.Complain(options.batch ? "--batch reads conditions and events from standard input"
                              : "a condition and an event are wanted, or --batch");
    return ExitCode::kUsage;
  }
  const auto sources = ReadRuleSources(options.rules);
  if (!sources.ok()) return io.Fail(sources.status());
  return options.batch ? EvaluateLines(*sources, io) : EvaluateOne(options, *sources, io);
}

}  // namespace

void DefineRulesEval(Command& rules) {
  auto options = std::make_shared<Options>();
  Command eval = rules.Sub("eval", "Say whether a condition holds for an event given in JSON");
  eval.Option("condition", options->condition, "CONDITION", "The condition, as one argument");
  eval.Option("event", options->event, "EVENT",
              "Values of fields: {\"proc.name\": \"cat\", \"fd.sport\": 443}; null or a field that "
              "is left out has no value, a list has several");
  eval.Option("--rules", options->rules, "PATH",
              "A rule file or folder with macros and lists for the condition; may be repeated");
  eval.Flag("--batch", options->batch,
            "Read one JSON object {\"condition\": \"...\", \"event\": {...}} a line from standard "
            "input and answer each with one line");
  eval.Flag("--json", options->json, "Print one JSON object, as --batch does");
  eval.Examples({
      {"vedette rules eval 'proc.name in (nc, ncat)' '{\"proc.name\": \"nc\"}'",
       "true, false or error; exit code 1 for an error only"},
      {"vedette rules eval --batch < questions.jsonl",
       "{\"result\": true}, {\"result\": false} or {\"result\": \"error\", ...}"},
  });
  eval.Runs([options](Io& io) { return Eval(*options, io); });
}

}  // namespace vedette
