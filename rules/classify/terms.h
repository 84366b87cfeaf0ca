// SPDX-License-Identifier: Apache-2.0
//
// From conditions to terms. For one kind of event a condition is brought into disjunctive normal
// form, negations at the leaves; each conjunction becomes a box over the dimensions of classify.h,
// and each distinct box is a term: a bit that the kernel decides.
//
// The one rule: **the kernel never drops an event for which a rule holds.** What follows from it:
//  1. A comparison is known by two sets of acts: for which it *may* hold and for which it is *sure*
//  to.
//     It is replaced by the first; its negation by the complement of the second. Where the two
//     differ it is widened: user space has to look again. What no dimension expresses (text inside
//     a text, ancestors, user names) may hold for all acts and is sure for none.
//  2. No value: a field that the kind lacks makes every comparison false and its negation true, and
//     that is exact. An empty comm is a proc.name without a value: `!=` does not hold for it, `not
//     =` does. Port 0 may be a port or none (a unix socket): fd.rport is unsure of it, unless no
//     literal is 0 and the comparison is not negative.
//  3. A path that is not judged (a failed open: fd.name is then the name asked for, or none;
//  truncated;
//     too long) satisfies every set of paths. So a term whose set of paths is empty stays: it may
//     still hold for such an act. For the same reason `exact` speaks of judged paths only.
//  4. fd.directory is known by prefixes: may hold below D and for D itself (an opened directory is
//  its
//     own in Falco), is sure of nothing. A literal that is longer than a judged path counts as
//     its own beginning, for the same field may be judged differently where the path is not.
//  5. evt.type is one of the kind's system calls: true if all of them satisfy it, false if none
//  does,
//     else widened within the kind.
//  6. fd.num of a connection that is under way may count as success or failure; evt.failed and
//  evt.rawres
//     are the result's sign for files and connections. A field about failure is false or without a
//     value for kinds that are reported only when they succeed.
//  7. Anyone may make a condition explode. A product with more than kConjunctionsMax parts is
//  multiplied by
//     the hull of its factor instead; more than kTermsMax terms of a kind are hulled, the terms of
//     one rule with each other first. A hull contains its parts, so it drops nothing.
//  8. A kind knows kTraitsMax traits of a dimension; terms say nothing of others.
//  9. Rules that alert and rules that record never share a term: a recorded event would take the
//     critical lane.
#ifndef VEDETTE_RULES_CLASSIFY_TERMS_H_
#define VEDETTE_RULES_CLASSIFY_TERMS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rules/classify/conjunction.h"
#include "rules/classify/field_map.h"
#include "rules/lang/program.h"
#include "sensor/schema/classify_traits.h"

namespace vedette {

constexpr size_t kConjunctionsMax = 64;
constexpr size_t kTermsMax = size_t{WIRE_SURVIVOR_WORDS} * 64;
constexpr size_t kTraitsMax = CLASSIFY_TRAITS;  // Of a dimension, for one kind.

// A rule that has a term.
struct TermOwner {
  uint32_t rule = 0;              // Index into Program::rules.
  std::vector<uint32_t> widened;  // Predicates that only user space can judge.
  bool merged = false;            // The term was widened because there were too many.
  bool exact() const { return widened.empty() && !merged; }
};

struct Term {
  Box box;
  std::vector<TermOwner> owners;  // By rule, each once. All record, or all alert.
  bool alerting = false;
};

// The terms of all rules for one kind, at most kTermsMax. A rule that has none cannot hold for it.
std::vector<Term> TermsOf(const Program& program, EventKind kind,
                          Decider decider = Decider::kObserver);

// Those of the rules that deny or kill, for tables of their own (enforcement.h): each of one rule,
// none widened for their number. There may be more than kTermsMax, and of their traits more than
// kTraitsMax. With `only` those of one rule.
std::vector<Term> DecidingTermsOf(const Program& program, EventKind kind,
                                  std::optional<uint32_t> only = std::nullopt);

// What the terms say of the traits of a dimension, sorted.
std::vector<std::string> TraitsOf(const std::vector<Term>& terms, size_t dimension);

}  // namespace vedette

#endif  // VEDETTE_RULES_CLASSIFY_TERMS_H_
