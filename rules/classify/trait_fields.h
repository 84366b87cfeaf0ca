// SPDX-License-Identifier: Apache-2.0
//
// Fields that the kernel knows as traits of who acts (sensor/schema/classify.h).
#ifndef VEDETTE_RULES_CLASSIFY_TRAIT_FIELDS_H_
#define VEDETTE_RULES_CLASSIFY_TRAIT_FIELDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "rules/classify/field_map.h"
#include "rules/lang/program.h"

namespace vedette {

// None if the field is no trait for the kind and whoever decides.
std::optional<Approximation> ApproximateTraits(const Predicate& predicate, EventKind kind,
                                               Decider decider);
// Why the programs that observe do not know the comparison, though it is about such a field. Empty:
// it is not.
std::string WhyTraitsAreWidened(const Predicate& predicate, EventKind kind);

// A trait of the lineage: to descend from one of the names, which are keys of comms. And back.
std::string LineageTrait(std::vector<std::string> names);
std::vector<std::string> NamesOfTrait(absl::string_view trait);

// A comparison with what is known of the cgroup of who acts, whatever the operator: user space
// finds out once for a cgroup. Its text is the trait.
bool IsOfContainer(const Predicate& predicate);
// Such a trait that no program of the host has, so that what asks for it spares the host.
bool ExcludesHost(absl::string_view trait);

// A trait of capabilities: to have one of them, bits by their numbers. And back.
std::string CapabilityTrait(uint64_t mask);
uint64_t MaskOfTrait(absl::string_view trait);

}  // namespace vedette

#endif  // VEDETTE_RULES_CLASSIFY_TRAIT_FIELDS_H_
