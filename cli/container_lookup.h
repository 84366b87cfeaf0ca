// SPDX-License-Identifier: Apache-2.0
//
// The daemon's way to what containers are: who is asked, as the configuration says.
#ifndef VEDETTE_CLI_CONTAINER_LOOKUP_H_
#define VEDETTE_CLI_CONTAINER_LOOKUP_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/clock.h"
#include "cli/config/sources.h"
#include "engine/pipeline.h"
#include "integrations/runtimes/container_worker.h"

namespace vedette {

// Not thread-safe: lives on the pipeline thread. Outlives the pipeline that it is an option of.
class ContainerLookup {
 public:
  // Null if nobody is to be asked. Puts itself into the options.
  static std::unique_ptr<ContainerLookup> Make(const ContainerSettings& settings,
                                               Pipeline::Options& options);
  // What has been found out since. Never blocks.
  void Give(Pipeline& pipeline, Clock& clock);
  std::vector<SourceCounts> Counts() const { return worker_.Counts(); }

 private:
  explicit ContainerLookup(const ContainerSettings& settings);
  ContainerWorker worker_;
};

struct SourceFinding {
  std::string source;
  absl::Status status;  // Of RuntimeSource::Probe.
};
// Asks each of the sources whether it is there; takes a second for one that hangs.
std::vector<SourceFinding> ProbeContainerSources(const ContainerSettings& settings);

}  // namespace vedette

#endif  // VEDETTE_CLI_CONTAINER_LOOKUP_H_
