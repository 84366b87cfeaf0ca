// SPDX-License-Identifier: Apache-2.0
//
// What rule files define, all files joined: later ones append to, override, replace or switch off
// what earlier ones say. Nothing here looks into a condition.
#ifndef VEDETTE_RULES_LANG_RULE_FILE_H_
#define VEDETTE_RULES_LANG_RULE_FILE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "rules/lang/entry.h"
#include "rules/lang/program.h"
#include "rules/lang/rule_extensions.h"
#include "rules/lang/source_map.h"
#include "rules/lang/yaml_reader.h"

namespace vedette {

// When something was defined: counts items over all files.
struct DefinitionOrder {
  size_t first = 0;    // The first definition: its place among the others.
  size_t changed = 0;  // The last one: what was defined before it, it may use.
  uint32_t first_file = 0;
  uint32_t changed_file = 0;
};

struct ListDefinition {
  std::string name;
  Place place;
  DefinitionOrder order;
  std::vector<MappedText> items;
};

struct MacroDefinition {
  std::string name;
  Place place;
  DefinitionOrder order;
  MappedText condition;
  bool broken = false;  // Complained about already: nothing that uses it is to blame.
};

// `fields`, `comps` and `values` as in the file; rules/lang/exceptions.h makes sense of them.
struct ExceptionDefinition {
  std::string name;
  Place place;
  const YamlNode* fields = nullptr;
  const YamlNode* comps = nullptr;
  std::vector<const YamlNode*> values;
};

struct RuleDefinition {
  std::string name;
  Place place;
  DefinitionOrder order;
  MappedText condition;
  MappedText output;
  std::string description;
  Priority priority = Priority::kNotice;
  std::vector<std::string> tags;
  std::vector<ExceptionDefinition> exceptions;
  RuleExtensions extensions;
  std::optional<bool> enabled;  // As a file says; else it is on, unless its tags are off.
  bool skip_if_unknown = false;
  bool warn_event_types = true;
  bool foreign = false;    // Of another source than system calls.
  bool recording = false;  // A NamedCondition.
  bool broken = false;     // Something needed is missing, which has been said.
};

template <typename Definition>
struct Definitions {
  std::vector<Definition> all;  // In the order of their first definition.
  absl::flat_hash_map<std::string, size_t> by_name;

  Definition* Find(absl::string_view name) {
    const auto found = by_name.find(name);
    return found == by_name.end() ? nullptr : &all[found->second];
  }
  const Definition* Find(absl::string_view name) const {
    return const_cast<Definitions*>(this)->Find(name);
  }
};

struct RuleFiles {
  Definitions<ListDefinition> lists;
  Definitions<MacroDefinition> macros;
  Definitions<RuleDefinition> rules;
  // Conditions and items of what was refused as a whole: what they name is used all the same.
  std::vector<const YamlNode*> unread;
};

// The result points into the trees. One tree per file, in order.
RuleFiles JoinRuleFiles(absl::Span<const YamlTree> trees, Reporter& reporter);

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_RULE_FILE_H_
