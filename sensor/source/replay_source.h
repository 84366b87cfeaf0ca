// SPDX-License-Identifier: Apache-2.0
//
// Records from a file (record_file.h), without kernel or root. The file may come from anywhere:
// nothing in it is trusted, and memory does not grow with it.
#ifndef VEDETTE_SENSOR_SOURCE_REPLAY_SOURCE_H_
#define VEDETTE_SENSOR_SOURCE_REPLAY_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "sensor/schema/wire.h"
#include "sensor/source/record_source.h"
#include "sensor/source/record_upgrade.h"

namespace vedette {

// Not thread-safe.
class ReplaySource : public RecordSource {
 public:
  // `path` may be a pipe. kInvalidArgument: no record file, or damaged metadata;
  // kFailedPrecondition: of a later version, or of another byte order. Every error names the path
  // and what to do.
  static absl::StatusOr<std::unique_ptr<ReplaySource>> Open(const std::string& path);

  const HostMetadata& host() const override { return host_; }
  uint32_t version() const { return version_; }  // Of the file.

  // Records of older versions are handed out as records of this one (record_upgrade.h). Up to 4096
  // records, without waiting. At the end kOutOfRange, whose message is damage() if there is any. A
  // record that is cut at the end, or has an impossible size, ends the file: where the next one
  // would begin is not known.
  absl::StatusOr<size_t> Poll(absl::Duration timeout, RecordCallback each) override;

  uint64_t records() const { return records_; }      // Handed out.
  uint64_t malformed() const { return malformed_; }  // 0 or 1: reading ends there.
  uint64_t bytes_skipped() const { return bytes_skipped_; }
  // One sentence with the place; empty if the file was whole. A cut last record is usual for a
  // daemon that was killed.
  const std::string& damage() const { return damage_; }

 private:
  ReplaySource(std::string path, OwnedFd fd);
  absl::Status CheckVersion(uint32_t version) const;
  absl::Status ReadHeader();
  absl::StatusOr<bool> Fill(size_t wanted);
  absl::Status SkipRest(const std::string& why);

  const std::string path_;
  OwnedFd fd_;
  HostMetadata host_;
  uint32_t version_ = WIRE_VERSION;
  std::optional<RecordUpgrade> upgrade_;  // Unset while the header is read.
  std::vector<std::byte> buffer_;
  size_t begin_ = 0, end_ = 0;  // What of the buffer has been read and not handed out.
  uint64_t offset_ = 0;         // Of begin_ in the file.
  bool ended_ = false;
  uint64_t records_ = 0, malformed_ = 0, bytes_skipped_ = 0;
  std::string damage_;
};

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_REPLAY_SOURCE_H_
