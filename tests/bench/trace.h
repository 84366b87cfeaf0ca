// SPDX-License-Identifier: Apache-2.0
//
// What a real machine did, as events to be matched: tests/bench/data/build.trace, recorded by
// record_trace.py while a project was compiled, committed, packed and searched.
#ifndef VEDETTE_TESTS_BENCH_TRACE_H_
#define VEDETTE_TESTS_BENCH_TRACE_H_

#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "engine/enrich/host_info.h"
#include "engine/enrich/process_table.h"
#include "engine/event.h"
#include "sensor/decode/record_builder.h"

namespace vedette {

// The events, on a host that has seen them all. Ends the process if the file is not as it should
// be.
class TraceEvents {
 public:
  TraceEvents();

  size_t size() const { return events_.size(); }
  const std::deque<RecordBytes>& records() const { return records_; }
  // Empties the arena of the one before.
  const Event& At(size_t i) {
    arena_.Clear();
    return events_[i];
  }

 private:
  struct Process {
    uint64_t exec_id = 0;
    std::string comm;
  };

  void AddAncestors();
  void AddLine(absl::Span<const std::string> members);
  RecordBuilder Start(EventKind kind, const std::string& process);
  RecordBuilder Exec(const std::string& process, absl::Span<const std::string> members);
  RecordBuilder Fork(const std::string& process, const std::string& child);
  void Add(const RecordBuilder& record);

  ProcessTable table_;
  HostInfo host_;
  Arena arena_;
  std::map<std::string, Process> processes_;  // By the number in the trace.
  uint64_t exec_ids_ = 0;
  uint64_t now_ns_ = 1'000'000'000;
  std::deque<RecordBytes> records_;
  std::deque<EventView> views_;
  std::deque<Event> events_;
};

}  // namespace vedette

#endif  // VEDETTE_TESTS_BENCH_TRACE_H_
