// SPDX-License-Identifier: Apache-2.0
//
// yaml-cpp counts bytes of UTF-8, which makes its marks offsets. So that this holds, bytes that it
// would decode, replace or take for the end of the file (\x04) are refused before it sees them.
#include "rules/lang/yaml_reader.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <optional>
#include <sstream>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "rules/lang/scalar_places.h"
#include "rules/lang/text_match.h"

namespace vedette {
namespace {

constexpr absl::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr size_t kNestingMax = 32;  // A rule file has 6 at most.
constexpr size_t kWeightLimit = size_t{1} << 40;
// How much larger than its text a file may be with its aliases written out.
constexpr size_t kAliasGrowth = 8;
constexpr size_t kErrorsMax = 100;  // Per file; more say nothing new.

absl::string_view View(const std::string& text) { return text; }

// Builds the tree. Callbacks run inside yaml-cpp and do not throw. What is nested too deeply is
// noted once and left out.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(YamlTree& tree, absl::string_view source, uint32_t file, size_t base)
      : tree_(tree), source_(source), file_(file), base_(base) {}

  const std::optional<Place>& too_deep() const { return too_deep_; }
  const std::optional<Place>& unclosed() const { return unclosed_; }

  // yaml-cpp gives empty documents without end at a token that it does not expect.
  bool stuck() const { return stuck_; }
  size_t document_at() const { return static_cast<size_t>(document_at_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    stuck_ = mark.pos == document_at_;
    document_at_ = mark.pos;
    anchors_.clear();
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Add(tree_.New(YamlNode::Kind::kNull, PlaceOf(mark)), anchor);
  }
  void OnAlias(const YAML::Mark&, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found != anchors_.end()) Add(found->second, YAML::NullAnchor);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    if (skipped_ > 0) return;
    YamlNode* node = tree_.New(YamlNode::Kind::kScalar, PlaceOf(mark));
    node->quoted = tag == "!";
    bool unclosed = false;
    node->text = MapScalar(source_, file_, PlaceOf(mark).begin, value, &unclosed);
    if (unclosed) unclosed_ = PlaceOf(mark);
    node->place = node->text.whole();
    node->weight += value.size();
    Add(node, anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(YamlNode::Kind::kSequence, mark, anchor);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(YamlNode::Kind::kMap, mark, anchor);
  }
  void OnMapEnd() override { Close(); }

 private:
  Place PlaceOf(const YAML::Mark& mark) const {
    const size_t at = std::min(base_ + static_cast<size_t>(std::max(mark.pos, 0)), source_.size());
    return {file_, static_cast<uint32_t>(at), static_cast<uint32_t>(at + 1)};
  }

  void Add(const YamlNode* node, YAML::anchor_t anchor) {
    if (skipped_ > 0) return;
    if (anchor != YAML::NullAnchor) anchors_[anchor] = node;
    if (open_.empty()) {
      tree_.documents.push_back(node);
    } else {
      open_.back()->items.push_back(node);
      open_.back()->weight = std::min(open_.back()->weight + node->weight, kWeightLimit);
    }
  }

  void Open(YamlNode::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (skipped_ > 0 || open_.size() >= kNestingMax) {
      if (skipped_++ == 0 && !too_deep_) too_deep_ = PlaceOf(mark);
      return;
    }
    YamlNode* node = tree_.New(kind, PlaceOf(mark));
    // The anchor is not known inside its own node: no cycles.
    if (open_.empty()) {
      tree_.documents.push_back(node);
    } else {
      open_.back()->items.push_back(node);
    }
    open_.push_back(node);
    pending_anchors_.push_back(anchor);
  }

  void Close() {
    if (skipped_ > 0) {
      --skipped_;
      return;
    }
    if (pending_anchors_.back() != YAML::NullAnchor) {
      anchors_[pending_anchors_.back()] = open_.back();
    }
    pending_anchors_.pop_back();
    const size_t weight = open_.back()->weight;
    open_.pop_back();
    if (open_.empty()) return;
    open_.back()->weight = std::min(open_.back()->weight + weight, kWeightLimit);
  }

  YamlTree& tree_;
  absl::string_view source_;
  uint32_t file_;
  size_t base_;
  std::vector<YamlNode*> open_;
  std::vector<YAML::anchor_t> pending_anchors_;
  absl::flat_hash_map<YAML::anchor_t, const YamlNode*> anchors_;
  size_t skipped_ = 0;
  int document_at_ = -1;
  bool stuck_ = false;
  std::optional<Place> too_deep_;
  std::optional<Place> unclosed_;
};

class Reader {
 public:
  Reader(const SourceMap& sources, uint32_t file, Diagnostics& diagnostics)
      : sources_(sources), file_(file), diagnostics_(diagnostics), text_(View(sources.text(file))) {
    if (absl::StartsWith(text_, kByteOrderMark)) start_ = kByteOrderMark.size();
  }

  YamlTree Read() {
    if (HasBadBytes()) return YamlTree();
    YamlTree whole;
    Diagnostics whole_errors;
    if (Parse(start_, text_.size(), whole, whole_errors)) {
      DropBombs(whole, whole_errors);
      diagnostics_.Append(whole_errors);
      return whole;
    }
    YamlTree parts;
    Diagnostics part_errors;
    ReadItems(parts, part_errors);
    DropBombs(parts, part_errors);
    diagnostics_.Append(part_errors.has_errors() ? part_errors : whole_errors);
    return parts;
  }

