// SPDX-License-Identifier: Apache-2.0
// No unit test: config_test.cc tests the reader, the printer and the table together.
//
// From YAML to Config, along the table of options. Aliases make the same node appear in many
// places, so every loop is bounded by itself, not by the size of the file.
#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/text.h"
#include "cli/config/config.h"
#include "cli/config/options.h"
#include "cli/config/variables.h"
#include "integrations/sinks/units.h"
#include "rules/lang/diagnostics.h"
#include "rules/lang/source_map.h"
#include "rules/lang/yaml_reader.h"

namespace vedette {
namespace {

absl::StatusOr<uint64_t> ParseCount(absl::string_view text) {
  uint64_t count = 0;
  if (absl::SimpleAtoi(text, &count)) return count;
  return absl::InvalidArgumentError("expected a whole number");
}

using Kind = YamlNode::Kind;
using Names = std::vector<absl::string_view>;

constexpr size_t kItemsMax = 1000;  // Of one list or map.
constexpr size_t kSinksMax = 64;
constexpr size_t kErrorsMax = 100;  // More say nothing new.
constexpr size_t kTextBytesMax = 64 << 10;

// Control characters, text that hides or reorders, bytes that are not UTF-8 (YAML escapes can make
// them). Tabs and line ends only where a condition may be written over several lines.
bool IsHarmful(absl::string_view text, bool is_condition) {
  const std::string seen =
      is_condition ? absl::StrReplaceAll(text, {{"\n", " "}, {"\t", " "}}) : std::string(text);
  return EscapeControl(seen) != seen;
}

class Reader {
 public:
  Reader(const SourceMap& sources, const Environment& environment, Diagnostics& diagnostics)
      : sources_(sources), environment_(environment), diagnostics_(diagnostics) {}

  // `adds`: lists and maps grow by what is there, instead of becoming it.
  void ReadRoot(const YamlNode& root, bool adds) {
    adds_ = adds;
    if (root.kind == Kind::kNull) return;
    if (root.kind != Kind::kMap) {
      Error(root, "", "expected options, as in `store:` and below it `  path: /var/lib/...`");
      return;
    }
    std::set<std::string> seen;
    ForEach(root, "", seen,
            [this](const YamlNode& key, const YamlNode& value) { ReadTopLevel(key, value); });
  }

  Config Take() { return std::move(config_); }

 private:
  // Calls each(key, value) for every pair whose key is a new text.
  template <typename Each>
  void ForEach(const YamlNode& map, absl::string_view where, std::set<std::string>& seen,
               Each each) {
    for (size_t i = 0; i + 1 < map.items.size() && !Enough(); i += 2) {
      const YamlNode& key = *map.items[i];
      if (i / 2 >= kItemsMax) {
        Error(key, where, absl::StrCat("more than ", kItemsMax, " entries"));
        return;
      }
      if (key.kind != Kind::kScalar) {
        Error(key, where, "a key is a text");
      } else if (!seen.insert(std::string(key.scalar())).second) {
        Error(key, where, absl::StrCat("\"", Shown(key), "\" is there twice"));
      } else {
        each(key, *map.items[i + 1]);
      }
    }
  }

  void ReadTopLevel(const YamlNode& key, const YamlNode& value) {
    bool is_section = false;
    for (const ConfigOption& option : ConfigOptions()) {
      const OptionName name = NameOf(option);
      if (name.section.empty() && name.name == key.scalar()) return ReadOption(option, value);
      is_section = is_section || (!name.section.empty() && name.section == key.scalar());
    }
    if (!is_section) {
      Unknown(key, "", Known(""));
    } else if (value.kind == Kind::kMap) {
      ReadSection(key.scalar(), value);
    } else if (value.kind != Kind::kNull) {
      Error(value, key.scalar(), "expected options below it");
    }
  }

  void ReadSection(absl::string_view section, const YamlNode& map) {
    std::set<std::string> seen;
    ForEach(map, section, seen, [&](const YamlNode& key, const YamlNode& value) {
      for (const ConfigOption& option : ConfigOptions()) {
        const OptionName name = NameOf(option);
        if (name.section == section && name.name == key.scalar()) return ReadOption(option, value);
      }
      Unknown(key, section, Known(section));
    });
  }

  // Names below a section; of the top level sections and options.
  static Names Known(absl::string_view section) {
    Names names;
    for (const ConfigOption& option : ConfigOptions()) {
      const OptionName name = NameOf(option);
      const bool here = name.section == section;
      if (!here && !section.empty()) continue;
      const absl::string_view shown = here ? name.name : name.section;
      if (names.empty() || names.back() != shown) names.push_back(shown);
    }
    return names;
  }

  void ReadOption(const ConfigOption& option, const YamlNode& value) {
    if (value.kind == Kind::kNull) return;  // `sinks:` with all below it commented out.
    const size_t errors = diagnostics_.errors();
    where_ = option.key;
    std::visit([&](auto target) { Read(value, target); }, option.target(config_));
    if (option.problem == nullptr || diagnostics_.errors() > errors) return;
    const std::string problem = option.problem(config_);
    if (!problem.empty()) Error(value, option.key, problem);
  }

