// SPDX-License-Identifier: Apache-2.0
//
// An alert for machines: one line of JSON. The keys that Falco has are Falco's, with its meaning
// (hostname, output, output_fields, priority, rule, source, tags, time): the time in front of
// `output` is the host's local one, as evt.time is, and `time` is UTC. Ours stand beside them:
//
//   id          16 hex digits, the same on every replay: the key for "seen already"
//   message     the rule's output alone; `output` has the time and the priority in front, as
//               Falco's does
//   event       {"kind": "file_open", "type": "openat", "number": 102334}
//   exec_id     16 hex digits: JSON numbers lose bits beyond 2^53. Null if unknown
//   processes   [0] acted; then parent, grandparent, ...
//   object      what was acted on; null if nothing
//   container   {"id": ...}; "host" if none
//   action      alert, deny or kill; `mode` monitor or enforce
//   verdict     what the kernel has decided: denied, killed, killed_late, would_deny
//               or would_kill; else null
//   references  addresses of pages about the rule; `attack` ids of ATT&CK
//   reason      why now, for sequence, threshold, first_seen and summaries; else null
//   evidence    events that led to it, oldest first, with step, time, event, process and object
//   matched     comparisons of the condition that decided, with the values that they saw
//   prehistory  how many earlier events of its process tree became evidence with it
//   chain_head  the hash of its link in the store's chain (`vedette verify --head`); null if it is
//               in no store
//   repeats     more than 0: so many repeats of the alert `repeats_of` were folded
#ifndef VEDETTE_INTEGRATIONS_FORMAT_JSON_H_
#define VEDETTE_INTEGRATIONS_FORMAT_JSON_H_

#include <string>

#include "absl/strings/string_view.h"
#include "engine/match/alert.h"

namespace vedette {

// Without a newline at the end, and none inside. Always valid JSON in valid UTF-8. Pure, any
// thread.
std::string FormatJson(const Alert& alert);
void AppendJson(const Alert& alert, std::string& to);

// The fields of the rule's output as one object, by their names in rules.
void AppendOutputFields(const Alert& alert, std::string& to);

// `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD, each of them.
// What a terminal would obey (C1 controls, marks that reorder or hide text) is escaped, so a line
// may be looked at.
void AppendJsonString(absl::string_view text, std::string& to);

// Whether JSON's grammar takes `text` as a number.
bool IsJsonNumber(absl::string_view text);

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_FORMAT_JSON_H_
