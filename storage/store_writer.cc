// SPDX-License-Identifier: Apache-2.0
//
// No unit test: event_store_test, event_store_fault_test and event_store_kill_test drive it from
// its thread.
#include "storage/store_writer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "storage/tables.h"

namespace vedette {
namespace {

constexpr int kCheckpointPagesMax = 1000;

// The row is at fault, not the store: trying again would not help.
bool IsRowsFault(const absl::Status& status) {
  return status.code() == absl::StatusCode::kInvalidArgument;
}

}  // namespace

absl::StatusOr<std::unique_ptr<StoreWriter>> StoreWriter::Create(StoreFile file,
                                                                 const RetentionLimits& limits) {
  sqlite3* const db = file.db.get();
  ASSIGN_OR_RETURN(std::unique_ptr<SegmentWriter> events,
                   SegmentWriter::Create(db, limits.SpanMax()));
  ASSIGN_OR_RETURN(ProcessRows processes, ProcessRows::Create(db, file.run));
  ASSIGN_OR_RETURN(ProcessNotes notes, ProcessNotes::Create(db));
  ASSIGN_OR_RETURN(AlertRows alerts, AlertRows::Create(db, file.run));
  ASSIGN_OR_RETURN(FirstSeenRows seen, FirstSeenRows::Create(db));
  ASSIGN_OR_RETURN(SigningKey key, SigningKey::ReadOrMake(file.key_path));
  ASSIGN_OR_RETURN(Chain made, Chain::Create(db, std::move(key)));
  auto chain = std::make_unique<Chain>(std::move(made));
  ASSIGN_OR_RETURN(ArrivalRows made_arrivals, ArrivalRows::Create(db, file.run));
  auto arrivals = std::make_unique<ArrivalRows>(std::move(made_arrivals));
  ASSIGN_OR_RETURN(Retention retention,
                   Retention::Create(db, *events, *chain, *arrivals, file.run, limits));
  std::unique_ptr<StoreWriter> writer(
      new StoreWriter(std::move(file), std::move(events), std::move(processes), std::move(notes),
                      std::move(alerts), std::move(seen), std::move(retention)));
  writer->chain_ = std::move(chain);
  writer->arrivals_ = std::move(arrivals);
  ASSIGN_OR_RETURN(writer->containers_, ContainerRows::Create(db));
  ASSIGN_OR_RETURN(writer->suppressions_, SuppressionRows::Create(db));
  ASSIGN_OR_RETURN(writer->marks_, MarkRows::Create(db));
  ASSIGN_OR_RETURN(writer->packer_, ProcessPacker::Create(db, *writer->events_));
  ASSIGN_OR_RETURN(writer->begin_, Prepare(db, "BEGIN IMMEDIATE"));
  ASSIGN_OR_RETURN(writer->commit_, Prepare(db, "COMMIT"));
  ASSIGN_OR_RETURN(writer->rollback_, Prepare(db, "ROLLBACK"));
  ASSIGN_OR_RETURN(writer->heartbeat_, Prepare(db, "UPDATE runs SET last_ns = ?1 WHERE run = ?2"));
  ASSIGN_OR_RETURN(writer->damaged_,
                   Prepare(db,
                           "INSERT OR IGNORE INTO damaged_segments (segment, found_ns, why)"
                           " VALUES (?1, ?2, ?3)"));
  ASSIGN_OR_RETURN(const int64_t page_bytes, QueryInteger(db, "PRAGMA page_size"));
  const auto half = static_cast<int64_t>(limits.LogShare() / 2);
  writer->checkpoint_pages_ =
      static_cast<int>(std::min<int64_t>(half / page_bytes, kCheckpointPagesMax));
  RETURN_IF_ERROR(Execute(db, absl::StrCat("PRAGMA journal_size_limit = ", half)));
  sqlite3_wal_hook(
      db,
      [](void* self, sqlite3*, const char*, int pages) {
        static_cast<StoreWriter*>(self)->log_pages_ = pages;
        return SQLITE_OK;
      },
      writer.get());
  return writer;
}

StoreWriter::StoreWriter(StoreFile file, std::unique_ptr<SegmentWriter> events,
                         ProcessRows processes, ProcessNotes notes, AlertRows alerts,
                         FirstSeenRows seen, Retention retention)
    : file_(std::move(file)),
      events_(std::move(events)),
      processes_(std::move(processes)),
      notes_(std::move(notes)),
      alerts_(std::move(alerts)),
      seen_(std::move(seen)),
      retention_(std::move(retention)) {}

absl::Status StoreWriter::Write(WriteBatch& batch, absl::Time now,
                                std::vector<RejectedEvent>& rejected) {
  RETURN_IF_ERROR(SetSynced(batch.synced || !batch.alerts.empty()));
  RETURN_IF_ERROR(StepDone(begin_.get(), "begin"));
  absl::Status status = WriteRows(batch, now, rejected);
  if (status.ok()) status = StepDone(commit_.get(), "commit");
  // Some errors have rolled back already; then there is nothing to roll back.
  if (!status.ok() && sqlite3_get_autocommit(file_.db.get()) == 0) {
    StepDone(rollback_.get(), "roll back").IgnoreError();
  }
  if (status.ok()) {
    events_->Committed();
    arrivals_->Committed();
  } else {
    events_->RolledBack();
    processes_.Forget();
    arrivals_->RolledBack();
    chain_->Forget();
  }
  return status;
}

absl::Status StoreWriter::WriteRows(WriteBatch& batch, absl::Time now,
                                    std::vector<RejectedEvent>& rejected) {
  sqlite3* const db = file_.db.get();
  // Before the alerts that they cover.
  for (const SuppressionAct& act : batch.suppressions) {
    ASSIGN_OR_RETURN(const int64_t row, suppressions_.Insert(act));
    if (row != 0) RETURN_IF_ERROR(chain_->AddSuppression(row));
  }
  for (Alert& alert : batch.alerts) {
    ASSIGN_OR_RETURN(const int64_t row, alerts_.Insert(alert));
    RETURN_IF_ERROR(chain_->AddAlert(row));
    alert.chain_head = chain_->Head();
  }
  // Behind the alerts: what is changed may have come with them.
  for (const AlertChange& change : batch.changes) {
    ASSIGN_OR_RETURN(const bool written, alerts_.Insert(change));
    if (written) RETURN_IF_ERROR(chain_->AddChange(sqlite3_last_insert_rowid(db)));
  }
  for (const Gap& gap : batch.gaps) {
    RETURN_IF_ERROR(alerts_.Insert(gap));
    RETURN_IF_ERROR(chain_->AddGap(sqlite3_last_insert_rowid(db)));
  }
  RETURN_IF_ERROR(chain_->MaybeSign(now, /*now_or_never=*/false));
  for (const SeenCombination& seen : batch.seen) RETURN_IF_ERROR(seen_.Put(seen));
  for (const EventChunk& chunk : batch.chunks) {
    size_t at = 0;
    while (const std::optional<EventChunk::Entry> entry = chunk.Next(at)) {
      RETURN_IF_ERROR(WriteEvent(*entry, rejected));
    }
  }
  RETURN_IF_ERROR(processes_.Flush([this](uint64_t exec_id) { return notes_.OnRow(exec_id); }));
  RETURN_IF_ERROR(events_->Flush(rejected));
  for (const StoredProcessNote& note : batch.notes) RETURN_IF_ERROR(notes_.Put(note));
  for (const StoredContainer& container : batch.containers) {
    RETURN_IF_ERROR(containers_.Put(container, now));
  }
  for (const StoreMark& mark : batch.marks) RETURN_IF_ERROR(marks_.Put(mark));
  BindInteger(heartbeat_.get(), 1, absl::ToUnixNanos(now));
  BindInteger(heartbeat_.get(), 2, file_.run);
  return StepDone(heartbeat_.get(), "heartbeat");
}

absl::Status StoreWriter::WriteEvent(const EventChunk::Entry& entry,
                                     std::vector<RejectedEvent>& rejected) {
  const std::optional<EventView> event = EventView::Parse(entry.record);
  if (!event.has_value()) {
    rejected.push_back({.kind = 0, .time_ns = entry.time_ns});
    return absl::OkStatus();
  }
  const RejectedEvent as_rejected{.kind = static_cast<uint16_t>(event->kind()),
                                  .time_ns = entry.time_ns};
  if (entry.number >= static_cast<uint64_t>(kNumbersPerRun)) {
    rejected.push_back(as_rejected);
    return absl::OkStatus();
  }
  const EventPlace place{.id = file_.run * kNumbersPerRun + static_cast<int64_t>(entry.number),
                         .time_ns = entry.time_ns};
  events_->Add(*event, place);
  RETURN_IF_ERROR(arrivals_->Saw(place.id));
  packer_.Saw(*event, entry.time_ns);
  const absl::Status applied = processes_.Apply(*event, entry.time_ns);
  if (IsRowsFault(applied)) return absl::OkStatus();
  return applied;
}

absl::StatusOr<bool> StoreWriter::Maintain(absl::Time now) {
  if (log_pages_ >= checkpoint_pages_) {
    // Passive: waits for nobody. What readers hold back is moved another time.
    const int rc = sqlite3_wal_checkpoint_v2(file_.db.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE,
                                             nullptr, nullptr);
    if (rc != SQLITE_OK && rc != SQLITE_BUSY) return SqliteError(file_.db.get(), rc, "checkpoint");
    log_pages_ = 0;
  }
  ASSIGN_OR_RETURN(const bool more_merges, events_->Step());
  ASSIGN_OR_RETURN(const bool more_packs, packer_.Step());
  ASSIGN_OR_RETURN(const bool more_deletes, retention_.Step(now));
  RETURN_IF_ERROR(events_->Scrub(now));
  RETURN_IF_ERROR(TellDamage(now));
  return more_merges || more_packs || more_deletes;
}

absl::Status StoreWriter::PutDamage(const FoundDamage& found, absl::Time now, bool& is_new) {
  BindInteger(damaged_.get(), 1, found.info.segment);
  BindInteger(damaged_.get(), 2, absl::ToUnixNanos(now));
  BindText(damaged_.get(), 3, found.why.message());
  RETURN_IF_ERROR(StepDone(damaged_.get(), "a damaged segment"));
  is_new = sqlite3_changes(file_.db.get()) != 0;
  if (!is_new) return absl::OkStatus();
  RETURN_IF_ERROR(alerts_.Insert(Gap{.from = absl::FromUnixNanos(found.info.start_ns),
                                     .to = absl::FromUnixNanos(found.info.end_ns),
                                     .kind = DamageOf(found.info, found.why).kind,
                                     .stage = kStageDamaged,
                                     .count = static_cast<uint64_t>(found.info.rows)}));
  return chain_->AddGap(sqlite3_last_insert_rowid(file_.db.get()));
}

absl::Status StoreWriter::TellDamage(absl::Time now) {
  std::vector<FoundDamage> all = events_->TakeDamage();
  while (!all.empty()) {
    const FoundDamage found = all.back();
    bool is_new = false;
    absl::Status status = StepDone(begin_.get(), "begin");
    if (status.ok()) status = PutDamage(found, now, is_new);
    if (status.ok()) status = StepDone(commit_.get(), "commit");
    if (!status.ok()) {
      if (sqlite3_get_autocommit(file_.db.get()) == 0) {
        StepDone(rollback_.get(), "roll back").IgnoreError();
      }
      chain_->Forget();
      events_->PutBack(std::move(all));
      return status;
    }
    all.pop_back();
    events_->LeaveAlone(found.info.segment);
    if (!is_new) continue;
    LOG_ERROR("store: ", Describe(DamageOf(found.info, found.why)),
              "; its rows are left out or lack values, which a gap says; the rest is untouched");
  }
  return absl::OkStatus();
}

absl::Status StoreWriter::MakeRoom(absl::Time now) {
  while (true) {
    ASSIGN_OR_RETURN(const bool full, retention_.Full());
    if (!full) return absl::OkStatus();
    ASSIGN_OR_RETURN(const bool more, Maintain(now));
    if (!more) return absl::OkStatus();
  }
}

absl::Status StoreWriter::Finish(absl::Time now) {
  RETURN_IF_ERROR(events_->MergeAll());
  RETURN_IF_ERROR(retention_.Tighten());
  RETURN_IF_ERROR(TellDamage(now));
  // First: of a run that has ended in order all links are signed.
  RETURN_IF_ERROR(chain_->MaybeSign(now, /*now_or_never=*/true));
  ASSIGN_OR_RETURN(
      const Statement end,
      Prepare(file_.db.get(), "UPDATE runs SET last_ns = ?1, end_ns = ?1 WHERE run = ?2"));
  BindInteger(end.get(), 1, absl::ToUnixNanos(now));
  BindInteger(end.get(), 2, file_.run);
  RETURN_IF_ERROR(StepDone(end.get(), "end the run"));
  // Busy: a reader is at work. The log stays for it.
  const int rc = sqlite3_wal_checkpoint_v2(file_.db.get(), nullptr, SQLITE_CHECKPOINT_TRUNCATE,
                                           nullptr, nullptr);
  if (rc == SQLITE_OK || rc == SQLITE_BUSY) return absl::OkStatus();
  return SqliteError(file_.db.get(), rc, "checkpoint");
}

absl::Status StoreWriter::SetSynced(bool synced) {
  if (synced == synced_) return absl::OkStatus();
  RETURN_IF_ERROR(Execute(file_.db.get(),
                          synced ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL"));
  synced_ = synced;
  return absl::OkStatus();
}

}  // namespace vedette
