// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/rule_extensions.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "rules/lang/attack.h"
#include "rules/lang/durations.h"
#include "sensor/schema/verdict.h"

namespace vedette {
namespace {

constexpr absl::string_view kSequenceKeys[] = {"steps", "by", "within"};
constexpr absl::string_view kStepKeys[] = {"name", "condition", "by"};
constexpr absl::string_view kThresholdKeys[] = {"count", "distinct", "by", "within"};
constexpr absl::string_view kFirstSeenKeys[] = {"fields", "for", "warm_up"};
constexpr absl::string_view kSuppressKeys[] = {"by", "for"};

constexpr absl::string_view kBudgetKeys[] = {"count", "within"};
constexpr absl::string_view kBudgetHint =
    "`budget: {count: 50, within: 1m}`: so many different processes; `budget: off`: any number";

struct ErrorName {
  absl::string_view name;
  uint8_t number;
};
constexpr ErrorName kErrorNames[] = {
    {"EPERM", EPERM},
    {"ENOENT", ENOENT},
    {"EACCES", EACCES},
    {"EBUSY", EBUSY},
    {"EINVAL", EINVAL},
    {"EROFS", EROFS},
    {"ECONNREFUSED", ECONNREFUSED},
};

constexpr absl::Duration kDay = absl::Hours(24);
constexpr size_t kFieldsMax = 8;

struct DurationLimits {
  absl::Duration least, most;
};
constexpr DurationLimits kWithin = {absl::Milliseconds(1), absl::Hours(7 * 24)};
constexpr DurationLimits kSuppressFor = {absl::Seconds(1), absl::Hours(7 * 24)};
constexpr DurationLimits kFirstSeenFor = {absl::Minutes(1), absl::Hours(400 * 24)};
constexpr DurationLimits kBudgetWithin = {absl::Seconds(1), absl::Hours(24)};
constexpr DurationLimits kWarmUp = {absl::ZeroDuration(), absl::Hours(400 * 24)};

struct BudgetDefinition {
  Place place;
  DenialBudget budget;
};

// Reads what one key of the rule holds. Each reader gives nothing after a complaint.
class Reader {
 public:
  Reader(const Entry& rule, absl::FunctionRef<bool(absl::string_view)> appends, Reporter& reporter,
         RuleExtensions& to)
      : rule_(rule), appends_(appends), reporter_(reporter), to_(to) {}

  void Read() {
    ReadMap("sequence", to_.sequence, &Reader::ReadSequence);
    ReadMap("threshold", to_.threshold, &Reader::ReadThreshold);
    ReadMap("first_seen", to_.first_seen, &Reader::ReadFirstSeen);
    ReadMap("suppress", to_.suppress, &Reader::ReadSuppress);
    ReadMap("scope", to_.scope, &Reader::ReadRuleScope);
    ReadAction();
    ReadMode();
    ReadDenial();
    ReadList("references", to_.metadata.references, &Reader::CheckUrl);
    ReadList("attack", to_.metadata.attack, &Reader::CheckAttack);
    ReadList("false_positives", to_.metadata.false_positives, nullptr);
    ReadText("author", to_.metadata.author);
    ReadText("version", to_.metadata.version);
  }

 private:
  using Check = bool (Reader::*)(const std::string& text, const Place& place);

  bool Complain(const Place& place, std::string message, std::string hint = "") {
    reporter_.Error(place, std::move(message), std::move(hint));
    return false;
  }

  template <typename Definition>
  void ReadMap(absl::string_view key, std::optional<Definition>& definition,
               bool (Reader::*read)(const Entry&, Definition&)) {
    const YamlNode* node = rule_.Find(key);
    if (node == nullptr) return;
    definition.reset();
    if (node->kind == YamlNode::Kind::kNull) return;
    Definition found;
    found.place = rule_.PlaceOfKey(key);
    bool good = node->kind == YamlNode::Kind::kMap;
    if (!good) Complain(node->place, absl::StrCat("\"", key, "\" is a map: {key: value, ...}"));
    good = good && (this->*read)(Entry(*node, reporter_), found);
    if (good) definition = std::move(found);
    to_.broken = to_.broken || !good;
  }

