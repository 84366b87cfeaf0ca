// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/lists.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"

namespace vedette {
namespace {

// Lists inside one another.
constexpr int kListDepthMax = 500;

constexpr absl::string_view kBlanks = " \t\r\n\b";

bool IsBlank(char c) { return kBlanks.find(c) != absl::string_view::npos; }
bool IsDelimiter(char c) { return IsBlank(c) || c == '(' || c == ')' || c == ',' || c == '='; }

// Behind these a list goes in parentheses.
bool WantsList(absl::string_view word) {
  constexpr absl::string_view kWords[] = {"in", "intersects", "pmatch", "oneof", "anyof", "allof"};
  return std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords);
}

// A copy of `text` being made, with what has been passed already in `to`.
class Substitution {
 public:
  Substitution(const MappedText& from, MappedText& to) : from_(from), to_(to) {}

  void Replace(TextRange word, const MappedText& items, bool parentheses) {
    const absl::string_view text = from_.text();
    TextRange range = word;
    if (items.empty() && !parentheses) range = WithComma(word);
    CopyUpTo(std::max(range.begin, done_));
    const Place place = from_.At(word);
    if (parentheses) to_.AppendFor("(", place);
    to_.Append(items);
    if (parentheses) to_.AppendFor(")", place);
    done_ = std::min(std::max(range.end, done_), text.size());
  }
  void Finish() { CopyUpTo(from_.text().size()); }

 private:
  void CopyUpTo(size_t end) {
    if (end > done_) to_.Append(from_, {done_, end});
    done_ = std::max(done_, end);
  }

  // The word and the comma in front of it, or else behind it.
  TextRange WithComma(TextRange word) const {
    const absl::string_view text = from_.text();
    size_t begin = word.begin;
    while (begin > done_ && IsBlank(text[begin - 1])) --begin;
    if (begin > done_ && text[begin - 1] == ',') return {begin - 1, word.end};
    size_t end = word.end;
    while (end < text.size() && IsBlank(text[end])) ++end;
    if (end < text.size() && text[end] == ',') return {word.begin, end + 1};
    return word;
  }

  const MappedText& from_;
  MappedText& to_;
  size_t done_ = 0;
};

}  // namespace

std::vector<absl::string_view> WordsIn(absl::string_view condition) {
  std::vector<absl::string_view> words;
  for (size_t at = 0; at < condition.size(); ++at) {
    const size_t begin = at;
    while (at < condition.size() && !IsDelimiter(condition[at])) ++at;
    if (at > begin) words.push_back(condition.substr(begin, at - begin));
  }
  return words;
}

Lists::Lists(const Definitions<ListDefinition>& lists, Budget& budget, Reporter& reporter)
    : definitions_(lists), budget_(budget), reporter_(reporter) {
  for (const ListDefinition& list : lists.all) lists_.try_emplace(list.name);
  for (size_t i = 0; i < lists.all.size() && !spent_; ++i) Expand(i, 0);
}

const Lists::Expanded* Lists::FindInner(const ListDefinition& list, const MappedText& item,
                                        int depth) {
  const auto found = definitions_.by_name.find(item.text());
  if (found == definitions_.by_name.end()) return nullptr;
  const ListDefinition& inner = definitions_.all[found->second];
  if (inner.order.first >= list.order.changed) return nullptr;
  used_.insert(inner.name);
  const Expanded& expanded = lists_.find(inner.name)->second;
  if (expanded.state == State::kNew && depth < kListDepthMax) Expand(found->second, depth + 1);
  if (expanded.state == State::kDone) return &expanded;
  if (!spent_) {
    reporter_.Warning(item.whole(), absl::StrCat("the list \"", inner.name,
                                                 "\" goes round in a "
                                                 "circle: here it is a text"));
  }
  return nullptr;
}

void Lists::Expand(size_t index, int depth) {
  const ListDefinition& list = definitions_.all[index];
  Expanded& expanded = lists_.find(list.name)->second;
  if (expanded.state != State::kNew) return;
  expanded.state = State::kOpen;
  MappedText items;
  for (const MappedText& item : list.items) {
    const Expanded* inner = FindInner(list, item, depth);
    const MappedText& text = inner != nullptr ? inner->items : item;
    if (!spent_ && !budget_.Spend(text.text().size() + 2)) {
      spent_ = true;
      reporter_.Error(list.place, absl::StrCat("with the list \"", list.name,
                                               "\" the rules grow out of proportion"));
    }
    if (spent_) return;
    if (text.empty()) continue;
    if (!items.empty()) items.AppendFor(", ", item.whole());
    items.Append(text);
  }
  expanded.items = std::move(items);
  expanded.state = State::kDone;
}

bool Lists::Substitute(const MappedText& condition, MappedText& to) const {
  const absl::string_view text = condition.text();
  to.SetWhole(condition.whole());
  if (!budget_.Spend(text.size())) return false;
  Substitution substitution(condition, to);
  absl::string_view
      before;  // The word in front of the present one, nothing but blanks between them.
  for (size_t at = 0; at < text.size();) {
    if (IsDelimiter(text[at])) {
      if (!IsBlank(text[at])) before = {};
      ++at;
      continue;
    }
    size_t end = at;
    while (end < text.size() && !IsDelimiter(text[end])) ++end;
    const absl::string_view word = text.substr(at, end - at);
    const auto list = lists_.find(word);
    if (list != lists_.end()) {
      if (!budget_.Spend(list->second.items.text().size())) return false;
      used_.insert(list->first);
      substitution.Replace({at, end}, list->second.items, WantsList(before));
    }
    before = word;
    at = end;
  }
  substitution.Finish();
  return true;
}

std::vector<absl::string_view> Lists::Names() const {
  std::vector<absl::string_view> names;
  for (const auto& [name, list] : lists_) names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace vedette
