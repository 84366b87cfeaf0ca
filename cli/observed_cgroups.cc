// SPDX-License-Identifier: Apache-2.0
#include "cli/observed_cgroups.h"

#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "base/log.h"
#include "base/status_macros.h"

namespace vedette {
namespace {

// There is no patience that could end (CgroupTraits::Unknown::kStays): no clock for each record.
constexpr absl::Time kWhenever = absl::UnixEpoch();

}  // namespace

void ObservedCgroups::OnRecord(absl::Span<const std::byte> record, RingSource& source) {
  scopes_.OnRecord(record, source);
  traits_.OnRecord(record, kWhenever, [&](uint64_t cgroup) { source.ForgetCgroup(cgroup); });
}

void ObservedCgroups::Follow(RingSource& source, const ProcessTable& processes,
                             Enforcement* enforcement) {
  source.TakeCgroups([&](const CgroupChange& change) {
    scopes_.OnChange(change, source);
    traits_.OnChange(change, [&](uint64_t cgroup) { source.ForgetCgroup(cgroup); });
    if (enforcement != nullptr) enforcement->OnCgroup(change);
  });
  traits_.Update(
      processes, absl::Now(),
      [&](uint64_t cgroup, uint32_t number, const CgroupTraits::TraitValues& values) {
        const absl::Status told = source.TellCgroup(cgroup, number, values);
        if (!told.ok() && !std::exchange(told_of_full_, true)) {
          LOG_WARNING(told.message(), ": events of some leave the kernel that no rule wants");
        }
        return told.ok();
      },
      [&](uint64_t cgroup) { source.ForgetCgroup(cgroup); });
}

absl::Status ObservedCgroups::PutInForce(RuleSet& rules, RingSource& source, Pipeline& pipeline) {
  ClassifierImage image = ImageOf(rules.tables);
  CgroupTraits traits = traits_;
  const CgroupTraits::Known known =
      traits.SetTraits(rules.program, rules.tables.containers, rules.tables.generation,
                       &pipeline.processes(), absl::Now());
  image.values.insert(image.values.end(), known.values.begin(), known.values.end());
  // With the tables in force a number of theirs that is not known any more would say too much.
  for (const uint64_t cgroup : known.forgotten) source.ForgetCgroup(cgroup);
  RETURN_IF_ERROR(source.LoadClassifier(rules.tables.generation, image));
  traits_ = std::move(traits);
  rules.matcher = pipeline.SetMatcher(std::move(rules.matcher));
  return absl::OkStatus();
}

}  // namespace vedette
