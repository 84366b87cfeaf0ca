// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/coverage.h"

#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace vedette {
namespace {

bool IsAskedBefore(absl::string_view section) {
  return absl::StartsWith(section, "lsm/") || absl::StartsWith(section, "fexit/security_");
}

// The first hook that would have been better, and why it is not; empty if there is none.
std::string WhyNotAttached(absl::Span<const Hook> hooks, const KindInfo* kind,
                           absl::string_view part) {
  for (const Hook& hook : hooks) {
    if (hook.kind != kind || PartOf(hook.program) != part) continue;
    if (hook.state == HookState::kUnfit || hook.state == HookState::kAttached) continue;
    return absl::StrCat(hook.section, ": ",
                        hook.why.empty() ? HookStateName(hook.state) : hook.why);
  }
  return "";
}

void AddReason(Coverage& coverage, absl::string_view reason) {
  if (reason.empty()) return;
  absl::StrAppend(&coverage.why, coverage.why.empty() ? "" : "; ", reason);
}

// A system call that this kernel does not have: nobody can make it.
bool IsCallThatIsNot(const Hook& hook) {
  return hook.state == HookState::kMissing && absl::StartsWith(hook.section, "fexit/__") &&
         absl::StrContains(hook.section, "_sys_");
}

// Parts that have hooks, none of which is attached; or the facts of supplements.
std::set<absl::string_view> MissingParts(absl::Span<const Hook> hooks, const KindInfo* kind,
                                         bool supplements) {
  std::set<absl::string_view> missing;
  for (const Hook& hook : hooks) {
    if (hook.kind != kind || IsSupplement(hook.program) != supplements) continue;
    if (!IsCallThatIsNot(hook)) missing.insert(PartOf(hook.program));
  }
  for (const Hook& hook : hooks) {
    if (hook.kind == kind && hook.state == HookState::kAttached) {
      missing.erase(PartOf(hook.program));
    }
  }
  missing.erase("");
  return missing;
}

absl::string_view WhyOrMode(absl::string_view why) {
  return why.empty() ? "this mode has no hook for it" : why;
}

// What the records of the kind do not know here.
void AddMissingFacts(absl::Span<const Hook> hooks, Coverage& coverage) {
  for (const absl::string_view part : MissingParts(hooks, coverage.kind, true)) {
    const std::string why = WhyNotAttached(hooks, coverage.kind, part);
    AddReason(coverage,
              absl::StrCat(absl::StripPrefix(part, "also_"), " is not known: ", WhyOrMode(why)));
  }
}

Coverage CoverageOfKind(absl::Span<const Hook> hooks, const KindInfo& info) {
  Coverage coverage;
  coverage.kind = &info;
  bool unwanted = false, whole = false, before = true, at_return = false;
  for (const Hook& hook : hooks) {
    if (hook.kind != &info) continue;
    unwanted = unwanted || hook.state == HookState::kUnwanted;
    if (hook.state != HookState::kAttached || IsSupplement(hook.program)) continue;
    // Two programs may be at one hook.
    if (std::find(coverage.hooks.begin(), coverage.hooks.end(), hook.section) ==
        coverage.hooks.end()) {
      coverage.hooks.push_back(hook.section);
    }
    before = before && IsAskedBefore(hook.section);  // One that knows the result is enough.
    at_return = at_return || IsCallHandler(hook.section);
    whole = whole || PartOf(hook.program).empty();
  }
  if (coverage.hooks.empty()) {
    coverage.seen = unwanted ? Seen::kUnwanted : Seen::kNot;
    if (unwanted) return coverage;
    for (const Hook& hook : hooks) {
      if (hook.kind != &info || !coverage.why.empty()) continue;
      AddReason(coverage, WhyNotAttached(hooks, &info, PartOf(hook.program)));
    }
    if (coverage.why.empty()) coverage.why = "this mode has no hook for it";
    return coverage;
  }
  // Of the calls that no hook covers, the return is all that there is to see.
  at_return = at_return && info.kind != WIRE_system_call;
  coverage.seen = at_return ? Seen::kAtReturn : before ? Seen::kBefore : Seen::kWhole;
  if (!whole) {
    for (const absl::string_view part : MissingParts(hooks, &info, false)) {
      coverage.seen = Seen::kInParts;
      const std::string why = WhyNotAttached(hooks, &info, part);
      AddReason(coverage, absl::StrCat(part, " is not seen: ", WhyOrMode(why)));
    }
  }
  AddMissingFacts(hooks, coverage);
  return coverage;
}

}  // namespace

absl::string_view SeenName(Seen seen) {
  switch (seen) {
    case Seen::kWhole:
      return "yes";
    case Seen::kBefore:
      return "before";
    case Seen::kAtReturn:
      return "at return";
    case Seen::kInParts:
      return "in part";
    case Seen::kNot:
      return "no";
    case Seen::kUnwanted:
      return "-";
  }
  return "corrupt";
}

absl::string_view SeenMeaning(Seen seen) {
  switch (seen) {
    case Seen::kWhole:
      return "";
    case Seen::kBefore:
      return "Seen when the kernel asks whether it may be done: the result is that verdict, and "
             "what the kernel refuses earlier is not seen.";
    case Seen::kAtReturn:
      return "Seen at the return of the system call: names come from the program's memory, and "
             "what comes through io_uring is not seen.";
    case Seen::kInParts:
      return "Some of the ways in which it comes about are not seen.";
    case Seen::kNot:
      return "Not seen: rules about it stay silent.";
    case Seen::kUnwanted:
      return "No rule and no recording setting needs it, so nothing is attached.";
  }
  return "";
}

std::vector<Coverage> CoverageOf(absl::Span<const Hook> hooks) {
  std::vector<Coverage> all;
  for (const KindInfo& info : Kinds()) {
    if (info.category != "internal") all.push_back(CoverageOfKind(hooks, info));
  }
  return all;
}

}  // namespace vedette
