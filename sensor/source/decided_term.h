// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_SENSOR_SOURCE_DECIDED_TERM_H_
#define VEDETTE_SENSOR_SOURCE_DECIDED_TERM_H_

#include <string>

namespace vedette {

// One of the rules that a decision of the kernel was made by.
struct DecidedTerm {
  std::string rule;  // Its name; may be cut to ENFORCE_NAME_MAX bytes.
  bool kills = false;
  bool enforces = false;  // Else it only monitored.
};

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_DECIDED_TERM_H_
