// SPDX-License-Identifier: Apache-2.0
//
// One segment that cannot be read does not make the store a damaged one: what else is in it is
// read, and what is missing is told.
#ifndef VEDETTE_STORAGE_SEGMENT_DAMAGE_H_
#define VEDETTE_STORAGE_SEGMENT_DAMAGE_H_

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "sensor/schema/schema.h"

namespace vedette {

struct SegmentInfo;

inline constexpr absl::string_view kWrongChecksum =
    "its bytes are not those that were written (checksum)";

// kDataLoss: "a segment is damaged: `what`", told from a file that SQLite finds damaged.
absl::Status SegmentDamage(absl::string_view what);
bool IsSegmentDamage(const absl::Status& status);

// Gap::stage: what was stored cannot be read any more.
inline constexpr char kStageDamaged[] = "store_damaged";

inline constexpr absl::string_view kLostLayout = "what its columns are is lost (its layout)";

struct DamagedSegment {
  int64_t segment = 0;
  std::string kind;  // Of its events, or "processes"; empty: it is not known.
  int64_t rows = 0, start_ns = 0, end_ns = 0;
  std::string why;
};
DamagedSegment DamageOf(const SegmentInfo& info, const absl::Status& why);
// "segment 12 (16384 rows of file_open, FROM to TO) is damaged: WHY", times in UTC.
std::string Describe(const DamagedSegment& damaged);

// What was looked at by whoever checked segments.
struct SegmentCheck {
  uint64_t segments = 0, rows = 0, bytes = 0;
  uint64_t segments_all = 0;       // That there are.
  uint64_t without_checksums = 0;  // Of an older Vedette: only what makes no sense is found.
  uint64_t damaged = 0;
};

using SegmentCheckProgress = absl::FunctionRef<bool(const SegmentCheck& so_far)>;  // False: enough.

// Which segments could not be read whole. Any thread.
class DamageLog {
 public:
  void Add(const SegmentInfo& info, const absl::Status& why);
  // By number, each once.
  std::vector<DamagedSegment> All() const;

 private:
  mutable std::mutex mu_;
  std::vector<DamagedSegment> all_;
};

}  // namespace vedette

#endif  // VEDETTE_STORAGE_SEGMENT_DAMAGE_H_
