// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/rule_file.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "rules/lang/attack.h"
#include "rules/lang/requirements.h"

namespace vedette {
namespace {

constexpr absl::string_view kKinds[] = {
    "rule", "macro", "list", "required_engine_version", "required_plugin_versions", "tests"};
constexpr absl::string_view kListKeys[] = {"list", "items", "append", "override"};
constexpr absl::string_view kMacroKeys[] = {"macro", "condition", "append", "override"};
constexpr absl::string_view kRuleKeys[] = {"rule",
                                           "condition",
                                           "output",
                                           "desc",
                                           "priority",
                                           "source",
                                           "enabled",
                                           "tags",
                                           "append",
                                           "exceptions",
                                           "override",
                                           "warn_evttypes",
                                           "capture",
                                           "capture_duration",
                                           "skip-if-unknown-filter",
                                           "sequence",
                                           "threshold",
                                           "first_seen",
                                           "suppress",
                                           "scope",
                                           "action",
                                           "mode",
                                           "fail",
                                           "errno",
                                           "budget",
                                           "warm_up",
                                           "references",
                                           "attack",
                                           "false_positives",
                                           "author",
                                           "version"};
constexpr absl::string_view kExceptionKeys[] = {"name", "fields", "comps", "values"};

// Which keys `override` may append to and replace.
struct OverrideKey {
  absl::string_view key;
  bool append;
  bool replace;
};
constexpr OverrideKey kListOverrides[] = {{"items", true, true}};
constexpr OverrideKey kMacroOverrides[] = {{"condition", true, true}};
constexpr OverrideKey kRuleOverrides[] = {{"condition", true, true},
                                          {"output", true, true},
                                          {"desc", true, true},
                                          {"tags", true, true},
                                          {"exceptions", true, true},
                                          {"priority", false, true},
                                          {"enabled", false, true},
                                          {"warn_evttypes", false, true},
                                          {"capture", false, true},
                                          {"capture_duration", false, true},
                                          {"skip-if-unknown-filter", false, true},
                                          {"sequence", false, true},
                                          {"threshold", false, true},
                                          {"first_seen", false, true},
                                          {"suppress", false, true},
                                          {"scope", false, true},
                                          {"action", false, true},
                                          {"mode", false, true},
                                          {"fail", false, true},
                                          {"errno", false, true},
                                          {"budget", false, true},
                                          {"warm_up", false, true},
                                          {"references", true, true},
                                          {"attack", true, true},
                                          {"false_positives", true, true},
                                          {"author", false, true},
                                          {"version", false, true}};

constexpr Priority kPriorities[] = {
    Priority::kEmergency, Priority::kAlert,  Priority::kCritical,      Priority::kError,
    Priority::kWarning,   Priority::kNotice, Priority::kInformational, Priority::kDebug};

// What one item does to an earlier one of its name.
enum class Change { kDefine, kAppend, kReplace };
using Changes = absl::flat_hash_map<std::string, Change>;

void Join(MappedText& text, const MappedText& more) {
  if (!text.empty()) text.AppendFor(" ", more.whole());
  text.Append(more);
}

class Joiner {
 public:
  explicit Joiner(Reporter& reporter) : reporter_(reporter) {}

  RuleFiles Join(absl::Span<const YamlTree> trees) {
    for (const YamlTree& tree : trees) {
      for (const YamlNode* document : tree.documents) AddDocument(*document);
      ++file_;
    }
    return std::move(files_);
  }

 private:
  void AddDocument(const YamlNode& document) {
    if (document.kind == YamlNode::Kind::kNull) return;
    if (document.kind != YamlNode::Kind::kSequence) {
      reporter_.Error(document.place, "a rule file is a list of rules, macros and lists",
                      "begin each with a dash: `- rule: ...`");
      return;
    }
    for (const YamlNode* item : document.items) {
      if (item->kind == YamlNode::Kind::kMap) {
        AddItem(Entry(*item, reporter_));
      } else if (item->kind != YamlNode::Kind::kNull) {
        reporter_.Error(item->place, "expected a rule, a macro or a list");
      }
    }
  }

