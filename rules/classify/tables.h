// SPDX-License-Identifier: Apache-2.0
//
// A program's terms as the tables of classify.h: what is loaded into the kernel's maps, and what
// user space classifies with where there is no kernel (replay, hunting). Plain data; immutable once
// made.
#ifndef VEDETTE_RULES_CLASSIFY_TABLES_H_
#define VEDETTE_RULES_CLASSIFY_TABLES_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "rules/classify/terms.h"
#include "rules/lang/program.h"

namespace vedette {

// Bit n: term n of the kind may hold.
using Survivors = classify_vector;

// All ones: the kernel did not judge the act (no tables were loaded yet).
bool IsNotJudged(const Survivors& survivors);

struct KindTables {
  EventKind kind{};
  classify_kind vectors{};
  // What each bit stands for: the terms, and by term the indexes of the rules to evaluate,
  // ascending.
  std::vector<Term> terms;
  std::vector<std::vector<uint32_t>> rules_by_term;
};

// A trait of containers, for whoever knows them: what has to hold of a cgroup for it.
struct ContainerTrait {
  EventKind kind{};
  uint32_t bit = 0;
  uint32_t predicate = 0;  // Index into Program::predicates.
};

struct ClassifierTables {
  uint32_t generation = 0;
  std::vector<KindTables> kinds;  // Every kind that rules can match, also those without a term.
  std::vector<std::pair<classify_key, classify_vector>> values;
  std::vector<std::pair<classify_name_key, classify_vector>> names;
  std::vector<std::pair<classify_path_key, classify_vector>> paths;  // And exes, and addresses.
  // By kind and enum classify_place.
  std::vector<std::pair<std::pair<uint16_t, uint16_t>, struct classify_traits>> traits;
  std::vector<ContainerTrait> containers;
  KindSet wanted = 0;    // Kinds that a rule or a recording condition needs.
  KindSet alerting = 0;  // Those of them that a rule needs which alerts.

  const KindTables* Find(EventKind kind) const;  // Null for a kind that rules cannot match.
};

// `generation` is part of every key: another one than that of the tables in force, and not 0.
// Tables of another decider than those who observe are for tests.
ClassifierTables BuildTables(const Program& program, uint32_t generation,
                             Decider decider = Decider::kObserver);

// The entry of `values` by which a cgroup with the number has traits for the kind.
std::pair<classify_key, classify_vector> ContainerValue(uint32_t generation, EventKind kind,
                                                        uint32_t number, uint64_t traits);

// Vectors and keys of one kind's terms, of which there are at most kTermsMax; the keys go to
// `tables`, which have their generation.
KindTables MakeKindTables(EventKind kind, std::vector<Term> terms, ClassifierTables& tables);

// What has to hold of a cgroup for each of the terms' traits, numbered as MakeKindTables() does.
void AddContainerTraits(const Program& program, EventKind kind, const std::vector<Term>& terms,
                        ClassifierTables& tables);

// Appends the rules of the surviving terms to `rules`, ascending, each once: those to evaluate.
// Survivors that were not judged give every rule of the kind. Allocates only if `rules` has to
// grow.
void AppendRules(const KindTables& tables, const Survivors& survivors,
                 std::vector<uint32_t>& rules);

}  // namespace vedette

#endif  // VEDETTE_RULES_CLASSIFY_TABLES_H_
