// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/temporal_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "rules/lang/durations.h"

namespace vedette {
namespace {

std::string FieldTexts(const std::vector<FieldRef>& fields) {
  return absl::StrJoin(fields, ", ", [](std::string* to, const FieldRef& field) {
    absl::StrAppend(to, FieldText(field));
  });
}

std::string JoinText(const JoinKey& key) {
  std::vector<std::string> parts;
  if (key.lineage) {
    parts.push_back(*key.lineage == 0 ? "lineage" : absl::StrCat("lineage[", *key.lineage, "]"));
  }
  if (!key.fields.empty()) parts.push_back(FieldTexts(key.fields));
  return absl::StrJoin(parts, ", ");
}

// "by a, b ", or nothing.
std::string By(const std::vector<FieldRef>& fields) {
  return fields.empty() ? "" : absl::StrCat("by ", FieldTexts(fields), " ");
}

bool SameJoin(const Sequence& sequence) {
  for (const SequenceStep& step : sequence.steps) {
    if (step.by.fields != sequence.steps[0].by.fields) return false;
  }
  return true;
}

}  // namespace

std::string FieldText(const FieldRef& field) {
  const absl::string_view name = field.field().name;
  return field.argument.empty() ? std::string(name) : absl::StrCat(name, "[", field.argument, "]");
}

absl::string_view KindOfRule(const Rule& rule) {
  if (rule.sequence) return "sequence";
  if (rule.threshold) return "threshold";
  return rule.first_seen ? "first_seen" : "";
}

std::vector<std::pair<std::string, std::string>> DescribeExtensions(const Program& program,
                                                                    const Rule& rule) {
  std::vector<std::pair<std::string, std::string>> lines;
  if (rule.sequence) {
    const bool same = SameJoin(*rule.sequence);
    lines.emplace_back(
        "sequence",
        absl::StrCat(same ? "by " : "", same ? JoinText(rule.sequence->steps[0].by) : "",
                     same ? " " : "", "within ", DurationText(rule.sequence->within)));
    for (const SequenceStep& step : rule.sequence->steps) {
      lines.emplace_back(step.name,
                         absl::StrCat(same ? "" : "by ", same ? "" : JoinText(step.by),
                                      same ? "" : ": ", program.rules[step.rule].condition_text));
    }
  }
  if (rule.threshold) {
    const Threshold& t = *rule.threshold;
    lines.emplace_back("threshold",
                       absl::StrCat(t.count, t.distinct ? " different " : " times ",
                                    t.distinct ? absl::StrCat(FieldText(*t.distinct), " ") : "",
                                    By(t.by), "within ", DurationText(t.within)));
  }
  if (rule.first_seen) {
    const FirstSeen& f = *rule.first_seen;
    lines.emplace_back("first seen",
                       absl::StrCat("(", FieldTexts(f.fields), ") for ", DurationText(f.remember),
                                    ", warm-up ", DurationText(f.warm_up)));
  }
  if (rule.suppress) {
    lines.emplace_back("suppress", absl::StrCat(By(rule.suppress->by), "for ",
                                                DurationText(rule.suppress->window)));
  }
  if (rule.action != Action::kAlert) {
    lines.emplace_back("action",
                       absl::StrCat(ActionName(rule.action), " (", ActionModeName(rule.mode), ")"));
  }
  const RuleMetadata& metadata = rule.metadata;
  if (!metadata.attack.empty()) lines.emplace_back("attack", absl::StrJoin(metadata.attack, " "));
  for (const std::string& url : metadata.references) lines.emplace_back("reference", url);
  for (const std::string& note : metadata.false_positives) {
    lines.emplace_back("false positive", note);
  }
  if (!metadata.author.empty()) lines.emplace_back("author", metadata.author);
  if (!metadata.version.empty()) lines.emplace_back("version", metadata.version);
  return lines;
}

}  // namespace vedette
