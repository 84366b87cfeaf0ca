// SPDX-License-Identifier: Apache-2.0
//
// A segment back to columns, one by one, as they are asked for. The bytes may be anything: what is
// wrong with them is kDataLoss, and nothing is allocated beyond what the limits in segment_head.h
// allow.
#ifndef VEDETTE_STORAGE_SEGMENT_READER_H_
#define VEDETTE_STORAGE_SEGMENT_READER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "storage/column_data.h"
#include "storage/segment_head.h"

namespace vedette {

// Used by one thread at a time.
class SegmentReader {
 public:
  // Gives `size` bytes of the data from `offset` on. Called while a column is decoded.
  using ReadData = std::function<absl::Status(uint64_t offset, size_t size, std::string& to)>;

  static absl::StatusOr<std::unique_ptr<SegmentReader>> Create(absl::string_view head,
                                                               ReadData read);

  const SegmentHead& head() const { return head_; }
  size_t rows() const { return head_.rows; }

  // Valid as long as this. `index` is below head().columns.size().
  absl::StatusOr<const ColumnData*> Column(size_t index);
  // Reads all of it; a segment without checksums is decoded for that.
  absl::Status Check();
  // Memory of the columns that have been decoded, about.
  size_t Bytes() const { return bytes_; }

 private:
  enum class State : uint8_t { kNo, kBusy, kDone };
  struct Entry {
    State state = State::kNo;
    ColumnData data;
  };

  SegmentReader(SegmentHead head, ReadData read);

  absl::Status Decode(size_t index);
  absl::Status ReadStored(const Stream& stream);
  absl::Status ReadStream(const Stream& stream, std::string& raw);
  absl::Status ReadPlanes(const Planes& planes, size_t count, std::vector<int64_t>& to);
  absl::Status ReadNulls(const ColumnHead& head, ColumnData& data);
  absl::Status ReadTexts(const ColumnHead& head, ColumnData& data);
  absl::Status ReadNumbers(const ColumnHead& head, ColumnData& data);
  absl::Status ReadDistances(const ColumnHead& head, ColumnData& data);
  absl::Status ReadExcept(const ColumnHead& head, ColumnData& data);
  absl::Status ReadByEntry(const ColumnHead& head, ColumnData& data);

  const SegmentHead head_;
  const ReadData read_;
  std::vector<Entry> columns_;
  std::string stored_, raw_;
  size_t bytes_ = 0;
};

}  // namespace vedette

#endif  // VEDETTE_STORAGE_SEGMENT_READER_H_