 private:
  bool HasBadBytes() {
    for (size_t i = start_; i < text_.size();) {
      const size_t length = CharacterLength(i);
      if (length == 0) {
        const auto at = static_cast<uint32_t>(i);
        const bool control = static_cast<uint8_t>(text_[i]) < 0x80;
        diagnostics_.Add(sources_.At(
            Severity::kError, {file_, at, at + 1},
            control ? "a control character cannot stand in a rule file" : "this is not UTF-8",
            control ? "inside double quotes YAML writes it as \\xNN" : "save the file as UTF-8"));
        return true;
      }
      i += length;
    }
    return false;
  }

  // Zero for what may not be there.
  size_t CharacterLength(size_t i) const {
    const auto first = static_cast<uint8_t>(text_[i]);
    if (first == '\t' || first == '\n' || first == '\r') return 1;
    if (first < 0x20 || first == 0x7f) return 0;
    if (first < 0x80) return 1;
    const size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    const absl::string_view character = text_.substr(i, length);
    return character.size() == length && IsUtf8(character) ? length : 0;
  }

  // False if it is not YAML; what came before the error is in the tree.
  bool Parse(size_t begin, size_t end, YamlTree& tree, Diagnostics& errors) {
    TreeBuilder builder(tree, text_.substr(0, end), file_, begin);
    bool good = true;
    try {
      std::istringstream stream(std::string(text_.substr(begin, end - begin)));
      YAML::Parser parser(stream);
      while (!builder.stuck() && parser.HandleNextDocument(builder)) {
      }
      if (builder.stuck()) {
        errors.Add(ErrorAt(begin + builder.document_at(), end, "this was not expected here"));
        good = false;
      }
    } catch (const YAML::Exception& e) {
      errors.Add(At(begin, end, e));
      good = false;
    } catch (const std::exception& e) {
      errors.Add(sources_.At(Severity::kError, {file_, 0, 1}, absl::StrCat("YAML: ", e.what())));
      good = false;
    }
    if (builder.unclosed()) {
      errors.Add(sources_.At(Severity::kError, *builder.unclosed(), "this quote is not closed"));
      good = false;
    }
    if (builder.too_deep()) {
      errors.Add(sources_.At(Severity::kError, *builder.too_deep(),
                             absl::StrCat("more than ", kNestingMax, " nested collections")));
    }
    return good;
  }

  Diagnostic At(size_t begin, size_t end, const YAML::Exception& e) const {
    const size_t offset = e.mark.is_null() ? 0 : static_cast<size_t>(std::max(e.mark.pos, 0));
    return ErrorAt(begin + offset, end, e.msg);
  }

  Diagnostic ErrorAt(size_t offset, size_t end, absl::string_view message) const {
    const size_t last = end > 0 ? end - 1 : 0;
    const auto at = static_cast<uint32_t>(std::min(offset, last));
    return sources_.At(Severity::kError, {file_, at, at + 1}, absl::StrCat("YAML: ", message),
                       "a text with \": \" or \" #\" in it needs quotes, and nothing is indented "
                       "with tabs");
  }

  void DropBombs(YamlTree& tree, Diagnostics& errors) const {
    size_t weight = 0;
    for (const YamlNode* document : tree.documents) weight += document->weight;
    if (weight <= (text_.size() + 1024) * kAliasGrowth) return;
    tree.documents.clear();
    errors.Add(sources_.At(Severity::kError, {file_, 0, 1},
                           "with its aliases (*name) written out the file is too large"));
  }

  // A line that begins with a dash begins an item: the contents of items are indented.
  void ReadItems(YamlTree& tree, Diagnostics& errors) {
    for (size_t begin = start_; begin < text_.size() && errors.size() < kErrorsMax;) {
      size_t end = begin;
      do {
        end = text_.find('\n', end);
        end = end == absl::string_view::npos ? text_.size() : end + 1;
      } while (end < text_.size() && !BeginsItem(end));
      YamlTree item;
      if (Parse(begin, end, item, errors)) tree.Take(std::move(item));
      begin = end;
    }
  }

  bool BeginsItem(size_t at) const {
    const absl::string_view line = text_.substr(at, 4);
    return absl::StartsWith(line, "- ") || absl::StartsWith(line, "---") || line == "-\n";
  }

  const SourceMap& sources_;
  uint32_t file_;
  Diagnostics& diagnostics_;
  absl::string_view text_;
  size_t start_ = 0;
};

}  // namespace

YamlNode* YamlTree::New(YamlNode::Kind kind, const Place& place) {
  nodes_.emplace_back();
  nodes_.back().kind = kind;
  nodes_.back().place = place;
  return &nodes_.back();
}

void YamlTree::Take(YamlTree other) {
  documents.insert(documents.end(), other.documents.begin(), other.documents.end());
  owned_.push_back(std::move(other.nodes_));
}

YamlTree ReadYaml(const SourceMap& sources, uint32_t file, Diagnostics& diagnostics) {
  return Reader(sources, file, diagnostics).Read();
}

}  // namespace vedette
