// SPDX-License-Identifier: Apache-2.0
#include "cli/container_lookup.h"

#include <utility>

#include "absl/time/clock.h"

namespace vedette {
namespace {

constexpr absl::Duration kProbeTime = absl::Seconds(1);

}  // namespace

ContainerLookup::ContainerLookup(const ContainerSettings& settings)
    : worker_(MakeRuntimeSources(settings.root, settings.sockets)) {}

std::unique_ptr<ContainerLookup> ContainerLookup::Make(const ContainerSettings& settings,
                                                       Pipeline::Options& options) {
  if (!settings.metadata) return nullptr;
  std::unique_ptr<ContainerLookup> lookup(new ContainerLookup(settings));
  options.containers = &lookup->worker_;
  options.container_wait_ns = static_cast<uint64_t>(absl::ToInt64Nanoseconds(settings.wait));
  return lookup;
}

void ContainerLookup::Give(Pipeline& pipeline, Clock& clock) {
  for (ContainerAnswer& answer : worker_.Take()) {
    pipeline.OnContainer(std::move(answer),
                         static_cast<uint64_t>(absl::ToInt64Nanoseconds(clock.SinceBoot())));
  }
}

std::vector<SourceFinding> ProbeContainerSources(const ContainerSettings& settings) {
  std::vector<SourceFinding> findings;
  for (const auto& source : MakeRuntimeSources(settings.root, settings.sockets)) {
    findings.push_back({source->name(), source->Probe(absl::Now() + kProbeTime)});
  }
  return findings;
}

}  // namespace vedette