  void AddItem(const Entry& entry) {
    ++order_;
    if (entry.HasKey("rule")) return AddRule(entry);
    if (entry.HasKey("macro")) return AddMacro(entry);
    if (entry.HasKey("list")) return AddList(entry);
    if (entry.HasKey("required_engine_version")) return CheckEngineVersion(entry, reporter_);
    if (entry.HasKey("required_plugin_versions")) return CheckPluginVersions(entry, reporter_);
    if (entry.HasKey("tests")) return;  // For `vedette rules test`.
    const std::vector<PlacedText> keys = entry.Keys();
    if (keys.empty()) return reporter_.Warning(entry.place(), "this item is empty");
    reporter_.Warning(keys[0].place,
                      absl::StrCat("unknown kind of item \"", keys[0].text, "\" is ignored"),
                      reporter_.DidYouMean(keys[0].text, kKinds));
  }

  // The definition that the entry is for, made if it is new; null after a complaint.
  template <typename Definition>
  Definition* Open(const Entry& entry, absl::string_view kind, bool must_exist,
                   Definitions<Definition>& all) {
    const std::optional<std::string> name = entry.String(kind);
    if (!name || name->empty()) {
      if (name) reporter_.Error(entry.PlaceOfKey(kind), absl::StrCat("the ", kind, " has no name"));
      return nullptr;
    }
    Definition* found = all.Find(*name);
    if (found == nullptr && must_exist) {
      std::vector<absl::string_view> names;
      for (const Definition& one : all.all) names.push_back(one.name);
      reporter_.Error(entry.Find(kind)->place,
                      absl::StrCat("there is no earlier ", kind, " \"", *name, "\" to change"),
                      reporter_.DidYouMean(*name, names));
      return nullptr;
    }
    if (found == nullptr) {
      all.by_name.emplace(*name, all.all.size());
      found = &all.all.emplace_back();
      found->name = *name;
      found->order.first = order_;
      found->order.first_file = file_;
    }
    found->order.changed = order_;
    found->order.changed_file = file_;
    return found;
  }

  // What the entry wants for each of its keys; false after a complaint.
  bool ReadChanges(const Entry& entry, absl::string_view kind,
                   absl::Span<const OverrideKey> allowed, Changes& changes) {
    const bool append = entry.Bool("append").value_or(false);
    const YamlNode* override_node = entry.Find("override");
    if (append && override_node != nullptr) {
      reporter_.Error(entry.PlaceOfKey("append"), "\"append\" and \"override\" exclude each other",
                      "`override: {condition: append}` says the same as `append: true`");
      return false;
    }
    const Change otherwise = append ? Change::kAppend : Change::kDefine;
    for (const OverrideKey& key : allowed) changes[key.key] = otherwise;
    if (override_node == nullptr) return true;
    if (override_node->kind != YamlNode::Kind::kMap) {
      reporter_.Error(override_node->place, "\"override\" is a map: {condition: append}");
      return false;
    }
    const Entry overrides(*override_node, reporter_);
    bool good = true;
    for (const PlacedText& key : overrides.Keys()) {
      good = ReadOverride(entry, overrides, key, allowed, changes) && good;
    }
    for (const PlacedText& key : entry.Keys()) {
      if (key.text == kind || key.text == "override" || overrides.HasKey(key.text)) continue;
      reporter_.Error(key.place, absl::StrCat("\"", key.text, "\" is missing in \"override\""),
                      "override lists exactly the keys that are given");
      good = false;
    }
    return good;
  }

  bool ReadOverride(const Entry& entry, const Entry& overrides, const PlacedText& key,
                    absl::Span<const OverrideKey> allowed, Changes& changes) {
    const auto* const rule = std::find_if(allowed.begin(), allowed.end(),
                                          [&](const OverrideKey& k) { return k.key == key.text; });
    if (rule == allowed.end()) {
      std::vector<absl::string_view> keys;
      for (const OverrideKey& k : allowed) keys.push_back(k.key);
      reporter_.Error(key.place, absl::StrCat("\"", key.text, "\" cannot be overridden"),
                      reporter_.DidYouMean(key.text, keys));
      return false;
    }
    const std::string how = overrides.String(key.text).value_or("");
    const bool append = how == "append";
    if ((append && !rule->append) || (!append && (how != "replace" || !rule->replace))) {
      reporter_.Error(overrides.Find(key.text)->place,
                      absl::StrCat("\"", key.text, "\" can be overridden by ",
                                   rule->append ? "append or replace" : "replace"));
      return false;
    }
    if (!entry.HasKey(key.text)) {
      reporter_.Error(key.place, absl::StrCat("\"", key.text, "\" is overridden but not given"));
      return false;
    }
    changes[key.text] = append ? Change::kAppend : Change::kReplace;
    return true;
  }

