// SPDX-License-Identifier: Apache-2.0
//
// What one set of pinned programs has decided: the ring with the decisions, the counters of those
// that found no room in it, and how far a store has kept both. Every decision is handed out by one
// daemon or another, or counted as lost: whoever dies has released nothing that its store does not
// have, and the store's mark, written with the decisions or right behind them, says where to begin.
#ifndef VEDETTE_SENSOR_SOURCE_DECISIONS_H_
#define VEDETTE_SENSOR_SOURCE_DECISIONS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/file.h"
#include "sensor/schema/layout.h"
#include "sensor/source/loss_meter.h"
#include "sensor/source/ring_reader.h"

namespace vedette {

// How far a ring has been handed out. An empty value: the ring is gone, and so may the mark.
struct DecisionMark {
  std::string key;
  std::string value;
};

// The text of a mark: a position, and what was told as lost.
using DecisionLosses = std::array<LossMeter::Losses, WIRE_KIND_LIMIT>;
std::string WriteDecisionMark(uint64_t position, const DecisionLosses& told);
// False: it is none, and nothing is changed.
bool ReadDecisionMark(absl::string_view value, uint64_t& position, DecisionLosses& told);

// Not thread-safe.
class Decisions {
 public:
  // The map `ring` is needed for the call only.
  static absl::StatusOr<std::unique_ptr<Decisions>> Open(int ring, OwnedFd counters);

  // Under which the mark is kept: the boot and the ring's number in it.
  const std::string& key() const { return key_; }
  static bool IsKey(absl::string_view key);

  // Goes on behind what the mark says that was kept.
  void Restore(absl::string_view mark);
  // At most `records_max` records; their number.
  size_t HandOut(size_t records_max, RingReader::Callback each) {
    return ring_->Read(records_max, each);
  }
  // Records of kind `lost` for what was decided and could not be told.
  void ReportLosses(absl::FunctionRef<void(const wire_lost&)> each);
  // Where it stands, if it has moved since the last call. To be kept behind what was handed out.
  std::optional<DecisionMark> TakeMark();
  // The mark has been kept.
  void Keep(absl::string_view mark);
  // All that was decided is kept.
  bool IsDone() const { return ring_->IsDone() && taken_ == kept_; }

 private:
  Decisions(std::unique_ptr<RingReader> ring, OwnedFd counters, std::string key);

  const std::unique_ptr<RingReader> ring_;
  const OwnedFd counters_;
  const std::string key_;
  LossMeter meter_;
  DecisionLosses told_ = {};
  std::string taken_, kept_;  // Values of marks.
};

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_DECISIONS_H_
