// SPDX-License-Identifier: Apache-2.0
//
// An alert: a rule held for an event. Self-contained, so that store and sinks need nothing else; a
// value that is copied and moved between threads.
#ifndef VEDETTE_ENGINE_MATCH_ALERT_H_
#define VEDETTE_ENGINE_MATCH_ALERT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "rules/lang/program.h"

namespace vedette {

// One link of the chain from the process to its oldest known ancestor.
struct AlertProcess {
  uint64_t exec_id = 0;
  int64_t pid = 0;
  std::string name;  // comm
  std::string exe_path;
  std::string command_line;
  std::string user;  // Name, or the number where there is no name.
};

// A field of the alert's output: the text that people read, and whether JSON writes it as a number
// or boolean.
struct AlertField {
  std::string name;  // As in the rule: "proc.aname[2]".
  std::string text;
  enum class Json : uint8_t { kNull, kText, kNumber, kBool } json = Json::kText;
};

// An event that led to an alert beside the last one: a step of a sequence, or one of those that a
// threshold has counted. Long texts are cut.
struct AlertEvidence {
  std::string step;  // The step's name, or the value that a threshold has counted. May be empty.
  absl::Time time;
  std::string event_kind, event_type;
  uint64_t event_number = 0;
  AlertProcess process;
  std::string object;
};

// A comparison of the rule's condition that decided, and the value that it saw.
struct AlertMatch {
  std::string predicate;  // As in the rule: "fd.name startswith /etc/". Long ones are cut.
  std::string value;      // "<NA>" if there is none. Bytes as the kernel gave them; cut.
  bool holds = true;      // False: under a `not`, and it did not hold.
};

struct Alert {
  std::string id;   // 16 hex digits: of host, boot, event and rule. The same on every replay.
  absl::Time time;  // Of the event.
  absl::Duration utc_offset;  // Of the host's local time, in which evt.time is.
  std::string rule;
  Priority priority = Priority::kNotice;
  std::vector<std::string> tags;
  std::string message;  // The rule's output, filled in. Bytes as the kernel gave them: escape when
                        // printing.
  std::vector<AlertField> fields;       // Those of the output, and the standard ones, each once.
  std::vector<AlertProcess> processes;  // [0] acted; then parent, grandparent, ...
  std::string object;      // Path, executable or address that was acted on. May be empty.
  std::string event_kind;  // "file_open"
  std::string event_type;  // "openat"
  std::string hostname;
  std::string container_id;  // "host" if none.
  uint64_t event_number = 0;
  uint64_t exec_id = 0;
  // What the rule says beside its condition.
  Action action = Action::kAlert;
  ActionMode mode = ActionMode::kMonitor;
  // What has become of the act, where the kernel has decided: VerdictName(). Else empty.
  std::string verdict;
  std::vector<std::string> references;  // URLs.
  std::vector<std::string> attack;      // ATT&CK ids.
  // Why now: "3 steps within 4.2s", "first seen: ...". Empty: the condition held.
  std::string reason;
  std::vector<AlertEvidence> evidence;  // Oldest first; the last one is the alert's own event.
  // Why the condition held: empty for summaries, and for what no rule has said.
  std::vector<AlertMatch> matched;
  // Numbers of events of the same process tree from before, which nobody had wanted to keep
  // (engine/prehistory.h). They are in the store as far as it had room.
  std::vector<uint64_t> prehistory;
  // The hash of its link in the store's chain, hexadecimal; empty until it is in a store. Whoever
  // has it can tell later whether the store still goes through it: `vedette verify --head`.
  std::string chain_head;
  // More than 0: no alert of its own, but how many repeats of an earlier one were folded.
  uint64_t repeats = 0;
  std::string repeats_of;  // The earlier one's id.
  // Of the suppression that covers it, which keeps it from being told; empty: none.
  std::string suppressed_by;
};

}  // namespace vedette

#endif  // VEDETTE_ENGINE_MATCH_ALERT_H_
