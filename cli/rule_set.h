// SPDX-License-Identifier: Apache-2.0
//
// Rules from their files to what is in force: the program for the pipeline, and the tables for the
// kernel.
#ifndef VEDETTE_CLI_RULE_SET_H_
#define VEDETTE_CLI_RULE_SET_H_

#include <cstddef>
#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/match/matcher.h"
#include "engine/pipeline.h"
#include "rules/classify/tables.h"
#include "rules/lang/load.h"
#include "sensor/source/ring_source.h"

namespace vedette {

struct RuleInputs {
  std::vector<std::string> paths;
  std::vector<NamedCondition> recording;
  std::vector<std::string> tags_off = {};  // LoadOptions::tags_off.
  // The file that the daemon runs from, for the rules' list `vedette_programs`. Empty: not added.
  std::string own_program = {};
  // Vedette's own, in force as soon as another rule denies or kills.
  std::optional<RuleSource> self_protection = std::nullopt;
  // This kernel can deny nothing: KillingAlone().
  bool kills_alone = false;
};

struct RuleSet {
  std::shared_ptr<const Program> program;
  ClassifierTables tables;
  std::unique_ptr<Matcher>
      matcher;          // Until it is in force; knows what the tables' terms stand for.
  size_t alerting = 0;  // Rules that alert.
};

struct RuleSetOrWhyNot {
  absl::StatusOr<RuleSet>
      rules;                // An error is a file that cannot be read, or "the rules have 3 errors".
  std::string diagnostics;  // All of them as text, warnings too. May be empty.
};

// Tables, index and counts of a program. Pure: any thread.
RuleSet MakeRuleSet(std::shared_ptr<const Program> program, uint32_t generation);

// What was loaded before anybody knew what this kernel can do: in mode tracepoint both are made
// anew for one that can only kill, and how many rules only alert then is logged.
void KillAloneIn(SensorMode mode, RuleInputs& inputs, RuleSet& rules);

// Reads, checks and compiles. Pure but for the files: any thread.
RuleSetOrWhyNot LoadRuleSet(const RuleInputs& inputs, uint32_t generation);

// The tables as the kernel takes them.
ClassifierImage ImageOf(const ClassifierTables& tables);

// Puts a rule set in force: first in the kernel; if that refuses, nothing has changed. Else
// `rules.matcher` is the one that was in force until now. Fast: everything has been made before.
absl::Status PutInForce(RuleSet& rules, RingSource& source, Pipeline& pipeline);

// Loads a rule set on a thread of its own, and ends old ones there, because both take longer than
// the rings can wait.
// Not thread-safe. The destructor waits for a load that is under way.
class RuleReload {
 public:
  // False: a load is under way, and may have read the files before they changed. Begin again once
  // Take() has given its result.
  bool Begin(RuleInputs inputs, uint32_t generation);
  // The result, once.
  std::optional<RuleSetOrWhyNot> Take();

  // Gives back the memory of what is no longer in force.
  void Retire(RuleSet old, std::unique_ptr<Matcher> matcher);

 private:
  std::future<RuleSetOrWhyNot> loading_;
  std::future<void> retiring_;
};

}  // namespace vedette

#endif  // VEDETTE_CLI_RULE_SET_H_
