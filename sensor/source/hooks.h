// SPDX-License-Identifier: Apache-2.0
//
// Which program serves which event kind. A program says so by its name, `<kind>__<alternative>`,
// and its section; the first one of a kind, in the order of the source, that fits the mode and that
// the kernel takes is attached. A kind that comes about in several ways has hooks for its parts,
// `<kind>__<alternative>__<part>`: the first one of each part is attached, and one without a part
// serves where no part is. A program `<kind>__<alternative>__also_<fact>` reports nothing itself,
// it finds out what the others put into their records: it is attached beside whatever serves the
// kind. So a hook is added by writing one function in sensor/bpf.
#ifndef VEDETTE_SENSOR_SOURCE_HOOKS_H_
#define VEDETTE_SENSOR_SOURCE_HOOKS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sensor/schema/schema.h"
#include "sensor/source/kernel_support.h"

namespace vedette {

enum class HookState : uint8_t {
  kCandidate,  // Fits, not tried yet.
  kAttached,
  kSpare,     // Would fit, but a better one of the same kind is attached.
  kUnfit,     // Not for this mode.
  kMissing,   // This kernel has no such function.
  kRefused,   // The kernel did not take it.
  kDisabled,  // By configuration.
  kUnwanted,  // No rule and no recording setting needs the kind.
};
absl::string_view HookStateName(HookState state);

struct Hook {
  std::string program;  // "file_open__do_filp_open"
  std::string section;  // "fexit/do_filp_open"
  const KindInfo* kind = nullptr;
  HookState state = HookState::kCandidate;
  std::string why;     // A sentence, where the state is not kAttached.
  bool fired = false;  // The kernel called it since it was attached.
};

// Can the section be attached in the mode? Return of raw system calls is the last resort of every
// mode: it costs each call of the host.
bool FitsMode(absl::string_view section, SensorMode mode);

// "rmdir" of "file_unlink__lsm__rmdir"; empty if the program serves the whole kind.
absl::string_view PartOf(absl::string_view program);

// It finds out a fact for the programs that report the kind ("also_...").
bool IsSupplement(absl::string_view program);

// The program does not attach itself: dispatch_sys_exit calls it at the return of the kind's calls.
inline bool IsCallHandler(absl::string_view section) { return section == "tp_btf/sys_exit"; }

// Sets the first candidate of each wanted kind (and part) to kAttached (to be tried), the others
// behind it to kSpare. Kinds without a candidate have none.
void ChooseHooks(absl::Span<Hook> hooks);

// Takes a hook out of the running and forgets the choice, so that ChooseHooks finds the next
// alternative.
void RejectHook(absl::Span<Hook> hooks, Hook& rejected, HookState state, std::string why);

// kInvalidArgument if a name is the section of no hook: the message names the one that was probably
// meant, and all there are.
absl::Status CheckHookNames(absl::Span<const Hook> hooks, absl::Span<const std::string> names);

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_HOOKS_H_
