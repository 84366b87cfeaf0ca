// SPDX-License-Identifier: Apache-2.0
#include "rules/sigma/sigma.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "rules/lang/entry.h"
#include "rules/lang/format_condition.h"
#include "rules/lang/rule_extensions.h"
#include "rules/sigma/detection.h"
#include "rules/sigma/selector.h"

namespace vedette {
namespace {

constexpr size_t kTextBytesMax = 8 << 10;  // Of a title, a description, ...
constexpr size_t kColumns = 96;

struct Level {
  absl::string_view level, priority;
};
constexpr Level kLevels[] = {{"informational", "INFORMATIONAL"},
                             {"low", "NOTICE"},
                             {"medium", "WARNING"},
                             {"high", "ERROR"},
                             {"critical", "CRITICAL"}};

// On one line: control bytes become blanks, and blanks side by side one.
std::string OneLine(absl::string_view text) {
  std::string line;
  for (const char c : text.substr(0, kTextBytesMax)) {
    const bool blank = absl::ascii_isspace(static_cast<unsigned char>(c)) ||
                       absl::ascii_iscntrl(static_cast<unsigned char>(c));
    if (!blank) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  return std::string(absl::StripTrailingAsciiWhitespace(line));
}

std::string Quoted(absl::string_view text) {
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"\"", "\\\""}}), "\"");
}

std::string QuotedList(const std::vector<std::string>& texts) {
  std::vector<std::string> quoted;
  for (const std::string& text : texts) quoted.push_back(Quoted(OneLine(text)));
  return absl::StrCat("[", absl::StrJoin(quoted, ", "), "]");
}

// `t1059.004`, `g0007`, `s0001`, `ds0029`, `ta0002`: letters and digits.
bool IsAttackNumber(absl::string_view text) {
  const auto is_letter = [](char c) { return absl::ascii_islower(static_cast<unsigned char>(c)); };
  size_t letters = 0;
  while (letters < text.size() && is_letter(text[letters])) ++letters;
  const bool has_digit =
      letters < text.size() && absl::ascii_isdigit(static_cast<unsigned char>(text[letters]));
  return has_digit && (letters == 1 || letters == 2);
}

// attack.t1059.004 is T1059.004, attack.s0001 S0001, attack.execution mitre_execution; others stay.
void AddTag(absl::string_view tag, std::vector<std::string>& tags) {
  absl::string_view rest = tag;
  if (!absl::ConsumePrefix(&rest, "attack.") || rest.empty()) {
    tags.push_back(std::string(tag));
  } else if (IsAttackNumber(absl::AsciiStrToLower(rest))) {
    tags.push_back(absl::AsciiStrToUpper(rest));
  } else {
    tags.push_back(absl::StrCat("mitre_", absl::StrReplaceAll(rest, {{"-", "_"}})));
  }
}

class Importer {
 public:
  explicit Importer(const SigmaOptions& options)
      : options_(options), reporter_(sources_, result_.diagnostics) {}

  SigmaImport Import(absl::Span<const RuleSource> sources) {
    for (const RuleSource& source : sources) {
      const uint32_t file = sources_.Add(source.name, source.text);
      const YamlTree tree = ReadYaml(sources_, file, result_.diagnostics);
      for (const YamlNode* document : tree.documents) ImportDocument(*document);
    }
    result_.diagnostics.Sort(sources_.Names());
    return std::move(result_);
  }

 private:
  void ImportDocument(const YamlNode& document) {
    if (document.kind == YamlNode::Kind::kNull) return;
    if (document.kind != YamlNode::Kind::kMap) {
      reporter_.Error(document.place, "a Sigma rule is a map with title, logsource and detection");
      ++result_.skipped;
      return;
    }
    const Entry entry(document, reporter_);
    const size_t errors_before = result_.diagnostics.errors();
    const std::string yaml = Translate(entry);
    if (result_.diagnostics.errors() > errors_before || !Loads(entry, yaml)) {
      ++result_.skipped;
      return;
    }
    ++result_.translated;
    absl::StrAppend(&result_.yaml, result_.yaml.empty() ? "" : "\n", yaml);
  }

