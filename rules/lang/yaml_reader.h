// SPDX-License-Identifier: Apache-2.0
//
// YAML as a tree in which every byte of every text knows its place in the file. The only door of
// yaml-cpp for rules: its exceptions end here. Bytes, nesting and aliases are bounded.
#ifndef VEDETTE_RULES_LANG_YAML_READER_H_
#define VEDETTE_RULES_LANG_YAML_READER_H_

#include <cstdint>
#include <deque>
#include <list>
#include <vector>

#include "rules/lang/diagnostics.h"
#include "rules/lang/source_map.h"

namespace vedette {

struct YamlNode {
  enum class Kind : uint8_t { kNull, kScalar, kSequence, kMap };
  Kind kind = Kind::kNull;
  bool quoted = false;                 // A scalar in quotes is a text, whatever it looks like.
  Place place;                         // Its first byte or bytes.
  MappedText text;                     // kScalar.
  size_t weight = 1;                   // Bytes and nodes, each alias counted as its whole copy.
  std::vector<const YamlNode*> items;  // kSequence; of a kMap key, value, key, value, ...

  absl::string_view scalar() const { return text.text(); }
};

// Owns its nodes. An alias is the same node again, so walking a tree may cost more than its size:
// whoever walks deeper than a rule file goes must count.
class YamlTree {
 public:
  YamlTree() = default;
  YamlTree(const YamlTree&) = delete;
  YamlTree& operator=(const YamlTree&) = delete;
  YamlTree(YamlTree&&) = default;
  YamlTree& operator=(YamlTree&&) = default;

  YamlNode* New(YamlNode::Kind kind, const Place& place);
  void Take(YamlTree other);  // Its documents, behind the others.
  std::vector<const YamlNode*> documents;

 private:
  std::deque<YamlNode> nodes_;
  std::list<std::deque<YamlNode>> owned_;  // Moving one leaves its nodes where they are.
};

// Where the file is not YAML, errors are added and the items at its left margin (`- ...`) are read
// one by one, so that one broken rule hides no other.
YamlTree ReadYaml(const SourceMap& sources, uint32_t file, Diagnostics& diagnostics);

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_YAML_READER_H_
