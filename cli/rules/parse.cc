// SPDX-License-Identifier: Apache-2.0
//
// `vedette rules parse`: is a condition one, by the grammar alone?
#include <memory>
#include <string>
#include <utility>

#include "base/text.h"
#include "cli/rules/json_request.h"
#include "cli/rules/rule_commands.h"
#include "rules/lang/syntax.h"

namespace vedette {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string condition;
  bool batch = false;
  bool json = false;
};

Json AsJson(const SyntaxAnswer& answer) {
  if (!answer.error) {
    return {{"accept", true}, {"result", "accept"}, {"canonical", answer.canonical}};
  }
  const Diagnostic& error = *answer.error;
  return {{"accept", false},
          {"result", "reject"},
          {"error",
           {{"message", error.message},
            {"line", error.line},
            {"column", error.column},
            {"length", error.length},
            {"source", error.source},
            {"hint", error.hint}}}};
}

ExitCode ParseOne(const Options& options, Io& io) {
  const SyntaxAnswer answer = CheckSyntax("condition", options.condition);
  if (options.json) {
    io.Print(JsonLine(AsJson(answer)));
  } else if (answer.error) {
    io.PrintError(ToText(*answer.error));
  } else {
    io.Print(answer.canonical + "\n");
  }
  return answer.error ? ExitCode::kFailed : ExitCode::kDone;
}

ExitCode ParseLines(Io& io) {
  return AnswerLines(io, [](const Json& request) -> absl::StatusOr<Json> {
    const auto filter = JsonText(request, "filter");
    if (!filter.ok()) return filter.status();
    return AsJson(CheckSyntax("filter", *filter));
  });
}

ExitCode Parse(const Options& options, Io& io) {
  if (options.batch && options.condition.empty()) return ParseLines(io);
  if (!options.batch && !options.condition.empty()) return ParseOne(options, io);
  io.Complain(options.batch ? "--batch reads conditions from standard input: leave the other out"
                            : "a condition is missing; --batch reads them from standard input");
  return ExitCode::kUsage;
}

}  // namespace

void DefineRulesParse(Command& rules) {
  auto options = std::make_shared<Options>();
  Command parse = rules.Sub("parse", "Read a condition by the grammar alone");
  parse.Option("condition", options->condition, "CONDITION",
               "The condition, as one argument: fields, macros and lists need not exist");
  parse.Flag(
      "--batch", options->batch,
      "Read one JSON object {\"filter\": \"...\"} a line from standard input and answer each "
      "with one line, whether right or wrong; exit code 1 only if a line was no such "
      "object");
  parse.Flag("--json", options->json, "Print one JSON object, as --batch does");
  parse.Examples({
      {"vedette rules parse 'proc.name=nc and not container'", "Is it right, and how is it read?"},
      {"vedette rules parse --batch < conditions.jsonl",
       "{\"accept\": true, \"canonical\": ...} or {\"accept\": false, \"error\": ...}"},
  });
  parse.Runs([options](Io& io) { return Parse(*options, io); });
}

}  // namespace vedette
