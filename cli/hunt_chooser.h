// SPDX-License-Identifier: Apache-2.0
//
// Which events of the history a rule can hold for, by the classifier's tables: what the kernel
// looks up act by act is looked up here once for each path, name and mode that a segment has. Keeps
// an event in vain, but never leaves one out wrongly.
#ifndef VEDETTE_CLI_HUNT_CHOOSER_H_
#define VEDETTE_CLI_HUNT_CHOOSER_H_

#include <bitset>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "rules/classify/classifier.h"
#include "rules/classify/tables.h"
#include "storage/event_chooser.h"

namespace vedette {

// Immutable once made: any thread.
class HuntChooser : public EventChooser {
 public:
  // `wants_requests`: connections to unix sockets are kept, for they tell who asked a service.
  HuntChooser(const ClassifierTables& tables, bool wants_requests);

  absl::Status Choose(ChoosableEvents& events, std::vector<uint32_t>& rows) const override;
  std::string ContainerOf(absl::string_view cgroup) const override;

 private:
  // What a segment's filter must have for a term to hold in it: one of each list that is not empty.
  struct Need {
    std::vector<std::string> comms;
    std::vector<std::string> paths, folders;  // Together one list, of judged paths alone.
  };

  // Which paths any term of a kind can want, cheaply: exactly those that it may leave out.
  struct PathFilter {
    void Add(const std::vector<std::string>& more_paths,
             const std::vector<std::string>& more_folders);
    bool MayBeWanted(absl::string_view path) const;

    bool all = false;  // Some term takes any.
    absl::flat_hash_set<std::string> paths;
    std::bitset<256> lengths;  // Of paths; the last one stands for all beyond.
    std::vector<std::string> folders;
  };
  struct Judged;
  struct Left;

  static absl::StatusOr<Judged> JudgedOf(ChoosableEvents& events);
  absl::Status NarrowByTexts(ChoosableEvents& events, const Judged& judged,
                             const std::vector<uint32_t>& rows, std::vector<Left>& left) const;
  absl::Status NarrowByPath(ChoosableEvents& events, const Judged& judged,
                            const std::vector<uint32_t>& rows, std::vector<Left>& left) const;
  absl::Status NarrowByNumbers(ChoosableEvents& events, const Judged& judged,
                               std::vector<Left>& left) const;
  bool SegmentMayHave(const ChoosableEvents& events, bool all_judged) const;

  const Classifier classifier_;
  const bool wants_requests_;
  bool wants_failed_opens_ = false;       // Some term takes them.
  std::vector<std::vector<Need>> needs_;  // By kind: of each term.
  std::vector<PathFilter> path_filters_;  // By kind.
  std::vector<Survivors> any_mode_;       // By kind.
};

}  // namespace vedette

#endif  // VEDETTE_CLI_HUNT_CHOOSER_H_