  // The text of a scalar; an error and nothing if it is something else.
  std::optional<std::string> Text(const YamlNode& node, absl::string_view expected,
                                  bool is_condition = false) {
    if (node.kind != Kind::kScalar) {
      Error(node, where_, absl::StrCat("expected ", expected));
      return std::nullopt;
    }
    const absl::StatusOr<std::string> expanded = ExpandVariables(node.scalar(), environment_);
    if (!expanded.ok()) {
      Error(node, where_, expanded.status().message());
      return std::nullopt;
    }
    const std::string& text = *expanded;
    const bool long_text = text.size() > kTextBytesMax;
    if (long_text || IsHarmful(text, is_condition)) {
      Error(node, where_,
            long_text ? "a text is too long" : "a text has control or invisible characters");
      return std::nullopt;
    }
    return text;
  }

  void Read(const YamlNode& node, std::string* to) {
    if (auto text = Text(node, "a text")) *to = *std::move(text);
  }
  void Read(const YamlNode& node, uint64_t* to) { ReadParsed(node, ParseByteSize, to); }
  void Read(const YamlNode& node, const CountRef& to) { ReadParsed(node, ParseCount, to.count); }
  void Read(const YamlNode& node, absl::Duration* to) { ReadParsed(node, ParseInterval, to); }
  template <typename Value>
  void ReadParsed(const YamlNode& node, absl::StatusOr<Value> (*parse)(absl::string_view),
                  Value* to) {
    const auto text = Text(node, "one value");
    if (!text) return;
    const absl::StatusOr<Value> value = parse(*text);
    if (value.ok()) {
      *to = *value;
    } else {
      Error(node, where_, value.status().message());
    }
  }
  void Read(const YamlNode& node, bool* to) {
    const auto text = Text(node, "true or false");
    if (!text) return;
    if (*text == "true" || *text == "false") {
      *to = *text == "true";
    } else {
      Error(node, where_, "expected true or false");
    }
  }
  void Read(const YamlNode& node, const ChoiceRef& to) {
    const std::string expected = absl::StrCat("one of: ", absl::StrJoin(to.names, ", "));
    const auto text = Text(node, expected);
    if (!text) return;
    const auto found = std::find(to.names.begin(), to.names.end(), *text);
    if (found != to.names.end()) {
      to.set(static_cast<size_t>(found - to.names.begin()));
    } else {
      const auto match = ClosestMatch(*text, to.names);
      Error(node, where_, absl::StrCat("expected ", expected),
            match ? absl::StrCat("did you mean \"", *match, "\"?") : "");
    }
  }

  void Read(const YamlNode& node, std::vector<std::string>* to) {
    std::vector<std::string> list = adds_ ? *to : std::vector<std::string>();
    if (!IsList(node, kItemsMax)) return;
    for (const YamlNode* item : node.items) {
      if (Enough()) return;
      if (auto text = Text(*item, "a text")) list.push_back(*std::move(text));
    }
    *to = std::move(list);
  }

  void Read(const YamlNode& node, std::map<std::string, std::string>* to) {
    std::map<std::string, std::string> map;
    if (adds_) map = *to;
    std::set<std::string> seen;
    if (node.kind != Kind::kMap) return Error(node, where_, "expected names, each with a value");
    ForEach(node, where_, seen, [&](const YamlNode& key, const YamlNode& value) {
      const auto name = Text(key, "a name");
      auto text = Text(value, "a text", true);
      if (name && text) map[*name] = *std::move(text);
    });
    *to = std::move(map);
  }

  void Read(const YamlNode& node, std::vector<Config::SinkEntry>* to) {
    std::vector<Config::SinkEntry> list;
    if (adds_) list = *to;
    if (!IsList(node, kSinksMax)) return;
    for (const YamlNode* item : node.items) {
      if (!Enough()) ReadSink(*item, list);
    }
    *to = std::move(list);
  }

  void ReadSink(const YamlNode& item, std::vector<Config::SinkEntry>& list) {
    if (item.kind != Kind::kMap) {
      return Error(item, where_, "expected a sink, as in `- type: console`");
    }
    const YamlNode* type_node = nullptr;
    for (size_t i = 0; i + 1 < std::min(item.items.size(), 2 * kItemsMax); i += 2) {
      const bool is_type =
          item.items[i]->kind == Kind::kScalar && item.items[i]->scalar() == "type";
      if (is_type) type_node = item.items[i + 1];
    }
    if (type_node == nullptr) return Error(item, where_, "a sink needs a `type`");
    const auto type_name = Text(*type_node, "the name of a sink");
    if (!type_name) return;
    const SinkType* type = FindSinkType(*type_name);
    if (type == nullptr) {
      const std::string message = absl::StrCat("unknown sink \"", *type_name, "\"");
      return Error(*type_node, where_, message, SinkTypeHint(*type_name));
    }
    Config::SinkEntry entry = {*type_name, {}};
    const size_t errors = diagnostics_.errors();
    std::set<std::string> seen;
    ForEach(item, where_, seen, [&](const YamlNode& key, const YamlNode& value) {
      if (key.scalar() != "type") ReadSinkOption(*type, key, value, entry);
    });
    if (diagnostics_.errors() > errors) return;
    const absl::Status whole = CheckSink(entry.type, entry.options);
    if (!whole.ok()) return Error(item, where_, whole.message());
    list.push_back(std::move(entry));
  }

