// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/table.h"
#include "sensor/schema/schema.h"

namespace vedette::commands {
namespace {

constexpr size_t kEventColumns = 32;  // Of a line that goes to a file or a program.
constexpr size_t kUseColumns = 16;
constexpr size_t kDocColumnsMin = 40;

struct Options {
  std::string pattern;
  bool markdown = false;
  bool json = false;
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

std::vector<std::string> KindNames(const Field& field) {
  std::vector<std::string> names;
  for (const KindInfo& info : Kinds()) {
    if ((field.kinds & KindBit(info.kind)) != 0) names.emplace_back(info.name);
  }
  return names;
}

std::string ShownKinds(const Field& field) {
  if (!field.supplied) return "not yet supplied";
  return field.kinds == RuleKinds() ? "all" : absl::StrJoin(KindNames(field), ", ");
}

// Where a field may stand, if not everywhere.
struct UseName {
  FieldUse use;
  absl::string_view text;
  absl::string_view json;
};
constexpr UseName kUses[] = {
    {kFilterOnly, "conditions only", "filter_only"},
    {kPrintOnly, "outputs only", "print_only"},
    {kNotOnTheRight, "not in val()", "not_on_the_right"},
    {kNoTransformers, "no transformers", "no_transformers"},
    {kDeprecated, "deprecated", "deprecated"},
};

std::string ShownUses(const Field& field) {
  std::vector<absl::string_view> uses;
  if (field.is_list) uses.push_back("a list");
  for (const UseName& use : kUses) {
    if (field.Has(use.use)) uses.push_back(use.text);
  }
  return absl::StrJoin(uses, ", ");
}

absl::string_view ArgumentName(FieldArgument argument) {
  switch (argument) {
    case FieldArgument::kNoArgument:
      return "none";
    case FieldArgument::kOptionalArgument:
      return "optional";
    case FieldArgument::kRequiredArgument:
      return "required";
  }
  return "corrupt";
}

std::string Json(const std::vector<const Field*>& fields) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const Field* field : fields) {
    nlohmann::ordered_json row;
    row["name"] = std::string(field->name);
    row["type"] = std::string(FieldTypeName(field->type));
    row["argument"] = std::string(ArgumentName(field->argument));
    if (field->argument != FieldArgument::kNoArgument) {
      row["argument_is"] = field->argument_shape == ArgumentShape::kNumber ? "number" : "text";
    }
    row["supplied"] = field->supplied;
    row["events"] = KindNames(*field);
    row["list"] = field->is_list;
    for (const UseName& use : kUses) row[std::string(use.json)] = field->Has(use.use);
    row["description"] = std::string(field->doc);
    all.push_back(std::move(row));
  }
  return all.dump(2) + "\n";
}

// evt.arg.NAME and evt.rawarg.NAME have a table of their own.
bool IsArgument(const Field& field) {
  return absl::StartsWith(field.name, "evt.arg.") || absl::StartsWith(field.name, "evt.rawarg.");
}

std::string ForMarkdown(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"|", "\\|"}, {"<", "&lt;"}});
}

void AppendArguments(const std::vector<const Field*>& fields, std::string& text) {
  text +=
      "\n## Arguments of calls\n\n"
      "`evt.arg.NAME` (or `evt.arg[NAME]`) is the argument as people read it: `O_RDWR|O_CREAT`,\n"
      "`ENOENT`, a user's name. `evt.rawarg.NAME` is what the kernel has.\n\n"
      "| Argument | Type of `evt.rawarg` | `evt.arg` of | `evt.rawarg` of |\n|---|---|---|---|\n";
  for (const Field* field : fields) {
    absl::string_view name = field->name;
    if (!absl::ConsumePrefix(&name, "evt.rawarg.")) continue;
    const Field* shown = FindField(absl::StrCat("evt.arg.", name));
    absl::StrAppend(&text, "| `", name, "` | ", FieldTypeName(field->type), " | ",
                    ShownKinds(*shown), " | ", ShownKinds(*field), " |\n");
  }
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
  text +=
      "\n## Fields of rules\n\n"
      "Use says what Falco does not allow, and neither do we: a field may stand in conditions and\n"
      "outputs, on both sides and in transformers, unless it says otherwise.\n\n"
      "| Field | Type | Events | Use | What it is |\n|---|---|---|---|---|\n";
  for (const Field* field : fields) {
    if (!field->supplied || IsArgument(*field)) continue;
    absl::StrAppend(&text, "| `", ShownName(*field), "` | ", FieldTypeName(field->type), " | ",
                    ShownKinds(*field), " | ", ShownUses(*field), " | ", ForMarkdown(field->doc),
                    " |\n");
  }
  text +=
      "\n## Not yet supplied\n\n"
      "Rules that name these load with a warning. They have no value, so no comparison with them\n"
      "holds, and outputs show `<NA>`.\n\n"
      "| Field | Type | Use | What it is |\n|---|---|---|---|\n";
  for (const Field* field : fields) {
    if (field->supplied || IsArgument(*field)) continue;
    absl::StrAppend(&text, "| `", ShownName(*field), "` | ", FieldTypeName(field->type), " | ",
                    ShownUses(*field), " | ", ForMarkdown(field->doc), " |\n");
  }
  AppendArguments(fields, text);
  return text;
}

// Of the fields that are supplied, or of the others.
std::string AsTable(const std::vector<const Field*>& fields, bool supplied, const Screen& screen) {
  TextTable table({"name", "type", "events", "use", "what it is"});
  table.SetCut(0, Cut::kNever);
  table.SetCut(1, Cut::kNever);
  table.PadAtMost(2, kEventColumns);
  table.PadAtMost(3, kUseColumns);
  table.SetCut(4, Cut::kEnd, kDocColumnsMin);
  for (const Field* field : fields) {
    if (field->supplied != supplied) continue;
    table.AddRow({ShownName(*field), std::string(FieldTypeName(field->type)), ShownKinds(*field),
                  ShownUses(*field), std::string(field->doc)});
  }
  return table.rows() == 0 ? "" : table.Render(screen);
}

// Those that have no value stand last, as in docs/fields.md.
std::string AsTables(const std::vector<const Field*>& fields, const Screen& screen) {
  std::string text = AsTable(fields, true, screen);
  const std::string others = AsTable(fields, false, screen);
  if (others.empty()) return text;
  absl::StrAppend(&text, text.empty() ? "" : "\n",
                  "Not yet supplied: rules may name these, but they have no value\n\n", others);
  return text;
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
  if (options.json) {
    io.Print(Json(chosen));
  } else {
    io.Print(options.markdown ? Markdown(chosen) : AsTables(chosen, io.screen()));
  }
  return ExitCode::kDone;
}

}  // namespace

void fields(Command& command) {
  auto options = std::make_shared<Options>();
  command.Option("pattern", options->pattern, "PATTERN",
                 "Only fields with this text in their name or description");
  command.Flag("--json", options->json, "A JSON array with an object for each field");
  command.Flag("--markdown", options->markdown, "As docs/fields.md has them");
  command.Examples({
      {"vedette fields", "All of them"},
      {"vedette fields port", "What is there about ports?"},
      {"vedette fields --json | jq '.[] | select(.supplied | not) | .name'",
       "What rules may name and nothing supplies yet"},
  });
  command.Runs([options](Io& io) { return List(*options, io); });
}

}  // namespace vedette::commands
