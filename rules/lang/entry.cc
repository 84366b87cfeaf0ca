// SPDX-License-Identifier: Apache-2.0
//
// No unit test: rule_file_test.cc reads every shape through it.
#include "rules/lang/entry.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace vedette {

Entry::Entry(const YamlNode& node, Reporter& reporter) : node_(node), reporter_(reporter) {
  absl::flat_hash_set<absl::string_view> seen;
  for (size_t i = 0; i + 1 < node_.items.size(); i += 2) {
    const YamlNode& key = *node_.items[i];
    if (key.kind != YamlNode::Kind::kScalar) {
      reporter_.Error(key.place, "a key is a text");
    } else if (!seen.insert(key.scalar()).second) {
      reporter_.Error(key.place, absl::StrCat("the key \"", key.scalar(), "\" is there twice"),
                      "remove one of them");
    }
  }
}

const YamlNode* Entry::Find(absl::string_view key) const {
  for (size_t i = 0; i + 1 < node_.items.size(); i += 2) {
    if (node_.items[i]->scalar() == key) return node_.items[i + 1];
  }
  return nullptr;
}

Place Entry::PlaceOfKey(absl::string_view key) const {
  for (size_t i = 0; i + 1 < node_.items.size(); i += 2) {
    if (node_.items[i]->scalar() == key) return node_.items[i]->place;
  }
  return place();
}

std::vector<PlacedText> Entry::Keys() const {
  std::vector<PlacedText> keys;
  for (size_t i = 0; i + 1 < node_.items.size(); i += 2) {
    keys.push_back({node_.items[i]->text.text(), node_.items[i]->place});
  }
  return keys;
}

void Entry::WarnUnknownKeys(absl::Span<const absl::string_view> known) const {
  for (const PlacedText& key : Keys()) {
    if (std::find(known.begin(), known.end(), key.text) != known.end()) continue;
    reporter_.Warning(key.place, absl::StrCat("unknown key \"", key.text, "\" is ignored"),
                      reporter_.DidYouMean(key.text, known));
  }
}

bool Entry::RefuseUnknownKeys(absl::Span<const absl::string_view> known) const {
  bool good = true;
  for (const PlacedText& key : Keys()) {
    if (std::find(known.begin(), known.end(), key.text) != known.end()) continue;
    std::string hint = reporter_.DidYouMean(key.text, known);
    if (hint.empty()) hint = absl::StrCat("keys here are ", absl::StrJoin(known, ", "));
    reporter_.Error(key.place, absl::StrCat("unknown key \"", key.text, "\""), std::move(hint));
    good = false;
  }
  return good;
}

void Entry::WrongShape(absl::string_view key, absl::string_view wanted) const {
  reporter_.Error(Find(key)->place, absl::StrCat("\"", key, "\" is ", wanted));
}

std::optional<MappedText> Entry::Text(absl::string_view key) const {
  const YamlNode* value = Find(key);
  if (value == nullptr) return std::nullopt;
  if (value->kind == YamlNode::Kind::kScalar) return value->text;
  WrongShape(key, "a text");
  return std::nullopt;
}

std::optional<std::string> Entry::String(absl::string_view key) const {
  const std::optional<MappedText> text = Text(key);
  if (!text) return std::nullopt;
  return std::string(absl::StripAsciiWhitespace(text->text()));
}

std::optional<bool> Entry::Bool(absl::string_view key) const {
  const YamlNode* value = Find(key);
  if (value == nullptr) return std::nullopt;
  const std::string word = absl::AsciiStrToLower(value->scalar());
  if (word == "true" || word == "yes" || word == "on") return true;
  if (word == "false" || word == "no" || word == "off") return false;
  WrongShape(key, "true or false");
  return std::nullopt;
}

std::optional<std::vector<MappedText>> Entry::Texts(absl::string_view key) const {
  const YamlNode* value = Find(key);
  if (value == nullptr) return std::nullopt;
  if (value->kind != YamlNode::Kind::kSequence) {
    WrongShape(key, "a list: [a, b]");
    return std::nullopt;
  }
  std::vector<MappedText> texts;
  for (const YamlNode* item : value->items) {
    if (item->kind == YamlNode::Kind::kScalar || item->kind == YamlNode::Kind::kNull) {
      texts.push_back(ScalarText(*item));
    } else {
      reporter_.Error(item->place, absl::StrCat("the items of \"", key, "\" are texts"));
    }
  }
  return texts;
}

MappedText ScalarText(const YamlNode& node) {
  if (node.kind == YamlNode::Kind::kScalar) return node.text;
  MappedText text;
  text.AppendFor("null", node.place);
  text.SetWhole(node.place);
  return text;
}

}  // namespace vedette
