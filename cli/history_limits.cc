// SPDX-License-Identifier: Apache-2.0
#include "cli/history_limits.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace vedette {
namespace {

// Fields whose names begin so.
struct Limit {
  absl::string_view prefix, why;
};
constexpr Limit kLimits[] = {
    {"evt.reltime", "it counts from the first event, which may not be in the store"},
    {"evt.deltatime", "it counts from the event before, which may not be in the store"},
    {"user.homedir", "the store has no users' home directories"},
    {"user.shell", "the store has no users' shells"},
    {"proc.exe_sha256.state", "the store knows digests, but not why there is none"},
};

class Collector {
 public:
  explicit Collector(const Program& program) : program_(program) {}

  void AddNode(uint32_t index) {
    std::vector<uint32_t> pending = {index};
    while (!pending.empty()) {
      const uint32_t next = pending.back();
      pending.pop_back();
      if (!seen_.insert(next).second) continue;
      const Node& node = program_.nodes[next];
      if (node.kind == Node::Kind::kPredicate) AddPredicate(program_.predicates[node.predicate]);
      pending.insert(pending.end(), node.children.begin(), node.children.end());
    }
  }
  void Add(const FieldRef& ref) { names_.insert(ref.field().name); }
  void Add(const std::vector<FieldRef>& refs) {
    for (const FieldRef& ref : refs) Add(ref);
  }
  void Add(const Operand& operand) {
    if (operand.kind == Operand::Kind::kField) Add(operand.field);
    for (const Operand& inner : operand.operands) Add(inner);
  }
  std::vector<absl::string_view> names() const { return {names_.begin(), names_.end()}; }

 private:
  void AddPredicate(const Predicate& predicate) {
    if (predicate.left != nullptr) {
      Add(*predicate.left);
    } else {
      Add(predicate.field);
    }
    if (predicate.right != nullptr) Add(*predicate.right);
    for (const Predicate& part : predicate.parts) AddPredicate(part);
  }

  const Program& program_;
  std::set<uint32_t> seen_;
  std::set<absl::string_view> names_;
};

// Nobody but a runtime tells, and what runtimes say is not told again with the events.
bool IsOfRuntime(absl::string_view field) {
  constexpr absl::string_view kFamilies[] = {"container.", "k8s.", "proc.is_container_"};
  constexpr absl::string_view kOfCgroup[] = {
      "container.id",       "container.full_id", "container.type", "container.origin",
      "container.outer_id", "k8s.pod.uid",       "k8s.pod.id",     "proc.is_container_entrypoint"};
  const bool is_of_container =
      std::any_of(std::begin(kFamilies), std::end(kFamilies),
                  [&](absl::string_view prefix) { return absl::StartsWith(field, prefix); });
  return is_of_container &&
         std::find(std::begin(kOfCgroup), std::end(kOfCgroup), field) == std::end(kOfCgroup);
}

std::string KindNames(KindSet kinds) {
  std::vector<absl::string_view> names;
  for (const KindInfo& kind : Kinds()) {
    if ((kinds & KindBit(kind.kind)) != 0) names.push_back(kind.name);
  }
  return absl::StrJoin(names, ", ");
}

// Those that decide whether it alerts.
Collector DecidingFields(const Program& program, const Rule& rule) {
  Collector fields(program);
  fields.AddNode(rule.condition);
  if (rule.sequence.has_value()) {
    for (const SequenceStep& step : rule.sequence->steps) {
      fields.AddNode(program.rules[step.rule].condition);
      fields.Add(step.by.fields);
    }
  }
  if (rule.threshold.has_value()) {
    fields.Add(rule.threshold->by);
    if (rule.threshold->distinct.has_value()) fields.Add(*rule.threshold->distinct);
  }
  if (rule.first_seen.has_value()) fields.Add(rule.first_seen->fields);
  if (rule.suppress.has_value()) fields.Add(rule.suppress->by);
  return fields;
}

}  // namespace

std::vector<absl::string_view> FieldsOfRule(const Program& program, const Rule& rule) {
  Collector fields = DecidingFields(program, rule);
  for (const OutputPart& part : rule.output) {
    fields.Add(part.field);
    if (part.call != nullptr) fields.Add(*part.call);
  }
  return fields.names();
}

std::vector<std::string> HistoryLimits(const Program& program, const HistoryFacts& facts) {
  std::vector<std::string> limits;
  for (const Rule& rule : program.rules) {
    if (rule.step_of.has_value() || rule.recording) continue;
    if ((rule.kinds & facts.kinds) == 0) {
      limits.push_back(absl::StrCat("rule \"", rule.name,
                                    "\" has nothing to look at: the store has no events of kind ",
                                    KindNames(rule.kinds), " in that time"));
      continue;
    }
    const std::vector<absl::string_view> deciding = DecidingFields(program, rule).names();
    for (const absl::string_view name : FieldsOfRule(program, rule)) {
      std::string why;
      for (const Limit& limit : kLimits) {
        if (absl::StartsWith(name, limit.prefix)) why = std::string(limit.why);
      }
      if (name == "group.name" && !facts.has_groups) {
        why = "the store has no groups' names: an older Vedette wrote it";
      }
      // In an output alone it costs no alert: "<NA>" says enough.
      const bool decides = std::binary_search(deciding.begin(), deciding.end(), name);
      if (decides && IsOfRuntime(name)) {
        why = "of a container the history has what its cgroup says, not what its runtime does";
      }
      if (why.empty()) continue;
      limits.push_back(absl::StrCat("rule \"", rule.name, "\" cannot rely on ", name, ": ", why));
    }
  }
  return limits;
}

}  // namespace vedette
