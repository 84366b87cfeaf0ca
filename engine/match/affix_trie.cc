// SPDX-License-Identifier: Apache-2.0
#include "engine/match/affix_trie.h"

#include <algorithm>
#include <utility>

namespace vedette {
namespace {

using Sorted = std::vector<std::pair<std::string, uint32_t>>;

size_t CommonSize(const std::string& a, const std::string& b) {
  const auto differ = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return static_cast<size_t>(differ.first - a.begin());
}

}  // namespace

// Breadth first, so that the children of a node are neighbours. Of sorted texts the first and the
// last say what all have in common.
AffixTrie::AffixTrie(Side side, const std::vector<std::string>& texts) : side_(side) {
  if (texts.empty()) return;
  Sorted sorted;
  for (uint32_t i = 0; i < texts.size(); ++i) {
    sorted.emplace_back(texts[i], i);
    if (side == Side::kEnd) std::reverse(sorted.back().first.begin(), sorted.back().first.end());
  }
  std::sort(sorted.begin(), sorted.end());

  struct Stretch {
    size_t begin, end, depth;
  };
  std::vector<Stretch> stretches = {{0, sorted.size(), 0}};  // By node.
  nodes_.emplace_back();
  for (size_t at = 0; at < nodes_.size(); ++at) {
    auto [begin, end, depth] = stretches[at];
    const std::string& first = sorted[begin].first;
    const size_t common = std::max(depth, CommonSize(first, sorted[end - 1].first));
    Node& node = nodes_[at];
    node.label = static_cast<uint32_t>(labels_.size());
    node.label_size = static_cast<uint32_t>(common - depth);
    labels_.append(first, depth, common - depth);
    first_bytes_.push_back(common > depth ? first[depth] : '\0');
    if (first.size() == common) node.place = sorted[begin++].second;
    node.child = static_cast<uint32_t>(nodes_.size());
    while (begin < end) {
      const char byte = sorted[begin].first[common];
      size_t next = begin;
      while (next < end && sorted[next].first[common] == byte) ++next;
      stretches.push_back({begin, next, common});
      begin = next;
    }
    nodes_[at].child_count = static_cast<uint32_t>(stretches.size() - nodes_.size());
    nodes_.resize(stretches.size());
  }
}

uint32_t AffixTrie::FindChild(const Node& node, char first) const {
  for (uint32_t child = node.child; child < node.child + node.child_count; ++child) {
    if (first_bytes_[child] == first) return child;
  }
  return kNone;
}

}  // namespace vedette
