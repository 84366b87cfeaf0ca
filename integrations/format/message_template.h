// SPDX-License-Identifier: Apache-2.0
//
// A person's own JSON around an alert:
//
//   {"text": "{{priority}} on {{hostname}}: {{message}}", "pid": "{{field:proc.pid}}",
//    "all": {{json}}}
//
// `{{name}}` becomes the value's bytes as they stand inside a JSON string, so it belongs between
// quotes and nothing that a process names can leave them; `{{json}}` becomes the whole alert as an
// object.
#ifndef VEDETTE_INTEGRATIONS_FORMAT_MESSAGE_TEMPLATE_H_
#define VEDETTE_INTEGRATIONS_FORMAT_MESSAGE_TEMPLATE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/match/alert.h"

namespace vedette {

// A value; any thread may read it.
class MessageTemplate {
 public:
  // kInvalidArgument: a name that is none (it says which there are), `{{` without its end, a
  // placeholder in the wrong place (`{{json}}` in quotes, others outside).
  static absl::StatusOr<MessageTemplate> Parse(absl::string_view text);

  std::string Fill(const Alert& alert) const;

 private:
  struct Part {
    std::string text;  // In front of
    std::string name;  // the placeholder; empty: none.
  };
  std::vector<Part> parts_;
};

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_FORMAT_MESSAGE_TEMPLATE_H_
