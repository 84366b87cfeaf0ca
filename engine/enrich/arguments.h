// SPDX-License-Identifier: Apache-2.0
//
// evt.arg.NAME, evt.rawarg.NAME, evt.arg[n] and evt.args: the arguments of the call that an event
// stands for, in Falco's order. Those that the record does not know have no value.
#ifndef VEDETTE_ENGINE_ENRICH_ARGUMENTS_H_
#define VEDETTE_ENGINE_ENRICH_ARGUMENTS_H_

#include "absl/strings/string_view.h"
#include "engine/event.h"

namespace vedette {

// For fields of FieldSource::kArgument.
void GetArgument(const Event& event, const FieldRef& ref, Values& values);

// `fd=3(<f>/etc/passwd) name=/etc/passwd ...`, in the arena. Empty if nothing is known.
absl::string_view AllArguments(const Event& event);

}  // namespace vedette

#endif  // VEDETTE_ENGINE_ENRICH_ARGUMENTS_H_
