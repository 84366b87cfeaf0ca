// SPDX-License-Identifier: Apache-2.0
#include "engine/match/likelihood.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/match.h"
#include "rules/lang/operators.h"

namespace vedette {
namespace {

struct Row {
  absl::string_view begin;  // Of the field's or the text's name; the longest that fits counts.
  double likelihood;
};

// That one of the values is a certain one of those that rules name.
constexpr Row kFields[] = {
    {"", 0.02},
    {"container.", 0.05},
    {"container.id", 0.3},
    {"evt.", 0.5},
    {"fd.", 0.005},
    {"fd.filename", 5e-4},
    {"fd.l4proto", 0.5},
    {"fd.name", 1e-4},
    {"fd.num", 0.5},
    {"fd.sockfamily", 0.5},
    {"fd.type", 0.5},
    {"group.", 0.3},
    {"proc.", 0.002},
    {"proc.aname", 0.02},
    {"proc.apid", 0.02},
    {"proc.cmdline", 2e-4},
    {"proc.lineage.", 0.02},
    {"proc.name", 0.005},
    {"proc.tty", 0.3},
    {"thread.", 0.2},
    {"user.", 0.3},
};

// That a path begins like this.
constexpr Row kFolders[] = {
    {"", 0.5},       {"/", 0.9},     {"/dev/", 0.1},    {"/etc/", 0.1},
    {"/home/", 0.2}, {"/lib", 0.3},  {"/proc/", 0.2},   {"/sys/", 0.1},
    {"/tmp/", 0.1},  {"/usr/", 0.4}, {"/usr/lib", 0.3}, {"/var/", 0.1},
};

template <typename Rows>
const Row& LongestRow(const Rows& rows, absl::string_view name) {
  const Row* longest = nullptr;
  for (const Row& row : rows) {
    if (!absl::StartsWith(name, row.begin)) continue;
    if (longest == nullptr || row.begin.size() > longest->begin.size()) longest = &row;
  }
  return *longest;
}

// Each further byte is there in half of the cases: letters are not random.
double Shrink(double likelihood, size_t bytes) {
  return std::max(2e-4, likelihood * std::pow(0.5, static_cast<double>(bytes)));
}

bool MayHaveMany(const FieldRef& ref) {
  return ref.argument.empty() && ref.field().argument == FieldArgument::kOptionalArgument;
}

constexpr double kFewValues = 0.1;  // A field that often has one of the values that rules name.

double GuessLikelihood(const Predicate& predicate, const Guess& guess) {
  if (predicate.op->negative || !predicate.op->takes_value) return 0.9;
  if (!guess.accesses) return 0.5;
  double sum = 1e-6;
  for (const Access& access : *guess.accesses) sum += LikelihoodOf(predicate.field, access);
  return std::min(sum, 0.95);
}

double GuessFetchCost(const FieldRef& ref) {
  const double one = ref.field().source == FieldSource::kContext ? 4 : 1;  // May build a text.
  return MayHaveMany(ref) ? 8 * one : one;
}

double GuessCost(const Predicate& predicate) {
  if (!predicate.IsPlain()) return 32;
  double cost = predicate.op->decides == Decides::kNothing ? 4 : 1;
  if (predicate.regex != nullptr) cost = 32;
  return MayHaveMany(predicate.field) ? 8 * cost : cost;
}

}  // namespace

double LikelihoodOf(const FieldRef& ref, const Access& access) {
  const Field& field = ref.field();
  if (field.type == FieldType::kBool) return 0.5;
  const double of_value = LongestRow(kFields, field.name).likelihood;
  switch (access.kind) {
    case Access::Kind::kValue:
      return of_value;
    case Access::Kind::kBegin: {
      const Row& folder = LongestRow(kFolders, access.text);
      const double likelihood = Shrink(folder.likelihood, access.text.size() - folder.begin.size());
      return of_value < kFewValues ? likelihood : std::max(likelihood, of_value);
    }
    case Access::Kind::kEnd:
    case Access::Kind::kPart:
    case Access::Kind::kPartAnyCase:
      return std::max(Shrink(0.8, access.text.size()), of_value < kFewValues ? 0 : of_value);
    case Access::Kind::kNotAscii:
      return 1e-3;
  }
  return 1;
}

Guess MakeGuess(const Predicate& predicate) {
  Guess guess;
  guess.accesses = AccessesOf(predicate);
  guess.likelihood = GuessLikelihood(predicate, guess);
  guess.cost = GuessCost(predicate);
  guess.fetch_cost = GuessFetchCost(predicate.field);
  return guess;
}

std::vector<Guess> MakeGuesses(const Program& program) {
  std::vector<Guess> guesses;
  for (const Predicate& predicate : program.predicates) guesses.push_back(MakeGuess(predicate));
  return guesses;
}

}  // namespace vedette
