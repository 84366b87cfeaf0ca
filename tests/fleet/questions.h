// SPDX-License-Identifier: Apache-2.0
//
// The twenty questions of docs/forensics.md: what a host's store is asked, and what docs/fleet.md
// asks all hosts.
#ifndef VEDETTE_TESTS_FLEET_QUESTIONS_H_
#define VEDETTE_TESTS_FLEET_QUESTIONS_H_

#include <map>
#include <string>
#include <vector>

namespace vedette {

struct Question {
  int number;
  // Arguments of `vedette`, behind which --store or --fleet is put; $FLEET_SQL is that of the
  // documentation for the number.
  std::vector<std::string> of_host, of_fleet;
  size_t rows_min = 1;  // Of each host.
};
const std::vector<Question>& Questions();

// By number: the SQL in docs/fleet.md.
std::map<int, std::string> DocumentedSql();

}  // namespace vedette

#endif  // VEDETTE_TESTS_FLEET_QUESTIONS_H_