  static bool Changing(const Entry& entry) {
    return entry.HasKey("override") || entry.Bool("append").value_or(false);
  }

  void AddList(const Entry& entry) {
    entry.WarnUnknownKeys(kListKeys);
    Changes changes;
    if (!ReadChanges(entry, "list", kListOverrides, changes)) return NoteUnread(entry);
    std::optional<std::vector<MappedText>> items = entry.Texts("items");
    if (!items) {
      if (!entry.HasKey("items")) Missing(entry, "list", "items");
      return;
    }
    ListDefinition* list = Open(entry, "list", Changing(entry), files_.lists);
    if (list == nullptr) return NoteUnread(entry);
    list->place = entry.Find("list")->place;
    if (changes["items"] != Change::kAppend) list->items.clear();
    std::move(items->begin(), items->end(), std::back_inserter(list->items));
  }

  void AddMacro(const Entry& entry) {
    entry.WarnUnknownKeys(kMacroKeys);
    Changes changes;
    if (!ReadChanges(entry, "macro", kMacroOverrides, changes)) return NoteUnread(entry);
    const std::optional<MappedText> condition = entry.Text("condition");
    if (!condition && !entry.HasKey("condition")) Missing(entry, "macro", "condition");
    // A macro whose condition cannot be read is there all the same: rules that use it are not
    // wrong.
    MacroDefinition* macro = Open(entry, "macro", Changing(entry), files_.macros);
    if (macro == nullptr) return NoteUnread(entry);
    macro->place = entry.Find("macro")->place;
    if (changes["condition"] != Change::kAppend) macro->condition = MappedText();
    if (condition) vedette::Join(macro->condition, *condition);
    macro->condition.SetWhole(condition ? condition->whole() : macro->place);
    macro->broken = !condition;
  }

  void Missing(const Entry& entry, absl::string_view kind, absl::string_view key) {
    reporter_.Error(entry.PlaceOfKey(kind), absl::StrCat("the ", kind, " has no \"", key, "\""),
                    absl::StrCat("write a line `", key, ": ...` below it"));
  }

  void AddRule(const Entry& entry) {
    entry.WarnUnknownKeys(kRuleKeys);
    Changes changes;
    if (!ReadChanges(entry, "rule", kRuleOverrides, changes)) return NoteUnread(entry);
    const bool changing = Changing(entry);
    const bool toggling = !changing && IsToggle(entry);
    RuleDefinition* rule = Open(entry, "rule", changing || toggling, files_.rules);
    if (rule == nullptr) return NoteUnread(entry);
    if (!changing && !toggling) Redefine(entry, *rule);
    ReadRuleTexts(entry, *rule, changes);
    ReadRuleSettings(entry, *rule);
    ReadTags(entry, *rule, changes["tags"]);
    ReadExceptions(entry, *rule, changes["exceptions"]);
    const auto appends = [&](absl::string_view key) { return changes[key] == Change::kAppend; };
    ReadRuleExtensions(entry, appends, reporter_, rule->extensions);
    rule->broken = rule->broken || rule->extensions.broken;
    if (rule->extensions.broken) NoteUnreadSteps(entry);
  }

  void NoteUnread(const Entry& entry) {
    NoteUnread(entry.Find("condition"));
    NoteUnreadSteps(entry);
    const YamlNode* items = entry.Find("items");
    if (items == nullptr) return;
    for (const YamlNode* item : items->items) NoteUnread(item);
  }

