// SPDX-License-Identifier: Apache-2.0
#include "rules/classify/trait_fields.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/check.h"
#include "rules/lang/operators.h"
#include "sensor/schema/capabilities.h"

namespace vedette {
namespace {

Approximation Unknown(classify_dimension dimension) {
  return {dimension, DimensionSet::All(Lookup::kTraits), DimensionSet::None(Lookup::kTraits)};
}

Approximation Exactly(classify_dimension dimension, const DimensionSet& set) {
  return {dimension, set, set};
}

// The programs from which the process descends. An operator holds if it does for one of them: what
// is none of the literals is no trait.
Approximation MapLineage(const Predicate& predicate) {
  const Operator& op = *predicate.op;
  if (!op.takes_value || op.decides != Decides::kExact || op.negative) {
    return Unknown(CLASSIFY_lineage);
  }
  std::vector<std::string> names;
  for (const Literal& literal : predicate.literals) {
    const std::optional<std::string> key = CommKey(literal);
    if (key && !literal.text.empty()) names.push_back(*key);  // No program is without a name.
  }
  if (names.empty()) return Exactly(CLASSIFY_lineage, DimensionSet::None(Lookup::kTraits));
  return Exactly(CLASSIFY_lineage,
                 DimensionSet::Of(Lookup::kTraits, {LineageTrait(std::move(names))}));
}

// The names of the capabilities, blanks between them. What has no blank is part of one name.
Approximation MapCapabilities(const Predicate& predicate) {
  const Operator& op = *predicate.op;
  const bool contains = op.name == "contains" && predicate.literals.size() == 1;
  if (op.takes_value && (!contains || absl::StrContains(predicate.literals[0].text, ' '))) {
    return Unknown(CLASSIFY_capability);
  }
  uint64_t mask = 0;
  for (size_t i = 0; i < std::size(kCapabilityNames); ++i) {
    const bool meant =
        !op.takes_value || absl::StrContains(kCapabilityNames[i], predicate.literals[0].text);
    if (meant) mask |= uint64_t{1} << i;
  }
  if (mask == 0) return Exactly(CLASSIFY_capability, DimensionSet::None(Lookup::kTraits));
  return Exactly(CLASSIFY_capability, DimensionSet::Of(Lookup::kTraits, {CapabilityTrait(mask)}));
}

// Rules say what a program began with. Of one that begins that is what it has; of other acts those
// who observe do not know it, and those who decide take what is in force at the act. When they are
// asked about a program it has not got its own yet.
bool KnowsCapabilities(EventKind kind, Decider decider) {
  return (decider == Decider::kObserver) == (kind == WIRE_process_exec);
}

Approximation MapContainer(const Predicate& predicate) {
  return Exactly(CLASSIFY_container, DimensionSet::Of(Lookup::kTraits, {predicate.text}));
}

// What a cgroup's path says by itself, of the host as well.
bool IsOfPath(absl::string_view trait) {
  for (const absl::string_view field :
       {"proc.cgroup", "container.id", "container.full_id", "container.type"}) {
    if (absl::StartsWith(trait, absl::StrCat(field, " "))) return true;
  }
  return false;
}

// Whether it is in a container at all, which those who observe know by CLASSIFY_scope.
bool TellsHost(const Predicate& predicate) {
  const absl::string_view field = predicate.field.field().name;
  const Operator& op = *predicate.op;
  if (field != "container.id" && field != "container.full_id" && field != "container.type") {
    return false;
  }
  const bool exact = op.decides == Decides::kExact || op.name == "!=";
  return !op.takes_value ||
         (exact && std::all_of(predicate.literals.begin(), predicate.literals.end(),
                               [](const Literal& literal) { return literal.text == "host"; }));
}

}  // namespace

bool IsOfContainer(const Predicate& predicate) {
  const absl::string_view field = predicate.field.field().name;
  // Of the process, and of the time, not of the container.
  if (field == "container.origin" || field == "container.duration") return false;
  return field == "proc.cgroup" || absl::StartsWith(field, "container.") ||
         absl::StartsWith(field, "k8s.");
}

bool ExcludesHost(absl::string_view trait) {
  return !IsOfPath(trait) || trait == "container.id != host";
}

std::optional<Approximation> ApproximateTraits(const Predicate& predicate, EventKind kind,
                                               Decider decider) {
  const absl::string_view field = predicate.field.field().name;
  if (IsOfContainer(predicate) && (decider == Decider::kEnforcer || !TellsHost(predicate))) {
    return MapContainer(predicate);
  }
  if (!predicate.field.argument.empty()) return std::nullopt;
  if (field == "proc.lineage.name") return MapLineage(predicate);
  if (field == "thread.cap_effective" && KnowsCapabilities(kind, decider)) {
    return MapCapabilities(predicate);
  }
  return std::nullopt;
}

std::string WhyTraitsAreWidened(const Predicate& predicate, EventKind kind) {
  const absl::string_view field = predicate.field.field().name;
  const absl::string_view op = predicate.op->name;
  if (field == "proc.lineage.name") {
    return absl::StrCat("the kernel knows whether a name is among several, not with ", op);
  }
  if (field != "thread.cap_effective") return "";
  if (kind != WIRE_process_exec) return "only user space knows what a program began with";
  return absl::StrCat("the kernel knows whether the name of a capability contains a text, not ",
                      op);
}

std::string LineageTrait(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return absl::StrJoin(names, "");  // Each has the length of a key.
}

std::vector<std::string> NamesOfTrait(absl::string_view trait) {
  std::vector<std::string> names;
  for (; !trait.empty(); trait.remove_prefix(WIRE_COMM_SIZE)) {
    names.emplace_back(trait.substr(0, WIRE_COMM_SIZE));
  }
  return names;
}

std::string CapabilityTrait(uint64_t mask) { return absl::StrCat(mask); }

uint64_t MaskOfTrait(absl::string_view trait) {
  uint64_t mask = 0;
  CHECK(absl::SimpleAtoi(trait, &mask));
  return mask;
}

}  // namespace vedette
