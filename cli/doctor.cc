// SPDX-License-Identifier: Apache-2.0
// No unit test: what it asks is the kernel; doctor_report_test has the rest.
#include <unistd.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "cli/command.h"
#include "cli/doctor_report.h"
#include "sensor/source/ring_source.h"

namespace vedette::commands {
namespace {

// Attaches every hook for a moment, for this process alone.
Findings Examine() {
  Findings findings;
  findings.root = geteuid() == 0;
  findings.containers = ProbeContainerSources(ContainerSettings());
  findings.kernel = ProbeKernel();
  findings.mode = findings.kernel.BestMode();
  RingSourceOptions options;
  options.scope.kind = SCOPE_PROCESS_TREE;
  options.scope.pid = static_cast<uint32_t>(getpid());
  const auto source = RingSource::Open(findings.kernel, options);
  if (!source.ok()) {
    findings.why_not = std::string(source.status().message());
    findings.mode.reset();
    return findings;
  }
  const absl::Span<const Hook> hooks = (*source)->hooks();
  findings.hooks.assign(hooks.begin(), hooks.end());
  return findings;
}

ExitCode Run(bool json, Io& io) {
  SetLogThreshold(LogSeverity::kError);
  const Findings findings = Examine();
  io.Print(json ? DoctorJson(findings) : DoctorText(findings, io.screen()));
  if (!findings.root) return ExitCode::kNotPermitted;
  return findings.mode.has_value() ? ExitCode::kDone : ExitCode::kKernelCannot;
}

}  // namespace

void doctor(Command& command) {
  auto json = std::make_shared<bool>(false);
  command.Flag("--json", *json, "One JSON object");
  command.Examples({
      {"sudo vedette doctor", "What works here, and what to do about the rest"},
      {"sudo vedette doctor --json | jq -r .mode", "For a program"},
  });
  command.Runs([json](Io& io) { return Run(*json, io); });
}

}  // namespace vedette::commands
