// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/hooks.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/text.h"

namespace vedette {

absl::string_view HookStateName(HookState state) {
  switch (state) {
    case HookState::kCandidate:
      return "candidate";
    case HookState::kAttached:
      return "attached";
    case HookState::kSpare:
      return "spare";
    case HookState::kUnfit:
      return "other mode";
    case HookState::kMissing:
      return "not in this kernel";
    case HookState::kRefused:
      return "refused";
    case HookState::kDisabled:
      return "disabled";
    case HookState::kUnwanted:
      return "not needed";
  }
  return "corrupt";
}

bool FitsMode(absl::string_view section, SensorMode mode) {
  if (absl::StartsWith(section, "lsm")) return mode == SensorMode::kLsm;
  if (absl::StartsWith(section, "tp_btf/")) return true;
  return mode == SensorMode::kLsm || mode == SensorMode::kFentry;
}

absl::string_view PartOf(absl::string_view program) {
  const size_t kind_end = program.find("__");
  if (kind_end == absl::string_view::npos) return "";
  const size_t part = program.find("__", kind_end + 2);
  return part == absl::string_view::npos ? absl::string_view() : program.substr(part + 2);
}

bool IsSupplement(absl::string_view program) { return absl::StartsWith(PartOf(program), "also_"); }

void ChooseHooks(absl::Span<Hook> hooks) {
  KindSet whole = 0;     // Served by a hook that sees all of the kind.
  KindSet in_parts = 0;  // Some part is served.
  std::set<std::pair<EventKind, absl::string_view>> parts;
  for (Hook& hook : hooks) {
    if (hook.state != HookState::kCandidate) continue;
    const KindSet bit = KindBit(hook.kind->kind);
    const absl::string_view part = PartOf(hook.program);
    const bool is_part = !part.empty();
    const bool supplement = IsSupplement(hook.program);
    const bool part_served = is_part && parts.count({hook.kind->kind, part}) > 0;
    const bool kind_served = (whole & bit) != 0 || (!is_part && (in_parts & bit) != 0);
    const bool served = part_served || (!supplement && kind_served);
    hook.state = served ? HookState::kSpare : HookState::kAttached;
    if (served) continue;
    if (!supplement) (is_part ? in_parts : whole) |= bit;
    if (is_part) parts.emplace(hook.kind->kind, part);
  }
}

void RejectHook(absl::Span<Hook> hooks, Hook& rejected, HookState state, std::string why) {
  rejected.state = state;
  rejected.why = std::move(why);
  for (Hook& hook : hooks) {
    if (hook.state == HookState::kAttached || hook.state == HookState::kSpare) {
      hook.state = HookState::kCandidate;
    }
  }
}

absl::Status CheckHookNames(absl::Span<const Hook> hooks, absl::Span<const std::string> names) {
  std::vector<absl::string_view> known;  // Several kinds may share a section.
  for (const Hook& hook : hooks) {
    if (std::find(known.begin(), known.end(), hook.section) == known.end()) {
      known.push_back(hook.section);
    }
  }
  for (const std::string& name : names) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::optional<absl::string_view> meant = ClosestMatch(name, known);
    return absl::InvalidArgumentError(
        absl::StrCat("there is no hook \"", EscapeControl(name), "\" to disable",
                     meant.has_value() ? absl::StrCat("; did you mean \"", *meant, "\"?") : "",
                     "\nvedette doctor lists the hooks"));
  }
  return absl::OkStatus();
}

}  // namespace vedette
