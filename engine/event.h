// SPDX-License-Identifier: Apache-2.0
//
// An event with its context: what rules, alerts and printers see. Made by engine/enrich for one
// record and gone before the next one; lives on the pipeline thread.
#ifndef VEDETTE_ENGINE_EVENT_H_
#define VEDETTE_ENGINE_EVENT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/arena.h"
#include "sensor/decode/event_view.h"
#include "sensor/schema/schema.h"

namespace vedette {

struct Process;  // engine/enrich/process_table.h
class ProcessTable;
class HostInfo;  // engine/enrich/host_info.h: names of users and groups, the host's name

struct Event {
  const EventView& view;
  uint64_t number;            // Counted from 1 since the start of the pipeline.
  absl::Time time;            // When it happened, by the wall clock.
  const Process* process;     // Who did it; null if unknown (its exec was lost or evicted).
  const ProcessTable& table;  // For ancestors.
  HostInfo& host;
  Arena& arena;  // For texts that a getter has to make; emptied before the next event.
  // When the first and the previous event happened, on the boot clock; 0: this is the first.
  uint64_t first_ns = 0;
  uint64_t previous_ns = 0;
};

// The values of a field: none if it does not apply. Does not allocate beyond the arena.
void GetField(const Event& event, const FieldRef& field, Values& values);

// As people read it: numbers in decimal, several values joined by a comma, "<NA>" for none.
void AppendValues(const Values& values, std::string& to);
void AppendField(const Event& event, const FieldRef& field, std::string& to);

}  // namespace vedette

#endif  // VEDETTE_ENGINE_EVENT_H_
