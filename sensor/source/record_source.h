// SPDX-License-Identifier: Apache-2.0
//
// Where records come from: the kernel (ring_source), or a file (replay_source).
#ifndef VEDETTE_SENSOR_SOURCE_RECORD_SOURCE_H_
#define VEDETTE_SENSOR_SOURCE_RECORD_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

namespace vedette {

// What has to be known of the host to read its records; part of a record file, so that a replay
// elsewhere and later gives the same alerts.
struct HostMetadata {
  std::string hostname;
  std::string boot_id;                    // As /proc/sys/kernel/random/boot_id.
  int64_t wall_minus_boot_ns = 0;         // Wall clock minus boot clock at the start.
  std::map<uint32_t, std::string> users;  // Names by id, from the host's user database.
  std::map<uint32_t, std::string> groups;
  // What the records lack of all that the kernel had sent, in words; empty: nothing that is known.
  std::string missing = {};
};

// Called once for each record, in the order of delivery. The bytes are valid during the call only,
// and unchecked: EventView::Parse is the door.
using RecordCallback = absl::FunctionRef<void(absl::Span<const std::byte> record)>;

// Not thread-safe: lives on the pipeline thread.
class RecordSource {
 public:
  virtual ~RecordSource() = default;

  virtual const HostMetadata& host() const = 0;

  // Hands out what is there, waiting for at most `timeout` for the first record. Returns how many;
  // 0 after the timeout. kOutOfRange: the source has ended (a file); any other error is final.
  virtual absl::StatusOr<size_t> Poll(absl::Duration timeout, RecordCallback each) = 0;
};

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_RECORD_SOURCE_H_
