// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/temporal_checker.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "rules/lang/field_names.h"

namespace vedette {
namespace {

constexpr uint32_t kLineageMax = 8;

// Values of types of one family compare as keys.
enum class Family { kText, kNumber, kAddress };
Family FamilyOf(FieldType type) {
  switch (type) {
    case FieldType::kText:
    case FieldType::kPath:
    case FieldType::kArguments:
    case FieldType::kBytes:
      return Family::kText;
    case FieldType::kAddress:
    case FieldType::kNetwork:
      return Family::kAddress;
    default:
      return Family::kNumber;
  }
}

class ExtensionChecker {
 public:
  ExtensionChecker(const RuleDefinition& rule, Reporter& reporter)
      : rule_(rule), from_(rule.extensions), reporter_(reporter) {}

  CheckedExtensions Check() {
    CheckOnlyOne();
    if (from_.sequence) CheckSequence(*from_.sequence);
    if (from_.threshold) CheckThreshold(*from_.threshold);
    if (from_.first_seen) {
      checked_.first_seen = {Resolve(from_.first_seen->fields), from_.first_seen->remember,
                             from_.first_seen->warm_up};
    }
    if (from_.suppress) {
      checked_.suppress = {Resolve(from_.suppress->by), from_.suppress->window};
    }
    CheckAction();
    return std::move(checked_);
  }

 private:
  void Complain(const Place& place, std::string message, std::string hint = "") {
    reporter_.Error(place, std::move(message), std::move(hint));
    checked_.dropped = true;
  }

  void CheckOnlyOne() {
    const Place* first = nullptr;
    const auto look = [&](const auto& definition) {
      if (!definition) return;
      if (first != nullptr) {
        Complain(definition->place, "a rule has one of sequence, threshold and first_seen",
                 "make two rules of it");
      }
      first = &definition->place;
    };
    look(from_.sequence);
    look(from_.threshold);
    look(from_.first_seen);
  }

  void CheckSequence(const SequenceDefinition& from) {
    Sequence sequence;
    sequence.within = from.within;
    const JoinKey shared = ResolveJoin(from.by);
    for (const StepDefinition& step : from.steps) {
      sequence.steps.push_back({step.name, 0, step.by ? ResolveJoin(*step.by) : shared});
    }
    if (!checked_.dropped) CheckJoins(from, sequence);
    checked_.sequence = std::move(sequence);
  }

  // By position: what the first step has, all others must have.
  void CheckJoins(const SequenceDefinition& from, const Sequence& sequence) {
    const JoinKey& first = sequence.steps[0].by;
    for (size_t i = 1; i < sequence.steps.size(); ++i) {
      const JoinKey& by = sequence.steps[i].by;
      const StepDefinition& step = from.steps[i];
      const Place& place = step.by ? step.by->front().place : step.place;
      if (by.lineage != first.lineage) {
        return Complain(place, "a sequence is joined by lineage in all of its steps or in none",
                        "write `lineage` into the \"by\" of the sequence");
      }
      if (by.fields.size() != first.fields.size()) {
        return Complain(
            place,
            absl::StrCat("\"", step.name, "\" is joined by ", by.fields.size(), " fields, \"",
                         from.steps[0].name, "\" by ", first.fields.size()),
            "fields are compared by their position");
      }
      for (size_t f = 0; f < by.fields.size(); ++f) {
        const Field& ours = by.fields[f].field();
        const Field& theirs = first.fields[f].field();
        if (FamilyOf(ours.type) == FamilyOf(theirs.type)) continue;
        return Complain(
            place, absl::StrCat(ours.name, " (", FieldTypeName(ours.type),
                                ") cannot be compared with ", theirs.name, " (",
                                FieldTypeName(theirs.type), ") of \"", from.steps[0].name, "\""));
      }
    }
  }

  void CheckThreshold(const ThresholdDefinition& from) {
    Threshold threshold;
    threshold.count = from.count;
    threshold.within = from.within;
    threshold.by = Resolve(from.by);
    if (from.distinct) {
      std::vector<FieldRef> distinct = Resolve({*from.distinct});
      if (!distinct.empty()) threshold.distinct = std::move(distinct[0]);
    }
    checked_.threshold = std::move(threshold);
  }

  void CheckAction() {
    if (from_.action == Action::kAlert) {
      if (from_.denial_place) {
        reporter_.Warning(*from_.denial_place, "this key is about denying: the action is alert",
                          "say what to do: `action: deny` or `action: kill`");
      }
      if (from_.mode != ActionMode::kEnforce) return;
      return reporter_.Warning(from_.mode_place, "there is nothing to enforce: the action is alert",
                               "say what to do: `action: deny` or `action: kill`");
    }
    const bool in_user_space = from_.sequence || from_.threshold || from_.first_seen;
    if (in_user_space) {
      Complain(
          from_.action_place,
          "only what the kernel decides alone can be denied or killed, and sequence, threshold "
          "and first_seen are decided in user space",
          "`action: alert` tells of it; what shall be denied says another rule, about a single "
          "act: its path, program or lineage");
    }
  }

  JoinKey ResolveJoin(const std::vector<PlacedText>& by) {
    JoinKey key;
    std::vector<PlacedText> fields;
    for (const PlacedText& item : by) {
      if (item.text != "lineage" && item.text.rfind("lineage[", 0) != 0) {
        fields.push_back(item);
        continue;
      }
      if (key.lineage) Complain(item.place, "\"lineage\" is there twice");
      key.lineage = ReadLineage(item);
    }
    key.fields = Resolve(fields);
    return key;
  }

