// SPDX-License-Identifier: Apache-2.0
//
// `vedette enforce simulate`: whom rules that deny or kill would have hit. They are matched with
// the events of the store as `vedette hunt` does it, so both find the same acts.
#ifndef VEDETTE_CLI_ENFORCE_SIMULATE_H_
#define VEDETTE_CLI_ENFORCE_SIMULATE_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "cli/command.h"

namespace vedette {

// Acts of one program on one object that a rule would have denied.
struct SimulatedHit {
  std::string rule, kind, process, object;
  int64_t acts = 0, processes = 0;
  absl::Time last;
};

namespace commands {
void DefineEnforceSimulate(Command& parent);
}

}  // namespace vedette

#endif  // VEDETTE_CLI_ENFORCE_SIMULATE_H_