  void NoteUnreadSteps(const Entry& entry) {
    const YamlNode* sequence = entry.Find("sequence");
    if (sequence == nullptr || sequence->kind != YamlNode::Kind::kMap) return;
    const YamlNode* steps = Entry(*sequence, reporter_).Find("steps");
    if (steps == nullptr) return;
    for (const YamlNode* step : steps->items) {
      const bool is_map = step->kind == YamlNode::Kind::kMap;
      NoteUnread(is_map ? Entry(*step, reporter_).Find("condition") : step);
    }
  }

  // As many as matter to people.
  void NoteUnread(const YamlNode* node) {
    constexpr size_t kUnreadMax = 1000;
    if (node == nullptr || node->kind != YamlNode::Kind::kScalar) return;
    if (files_.unread.size() < kUnreadMax) files_.unread.push_back(node);
  }

  // `- rule: X` and `enabled: false`, and nothing else.
  static bool IsToggle(const Entry& entry) {
    for (const PlacedText& key : entry.Keys()) {
      if (key.text != "rule" && key.text != "enabled") return false;
    }
    return entry.HasKey("enabled");
  }

  // The content goes, the place among the rules stays.
  void Redefine(const Entry& entry, RuleDefinition& rule) {
    RuleDefinition fresh;
    fresh.name = rule.name;
    fresh.order = rule.order;
    rule = std::move(fresh);
    rule.place = entry.Find("rule")->place;
    for (const absl::string_view key : {"condition", "output", "desc", "priority"}) {
      if (entry.HasKey(key)) continue;
      if (key == "condition" && entry.HasKey("sequence")) continue;  // Its steps have conditions.
      Missing(entry, "rule", key);
      rule.broken = true;
    }
  }

  void ReadRuleTexts(const Entry& entry, RuleDefinition& rule, const Changes& changes) {
    const auto read = [&](absl::string_view key, MappedText& text) {
      const std::optional<MappedText> value = entry.Text(key);
      if (!value) {
        rule.broken = rule.broken || entry.HasKey(key);
        return;
      }
      if (changes.at(key) != Change::kAppend) text = MappedText();
      vedette::Join(text, *value);
      text.SetWhole(value->whole());
    };
    read("condition", rule.condition);
    read("output", rule.output);
    MappedText description;
    description.AppendFor(rule.description, rule.place);
    read("desc", description);
    rule.description = std::string(absl::StripAsciiWhitespace(description.text()));
  }

  void ReadRuleSettings(const Entry& entry, RuleDefinition& rule) {
    if (const std::optional<std::string> name = entry.String("priority")) {
      ReadPriority(*name, entry.Find("priority")->place, rule);
    }
    if (const std::optional<bool> enabled = entry.Bool("enabled")) rule.enabled = enabled;
    if (const std::optional<bool> skip = entry.Bool("skip-if-unknown-filter")) {
      rule.skip_if_unknown = *skip;
    }
    if (const std::optional<bool> warn = entry.Bool("warn_evttypes")) {
      rule.warn_event_types = *warn;
    }
    const std::optional<std::string> source = entry.String("source");
    if (!source || *source == "syscall") return;
    rule.foreign = true;
    reporter_.Warning(
        entry.Find("source")->place,
        absl::StrCat("there are no events from \"", *source, "\": the rule is skipped"));
  }

  void ReadPriority(absl::string_view name, const Place& place, RuleDefinition& rule) {
    std::vector<absl::string_view> names;
    for (const Priority priority : kPriorities) {
      names.push_back(PriorityName(priority));
      const bool short_name =
          priority == Priority::kInformational && absl::EqualsIgnoreCase(name, "info");
      if (!short_name && !absl::EqualsIgnoreCase(name, PriorityName(priority))) continue;
      rule.priority = priority;
      return;
    }
    std::string hint = reporter_.DidYouMean(name, names);
    if (hint.empty()) hint = absl::StrCat("priorities are ", absl::StrJoin(names, ", "));
    reporter_.Error(place, absl::StrCat("unknown priority \"", name, "\""), std::move(hint));
  }

