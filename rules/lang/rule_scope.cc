// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/rule_scope.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace vedette {
namespace {

constexpr size_t kValuesMax = 64;
constexpr size_t kValueBytesMax = 256;

// What a value of the key is compared with. Of several fields one has to hold.
struct ScopeKey {
  absl::string_view key;
  std::vector<absl::string_view> fields;
  bool is_metadata;  // Known when a runtime has said it.
};

const std::vector<ScopeKey>& ScopeKeys() {
  static const auto* const keys = new std::vector<ScopeKey>{
      {"container", {"container.name", "container.id", "container.full_id"}, true},
      {"image", {"container.image", "container.image.repository"}, true},
      {"runtime", {"container.type"}, false},
      {"namespace", {"k8s.ns.name"}, true},
      {"pod", {"k8s.pod.name"}, true},
  };
  return *keys;
}

constexpr absl::string_view kKeys[] = {"host", "container", "image",   "runtime", "namespace",
                                       "pod",  "labels",    "service", "slice",   "unknown"};

std::string Quoted(absl::string_view value) { return absl::StrCat("\"", value, "\""); }

// Globs for values with * or ?, equality for the others.
std::string Compare(absl::string_view field, absl::string_view value) {
  const bool is_glob = value.find_first_of("*?") != absl::string_view::npos;
  return absl::StrCat(field, is_glob ? " glob " : " = ", Quoted(value));
}

class ScopeReader {
 public:
  ScopeReader(const Entry& entry, Reporter& reporter) : entry_(entry), reporter_(reporter) {}

  bool Read(ScopeDefinition& scope) {
    if (!entry_.RefuseUnknownKeys(kKeys)) return false;
    if (entry_.Keys().empty()) {
      return Complain(entry_.place(), "the scope is empty",
                      "for example `scope: {namespace: prod}` or `scope: {host: true}`");
    }
    bool good = ReadUnknown();
    good = good && ReadHost();
    for (const ScopeKey& key : ScopeKeys()) good = good && ReadTexts(key);
    good = good && ReadLabels() && ReadUnits("service") && ReadUnits("slice");
    if (!good) return false;
    if (parts_.empty()) return Complain(entry_.place(), "\"unknown\" alone is no scope");
    scope.condition = absl::StrJoin(parts_, " and ");
    return true;
  }

 private:
  bool Complain(const Place& place, std::string message, std::string hint = "") {
    reporter_.Error(place, std::move(message), std::move(hint));
    return false;
  }

  bool ReadUnknown() {
    if (!entry_.HasKey("unknown")) return true;
    const std::optional<std::string> text = entry_.String("unknown");
    if (!text) return false;
    applies_to_unknown_ = *text == "apply";
    if (applies_to_unknown_ || *text == "skip") return true;
    return Complain(entry_.Find("unknown")->place, "\"unknown\" is apply or skip",
                    "whether the rule is for containers of which no runtime has said yet what "
                    "they are; skip unless told otherwise");
  }

  bool ReadHost() {
    if (!entry_.HasKey("host")) return true;
    const std::optional<bool> host = entry_.Bool("host");
    if (!host) return false;
    parts_.push_back(*host ? "container.id = host" : "container.id != host");
    return true;
  }

  // It must be possible to write the value between quotes.
  bool CheckValue(const std::string& value, const Place& place) {
    const bool plain = std::all_of(value.begin(), value.end(), [](char c) {
      return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
    });
    if (!value.empty() && value.size() <= kValueBytesMax && plain) return true;
    return Complain(place, "a value of a scope has 1 to 256 bytes, no quotes and no backslashes");
  }

