// SPDX-License-Identifier: Apache-2.0
//
// What each type of sink can deliver to, for tests in which it goes away and comes back. A peer
// says which of the marks that were put into messages have arrived.
#ifndef VEDETTE_INTEGRATIONS_TESTING_SINK_PEERS_H_
#define VEDETTE_INTEGRATIONS_TESTING_SINK_PEERS_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "integrations/sinks/registry.h"

namespace vedette {

// "mark:000123:" stands in the message of an alert, which every format carries.
std::string Mark(int number);

class SinkPeer {
 public:
  virtual ~SinkPeer() = default;
  virtual SinkOptions options() const = 0;  // Of a sink that delivers here.
  virtual void GoAway() = 0;
  virtual void ComeBack() = 0;
  virtual size_t Arrived() = 0;  // Different marks.
};

// Present. Null: what it needs is not on this machine; `why` says what.
std::unique_ptr<SinkPeer> MakeSinkPeer(absl::string_view type, const std::string& folder,
                                       std::string& why);

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_TESTING_SINK_PEERS_H_