  bool ReadSequence(const Entry& entry, SequenceDefinition& sequence) {
    bool good = entry.RefuseUnknownKeys(kSequenceKeys);
    good = ReadDuration(entry, "within", kWithin, std::nullopt, sequence.within) && good;
    good = ReadSteps(entry, sequence) && good;
    good = ReadFields(entry, "by", sequence.by) && good;
    const bool every_step = std::all_of(sequence.steps.begin(), sequence.steps.end(),
                                        [](const StepDefinition& s) { return s.by.has_value(); });
    if (!good || entry.HasKey("by") || every_step) return good;
    return Complain(entry.place(), "the sequence has no \"by\": what joins its steps?",
                    "for example `by: proc.exec_id` (one program) or `by: lineage` (a process "
                    "and its descendants)");
  }

  bool ReadSteps(const Entry& entry, SequenceDefinition& sequence) {
    const YamlNode* steps = entry.Find("steps");
    if (steps == nullptr) return Complain(entry.place(), "the sequence has no \"steps\"");
    if (steps->kind != YamlNode::Kind::kSequence) {
      return Complain(steps->place, "\"steps\" is a list of steps, each with a condition");
    }
    const size_t count = steps->items.size();
    if (count < 2) {
      return Complain(steps->place, "a sequence has two steps or more",
                      "a rule with one step is a rule with a condition");
    }
    if (count > Sequence::kStepsMax) {
      return Complain(steps->items[Sequence::kStepsMax]->place,
                      absl::StrCat("a sequence has at most ", Sequence::kStepsMax, " steps"));
    }
    bool good = true;
    for (const YamlNode* item : steps->items) {
      StepDefinition step;
      step.name = absl::StrCat("step ", sequence.steps.size() + 1);
      step.place = item->place;
      good = ReadStep(*item, step) && good;
      const bool is_double =
          std::any_of(sequence.steps.begin(), sequence.steps.end(),
                      [&](const StepDefinition& other) { return other.name == step.name; });
      if (is_double) {
        good = Complain(step.place, absl::StrCat("two steps have the name \"", step.name, "\""));
      }
      sequence.steps.push_back(std::move(step));
    }
    return good;
  }

  bool ReadStep(const YamlNode& node, StepDefinition& step) {
    if (node.kind == YamlNode::Kind::kScalar) {
      step.condition = node.text;
      return true;
    }
    if (node.kind != YamlNode::Kind::kMap) {
      return Complain(node.place, "a step is a condition, or a map with name, condition and by");
    }
    const Entry entry(node, reporter_);
    if (!entry.RefuseUnknownKeys(kStepKeys)) return false;
    if (entry.HasKey("name")) {
      const std::optional<std::string> name = entry.String("name");
      if (!name) return false;
      if (name->empty()) return Complain(entry.Find("name")->place, "the name is empty");
      step.name = *name;
    }
    if (!entry.HasKey("condition")) return Complain(node.place, "the step has no \"condition\"");
    const std::optional<MappedText> condition = entry.Text("condition");
    if (!condition) return false;
    step.condition = *condition;
    if (!entry.HasKey("by")) return true;
    return ReadFields(entry, "by", step.by.emplace());
  }

  bool ReadRuleScope(const Entry& entry, ScopeDefinition& scope) {
    return ReadScope(entry, reporter_, scope);
  }

  bool ReadThreshold(const Entry& entry, ThresholdDefinition& threshold) {
    bool good = entry.RefuseUnknownKeys(kThresholdKeys);
    good = ReadDuration(entry, "within", kWithin, std::nullopt, threshold.within) && good;
    good = ReadFields(entry, "by", threshold.by) && good;
    if (const YamlNode* distinct = entry.Find("distinct")) {
      const std::optional<std::string> field = entry.String("distinct");
      if (field) threshold.distinct = PlacedText{*field, distinct->place};
      good = good && field.has_value();
    }
    return ReadCount(entry, threshold) && good;
  }