  // One text, or a list.
  bool ReadValues(absl::string_view key, std::vector<std::string>& values) {
    const YamlNode* node = entry_.Find(key);
    if (node->kind == YamlNode::Kind::kScalar) {
      const std::optional<std::string> text = entry_.String(key);
      if (text) values.push_back(*text);
      return text.has_value() && CheckValue(*text, node->place);
    }
    const std::optional<std::vector<MappedText>> texts = entry_.Texts(key);
    if (!texts) return false;
    for (const MappedText& text : *texts) {
      if (!CheckValue(text.text(), text.whole())) return false;
      values.push_back(text.text());
    }
    if (!values.empty() && values.size() <= kValuesMax) return true;
    return Complain(node->place, absl::StrCat("\"", key, "\" has 1 to ", kValuesMax, " values"));
  }

  void AddPart(const std::vector<std::string>& alternatives, bool is_metadata) {
    std::string part = absl::StrJoin(alternatives, " or ");
    if (is_metadata && applies_to_unknown_) {
      absl::StrAppend(&part, " or (container.id != host and not container.name exists)");
    }
    parts_.push_back(absl::StrCat("(", part, ")"));
  }

  bool ReadTexts(const ScopeKey& key) {
    if (!entry_.HasKey(key.key)) return true;
    std::vector<std::string> values, alternatives;
    if (!ReadValues(key.key, values)) return false;
    for (const std::string& value : values) {
      for (const absl::string_view field : key.fields) {
        alternatives.push_back(Compare(field, value));
      }
    }
    AddPart(alternatives, key.is_metadata);
    return true;
  }

  // Of the container or of its pod; all of them.
  bool ReadLabels() {
    const YamlNode* node = entry_.Find("labels");
    if (node == nullptr) return true;
    if (node->kind != YamlNode::Kind::kMap) {
      return Complain(node->place, "\"labels\" is a map: {app: shop}");
    }
    const Entry labels(*node, reporter_);
    for (const PlacedText& name : labels.Keys()) {
      const std::optional<std::string> value = labels.String(name.text);
      if (!value || !CheckValue(*value, name.place) || !CheckValue(name.text, name.place)) {
        return false;
      }
      if (name.text.find_first_of("[] ") != std::string::npos) {
        return Complain(name.place, "a label's name has no brackets and no blanks");
      }
      AddPart({Compare(absl::StrCat("container.label[", name.text, "]"), *value),
               Compare(absl::StrCat("k8s.pod.label[", name.text, "]"), *value)},
              true);
    }
    return true;
  }

  // A unit of systemd is a component of the cgroup's path.
  bool ReadUnits(absl::string_view kind) {
    if (!entry_.HasKey(kind)) return true;
    std::vector<std::string> values, alternatives;
    if (!ReadValues(kind, values)) return false;
    const std::string suffix = absl::StrCat(".", kind);
    for (std::string& unit : values) {
      if (unit.find('/') != std::string::npos || unit.find_first_of("*?") != std::string::npos) {
        return Complain(entry_.Find(kind)->place,
                        absl::StrCat("a ", kind, " is the name of a unit: ssh", suffix));
      }
      if (!absl::EndsWith(unit, suffix)) unit += suffix;
      alternatives.push_back(absl::StrCat("proc.cgroup endswith ", Quoted("/" + unit)));
      alternatives.push_back(absl::StrCat("proc.cgroup contains ", Quoted("/" + unit + "/")));
    }
    AddPart(alternatives, false);
    return true;
  }

  const Entry& entry_;
  Reporter& reporter_;
  bool applies_to_unknown_ = false;
  std::vector<std::string> parts_;
};

}  // namespace

bool ReadScope(const Entry& entry, Reporter& reporter, ScopeDefinition& scope) {
  return ScopeReader(entry, reporter).Read(scope);
}

MappedText WithScope(const ScopeDefinition& scope, const MappedText& condition) {
  MappedText text;
  text.SetWhole(condition.whole());
  text.AppendFor(absl::StrCat(scope.condition, " and ("), scope.place);
  text.Append(condition);
  text.AppendFor(")", scope.place);
  return text;
}

}  // namespace vedette