  void ReadSinkOption(const SinkType& type, const YamlNode& key, const YamlNode& value,
                      Config::SinkEntry& entry) {
    const SinkOption* option = FindSinkOption(type, key.scalar());
    if (option == nullptr) {
      return Error(key, where_,
                   absl::StrCat("sink ", type.name, " has no option \"", Shown(key), "\""),
                   SinkOptionHint(type, key.scalar()));
    }
    auto text = option->type == SinkOption::Type::kList
                    ? Lines(value)
                    : Text(value, "one value", option->type == SinkOption::Type::kTemplate);
    if (!text) return;
    const absl::Status checked = CheckSinkOption(*option, *text);
    if (checked.ok()) {
      entry.options[std::string(option->name)] = *std::move(text);
    } else {
      Error(value, absl::StrCat(where_, ": ", type.name, ".", option->name), checked.message());
    }
  }

  // A list of texts, or one: as SinkOptions have it, one a line.
  std::optional<std::string> Lines(const YamlNode& node) {
    if (node.kind == Kind::kScalar) return Text(node, "a text or a list of them");
    std::string lines;
    if (!IsList(node, kItemsMax)) return std::nullopt;
    for (const YamlNode* item : node.items) {
      const auto text = Enough() ? std::nullopt : Text(*item, "a text");
      if (!text) return std::nullopt;
      absl::StrAppend(&lines, lines.empty() ? "" : "\n", *text);
    }
    return lines;
  }

  bool IsList(const YamlNode& node, size_t items_max) {
    if (node.kind != Kind::kSequence) {
      Error(node, where_, "expected a list, as in `- one` or `[one, two]`");
      return false;
    }
    if (node.items.size() <= items_max) return true;
    Error(node, where_, absl::StrCat("more than ", items_max, " entries"));
    return false;
  }

  static std::string DidYouMean(absl::string_view name, absl::Span<const absl::string_view> known) {
    const auto match = ClosestMatch(name, known);
    return match ? absl::StrCat("did you mean \"", *match, "\"?")
                 : absl::StrCat("known are: ", absl::StrJoin(known, ", "));
  }
  void Unknown(const YamlNode& key, absl::string_view section, const Names& known) {
    Error(key, section, absl::StrCat("unknown option \"", Shown(key), "\""),
          DidYouMean(key.scalar(), known));
  }
  static std::string Shown(const YamlNode& node) {
    return std::string(TruncateUtf8(node.scalar(), 100));
  }
  void Error(const YamlNode& node, absl::string_view where, absl::string_view message,
             std::string hint = "") {
    diagnostics_.Add(sources_.At(Severity::kError, node.place,
                                 absl::StrCat(where, where.empty() ? "" : ": ", message),
                                 std::move(hint)));
  }
  bool Enough() const { return diagnostics_.errors() >= kErrorsMax; }

  const SourceMap& sources_;
  const Environment& environment_;
  Diagnostics& diagnostics_;
  Config config_;
  bool adds_ = false;
  absl::string_view where_;  // Key of the option that is being read.
};

}  // namespace

absl::StatusOr<Config> ParseConfig(const std::vector<ConfigSource>& sources,
                                   const Environment& environment) {
  SourceMap map;
  Diagnostics diagnostics;
  Reader reader(map, environment, diagnostics);
  bool first = true;
  for (const ConfigSource& source : sources) {
    if (source.text.size() > kConfigBytesMax) {
      return absl::InvalidArgumentError(absl::StrCat(source.name, ": larger than 1 MiB"));
    }
    const uint32_t file = map.Add(source.name, source.text);
    const size_t errors = diagnostics.errors();
    const YamlTree tree = ReadYaml(map, file, diagnostics);
    if (diagnostics.errors() > errors) continue;
    const bool adds = !std::exchange(first, false);  // An empty first one counts, too.
    if (!tree.documents.empty()) reader.ReadRoot(*tree.documents[0], adds);
    if (tree.documents.size() > 1) {
      diagnostics.Add(map.At(Severity::kError, tree.documents[1]->place,
                             "a second document in one file", "remove the line `---`"));
    }
  }
  if (!diagnostics.has_errors()) return reader.Take();
  diagnostics.Sort();
  std::string message = diagnostics.ToText();
  while (!message.empty() && message.back() == '\n') message.pop_back();
  return absl::InvalidArgumentError(message);
}

absl::StatusOr<Config> ParseConfig(absl::string_view name, absl::string_view text) {
  return ParseConfig({{std::string(name), std::string(text)}},
                     [](const std::string&) { return std::nullopt; });
}

}  // namespace vedette