  std::string Translate(const Entry& entry) {
    const size_t errors_before = result_.diagnostics.errors();
    const std::string title = OneLine(entry.String("title").value_or(""));
    if (title.empty()) Error(entry.place(), "the rule has no title");
    const SigmaSource* source = FindSource(entry);
    if (source == nullptr) return "";
    const YamlNode* detection = entry.Find("detection");
    if (detection == nullptr || detection->kind != YamlNode::Kind::kMap) {
      Error(entry.PlaceOfKey("detection"), "the rule has no detection");
      return "";
    }
    DetectionReader reader(*source, options_, reporter_);
    const std::vector<Selection> selections = reader.Read(*detection);
    const std::optional<SigmaExpr> expr = ReadConditions(*detection, selections);
    const bool said = result_.diagnostics.errors() > errors_before;  // Why it cannot be translated.
    if (!expr || said) return "";
    if (expr->kind == SigmaExpr::Kind::kNever) {
      Error(entry.PlaceOfKey("detection"), "the rule can never hold here",
            "it needs a field that has no value");
      return "";
    }
    return Write(entry, title, *source, *expr);
  }

  void Error(const Place& place, std::string message, std::string hint = "") {
    reporter_.Error(place, std::move(message), std::move(hint));
  }

  const SigmaSource* FindSource(const Entry& entry) {
    const YamlNode* logsource = entry.Find("logsource");
    if (logsource == nullptr || logsource->kind != YamlNode::Kind::kMap) {
      const bool correlation = entry.HasKey("correlation");
      Error(entry.PlaceOfKey(correlation ? "correlation" : "logsource"),
            correlation ? "correlations cannot be translated" : "the rule has no log source",
            correlation ? "write a `threshold` or a `sequence` by hand" : "");
      return nullptr;
    }
    const Entry keys(*logsource, reporter_);
    const std::string product = keys.String("product").value_or("");
    const std::string category = keys.String("category").value_or("");
    const SigmaSource* source = FindSigmaSource(category);
    if (source != nullptr && product == "linux" && !keys.HasKey("service")) return source;
    Error(logsource->place,
          product != "linux"
              ? absl::StrCat("the log source is not of Linux but of \"", product, "\"")
          : keys.HasKey("service") ? absl::StrCat("there are no logs of the service \"",
                                                  keys.String("service").value_or(""), "\"")
                                   : absl::StrCat("there are no events of \"", category, "\""),
          absl::StrCat("log sources for product linux: ", SigmaSourceNames()));
    return nullptr;
  }

  // One condition, or several of which one is enough.
  std::optional<SigmaExpr> ReadConditions(const YamlNode& detection,
                                          const std::vector<Selection>& selections) {
    const Entry keys(detection, reporter_);
    const YamlNode* condition = keys.Find("condition");
    if (condition == nullptr) {
      Error(detection.place, "the detection has no condition");
      return std::nullopt;
    }
    std::vector<const YamlNode*> all = {condition};
    if (condition->kind == YamlNode::Kind::kSequence) all = condition->items;
    std::vector<SigmaExpr> any;
    for (const YamlNode* one : all) {
      if (one->kind != YamlNode::Kind::kScalar) {
        Error(one->place, "a condition is a text");
        return std::nullopt;
      }
      absl::StatusOr<SigmaExpr> expr = Select(one->scalar(), selections);
      if (!expr.ok()) {
        Error(one->place, std::string(expr.status().message()));
        return std::nullopt;
      }
      any.push_back(*std::move(expr));
    }
    SigmaExpr joined = SigmaAny(std::move(any));
    if (joined.size <= kSigmaNodesMax) return joined;
    Error(condition->place, "the rule is too large");
    return std::nullopt;
  }

