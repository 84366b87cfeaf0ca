// SPDX-License-Identifier: Apache-2.0
//
// Which suppression covers an alert: the daemon asks it of each before it is stored, `vedette
// alerts suppress` of those of the past.
#ifndef VEDETTE_CLI_SUPPRESSOR_H_
#define VEDETTE_CLI_SUPPRESSOR_H_

#include <cstdint>
#include <string>
#include <vector>

#include "engine/match/alert.h"
#include "storage/suppression.h"

namespace vedette {

// Not thread-safe: lives on the pipeline thread. Holds at most kSuppressionsMax of them.
class Suppressor {
 public:
  void Restore(const std::vector<StoredSuppression>& stored, absl::Time now);

  // kNotFound: it is not in force; kResourceExhausted: there are too many. Both say what to do.
  absl::Status Apply(const SuppressionAct& act);

  // The id of the oldest one that covers the alert; empty if none does. Alerts come in the order in
  // which they were made: of those that share an event the earlier ones are remembered.
  std::string Cover(const Alert& alert);

  const std::vector<SuppressionAct>& in_force() const { return acts_; }

 private:
  bool Covers(const SuppressionAct& act, const Alert& alert) const;

  std::vector<SuppressionAct> acts_;
  // Of the event of the last alert: the rules that have told of it.
  uint64_t event_number_ = 0;
  struct Told {
    std::string rule;
    Priority priority;
  };
  std::vector<Told> told_;
};

}  // namespace vedette

#endif  // VEDETTE_CLI_SUPPRESSOR_H_