  bool ReadCount(const Entry& entry, ThresholdDefinition& threshold) {
    const YamlNode* node = entry.Find("count");
    if (node == nullptr) return Complain(entry.place(), "the threshold has no \"count\"");
    const std::optional<std::string> text = entry.String("count");
    if (!text) return false;
    const bool is_number = absl::SimpleAtoi(*text, &threshold.count);
    if (is_number && threshold.count >= 2 && threshold.count <= Threshold::kCountMax) return true;
    return Complain(node->place,
                    absl::StrCat("\"count\" is a number from 2 to ", Threshold::kCountMax));
  }

  bool ReadFirstSeen(const Entry& entry, FirstSeenDefinition& first_seen) {
    bool good = entry.RefuseUnknownKeys(kFirstSeenKeys);
    if (!entry.HasKey("fields")) {
      return Complain(entry.place(), "what is to be new? \"fields\" is missing",
                      "for example `fields: [proc.exepath, user.name]`");
    }
    good = ReadFields(entry, "fields", first_seen.fields) && good;
    good = ReadDuration(entry, "for", kFirstSeenFor, std::nullopt, first_seen.remember) && good;
    good = ReadDuration(entry, "warm_up", kWarmUp, kDay, first_seen.warm_up) && good;
    if (!good || first_seen.warm_up < first_seen.remember) return good;
    const absl::string_view key = entry.HasKey("warm_up") ? "warm_up" : "for";
    return Complain(entry.Find(key)->place, "\"warm_up\" (1d unless given) is shorter than \"for\"",
                    "what is learnt in the warm-up must not be forgotten before its end");
  }

  bool ReadSuppress(const Entry& entry, SuppressDefinition& suppress) {
    bool good = entry.RefuseUnknownKeys(kSuppressKeys);
    good = ReadFields(entry, "by", suppress.by) && good;
    return ReadDuration(entry, "for", kSuppressFor, std::nullopt, suppress.window) && good;
  }

  // One field or a list of them.
  bool ReadFields(const Entry& entry, absl::string_view key, std::vector<PlacedText>& fields) {
    const YamlNode* node = entry.Find(key);
    if (node == nullptr) return true;
    std::vector<const YamlNode*> items = {node};
    if (node->kind == YamlNode::Kind::kSequence) items = node->items;
    if (items.empty()) return Complain(node->place, absl::StrCat("\"", key, "\" is empty"));
    if (items.size() > kFieldsMax) {
      return Complain(items[kFieldsMax]->place,
                      absl::StrCat("\"", key, "\" has at most ", kFieldsMax, " fields"));
    }
    for (const YamlNode* item : items) {
      if (item->kind != YamlNode::Kind::kScalar) {
        return Complain(item->place, absl::StrCat("\"", key, "\" is a field, or a list of fields"));
      }
      fields.push_back({std::string(absl::StripAsciiWhitespace(item->scalar())), item->place});
    }
    return true;
  }

  bool ReadDuration(const Entry& entry, absl::string_view key, const DurationLimits& limits,
                    std::optional<absl::Duration> otherwise, absl::Duration& duration) {
    const YamlNode* node = entry.Find(key);
    if (node == nullptr) {
      if (otherwise) duration = *otherwise;
      return otherwise.has_value() ||
             Complain(entry.place(), absl::StrCat("\"", key, "\" is missing"),
                      absl::StrCat("for example `", key, ": 5m`"));
    }
    const std::optional<std::string> text = entry.String(key);
    if (!text) return false;
    const std::optional<absl::Duration> parsed = ParseDurationWithDays(*text);
    if (!parsed) {
      return Complain(node->place, absl::StrCat("\"", *text, "\" is no length of time"),
                      "write it as 500ms, 90s, 5m, 1h30m or 30d");
    }
    duration = *parsed;
    if (*parsed >= limits.least && *parsed <= limits.most) return true;
    return Complain(node->place, absl::StrCat("\"", key, "\" is from ", DurationText(limits.least),
                                              " to ", DurationText(limits.most)));
  }

