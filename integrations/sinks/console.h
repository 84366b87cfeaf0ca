// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_INTEGRATIONS_SINKS_CONSOLE_H_
#define VEDETTE_INTEGRATIONS_SINKS_CONSOLE_H_

#include <memory>

#include "integrations/sink.h"

namespace vedette {

struct ConsoleSettings {
  bool json = false;
  bool colour = false;
};

// Writes to `fd`, which the caller keeps open. kUnavailable while nobody reads; a reader that has
// gone is final.
std::unique_ptr<Sink> NewConsoleSink(int fd, const ConsoleSettings& settings);

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_SINKS_CONSOLE_H_
