// SPDX-License-Identifier: Apache-2.0
//
// Rules by the number, in the style of published rule files, and a stream of events.
#ifndef VEDETTE_TESTS_BENCH_GENERATED_H_
#define VEDETTE_TESTS_BENCH_GENERATED_H_

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "engine/enrich/test_host.h"
#include "engine/event.h"
#include "rules/lang/program.h"
#include "sensor/decode/record_builder.h"

namespace vedette {

std::string GeneratedRules(size_t count);
std::shared_ptr<const Program> GeneratedProgram(size_t count);

// Opens of many paths by many programs, with some execs, forks, exits and connections, as a busy
// host has them; few or none of them alert. The same on every call.
std::vector<RecordBytes> GeneratedRecords(size_t count);

// The records as events of a host whose process table has taken them all in.
class GeneratedEvents {
 public:
  explicit GeneratedEvents(size_t count);

  size_t size() const { return views_.size(); }
  const EventView& view(size_t i) const { return views_[i]; }
  // Empties the arena of the one before.
  Event At(size_t i);

 private:
  TestHost host_;
  std::vector<RecordBytes> records_;
  std::deque<EventView> views_;
};

}  // namespace vedette

#endif  // VEDETTE_TESTS_BENCH_GENERATED_H_
