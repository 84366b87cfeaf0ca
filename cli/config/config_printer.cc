// SPDX-License-Identifier: Apache-2.0
// No unit test: config_test.cc tests the reader, the printer and the table together.
//
// From Config to YAML, along the table of options. Every text that is not plainly harmless is
// quoted.
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "cli/config/config.h"
#include "cli/config/options.h"
#include "cli/config/variables.h"
#include "integrations/sinks/units.h"

namespace vedette {
namespace {

// Words that YAML readers, ours or others, take for something else than a text.
bool IsYamlWord(absl::string_view text) {
  constexpr absl::string_view kWords[] = {"null", "true", "false", "yes", "no",
                                          "on",   "off",  "y",     "n"};
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [&](absl::string_view word) { return absl::EqualsIgnoreCase(word, text); });
}

std::string Quoted(absl::string_view unescaped) {
  const std::string text = EscapeVariables(unescaped);
  const bool plain = !text.empty() &&
                     (absl::ascii_isalpha(static_cast<uint8_t>(text[0])) || text[0] == '/') &&
                     std::all_of(text.begin(), text.end(), [](char c) {
                       return absl::ascii_isalnum(static_cast<uint8_t>(c)) ||
                              absl::string_view("/_.-").find(c) != absl::string_view::npos;
                     });
  if (plain && !IsYamlWord(text)) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += c;
    }
  }
  return out + "\"";
}

class Printer {
 public:
  std::string Print(const Config& config) {
    Config copy = config;  // Targets are writable; nothing is written.
    absl::string_view section;
    for (const ConfigOption& option : ConfigOptions()) {
      const OptionName name = NameOf(option);
      if (!out_.empty() && (name.section.empty() || name.section != section)) out_ += '\n';
      if (name.section != section && !name.section.empty()) {
        absl::StrAppend(&out_, name.section, ":\n");
      }
      section = name.section;
      indent_ = section.empty() ? "" : "  ";
      for (const absl::string_view line : absl::StrSplit(option.doc, '\n')) Comment(line);
      if (option.key == "sinks") DescribeSinks();
      absl::StrAppend(&out_, indent_, name.name, ":");
      std::visit([this](const auto& target) { Value(target); }, option.target(copy));
    }
    return std::move(out_);
  }

 private:
  void Comment(absl::string_view line) { absl::StrAppend(&out_, indent_, "# ", line, "\n"); }

  void DescribeSinks() {
    for (const SinkType& type : SinkTypes()) {
      Comment(absl::StrCat("  - type: ", type.name, "  # ", type.doc));
      for (const SinkOption& option : type.spec.options) DescribeOption(option);
    }
    Comment("and for each of them:");
    for (const SinkOption& option : CommonSinkOptions()) DescribeOption(option);
  }
  void DescribeOption(const SinkOption& option) {
    const bool required = option.default_value == kRequired;
    Comment(absl::StrCat("    ", option.name, ": ", required ? "..." : DefaultOf(option), "  # ",
                         option.doc, required ? " (required)" : "",
                         option.choices.empty() ? "" : ": ", option.choices));
  }

  static std::string DefaultOf(const SinkOption& option) {
    if (option.type == SinkOption::Type::kList) return "[]";
    return option.default_value.empty() ? "\"\"" : std::string(option.default_value);
  }

  void Scalar(absl::string_view text) { absl::StrAppend(&out_, " ", text, "\n"); }
  void Value(const std::string* text) { Scalar(Quoted(*text)); }
  void Value(const uint64_t* bytes) { Scalar(FormatByteSize(*bytes)); }
  void Value(const CountRef& count) { Scalar(absl::StrCat(*count.count)); }
  void Value(const absl::Duration* duration) { Scalar(FormatInterval(*duration)); }
  void Value(const bool* flag) { Scalar(*flag ? "true" : "false"); }
  void Value(const ChoiceRef& choice) { Scalar(choice.names[choice.get()]); }

  void Value(const std::vector<std::string>* list) {
    if (list->empty()) return Scalar("[]");
    out_ += '\n';
    for (const std::string& text : *list) {
      absl::StrAppend(&out_, indent_, "  - ", Quoted(text), "\n");
    }
  }
  void Value(const std::map<std::string, std::string>* map) {
    if (map->empty()) return Scalar("{}");
    out_ += '\n';
    for (const auto& [name, text] : *map) {
      absl::StrAppend(&out_, indent_, "  ", Quoted(name), ": ", Quoted(text), "\n");
    }
  }
  void Value(const std::vector<Config::SinkEntry>* sinks) {
    if (sinks->empty()) return Scalar("[]");
    out_ += '\n';
    for (const Config::SinkEntry& sink : *sinks) {
      absl::StrAppend(&out_, indent_, "  - type: ", Quoted(sink.type), "\n");
      for (const auto& [name, text] : sink.options) {
        const std::string shown = IsList(sink.type, name) ? QuotedList(text) : Quoted(text);
        absl::StrAppend(&out_, indent_, "    ", Quoted(name), ": ", shown, "\n");
      }
    }
  }

  static bool IsList(absl::string_view type, absl::string_view name) {
    const SinkType* const sink = FindSinkType(type);
    const SinkOption* const option = sink == nullptr ? nullptr : FindSinkOption(*sink, name);
    return option != nullptr && option->type == SinkOption::Type::kList;
  }
  static std::string QuotedList(absl::string_view lines) {
    std::vector<std::string> items;
    for (const absl::string_view line : absl::StrSplit(lines, '\n', absl::SkipEmpty())) {
      items.push_back(Quoted(line));
    }
    return absl::StrCat("[", absl::StrJoin(items, ", "), "]");
  }

  std::string out_;
  absl::string_view indent_;
};

}  // namespace

std::string PrintConfig(const Config& config) { return Printer().Print(config); }

std::vector<std::string> RulePaths(const Config& config, const std::string& shipped) {
  std::vector<std::string> paths;
  for (const std::string& path : config.rules) {
    struct stat at_path = {};
    const bool is_local = path == kLocalRules;
    if (is_local && stat(path.c_str(), &at_path) != 0 && errno == ENOENT) continue;
    paths.push_back(path == kShippedRules ? shipped : path);
  }
  return paths;
}

}  // namespace vedette
