// SPDX-License-Identifier: Apache-2.0
//
// The text is cut into items, and those into keys with the comments above them. Whether that was
// right is not proved but checked: both texts are read as YAML, and if they do not say the same,
// the old one stays.
#include "rules/lang/format.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "rules/lang/format_condition.h"
#include "rules/lang/yaml_reader.h"

namespace vedette {
namespace {

constexpr size_t kColumns = 100;
constexpr size_t kKeysMax = 100;        // Of an item; one with more stays as it is.
constexpr size_t kOneLineColumns = 80;  // A condition that fits stays on the line of its key.

// What is not listed comes behind `tags`, in its own order.
constexpr absl::string_view kKeyOrder[] = {"rule",
                                           "macro",
                                           "list",
                                           "required_engine_version",
                                           "required_plugin_versions",
                                           "desc",
                                           "sequence",
                                           "items",
                                           "condition",
                                           "threshold",
                                           "output",
                                           "priority",
                                           "tags"};
constexpr absl::string_view kLastKeys[] = {"exceptions", "enabled", "append", "override"};

size_t RankOf(absl::string_view key) {
  const auto* const first = std::find(std::begin(kKeyOrder), std::end(kKeyOrder), key);
  if (first != std::end(kKeyOrder)) return static_cast<size_t>(first - std::begin(kKeyOrder));
  const auto* const last = std::find(std::begin(kLastKeys), std::end(kLastKeys), key);
  if (last == std::end(kLastKeys)) return std::size(kKeyOrder);
  return std::size(kKeyOrder) + 1 + static_cast<size_t>(last - std::begin(kLastKeys));
}

using Lines = std::vector<std::string>;

size_t IndentOf(absl::string_view line) {
  const size_t at = line.find_first_not_of(' ');
  return at == absl::string_view::npos ? line.size() : at;
}
bool IsEmpty(absl::string_view line) { return absl::StripAsciiWhitespace(line).empty(); }
bool IsComment(absl::string_view line) {
  return absl::StartsWith(line.substr(IndentOf(line)), "#");
}
bool BeginsItem(absl::string_view line, size_t margin) {
  if (IndentOf(line) != margin) return false;
  const absl::string_view rest = line.substr(margin);
  return rest == "-" || absl::StartsWith(rest, "- ");
}
bool IsSeparator(absl::string_view line) {
  return absl::StartsWith(line, "---") || absl::StartsWith(line, "...") ||
         absl::StartsWith(line, "%");
}

// A key of an item with its value, and the comments above it.
struct Chunk {
  std::string key;
  Lines comments;
  Lines lines;
};

// `name:` at the beginning of the line, behind its indent; empty if it is none.
absl::string_view KeyOf(absl::string_view line) {
  line.remove_prefix(IndentOf(line));
  size_t end = 0;
  while (end < line.size() && (absl::ascii_isalnum(static_cast<unsigned char>(line[end])) ||
                               line[end] == '_' || line[end] == '-')) {
    ++end;
  }
  const bool is_key = end > 0 && end < line.size() && line[end] == ':' &&
                      (end + 1 == line.size() || line[end + 1] == ' ');
  return is_key ? line.substr(0, end) : "";
}

// The keys of an item whose dash has become a blank. Nothing for another form.
std::optional<std::vector<Chunk>> CutItem(const Lines& lines, Lines& tail) {
  std::vector<Chunk> chunks;
  const size_t indent = IndentOf(lines[0]);
  Lines comments;
  for (const std::string& line : lines) {
    const bool at_key = IndentOf(line) == indent && !IsEmpty(line);
    if (at_key && IsComment(line)) {
      comments.push_back(std::string(absl::StripTrailingAsciiWhitespace(line)));
      continue;
    }
    const absl::string_view key = at_key ? KeyOf(line) : "";
    if (!key.empty()) {
      chunks.push_back({std::string(key), std::exchange(comments, {}), {line}});
      continue;
    }
    const bool belongs =
        IsEmpty(line) || IndentOf(line) > indent || (at_key && BeginsItem(line, indent));
    if (chunks.empty() || !belongs || (!comments.empty() && !IsEmpty(line))) return std::nullopt;
    chunks.back().lines.push_back(line);
  }
  for (Chunk& chunk : chunks) {
    while (IsEmpty(chunk.lines.back())) chunk.lines.pop_back();
  }
  tail = std::move(comments);
  return chunks;
}

// Can stand behind `condition: ` without quotes.
bool IsPlain(absl::string_view text) {
  if (text.empty() || (text[0] != '(' && !absl::ascii_isalpha(static_cast<unsigned char>(text[0]))))
    return false;
  return !absl::StrContains(text, ": ") && !absl::StrContains(text, " #") && text.back() != ':';
}

// What is between the sources of a value and the value itself: anchors, tags and comments stay.
bool HasMoreThanItsValue(const Chunk& chunk, absl::string_view value) {
  absl::string_view head = chunk.lines[0];
  head.remove_prefix(IndentOf(head) + chunk.key.size() + 1);
  head = absl::StripLeadingAsciiWhitespace(head);
  if (!head.empty() && absl::StrContains("&*!{[", head.substr(0, 1))) return true;
  const std::string all = absl::StrJoin(chunk.lines, "\n");
  return std::count(all.begin(), all.end(), '#') != std::count(value.begin(), value.end(), '#');
}

void FormatCondition(const YamlNode& value, size_t indent, Chunk& chunk) {
  if (value.kind != YamlNode::Kind::kScalar || HasMoreThanItsValue(chunk, value.scalar())) return;
  const auto lines = LayOutCondition(value.scalar(), kColumns - indent - 2);
  if (!lines) return;
  const std::string margin(indent, ' ');
  const std::string one_line = absl::StrJoin(*lines, " ");
  const std::string key = absl::StrCat(margin, chunk.key, ": ");
  if (IsPlain(one_line) && key.size() + one_line.size() <= kOneLineColumns) {
    chunk.lines = {absl::StrCat(key, one_line)};
    return;
  }
  chunk.lines = {absl::StrCat(key, ">")};
  for (const std::string& line : *lines) chunk.lines.push_back(absl::StrCat(margin, "  ", line));
}

const YamlNode* FindValue(const YamlNode& map, absl::string_view key) {
  for (size_t i = 0; i + 1 < map.items.size(); i += 2) {
    if (map.items[i]->scalar() == key) return map.items[i + 1];
  }
  return nullptr;
}

bool HasDoubleKey(const YamlNode& map) {
  for (size_t i = 0; i + 1 < map.items.size(); i += 2) {
    if (FindValue(map, map.items[i]->scalar()) != map.items[i + 1]) return true;
  }
  return false;
}

std::string Squeezed(absl::string_view condition) {
  const auto words = WordsOfCondition(condition);
  return words ? absl::StrJoin(*words, " ") : std::string(condition);
}

enum class KeyOrder { kCounts, kFree };

// The reader bounds the depth of a tree and its size with aliases written out.
bool SameTree(const YamlNode& a, const YamlNode& b, KeyOrder order) {
  if (a.kind != b.kind || a.items.size() != b.items.size()) return false;
  if (a.kind == YamlNode::Kind::kScalar) return a.scalar() == b.scalar() && a.quoted == b.quoted;
  for (size_t i = 0; i < a.items.size(); ++i) {
    if (a.kind == YamlNode::Kind::kMap && order == KeyOrder::kFree) {
      const absl::string_view key = a.items[i]->scalar();
      const YamlNode* other = FindValue(b, key);
      const YamlNode* value = a.items[++i];
      if (other == nullptr) return false;
      const bool is_condition = key == "condition" && value->kind == YamlNode::Kind::kScalar;
      const bool same = is_condition ? Squeezed(value->scalar()) == Squeezed(other->scalar())
                                     : SameTree(*value, *other, KeyOrder::kCounts);
      if (!same) return false;
    } else if (!SameTree(*a.items[i], *b.items[i], KeyOrder::kCounts)) {
      return false;
    }
  }
  return true;
}

YamlTree Read(const std::string& text, Diagnostics& diagnostics) {
  SourceMap sources;
  return ReadYaml(sources, sources.Add("", text), diagnostics);
}

// Documents of items, whose keys may be in any order.
bool SaysTheSame(const std::string& a, const std::string& b) {
  Diagnostics wrong;
  const YamlTree tree_a = Read(a, wrong), tree_b = Read(b, wrong);
  if (!wrong.empty() || tree_a.documents.size() != tree_b.documents.size()) return false;
  for (size_t i = 0; i < tree_a.documents.size(); ++i) {
    const YamlNode& one = *tree_a.documents[i];
    const YamlNode& other = *tree_b.documents[i];
    if (one.kind != other.kind || one.items.size() != other.items.size()) return false;
    if (one.kind == YamlNode::Kind::kScalar && !SameTree(one, other, KeyOrder::kCounts))
      return false;
    for (size_t item = 0; item < one.items.size(); ++item) {
      const bool may_differ =
          one.kind == YamlNode::Kind::kSequence && one.items[item]->items.size() <= 2 * kKeysMax;
      const KeyOrder order = may_differ ? KeyOrder::kFree : KeyOrder::kCounts;
      if (!SameTree(*one.items[item], *other.items[item], order)) return false;
    }
  }
  return true;
}

// The lines of an item, from its dash on, in their new form.
Lines FormatItem(const Lines& lines, size_t margin) {
  const std::string text = absl::StrJoin(lines, "\n");
  Diagnostics wrong;
  const YamlTree tree = Read(text, wrong);
  if (!wrong.empty() || tree.documents.size() != 1) return lines;
  const YamlNode& items = *tree.documents[0];
  if (items.items.size() != 1 || items.items[0]->kind != YamlNode::Kind::kMap) return lines;
  if (items.items[0]->items.size() > 2 * kKeysMax || HasDoubleKey(*items.items[0])) return lines;
  Lines without_dash = lines;
  without_dash[0][margin] = ' ';
  Lines tail;
  auto chunks = CutItem(without_dash, tail);
  if (!chunks || !chunks->front().comments.empty()) return lines;
  const size_t indent = IndentOf(without_dash[0]);
  for (Chunk& chunk : *chunks) {
    const YamlNode* value = FindValue(*items.items[0], chunk.key);
    if (chunk.key == "condition" && value != nullptr) FormatCondition(*value, indent, chunk);
  }
  std::stable_sort(chunks->begin(), chunks->end(),
                   [](const Chunk& a, const Chunk& b) { return RankOf(a.key) < RankOf(b.key); });
  // Comments above the first key have no place behind the dash.
  Lines formatted = std::exchange(chunks->front().comments, {});
  if (!formatted.empty()) return lines;
  for (const Chunk& chunk : *chunks) {
    formatted.insert(formatted.end(), chunk.comments.begin(), chunk.comments.end());
    formatted.insert(formatted.end(), chunk.lines.begin(), chunk.lines.end());
  }
  formatted.insert(formatted.end(), tail.begin(), tail.end());
  formatted[0][margin] = '-';
  return SaysTheSame(text, absl::StrJoin(formatted, "\n")) ? formatted : lines;
}

class Formatter {
 public:
  std::string Format(const std::string& text) {
    for (absl::string_view line : absl::StrSplit(text, '\n')) {
      Add(std::string(absl::StripSuffix(line, "\r")));
    }
    EndItem();
    Flush(loose_);
    while (!out_.empty() && out_.back().empty()) out_.pop_back();
    return out_.empty() ? "" : absl::StrCat(absl::StrJoin(out_, "\n"), "\n");
  }

