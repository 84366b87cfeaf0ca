// SPDX-License-Identifier: Apache-2.0
//
// Whether segments still have the bytes that were written: all of them when somebody asks, and a
// few at a time in the background, so that damage is known before the day on which they are needed.
#ifndef VEDETTE_STORAGE_SEGMENT_CHECK_H_
#define VEDETTE_STORAGE_SEGMENT_CHECK_H_

#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "storage/database.h"
#include "storage/segment_damage.h"
#include "storage/segment_table.h"

namespace vedette {

// The damaged ones are in `damage` then. `progress` is called after each; false: enough.
absl::StatusOr<SegmentCheck> CheckAllSegments(sqlite3* db, DamageLog& damage,
                                              SegmentCheckProgress progress);

// Segments of which nobody can say what they are, as no table of events has them. A look at the
// list of segments; nothing, of a store that has none.
absl::Status FindLostLayouts(sqlite3* db, DamageLog& damage);

struct FoundDamage {
  SegmentInfo info;
  absl::Status why;
};

// Lives on the writer thread.
class SegmentScrub {
 public:
  static constexpr int64_t kBytesPerStep = 2 << 20;
  static constexpr absl::Duration kStepInterval = absl::Seconds(10),
                                  kRoundInterval = absl::Hours(24);

  // The tables must exist. `db` must outlive this.
  static absl::StatusOr<SegmentScrub> Create(sqlite3* db);

  // If it is time, reads the next few segments, and forgets at the end of a round what
  // `damaged_segments` says of those that are gone. Appends to `found`.
  absl::Status Step(absl::Time now, const Layouts& layouts, std::vector<FoundDamage>& found);

 private:
  absl::StatusOr<std::vector<SegmentInfo>> Following(const Layouts& layouts);

  sqlite3* db_ = nullptr;
  Statement following_, forget_;
  int64_t last_ = 0;  // Up to this number they have been read in this round.
  absl::Time next_ = absl::InfinitePast();
};

}  // namespace vedette

#endif  // VEDETTE_STORAGE_SEGMENT_CHECK_H_
