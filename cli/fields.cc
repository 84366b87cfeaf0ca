// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/table.h"
#include "sensor/schema/schema.h"

namespace vedette::commands {
namespace {

struct Options {
  std::string pattern;
  bool markdown = false;
};

std::string ShownName(const Field& field) {
  switch (field.argument) {
    case FieldArgument::kNoArgument:
      return std::string(field.name);
    case FieldArgument::kOptionalArgument:
      return absl::StrCat(field.name, ", ", field.name, "[...]");
    case FieldArgument::kRequiredArgument:
      return absl::StrCat(field.name, "[...]");
  }
  return "corrupt";
}

std::string ShownKinds(const Field& field) {
  if (field.kinds == RuleKinds()) return "all";
  std::vector<std::string> names;
  for (const KindInfo& info : Kinds()) {
    if ((field.kinds & KindBit(info.kind)) != 0) names.emplace_back(info.name);
  }
  return absl::StrJoin(names, ", ");
}

std::string ForMarkdown(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"|", "\\|"}, {"<", "&lt;"}});
}

std::string Markdown(const std::vector<const Field*>& fields) {
  std::string text =
      "# Fields\n\n"
      "What rules, `vedette watch --where` and output templates may name. Printed by\n"
      "`vedette fields --markdown` from the event schema (sensor/schema): change it there.\n\n"
      "## Events\n\n| `evt.kind` | `evt.type` | What happened |\n|---|---|---|\n";
  for (const KindInfo& info : Kinds()) {
    if ((RuleKinds() & KindBit(info.kind)) == 0) continue;
    absl::StrAppend(&text, "| `", info.name, "` | ", absl::StrReplaceAll(info.types, {{",", ", "}}),
                    " | ", ForMarkdown(info.doc), " |\n");
  }
  text += "\n## Fields of rules\n\n| Field | Type | Events | What it is |\n|---|---|---|---|\n";
  for (const Field* field : fields) {
    absl::StrAppend(&text, "| `", ShownName(*field), "` | ", FieldTypeName(field->type), " | ",
                    ShownKinds(*field), " | ", ForMarkdown(field->doc), " |\n");
  }
  return text;
}

std::string AsTable(const std::vector<const Field*>& fields, const Screen& screen) {
  TextTable table({"name", "type", "events", "what it is"});
  for (const Field* field : fields) {
    table.AddRow({ShownName(*field), std::string(FieldTypeName(field->type)), ShownKinds(*field),
                  std::string(field->doc)});
  }
  return table.Render(screen);
}

ExitCode List(const Options& options, Io& io) {
  const std::string pattern = absl::AsciiStrToLower(options.pattern);
  std::vector<const Field*> chosen;
  std::vector<absl::string_view> names;
  for (const Field& field : Fields()) {
    names.push_back(field.name);
    if (absl::StrContains(absl::AsciiStrToLower(field.name), pattern) ||
        absl::StrContains(absl::AsciiStrToLower(field.doc), pattern)) {
      chosen.push_back(&field);
    }
  }
  if (chosen.empty()) {
    const auto closest = ClosestMatch(options.pattern, names);
    io.Complain(absl::StrCat(
        "no field's name or description has \"", EscapeControl(options.pattern), "\" in it",
        closest.has_value() ? absl::StrCat("; did you mean \"", *closest, "\"?") : ""));
    return ExitCode::kFailed;
  }
  io.Print(options.markdown ? Markdown(chosen) : AsTable(chosen, io.screen()));
  return ExitCode::kDone;
}

}  // namespace

void fields(Command& command) {
  auto options = std::make_shared<Options>();
  command.Option("pattern", options->pattern, "PATTERN",
                 "Only fields with this text in their name or description");
  command.Flag("--markdown", options->markdown, "As docs/fields.md has them");
  command.Examples({
      {"vedette fields", "All of them"},
      {"vedette fields port", "What is there about ports?"},
  });
  command.Runs([options](Io& io) { return List(*options, io); });
}

}  // namespace vedette::commands
