// SPDX-License-Identifier: Apache-2.0
//
// Which of many texts another one begins with, or ends with: a trie with one node for each fork,
// walked once. Immutable; any thread may read it. Takes the time of the longest one that is found.
#ifndef VEDETTE_ENGINE_MATCH_AFFIX_TRIE_H_
#define VEDETTE_ENGINE_MATCH_AFFIX_TRIE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace vedette {

class AffixTrie {
 public:
  enum class Side : uint8_t { kBegin, kEnd };

  AffixTrie() = default;
  // A text goes by its place in the list. Distinct.
  AffixTrie(Side side, const std::vector<std::string>& texts);

  bool empty() const { return nodes_.empty(); }

  // Calls each(place) for those that `text` begins (ends) with, the shortest first.
  template <typename Each>
  void ForEach(absl::string_view text, Each each) const;

 private:
  static constexpr uint32_t kNone = ~uint32_t{0};
  struct Node {
    uint32_t label = 0;  // Into labels_: what has to follow the parent's label.
    uint32_t label_size = 0;
    uint32_t child = 0;  // The first; the others follow it, sorted by the first byte of the label.
    uint32_t child_count = 0;
    uint32_t place = kNone;  // Of the text that ends here.
  };

  char At(absl::string_view text, size_t i) const {
    return side_ == Side::kBegin ? text[i] : text[text.size() - 1 - i];
  }
  uint32_t FindChild(const Node& node, char first) const;

  Side side_ = Side::kBegin;
  std::vector<Node> nodes_;        // [0] is the root, if there is any.
  std::vector<char> first_bytes_;  // By node, of its label.
  std::string labels_;             // In the direction of reading.
};

template <typename Each>
void AffixTrie::ForEach(absl::string_view text, Each each) const {
  if (nodes_.empty()) return;
  size_t read = 0;
  for (uint32_t at = 0; at != kNone;) {
    const Node& node = nodes_[at];
    if (node.label_size > text.size() - read) return;
    for (size_t i = 0; i < node.label_size; ++i) {
      if (labels_[node.label + i] != At(text, read + i)) return;
    }
    read += node.label_size;
    if (node.place != kNone) each(node.place);
    if (read == text.size()) return;
    at = FindChild(node, At(text, read));
  }
}

}  // namespace vedette

#endif  // VEDETTE_ENGINE_MATCH_AFFIX_TRIE_H_