  void ReadAction() {
    constexpr Action kActions[] = {Action::kAlert, Action::kDeny, Action::kKill};
    std::vector<absl::string_view> names;
    for (const Action action : kActions) names.push_back(ActionName(action));
    const std::optional<size_t> found = ReadName("action", names);
    if (!found) return;
    to_.action = kActions[*found];
    to_.action_place = rule_.Find("action")->place;
  }

  void ReadMode() {
    constexpr ActionMode kModes[] = {ActionMode::kMonitor, ActionMode::kEnforce};
    std::vector<absl::string_view> names;
    for (const ActionMode mode : kModes) names.push_back(ActionModeName(mode));
    const std::optional<size_t> found = ReadName("mode", names);
    if (!found) return;
    to_.mode = kModes[*found];
    to_.mode_place = rule_.Find("mode")->place;
    to_.has_mode = true;
  }

  void ReadDenial() {
    for (const absl::string_view key : {"fail", "errno", "budget", "warm_up"}) {
      if (rule_.HasKey(key)) to_.denial_place = rule_.PlaceOfKey(key);
    }
    constexpr OnFailure kFails[] = {OnFailure::kOpen, OnFailure::kClosed};
    const std::vector<absl::string_view> fails = {"open", "closed"};
    if (const std::optional<size_t> found = ReadName("fail", fails))
      to_.denial.fail = kFails[*found];
    std::vector<absl::string_view> names;
    for (const ErrorName& error : kErrorNames) names.push_back(error.name);
    if (const std::optional<size_t> found = ReadName("errno", names)) {
      to_.denial.error_number = kErrorNames[*found].number;
    }
    if (rule_.HasKey("warm_up")) {
      const bool good = ReadDuration(rule_, "warm_up", kWarmUp, std::nullopt, to_.denial.warm_up);
      to_.broken = to_.broken || !good;
    }
    ReadBudget();
  }

  // `off`, or {count, within}.
  void ReadBudget() {
    const YamlNode* node = rule_.Find("budget");
    if (node == nullptr) return;
    if (node->kind == YamlNode::Kind::kScalar && node->scalar() == "off") {
      to_.denial.budget = DenialBudget{.count = 0, .within = absl::Minutes(1)};
      return;
    }
    std::optional<BudgetDefinition> definition;
    ReadMap("budget", definition, &Reader::ReadBudgetMap);
    if (definition) to_.denial.budget = definition->budget;
  }

  bool ReadBudgetMap(const Entry& entry, BudgetDefinition& definition) {
    DenialBudget& budget = definition.budget;
    bool good = entry.RefuseUnknownKeys(kBudgetKeys);
    good = ReadDuration(entry, "within", kBudgetWithin, std::nullopt, budget.within) && good;
    const YamlNode* node = entry.Find("count");
    if (node == nullptr)
      return Complain(entry.place(), "the budget has no \"count\"", std::string(kBudgetHint));
    const std::optional<std::string> text = entry.String("count");
    if (!text) return false;
    const bool is_number = absl::SimpleAtoi(*text, &budget.count);
    if (is_number && budget.count >= 1 && budget.count <= DenialBudget::kCountMax) return good;
    return Complain(node->place,
                    absl::StrCat("\"count\" is a number from 1 to ", DenialBudget::kCountMax),
                    std::string(kBudgetHint));
  }

  // Which of the names the key has.
  std::optional<size_t> ReadName(absl::string_view key,
                                 const std::vector<absl::string_view>& names) {
    const std::optional<std::string> text = rule_.String(key);
    if (!text) {
      to_.broken = to_.broken || rule_.HasKey(key);
      return std::nullopt;
    }
    const auto found = std::find(names.begin(), names.end(), *text);
    if (found != names.end()) return static_cast<size_t>(found - names.begin());
    std::string all = absl::StrCat(key, " is");
    for (const absl::string_view name : names) {
      absl::StrAppend(&all, name == names.front() ? " " : " or ", name);
    }
    Complain(rule_.Find(key)->place, absl::StrCat("unknown ", key, " \"", *text, "\""), all);
    to_.broken = true;
    return std::nullopt;
  }

