// SPDX-License-Identifier: Apache-2.0
//
// Guesses, made once for a program: how often a comparison holds, and what it costs. They decide in
// which order and through which of its parts a condition is looked at, never whether it holds.
#ifndef VEDETTE_ENGINE_MATCH_LIKELIHOOD_H_
#define VEDETTE_ENGINE_MATCH_LIKELIHOOD_H_

#include <optional>
#include <vector>

#include "rules/lang/access.h"
#include "rules/lang/program.h"

namespace vedette {

// The part of all events, above 0 and at most 1, in which the access is found in the field.
double LikelihoodOf(const FieldRef& field, const Access& access);

struct Guess {
  std::optional<std::vector<Access>> accesses;  // AccessesOf(predicate)
  double likelihood = 0;                        // That it holds; above 0 and below 1.
  double cost = 0;        // Of the comparison, in units of that of a short text.
  double fetch_cost = 0;  // Of getting the field's values for an event.
};
Guess MakeGuess(const Predicate& predicate);

// By predicate. They point into the program.
std::vector<Guess> MakeGuesses(const Program& program);

}  // namespace vedette

#endif  // VEDETTE_ENGINE_MATCH_LIKELIHOOD_H_
