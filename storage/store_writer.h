// SPDX-License-Identifier: Apache-2.0
//
// One transaction of the writer: a batch into its tables. Lives on the writer thread.
#ifndef VEDETTE_STORAGE_STORE_WRITER_H_
#define VEDETTE_STORAGE_STORE_WRITER_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "storage/alert_rows.h"
#include "storage/arrival_rows.h"
#include "storage/chain.h"
#include "storage/container_rows.h"
#include "storage/database.h"
#include "storage/first_seen_rows.h"
#include "storage/mark_rows.h"
#include "storage/process_notes.h"
#include "storage/process_packer.h"
#include "storage/process_rows.h"
#include "storage/retention.h"
#include "storage/segment_writer.h"
#include "storage/store_file.h"
#include "storage/suppression_rows.h"
#include "storage/write_queue.h"

namespace vedette {

// Durability: a commit survives the death of the process. One with alerts is also synced, so it
// survives a power cut; of the rest, a power cut loses what came after the last checkpoint or
// alert.
class StoreWriter {
 public:
  static absl::StatusOr<std::unique_ptr<StoreWriter>> Create(StoreFile file,
                                                             const RetentionLimits& limits);

  // All of the batch or nothing, but for events that no table takes: they are added to `rejected`.
  // The alerts of a batch that was written have their place in the chain: Alert::chain_head.
  absl::Status Write(WriteBatch& batch, absl::Time now, std::vector<RejectedEvent>& rejected);
  // Of the chain, when the last batch was written; hexadecimal.
  std::string ChainHead() const { return chain_->Head(); }

  // A bounded piece of what can wait: moves the log into the file, makes larger segments of small
  // ones, deletes what is too old or too much. True if there is more to do.
  absl::StatusOr<bool> Maintain(absl::Time now);
  // Deletes until there is room for a batch, or nothing is left to delete.
  absl::Status MakeRoom(absl::Time now);

  // Says that the run ended in order, and leaves a file without a log.
  absl::Status Finish(absl::Time now);

 private:
  StoreWriter(StoreFile file, std::unique_ptr<SegmentWriter> events, ProcessRows processes,
              ProcessNotes notes, AlertRows alerts, FirstSeenRows seen, Retention retention);

  absl::Status WriteRows(WriteBatch& batch, absl::Time now, std::vector<RejectedEvent>& rejected);
  absl::Status WriteEvent(const EventChunk::Entry& entry, std::vector<RejectedEvent>& rejected);
  // Damaged segments that were found, as gaps, each once.
  absl::Status TellDamage(absl::Time now);
  absl::Status PutDamage(const FoundDamage& found, absl::Time now, bool& is_new);
  absl::Status SetSynced(bool synced);

  StoreFile file_;  // First: the statements below must go before the connection.
  std::unique_ptr<SegmentWriter> events_;
  ProcessRows processes_;
  ProcessNotes notes_;
  AlertRows alerts_;
  ContainerRows containers_;
  SuppressionRows suppressions_;
  FirstSeenRows seen_;
  MarkRows marks_;
  ProcessPacker packer_;
  std::unique_ptr<ArrivalRows> arrivals_;
  Retention retention_;
  std::unique_ptr<Chain> chain_;
  Statement begin_, commit_, rollback_, heartbeat_, damaged_;
  bool synced_ = false;
  int checkpoint_pages_ = 0;
  int log_pages_ = 0;  // Set by SQLite's hook after each commit.
};

}  // namespace vedette

#endif  // VEDETTE_STORAGE_STORE_WRITER_H_
