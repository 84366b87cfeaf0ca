// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/lanes.h"

#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>

#include "sensor/schema/wire.h"

namespace vedette {
namespace {

// The kernel gets the room back so often: each time costs both sides a cache line.
constexpr size_t kReleaseEvery = 64;

uint64_t TimeOf(RingReader::Record record) {
  uint64_t time = 0;
  if (record.size() >= sizeof(wire_header)) {
    std::memcpy(&time, record.data() + offsetof(wire_header, time_ns), sizeof(time));
  }
  return time;
}

// The next record of a lane and how many it has given.
class Head {
 public:
  Head(RingReader& lane, size_t& count) : lane_(lane), count_(count) {}
  ~Head() { lane_.Release(lane_.position()); }

  bool Look() {
    if (count_ >= Lanes::kBatch) return false;
    if (!record_.has_value()) {
      record_ = lane_.Peek();
      if (record_.has_value()) time_ = TimeOf(*record_);
    }
    return record_.has_value();
  }
  uint64_t time() const { return time_; }
  void HandOut(RecordCallback each) {
    each(*record_);
    record_.reset();
    lane_.Advance();
    if (++count_ % kReleaseEvery == 0) lane_.Release(lane_.position());
  }

 private:
  RingReader& lane_;
  size_t& count_;
  std::optional<RingReader::Record> record_;
  uint64_t time_ = 0;
};

}  // namespace

Lanes::Lanes(std::unique_ptr<RingReader> critical, std::unique_ptr<RingReader> bulk)
    : critical_(std::move(critical)), bulk_(std::move(bulk)) {}

Lanes::Counts Lanes::HandOut(RecordCallback each) {
  Counts counts;
  Head critical(*critical_, counts.critical), bulk(*bulk_, counts.bulk);
  // Never past a critical record that is there: what is left is then older than the bulk lane's.
  while (counts.critical < kBatch) {
    // In this order: what was written before a critical record is then seen.
    const bool has_critical = critical.Look();
    const bool has_bulk = bulk.Look();
    if (has_bulk && (!has_critical || bulk.time() < critical.time())) {
      bulk.HandOut(each);
    } else if (has_critical) {
      critical.HandOut(each);
    } else {
      break;
    }
  }
  return counts;
}

}  // namespace vedette
