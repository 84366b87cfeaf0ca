// SPDX-License-Identifier: Apache-2.0
//
// What the programs that observe are told of cgroups: whether they are containers', and what rules
// that alert ask about them. Decisions about the same are told by Enforcement.
#ifndef VEDETTE_CLI_OBSERVED_CGROUPS_H_
#define VEDETTE_CLI_OBSERVED_CGROUPS_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "cli/cgroup_scopes.h"
#include "cli/cgroup_traits.h"
#include "cli/enforcement.h"
#include "cli/rule_set.h"
#include "engine/enrich/process_table.h"

namespace vedette {

// Not thread-safe: lives on the pipeline thread.
class ObservedCgroups {
 public:
  explicit ObservedCgroups(bool has_version_2_alone)
      : scopes_(has_version_2_alone), traits_(has_version_2_alone, CgroupTraits::Unknown::kStays) {}

  void OnRecord(absl::Span<const std::byte> record, RingSource& source);
  // Takes what became of cgroups, for `enforcement` (may be null) as well, and tells of what has
  // become known since. Cheap.
  void Follow(RingSource& source, const ProcessTable& processes, Enforcement* enforcement);

  // As the function of that name (rule_set.h), with what is known of the cgroups.
  absl::Status PutInForce(RuleSet& rules, RingSource& source, Pipeline& pipeline);

 private:
  CgroupScopes scopes_;
  CgroupTraits traits_;
  bool told_of_full_ = false;
};

}  // namespace vedette

#endif  // VEDETTE_CLI_OBSERVED_CGROUPS_H_