  // A list of texts, or one.
  void ReadList(absl::string_view key, std::vector<std::string>& list, Check check) {
    const YamlNode* node = rule_.Find(key);
    if (node == nullptr) return;
    if (!appends_(key)) list.clear();
    if (node->kind == YamlNode::Kind::kNull) return;
    std::vector<const YamlNode*> items = {node};
    if (node->kind == YamlNode::Kind::kSequence) items = node->items;
    for (const YamlNode* item : items) {
      if (item->kind != YamlNode::Kind::kScalar) {
        Complain(item->place, absl::StrCat("\"", key, "\" is a text, or a list of texts"));
        continue;
      }
      std::string text(absl::StripAsciiWhitespace(item->scalar()));
      if (check != nullptr && !(this->*check)(text, item->place)) continue;
      if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(std::move(text));
    }
  }

  void ReadText(absl::string_view key, std::string& text) {
    const YamlNode* node = rule_.Find(key);
    if (node == nullptr) return;
    text.clear();
    if (node->kind == YamlNode::Kind::kNull) return;
    if (const std::optional<std::string> value = rule_.String(key)) text = *value;
  }

  bool CheckUrl(const std::string& url, const Place& place) {
    if (IsPageAddress(url)) return true;
    return Complain(place, absl::StrCat("\"", url, "\" is not the address of a page"),
                    "references begin with https:// or http:// and have no blanks; what is not "
                    "a link belongs into desc");
  }

  bool CheckAttack(const std::string& id, const Place& place) {
    if (IsAttackId(id)) {
      CheckKnownAttackId(id, place, reporter_);
      return true;
    }
    return Complain(place, absl::StrCat("\"", id, "\" is no id of ATT&CK"),
                    "ids are T1059 (technique), T1059.004 (sub-technique) and TA0002 (tactic)");
  }

  const Entry& rule_;
  absl::FunctionRef<bool(absl::string_view)> appends_;
  Reporter& reporter_;
  RuleExtensions& to_;
};

}  // namespace

void ReadRuleExtensions(const Entry& entry, absl::FunctionRef<bool(absl::string_view key)> appends,
                        Reporter& reporter, RuleExtensions& to) {
  Reader(entry, appends, reporter, to).Read();
}

bool IsPageAddress(absl::string_view url) {
  absl::string_view rest = url;
  const bool has_scheme =
      absl::ConsumePrefix(&rest, "https://") || absl::ConsumePrefix(&rest, "http://");
  const absl::string_view host = rest.substr(0, rest.find_first_of("/?#"));
  const bool clean = std::all_of(url.begin(), url.end(), [](char c) {
    return absl::ascii_isgraph(static_cast<unsigned char>(c)) && c != '"' && c != '<' && c != '>';
  });
  const bool has_host = !host.empty() && host[0] != '.' && host[0] != ':';
  return has_scheme && clean && has_host;
}

absl::string_view ActionName(Action action) {
  switch (action) {
    case Action::kAlert:
      return "alert";
    case Action::kDeny:
      return "deny";
    case Action::kKill:
      return "kill";
  }
  return "corrupt";
}

absl::string_view OnFailureName(OnFailure fail) {
  return fail == OnFailure::kClosed ? "closed" : "open";
}

absl::string_view VerdictName(bool kills, bool enforces) { return VerdictText(kills, enforces); }

absl::string_view ActionModeName(ActionMode mode) {
  switch (mode) {
    case ActionMode::kMonitor:
      return "monitor";
    case ActionMode::kEnforce:
      return "enforce";
  }
  return "corrupt";
}

}  // namespace vedette