  uint32_t ReadLineage(const PlacedText& item) {
    absl::string_view rest = item.text;
    absl::ConsumePrefix(&rest, "lineage");
    uint32_t generation = 0;
    if (rest.empty()) return generation;
    const bool closed = absl::ConsumePrefix(&rest, "[") && absl::ConsumeSuffix(&rest, "]");
    if (!closed || !absl::SimpleAtoi(rest, &generation) || generation > kLineageMax) {
      Complain(item.place,
               absl::StrCat("lineage takes a number from 0 to ", kLineageMax, " in its brackets"),
               "lineage[1]: the later steps are by descendants of the first step's parent");
    }
    return generation;
  }

  std::vector<FieldRef> Resolve(const std::vector<PlacedText>& names) {
    std::vector<FieldRef> refs;
    for (const PlacedText& name : names) {
      FieldName field;
      const size_t bracket = name.text.find('[');
      field.name = name.text.substr(0, bracket);
      if (bracket != std::string::npos) {
        field.argument = std::string(absl::StripSuffix(name.text.substr(bracket + 1), "]"));
      }
      FieldRef ref;
      const std::optional<FieldError> error = ResolveField(field, reporter_, ref);
      if (!error) {
        refs.push_back(std::move(ref));
      } else if (error->unknown && rule_.skip_if_unknown) {
        checked_.dropped = true;
        reporter_.Warning(name.place, error->message, error->hint);
      } else {
        Complain(name.place, error->message, error->hint);
      }
    }
    return refs;
  }

  const RuleDefinition& rule_;
  const RuleExtensions& from_;
  Reporter& reporter_;
  CheckedExtensions checked_;
};

std::string NamesOf(KindSet kinds) {
  constexpr size_t kNamesMax = 6;
  std::vector<absl::string_view> names;
  for (const KindInfo& info : Kinds()) {
    if ((kinds & KindBit(info.kind)) != 0) names.push_back(info.name);
  }
  if (names.size() <= kNamesMax) return absl::StrJoin(names, ", ");
  const size_t more = names.size() - (kNamesMax - 1);
  names.resize(kNamesMax - 1);
  return absl::StrCat(absl::StrJoin(names, ", "), " and ", more, " more");
}

// `what`: "step \"download\"", "the rule".
void CheckField(const FieldRef& field, const Place& place, KindSet kinds, absl::string_view what,
                Reporter& reporter) {
  if (!field.field().supplied) {
    return reporter.Warning(place, absl::StrCat("nothing supplies ", field.field().name,
                                                " yet: it has no value in any event"));
  }
  const KindSet without = kinds & ~field.field().kinds;
  if (without == 0) return;
  if (without != kinds) {
    return reporter.Warning(
        place, absl::StrCat(field.field().name, " has no value for some events of ", what, ": ",
                            NamesOf(without)));
  }
  reporter.Error(place,
                 absl::StrCat(field.field().name, " never has a value for the events of ", what,
                              ": ", NamesOf(kinds)),
                 absl::StrCat("it has one for: ", NamesOf(field.field().kinds)));
}

// Refs and names are parallel, but for lineage, which is no field.
void CheckFields(const std::vector<FieldRef>& fields, const std::vector<PlacedText>& names,
                 KindSet kinds, absl::string_view what, Reporter& reporter) {
  size_t next = 0;
  for (const PlacedText& name : names) {
    if (name.text.rfind("lineage", 0) == 0 || next == fields.size()) continue;
    CheckField(fields[next++], name.place, kinds, what, reporter);
  }
}

}  // namespace

CheckedExtensions CheckExtensions(const RuleDefinition& rule, Reporter& reporter) {
  return ExtensionChecker(rule, reporter).Check();
}

RuleDefinition StepAsRule(const RuleDefinition& rule, size_t step) {
  const StepDefinition& from = rule.extensions.sequence->steps[step];
  RuleDefinition made = rule;
  made.place = from.place;
  made.condition = from.condition;
  if (step > 0) made.output = MappedText();
  if (rule.condition.empty()) return made;
  const Place place = rule.condition.At({0, 1});
  made.condition = MappedText();
  made.condition.AppendFor("(", place);
  made.condition.Append(rule.condition);
  made.condition.AppendFor(") and (", place);
  made.condition.Append(from.condition);
  made.condition.AppendFor(")", place);
  made.condition.SetWhole(from.condition.whole());
  return made;
}

void CheckKindsOfFields(const RuleDefinition& definition, const Rule& rule,
                        const std::vector<KindSet>& kinds_of_steps, Reporter& reporter) {
  const RuleExtensions& from = definition.extensions;
  if (rule.sequence) {
    for (size_t i = 0; i < rule.sequence->steps.size(); ++i) {
      if (kinds_of_steps[i] == 0) continue;  // Said already.
      const StepDefinition& step = from.sequence->steps[i];
      CheckFields(rule.sequence->steps[i].by.fields, step.by ? *step.by : from.sequence->by,
                  kinds_of_steps[i], absl::StrCat("\"", step.name, "\""), reporter);
    }
  }
  if (rule.kinds == 0) return;
  constexpr absl::string_view kRule = "the rule";
  if (rule.threshold) {
    CheckFields(rule.threshold->by, from.threshold->by, rule.kinds, kRule, reporter);
    if (rule.threshold->distinct) {
      CheckField(*rule.threshold->distinct, from.threshold->distinct->place, rule.kinds, kRule,
                 reporter);
    }
  }
  if (rule.first_seen) {
    CheckFields(rule.first_seen->fields, from.first_seen->fields, rule.kinds, kRule, reporter);
  }
  // The last step's event is the alert's.
  if (rule.suppress) {
    const KindSet kinds = kinds_of_steps.empty() ? rule.kinds : kinds_of_steps.back();
    CheckFields(rule.suppress->by, from.suppress->by, kinds, kRule, reporter);
  }
}

}  // namespace vedette
