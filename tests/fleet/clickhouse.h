// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_TESTS_FLEET_CLICKHOUSE_H_
#define VEDETTE_TESTS_FLEET_CLICKHOUSE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "integrations/testing/child.h"

namespace vedette {

// A clickhouse-server on a port of its own, with its files in `folder`. The tables are those of
// docs/clickhouse.sql.
class ClickHouse {
 public:
  explicit ClickHouse(std::string folder);
  static bool Exists() { return !FindProgram("clickhouse-server").empty(); }

  void Start();  // CHECKs that it answers.
  void Kill() { server_.reset(); }
  void MakeTables();
  // Its answer; CHECKs that it takes the statement.
  std::string Run(const std::string& sql) const;

  std::string url() const;      // http://
  std::string address() const;  // As --fleet takes it.

 private:
  const std::string folder_;
  const uint16_t port_ = FreePort(), tcp_port_ = FreePort();
  std::optional<Child> server_;
};

}  // namespace vedette

#endif  // VEDETTE_TESTS_FLEET_CLICKHOUSE_H_