 private:
  void Add(std::string line) {
    const bool begins = BeginsItem(line, item_.empty() && !seen_item_ ? IndentOf(line) : margin_);
    if (begins || IsSeparator(line)) {
      EndItem();
      Flush(loose_);
      if (!begins) {
        out_.push_back(std::move(line));
        seen_item_ = false;
        return;
      }
      margin_ = IndentOf(line);
      seen_item_ = true;
      item_.push_back(std::move(line));
      return;
    }
    // What is empty, or a comment at the margin, belongs to what follows unless the item goes on.
    const bool loose = IsEmpty(line) || (IsComment(line) && IndentOf(line) <= margin_);
    if (item_.empty() || loose) {
      loose_.push_back(std::move(line));
      return;
    }
    std::move(loose_.begin(), loose_.end(), std::back_inserter(item_));
    loose_.clear();
    item_.push_back(std::move(line));
  }

  void EndItem() {
    if (item_.empty()) return;
    for (std::string& line : FormatItem(item_, margin_)) out_.push_back(std::move(line));
    item_.clear();
    // One empty line between items, wherever the comments of the next one begin.
    if (loose_.empty() || !IsEmpty(loose_[0])) loose_.insert(loose_.begin(), "");
  }

  // Without doubled empty lines.
  void Flush(Lines& lines) {
    for (std::string& line : lines) {
      std::string kept(absl::StripTrailingAsciiWhitespace(line));
      if (kept.empty() && (out_.empty() || out_.back().empty())) continue;
      out_.push_back(std::move(kept));
    }
    lines.clear();
  }

  Lines out_;
  Lines item_;   // From its dash on.
  Lines loose_;  // Behind it; whose they are is not known yet.
  size_t margin_ = 0;
  bool seen_item_ = false;
};

}  // namespace

FormattedRules FormatRules(const RuleSource& source) {
  FormattedRules result;
  result.text = source.text;
  SourceMap sources;
  const uint32_t file = sources.Add(source.name, source.text);
  ReadYaml(sources, file, result.diagnostics);
  if (!result.diagnostics.empty()) return result;
  std::string formatted = Formatter().Format(source.text);
  if (SaysTheSame(source.text, formatted)) result.text = std::move(formatted);
  return result;
}

}  // namespace vedette
