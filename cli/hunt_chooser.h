// SPDX-License-Identifier: Apache-2.0
//
// Which events of the history a rule can hold for, by the classifier's tables: what the kernel
// looks up act by act is looked up here once for each path, name and mode that a segment has. Keeps
// an event in vain, but never leaves one out wrongly.
#ifndef VEDETTE_CLI_HUNT_CHOOSER_H_
#define VEDETTE_CLI_HUNT_CHOOSER_H_

#include <cstdint>
#include <string>
#include <vector>

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

 private:
  // What a segment's filter must have for a term to hold in it: one of each list that is not empty.
  struct Need {
    std::vector<std::string> comms;
    std::vector<std::string> paths, folders;  // Together one list, of judged paths alone.
  };

  bool SegmentMayHave(const ChoosableEvents& events, bool all_judged) const;

  const Classifier classifier_;
  const bool wants_requests_;
  std::vector<std::vector<Need>> needs_;  // By kind: of each term.
  std::vector<Survivors> any_mode_;       // By kind.
};

}  // namespace vedette

#endif  // VEDETTE_CLI_HUNT_CHOOSER_H_