  std::string Write(const Entry& entry, const std::string& title, const SigmaSource& source,
                    const SigmaExpr& expr) {
    const std::string name = UniqueName(title);
    const std::string desc = OneLine(entry.String("description").value_or(""));
    const std::string level = entry.String("level").value_or("medium");
    const auto* const known = std::find_if(std::begin(kLevels), std::end(kLevels),
                                           [&](const Level& row) { return row.level == level; });
    if (known == std::end(kLevels)) {
      reporter_.Warning(entry.PlaceOfKey("level"),
                        absl::StrCat("unknown level \"", level, "\": taken for medium"));
    }
    std::string yaml = "# Sigma";
    if (const auto id = entry.String("id")) absl::StrAppend(&yaml, " ", OneLine(*id));
    absl::StrAppend(
        &yaml, ", ", OneLine(sources_.name(entry.place().file)), "\n- rule: ", Quoted(name),
        "\n  desc: ", Quoted(desc.empty() ? title : desc),
        "\n  condition: ", ConditionYaml(source, expr), "\n  output: ",
        Quoted(absl::StrCat(absl::StrReplaceAll(title, {{"%", "%%"}}), ": ", source.output)),
        "\n  priority: ", known == std::end(kLevels) ? "WARNING" : known->priority, "\n");
    std::vector<std::string> tags = {std::string(source.tag), "sigma"};
    for (const std::string& tag : Texts(entry, "tags")) AddTag(tag, tags);
    absl::StrAppend(&yaml, "  tags: ", QuotedList(tags), "\n");
    AppendList(References(entry), "references", yaml);
    AppendList(Texts(entry, "falsepositives"), "false_positives", yaml);
    const std::string author = OneLine(entry.String("author").value_or(""));
    if (!author.empty()) absl::StrAppend(&yaml, "  author: ", Quoted(author), "\n");
    return yaml;
  }

  // In lines, where no text in it forbids that.
  static std::string ConditionYaml(const SigmaSource& source, const SigmaExpr& expr) {
    std::string condition(source.condition);
    if (expr.kind != SigmaExpr::Kind::kAlways) {
      const bool any = expr.kind == SigmaExpr::Kind::kOr;
      absl::StrAppend(&condition, any ? " and (" : " and ", ToText(expr), any ? ")" : "");
    }
    const auto lines = LayOutCondition(condition, kColumns);
    if (!lines) return Quoted(condition);
    return absl::StrCat(">\n    ", absl::StrJoin(*lines, "\n    "));
  }

  std::string UniqueName(const std::string& title) {
    const int count = ++names_[title];
    return count == 1 ? title : absl::StrCat(title, " (", count, ")");
  }

  // A text, or a list of them.
  static std::vector<std::string> Texts(const Entry& entry, absl::string_view key) {
    std::vector<std::string> texts;
    const YamlNode* node = entry.Find(key);
    if (node == nullptr) return texts;
    std::vector<const YamlNode*> items = {node};
    if (node->kind == YamlNode::Kind::kSequence) items = node->items;
    for (const YamlNode* item : items) {
      if (item->kind == YamlNode::Kind::kScalar) texts.emplace_back(item->scalar());
    }
    return texts;
  }

  // What is no address of a page is left out: a rule of ours could not have it.
  std::vector<std::string> References(const Entry& entry) {
    std::vector<std::string> pages;
    for (const std::string& text : Texts(entry, "references")) {
      const std::string page = OneLine(text);
      if (IsPageAddress(page)) {
        pages.push_back(page);
      } else {
        reporter_.Warning(entry.PlaceOfKey("references"),
                          absl::StrCat("the reference \"", page, "\" is left out"),
                          "it is not the address of a page");
      }
    }
    return pages;
  }

  static void AppendList(const std::vector<std::string>& texts, absl::string_view to,
                         std::string& yaml) {
    if (texts.empty()) return;
    absl::StrAppend(&yaml, "  ", to, ":\n");
    for (const std::string& text : texts) {
      absl::StrAppend(&yaml, "    - ", Quoted(OneLine(text)), "\n");
    }
  }

  // The last word is the loader's: a regular expression may not be one of RE2.
  bool Loads(const Entry& entry, const std::string& yaml) {
    const RuleSource source{"translation", yaml};
    const LoadResult loaded = LoadRules({&source, 1});
    for (const Diagnostic& diagnostic : loaded.diagnostics) {
      if (diagnostic.severity != Severity::kError) continue;
      Error(entry.PlaceOfKey("detection"),
            absl::StrCat("the translation does not load: ", diagnostic.message), diagnostic.hint);
      return false;
    }
    return loaded.program != nullptr;
  }

  const SigmaOptions options_;
  SourceMap sources_;
  SigmaImport result_;
  Reporter reporter_;
  absl::flat_hash_map<std::string, int> names_;
};

}  // namespace

SigmaImport ImportSigma(absl::Span<const RuleSource> sources, const SigmaOptions& options) {
  return Importer(options).Import(sources);
}

}  // namespace vedette
