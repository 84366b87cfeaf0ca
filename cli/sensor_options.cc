// SPDX-License-Identifier: Apache-2.0
#include "cli/sensor_options.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "sensor/source/coverage.h"

namespace vedette {
namespace {

std::optional<SensorMode> ModeOf(Config::Mode mode) {
  switch (mode) {
    case Config::Mode::kAuto:
      return std::nullopt;
    case Config::Mode::kLsm:
      return SensorMode::kLsm;
    case Config::Mode::kFentry:
      return SensorMode::kFentry;
    case Config::Mode::kTracepoint:
      return SensorMode::kTracepoint;
  }
  return std::nullopt;
}

// Why no hook of the kind is attached: what stopped the first one that was tried.
std::string WhyMissing(absl::Span<const Hook> hooks, EventKind kind) {
  const Hook* blamed = nullptr;
  for (const Hook& hook : hooks) {
    if (hook.kind->kind != kind || hook.state == HookState::kUnfit) continue;
    blamed = &hook;
    break;
  }
  if (blamed == nullptr) return "this mode has no hook for it";
  return absl::StrCat(blamed->section, ": ",
                      blamed->why.empty() ? HookStateName(blamed->state) : blamed->why);
}

bool IsUnwanted(absl::Span<const Hook> hooks, EventKind kind) {
  return std::any_of(hooks.begin(), hooks.end(), [kind](const Hook& hook) {
    return hook.kind->kind == kind && hook.state == HookState::kUnwanted;
  });
}

}  // namespace

KindSet ProcessKinds() {
  return KindBit(WIRE_process_fork) | KindBit(WIRE_process_exec) | KindBit(WIRE_process_exit);
}

absl::StatusOr<std::unique_ptr<RingSource>> OpenSensor(const Config::Sensor& settings,
                                                       KindSet wanted) {
  RingSourceOptions options;
  options.mode = ModeOf(settings.mode);
  options.disabled_hooks = settings.disable;
  options.wanted = wanted;
  ASSIGN_OR_RETURN(options.scope, ResolveScope(settings.scope));
  options.with_environment = settings.environment;
  options.ring_bytes_critical = settings.ring_bytes_critical;
  options.ring_bytes_bulk = settings.ring_bytes_bulk;
  options.bulk_per_cgroup = settings.bulk_per_cgroup;
  options.fold = settings.fold;
  options.drop_threshold = settings.drop_threshold;
  options.heartbeat = settings.heartbeat;
  return RingSource::Open(ProbeKernel(), std::move(options));
}

KindSet AttachedKinds(absl::Span<const Hook> hooks) {
  KindSet kinds = 0;
  for (const Hook& hook : hooks) {
    if (hook.state == HookState::kAttached) kinds |= KindBit(hook.kind->kind);
  }
  return kinds;
}

std::string DescribeSensor(SensorMode mode, absl::Span<const Hook> hooks, absl::string_view scope) {
  const auto attached = std::count_if(hooks.begin(), hooks.end(), [](const Hook& hook) {
    return hook.state == HookState::kAttached;
  });
  return absl::StrCat("mode ", SensorModeName(mode), ", ", attached,
                      attached == 1 ? " hook" : " hooks", ", ",
                      scope.empty() ? "whole host" : absl::StrCat("scope ", EscapeControl(scope)));
}

std::vector<std::string> HookWarnings(absl::Span<const Hook> hooks) {
  std::vector<std::string> warnings;
  const KindSet attached = AttachedKinds(hooks);
  std::map<std::string, std::vector<absl::string_view>> missing;  // By the reason.
  for (const KindInfo& info : Kinds()) {
    if ((ActKinds() & ~attached & KindBit(info.kind)) == 0 || IsUnwanted(hooks, info.kind)) {
      continue;
    }
    missing[WhyMissing(hooks, info.kind)].push_back(info.name);
  }
  for (const auto& [why, kinds] : missing) {
    warnings.push_back(absl::StrCat("no events of kind", kinds.size() == 1 ? " " : "s ",
                                    absl::StrJoin(kinds, ", "),
                                    ", so rules about them stay silent: ", why));
  }
  for (const Hook& hook : hooks) {
    if (hook.state != HookState::kAttached || hook.fired) continue;
    if ((kKindsDoneAtStart & KindBit(hook.kind->kind)) == 0) continue;
    warnings.push_back(absl::StrCat(hook.section,
                                    " is attached, but the kernel has not called it: "
                                    "events of kind ",
                                    hook.kind->name, " may be missing"));
  }
  return warnings;
}

std::vector<std::string> SilentRules(absl::Span<const Hook> hooks, const Program& program,
                                     const Config::Sensor& settings) {
  std::vector<std::string> warnings = HookWarnings(hooks);
  if (settings.environment) return warnings;
  for (const Rule& rule : program.rules) {
    // As conditions are written: a step of a sequence is a rule of its own.
    const std::string& text = rule.condition_text;
    if (!absl::StrContains(text, "proc.env") && !absl::StrContains(text, "proc.aenv")) continue;
    warnings.push_back(absl::StrCat(
        "the rule \"", program.rules[rule.step_of.value_or(&rule - program.rules.data())].name,
        "\" asks for the environment of programs, which is not recorded: sensor.environment: true "
        "does, and it may hold secrets"));
  }
  return warnings;
}

absl::Status CheckHooksFor(KindSet wanted, absl::Span<const Hook> hooks) {
  for (const KindInfo& info : Kinds()) {
    if ((wanted & ~AttachedKinds(hooks) & KindBit(info.kind)) == 0) continue;
    if (!IsUnwanted(hooks, info.kind)) continue;
    return absl::FailedPreconditionError(
        absl::StrCat("the new rules need events of kind ", info.name,
                     ", which no rule needed at the start; restart the daemon"));
  }
  return absl::OkStatus();
}

}  // namespace vedette
