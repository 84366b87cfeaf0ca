// SPDX-License-Identifier: Apache-2.0
//
// `vedette enforce simulate`: whom rules that deny or kill would have hit.
#ifndef VEDETTE_CLI_ENFORCE_SIMULATE_H_
#define VEDETTE_CLI_ENFORCE_SIMULATE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cli/command.h"
#include "rules/lang/program.h"
#include "storage/queries.h"

namespace vedette {

// Acts of one program on one object that a rule would have denied.
struct SimulatedHit {
  std::string rule, kind, process, object;
  int64_t acts = 0, processes = 0;
  absl::Time last;
};

// Those of the rules with Rule::decided since then: by rule, the most frequent first; at most
// `limit` of each rule. What the store has not kept cannot be found.
absl::StatusOr<std::vector<SimulatedHit>> SimulateEnforcement(const Program& program,
                                                              StoreReader& store, absl::Time since,
                                                              size_t limit);

namespace commands {
void DefineEnforceSimulate(Command& parent);
}

}  // namespace vedette

#endif  // VEDETTE_CLI_ENFORCE_SIMULATE_H_