  void ReadTags(const Entry& entry, RuleDefinition& rule, Change change) {
    const std::optional<std::vector<MappedText>> tags = entry.Texts("tags");
    if (!tags) return;
    if (change != Change::kAppend) rule.tags.clear();
    absl::flat_hash_set<std::string> known(rule.tags.begin(), rule.tags.end());
    for (const MappedText& tag : *tags) {
      CheckAttackTag(tag.text(), tag.whole(), reporter_);
      if (known.insert(tag.text()).second) rule.tags.push_back(tag.text());
    }
  }

  void ReadExceptions(const Entry& entry, RuleDefinition& rule, Change change) {
    const YamlNode* node = entry.Find("exceptions");
    if (node == nullptr) return;
    if (node->kind != YamlNode::Kind::kSequence) {
      return reporter_.Error(node->place, "\"exceptions\" is a list of maps");
    }
    if (change != Change::kAppend) rule.exceptions.clear();
    absl::flat_hash_set<std::string> named;  // In this item.
    for (const YamlNode* item : node->items) {
      if (item->kind == YamlNode::Kind::kMap) {
        ReadException(Entry(*item, reporter_), rule, named);
      } else {
        reporter_.Error(item->place, "an exception is a map with name, fields and values");
      }
    }
  }

  // Whether the fields and comparisons that are given are those that it has: what would become of
  // its values otherwise?
  static bool SaysTheSame(const Entry& entry, const ExceptionDefinition& known) {
    const YamlNode* fields = entry.Find("fields");
    const YamlNode* comps = entry.Find("comps");
    return (fields == nullptr || SameTexts(fields, known.fields)) &&
           (comps == nullptr || SameTexts(comps, known.comps));
  }

  static bool SameTexts(const YamlNode* a, const YamlNode* b) {
    if (a == nullptr || b == nullptr || a->kind != b->kind) return a == b;
    if (a->kind != YamlNode::Kind::kSequence) return a->text.text() == b->text.text();
    return std::equal(a->items.begin(), a->items.end(), b->items.begin(), b->items.end(),
                      [](const YamlNode* x, const YamlNode* y) { return SameTexts(x, y); });
  }

  void ReadException(const Entry& entry, RuleDefinition& rule,
                     absl::flat_hash_set<std::string>& named) {
    entry.WarnUnknownKeys(kExceptionKeys);
    const std::optional<std::string> name = entry.String("name");
    if (!name) {
      return reporter_.Error(entry.place(), "the exception has no \"name\"");
    }
    const auto found = std::find_if(rule.exceptions.begin(), rule.exceptions.end(),
                                    [&](const auto& known) { return known.name == *name; });
    if (!named.insert(*name).second) {
      return reporter_.Error(entry.PlaceOfKey("name"),
                             absl::StrCat("there are two exceptions \"", *name, "\" here"),
                             "give each a name of its own");
    }
    if (found != rule.exceptions.end() && !SaysTheSame(entry, *found)) {
      return reporter_.Error(
          entry.PlaceOfKey("name"),
          absl::StrCat("the exception \"", *name, "\" has other fields or comparisons already"),
          "give only values here, or another name");
    }
    ExceptionDefinition* exception =
        found != rule.exceptions.end() ? &*found : &rule.exceptions.emplace_back();
    exception->name = *name;
    exception->place = entry.Find("name")->place;
    if (const YamlNode* fields = entry.Find("fields")) exception->fields = fields;
    if (const YamlNode* comps = entry.Find("comps")) exception->comps = comps;
    if (exception->fields == nullptr) {
      reporter_.Error(exception->place, "the exception has no \"fields\"");
      rule.exceptions.erase(rule.exceptions.begin() + (exception - rule.exceptions.data()));
      return;
    }
    const YamlNode* values = entry.Find("values");
    if (values == nullptr || values->kind == YamlNode::Kind::kNull) return;
    exception->values.push_back(values);
  }

  Reporter& reporter_;
  RuleFiles files_;
  size_t order_ = 0;
  uint32_t file_ = 0;
};

}  // namespace

RuleFiles JoinRuleFiles(absl::Span<const YamlTree> trees, Reporter& reporter) {
  return Joiner(reporter).Join(trees);
}

}  // namespace vedette
