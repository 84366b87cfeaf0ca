// SPDX-License-Identifier: Apache-2.0
//
// Which of the rules that deny or kill do so at the moment, and why the others do not: what their
// files say, what somebody has said since, warm-up, and budgets. No clock and no kernel of its own.
#ifndef VEDETTE_ENGINE_ENFORCE_POLICY_H_
#define VEDETTE_ENGINE_ENFORCE_POLICY_H_

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "rules/lang/program.h"

namespace vedette {

// Not thread-safe: lives on the pipeline thread.
class EnforcementPolicy {
 public:
  // `otherwise`: the budget of rules that name none.
  explicit EnforcementPolicy(DenialBudget otherwise) : otherwise_(otherwise) {}

  // From now on these rules. What was said of a rule, and a budget that it has used up, hold for
  // the rule of the same name.
  void SetProgram(std::shared_ptr<const Program> program, absl::Time now);

  // What a rule does.
  enum class State : uint8_t { kEnforces, kMonitors, kWarmsUp, kTripped, kNotDecided };
  State StateOf(const Rule& rule, absl::Time now) const;
  // Only watches what it would do.
  bool Monitors(const Rule& rule, absl::Time now) const {
    return StateOf(rule, now) != State::kEnforces;
  }

  // Somebody says what the rule is to do; a budget that it has used up begins anew. kNotFound: no
  // rule of that name denies or kills; the message names what was probably meant.
  absl::Status SetMode(absl::string_view rule, ActionMode mode);

  // The rule has denied this process something. The budget's text if that was one too many: from
  // then on the rule only monitors. At most kRemembered processes of a rule are told apart.
  std::optional<std::string> Count(absl::string_view rule, uint64_t exec_id, absl::Time now);

  // When a warm-up ends next, so that the tables have to be made anew; infinite future: none does.
  absl::Time NextChange(absl::Time now) const;

  struct Line {
    std::string rule;
    Action action;
    State state;
    std::string why;     // A sentence part, where the state needs one.
    uint64_t decisions;  // Since the start.
    uint64_t enforced;   // Those of them that were denied or killed.
  };
  std::vector<Line> Lines(absl::Time now) const;
  void CountDecision(absl::string_view rule, bool enforced);

  static constexpr size_t kRemembered = 4096;

 private:
  struct Entry {
    std::optional<ActionMode> said;
    bool tripped = false;
    std::string why;
    absl::Time warm_until;
    std::deque<std::pair<absl::Time, uint64_t>> denied;  // When first, and who, within the budget.
    uint64_t decisions = 0, enforced = 0;
  };

  DenialBudget otherwise_;
  std::shared_ptr<const Program> program_;
  std::map<std::string, Entry, std::less<>> entries_;  // By rule.
};

absl::string_view PolicyStateName(EnforcementPolicy::State state);  // "enforces", "monitors", ...

}  // namespace vedette

#endif  // VEDETTE_ENGINE_ENFORCE_POLICY_H_
