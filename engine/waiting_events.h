// SPDX-License-Identifier: Apache-2.0
//
// Events of containers of which nothing is known yet: they wait beside the way of all others, until
// the runtime has said what the container is, or the time is up.
#ifndef VEDETTE_ENGINE_WAITING_EVENTS_H_
#define VEDETTE_ENGINE_WAITING_EVENTS_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "sensor/source/decided_term.h"

namespace vedette {

struct WaitingEvent {
  std::string container;  // Its whole id.
  std::vector<std::byte> record;
  uint64_t number = 0;
  bool is_decision = false;
  std::vector<DecidedTerm> terms;  // Of a decision.
};

// Not thread-safe: lives on the pipeline thread. Those of one container keep their order.
class WaitingEvents {
 public:
  explicit WaitingEvents(size_t bytes_max = 4 << 20) : bytes_max_(bytes_max) {}

  // False: there is no room.
  bool Add(WaitingEvent event);
  // Gives out those of the container, oldest first. `each` must not call this object.
  void Release(absl::string_view container, absl::FunctionRef<void(const WaitingEvent&)> each);
  void ReleaseAll(absl::FunctionRef<void(const WaitingEvent&)> each);

  size_t size() const { return events_.size(); }

 private:
  const size_t bytes_max_;
  std::deque<WaitingEvent> events_;
  size_t bytes_ = 0;
};

}  // namespace vedette

#endif  // VEDETTE_ENGINE_WAITING_EVENTS_H_
