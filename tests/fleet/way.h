// SPDX-License-Identifier: Apache-2.0
//
// How what hosts send comes to ClickHouse: at once, or by a broker and docs/fleet/relay.py.
#ifndef VEDETTE_TESTS_FLEET_WAY_H_
#define VEDETTE_TESTS_FLEET_WAY_H_

#include <memory>
#include <string>

#include "integrations/sinks/registry.h"
#include "tests/fleet/clickhouse.h"

namespace vedette {

class Way {
 public:
  virtual ~Way() = default;
  virtual std::string sink() const = 0;     // Its type.
  virtual SinkOptions options() const = 0;  // Of its place alone.
  virtual void BreakOff() = 0;              // What is in between dies and comes back.
  virtual uint64_t times_max() const = 0;   // That a row may arrive.
};

// `name`: clickhouse, nats or kafka. `server` runs and has its tables; it outlives the way. Null:
// what it needs is not on this machine, and `why` says what.
std::unique_ptr<Way> MakeWay(const std::string& name, const ClickHouse& server,
                             const std::string& folder, std::string& why);

// That of VEDETTE_FLEET_WAY, or else clickhouse.
std::string WayName();

}  // namespace vedette

#endif  // VEDETTE_TESTS_FLEET_WAY_H_
