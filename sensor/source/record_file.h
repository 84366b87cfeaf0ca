// SPDX-License-Identifier: Apache-2.0
//
// A record file: what the kernel delivered, byte by byte, and what has to be known of the host. In
// order:
//
//   "VEDETTE\n"  | u32 WIRE_VERSION | u32 size of the metadata | metadata (JSON) | records
//
// in native byte order. A record begins with its own size (wire.h), so there is no index and no end
// mark: the file of a killed daemon is readable up to its last whole record.
#ifndef VEDETTE_SENSOR_SOURCE_RECORD_FILE_H_
#define VEDETTE_SENSOR_SOURCE_RECORD_FILE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/file.h"
#include "sensor/source/record_source.h"

namespace vedette {

inline constexpr absl::string_view kRecordFileMagic = "VEDETTE\n";
inline constexpr size_t kRecordFileHeaderBytes = 16;  // Magic, version, size.
inline constexpr size_t kRecordMetadataBytesMax = size_t{16} << 20;

// Not thread-safe. What was written reaches the file when 256 KiB have gathered and at Flush().
class RecordWriter {
 public:
  // Makes the file (0600) or replaces it. Every error names the path; kResourceExhausted: more than
  // 16 MiB of metadata.
  static absl::StatusOr<std::unique_ptr<RecordWriter>> Create(const std::string& path,
                                                              const HostMetadata& host);
  ~RecordWriter();  // Flushes; an error is lost, so call Close().
  RecordWriter(const RecordWriter&) = delete;
  RecordWriter& operator=(const RecordWriter&) = delete;

  // kInvalidArgument: the record does not begin with its size, or has an impossible one; nothing
  // was written and the next may come. Any other error is final: half a record may be in the file,
  // nothing more is written, and every later call says the same.
  absl::Status Write(absl::Span<const std::byte> record);
  absl::Status Flush();
  absl::Status Close();

  uint64_t records() const { return records_; }
  uint64_t bytes() const { return bytes_; }  // Of the file, with what has not been flushed.

 private:
  RecordWriter(std::string path, OwnedFd fd);

  const std::string path_;
  OwnedFd fd_;
  std::string buffer_;
  absl::Status failed_;
  uint64_t records_ = 0;
  uint64_t bytes_ = 0;
};

// The metadata block. Parsing is safe on any bytes: kInvalidArgument names the key that is wrong or
// missing. Names that are not UTF-8 are written with U+FFFD.
std::string FormatHostMetadata(const HostMetadata& host);
absl::StatusOr<HostMetadata> ParseHostMetadata(absl::string_view json);

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_RECORD_FILE_H_
