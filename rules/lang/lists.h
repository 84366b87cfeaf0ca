// SPDX-License-Identifier: Apache-2.0
//
// Lists are put into conditions as text, before anything is parsed.
#ifndef VEDETTE_RULES_LANG_LISTS_H_
#define VEDETTE_RULES_LANG_LISTS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "rules/lang/rule_file.h"
#include "rules/lang/source_map.h"

namespace vedette {

// How many bytes all conditions together may grow to, lists and macros put in: what a small file
// can cost (a list of lists of lists, a macro of macros of macros) stays in proportion to its size.
class Budget {
 public:
  explicit Budget(size_t bytes) : left_(bytes) {}
  bool Spend(size_t bytes) {
    if (bytes > left_) left_ = 0;
    if (left_ == 0) return false;
    left_ -= bytes;
    return true;
  }

 private:
  size_t left_;
};

// What stands between blanks, parentheses, commas and `=`, quotes or not.
std::vector<absl::string_view> WordsIn(absl::string_view condition);

class Lists {
 public:
  // Items that name a list become its items, if it was there before this one got them. One that
  // would go round in a circle stays a text, which is a warning.
  Lists(const Definitions<ListDefinition>& lists, Budget& budget, Reporter& reporter);

  // Each list's name that stands as a word (between blanks, parentheses, commas and `=`, quotes or
  // not) becomes its items, joined by commas; in parentheses where `in` or its like stands before
  // it. An empty list takes a comma beside it away. False if the budget is spent.
  bool Substitute(const MappedText& condition, MappedText& to) const;
  bool Has(absl::string_view name) const { return lists_.contains(name); }
  std::vector<absl::string_view> Names() const;
  // So far, in a condition or in another list.
  bool IsUsed(absl::string_view name) const { return used_.contains(name); }
  // For a text that could not be read: what it names is used.
  void MarkUsed(absl::string_view word) const {
    if (Has(word)) used_.insert(std::string(word));
  }

 private:
  enum class State : uint8_t { kNew, kOpen, kDone };
  struct Expanded {
    MappedText items;  // Joined by commas.
    State state = State::kNew;
  };

  void Expand(size_t index, int depth);  // Sets spent_ if the budget is, which it says.
  // The list that an item of `list` stands for, with its items put in, or null.
  const Expanded* FindInner(const ListDefinition& list, const MappedText& item, int depth);

  const Definitions<ListDefinition>& definitions_;
  absl::flat_hash_map<std::string, Expanded> lists_;
  mutable absl::flat_hash_set<std::string> used_;
  Budget& budget_;
  Reporter& reporter_;
  bool spent_ = false;
};

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_LISTS_H_
