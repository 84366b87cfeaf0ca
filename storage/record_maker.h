// SPDX-License-Identifier: Apache-2.0
//
// Events of the store back to records, as EventView::Parse accepts them: the way back of
// event_block.h. What a record says, it says again; only its survivors are all ones (nobody has
// judged it), and its texts may lie in another order.
#ifndef VEDETTE_STORAGE_RECORD_MAKER_H_
#define VEDETTE_STORAGE_RECORD_MAKER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "sensor/schema/schema.h"
#include "storage/column_data.h"
#include "storage/segment_catalog.h"
#include "storage/tables.h"

namespace vedette {

// Of one batch, whose every column it decodes. Used by one thread at a time.
class RecordMaker {
 public:
  // `batch` must outlive this.
  static absl::StatusOr<RecordMaker> Create(EventBatch& batch);
  // The same of columns that come from elsewhere: by their place in EventColumns(kind). They must
  // outlive this.
  using ColumnAt = absl::FunctionRef<absl::StatusOr<const ColumnData*>(size_t index)>;
  static absl::StatusOr<RecordMaker> Create(EventKind kind, ColumnAt column_at);

  // The record of a row, behind what is in `to`. It is well-formed whatever the store holds: texts
  // that are longer than any record's are cut. `exe_sha256` (32 bytes, or empty) stands for a
  // digest of the executable where the record has a place for one and has none.
  void Append(uint32_t row, absl::string_view exe_sha256, std::string& to) const;

 private:
  struct Part {
    const EventColumn* column = nullptr;
    const ColumnData* data = nullptr;
    const ColumnData* split = nullptr;  // kArguments
    // kNetwork: by number of its text, the bytes of the address, ...
    std::vector<IpAddress> addresses;
  };

  explicit RecordMaker(const KindInfo& info) : info_(&info) {}
  void AppendText(const Part& part, uint32_t row, size_t begin, uint64_t truncated,
                  std::string& to) const;
  void AppendDigest(absl::string_view exe_sha256, size_t begin, std::string& to) const;

  const KindInfo* info_;
  const Member* family_ = nullptr;  // ... which this says how to write.
  std::vector<Part> parts_;
  std::vector<Part> texts_;
  const ColumnData* flags_ = nullptr;
  const ColumnData* lanes_ = nullptr;
  const ColumnData* truncated_ = nullptr;
  std::vector<uint64_t> truncated_bits_;  // By number of its text: bit n is the n-th of texts_.
};

}  // namespace vedette

#endif  // VEDETTE_STORAGE_RECORD_MAKER_H_
