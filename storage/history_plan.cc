// SPDX-License-Identifier: Apache-2.0
//
// No unit test: history_test reads through it.
#include "storage/history_plan.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/hex.h"
#include "base/status_macros.h"
#include "storage/event_block.h"
#include "storage/read_only.h"
#include "storage/record_maker.h"
#include "storage/segment_filter.h"
#include "storage/tables.h"

namespace vedette {
namespace {

class Choosable final : public ChoosableEvents {
 public:
  explicit Choosable(EventBatch& batch) : batch_(batch) {}
  EventKind kind() const override { return batch_.info().kind; }
  size_t rows() const override { return batch_.rows(); }
  absl::StatusOr<const ColumnData*> Column(absl::string_view name) override {
    return ColumnNamed(batch_, name);
  }
  bool MayHaveText(absl::string_view text) const override {
    return FilterMayHave(batch_.filter(), TextKey(text));
  }
  bool MayHaveFolder(absl::string_view folder) const override {
    return FilterMayHave(batch_.filter(), FolderKey(folder));
  }
  absl::StatusOr<bool> MayHaveUnresolved() override {
    if (kind() != WIRE_file_open) return false;
    if (batch_.MarksUnresolved()) return FilterMayHave(batch_.filter(), UnresolvedKey());
    ASSIGN_OR_RETURN(const ColumnData* const path, Column("path"));
    ASSIGN_OR_RETURN(const ColumnData* const name, Column("name"));
    return HasUnresolved(*name, *path);
  }

 private:
  EventBatch& batch_;
};

bool BeginsProcess(EventKind kind) {
  return kind == WIRE_process_exec || kind == WIRE_process_seen;
}

size_t ExecIdColumn(EventKind kind) {
  const std::vector<EventColumn>& columns = EventColumns(kind);
  const auto at = std::find_if(columns.begin(), columns.end(),
                               [](const EventColumn& column) { return column.name == "exec_id"; });
  return static_cast<size_t>(at - columns.begin());
}

}  // namespace

int64_t HistoryKey(int64_t id) {
  const int64_t number = id % kNumbersPerRun;
  if (number < kFirstSeenNumber) return id;
  return id - number - kNumbersPerRun + number;  // Behind the events of the run before.
}

KindSet LifeKinds() {
  return KindBit(WIRE_process_fork) | KindBit(WIRE_process_exec) | KindBit(WIRE_process_exit) |
         KindBit(WIRE_process_seen);
}

std::vector<HistoryTask> TasksOf(int64_t run, const HistoryQuestion& question,
                                 const std::vector<SegmentInfo>& segments) {
  const int64_t first = run * kNumbersPerRun, last = first + kNumbersPerRun - 1;
  const int64_t from = absl::ToUnixNanos(question.from), to = absl::ToUnixNanos(question.to);
  const KindSet kinds = question.kinds | LifeKinds();
  std::vector<HistoryTask> tasks;
  for (const SegmentInfo& info : segments) {
    if ((kinds & KindBit(info.kind)) == 0 || info.last_id < first || info.first_id > last ||
        info.end_ns < from || info.start_ns >= to) {
      continue;
    }
    tasks.push_back({info, std::max(first, info.first_id), std::min(last, info.last_id)});
  }
  std::sort(tasks.begin(), tasks.end(), [](const HistoryTask& a, const HistoryTask& b) {
    return std::pair(HistoryKey(a.first_id), a.info.segment) <
           std::pair(HistoryKey(b.first_id), b.info.segment);
  });
  return tasks;
}

absl::Status RowsInQuestion(EventBatch& batch, const HistoryTask& task,
                            const HistoryQuestion& question, std::vector<uint32_t>& rows) {
  const SegmentInfo& info = batch.info();
  const int64_t from = absl::ToUnixNanos(question.from), to = absl::ToUnixNanos(question.to);
  if (info.first_id >= task.first_id && info.last_id <= task.last_id && info.start_ns >= from &&
      info.end_ns < to) {
    rows.resize(batch.rows());
    std::iota(rows.begin(), rows.end(), 0);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const ColumnData* const ids, batch.Column(kIdColumn));
  ASSIGN_OR_RETURN(const ColumnData* const times, batch.Column(kTimeColumn));
  for (uint32_t row = 0; row < batch.rows(); ++row) {
    const int64_t id = ids->numbers[row], time = times->numbers[row];
    if (id >= task.first_id && id <= task.last_id && time >= from && time < to) {
      rows.push_back(row);
    }
  }
  return absl::OkStatus();
}

absl::Status WantedRows(EventBatch& batch, const HistoryTask& task, const HistoryQuestion& question,
                        std::vector<uint32_t>& rows) {
  RETURN_IF_ERROR(RowsInQuestion(batch, task, question, rows));
  if (question.chooser == nullptr) return absl::OkStatus();
  Choosable choosable(batch);
  return question.chooser->Choose(choosable, rows);
}

absl::StatusOr<const ColumnData*> ColumnNamed(EventBatch& batch, absl::string_view name) {
  const std::vector<EventColumn>& columns = EventColumns(batch.info().kind);
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name == name) return batch.Column(i);
  }
  return static_cast<const ColumnData*>(nullptr);
}

absl::StatusOr<HistoryDecoder> HistoryDecoder::Open(const HistoryQuestion& question,
                                                    DamageLog& damage) {
  HistoryDecoder decoder;
  decoder.damage_ = &damage;
  ASSIGN_OR_RETURN(decoder.db_, OpenReadOnly(question.path, &damage));
  decoder.catalog_ = std::make_unique<SegmentCatalog>(decoder.db_.get());
  RETURN_IF_ERROR(decoder.catalog_->Refresh());
  return decoder;
}

absl::StatusOr<std::string> HistoryDecoder::DigestOf(int64_t exec_id) {
  if (digest_ == nullptr) {
    ASSIGN_OR_RETURN(digest_,
                     Prepare(db_.get(), "SELECT exe_sha256 FROM processes WHERE exec_id = ?1"));
  }
  BindInteger(digest_.get(), 1, exec_id);
  const int rc = sqlite3_step(digest_.get());
  std::string digest;
  if (rc == SQLITE_ROW) digest = BytesOfHex(ColumnBytes(digest_.get(), 0)).value_or("");
  sqlite3_reset(digest_.get());
  if (rc != SQLITE_ROW && rc != SQLITE_DONE) return SqliteError(db_.get(), rc, "read a digest");
  return digest.size() == 32 ? digest : std::string();
}

absl::Status HistoryDecoder::DecodeBatch(EventBatch& batch, const HistoryTask& task,
                                         const HistoryQuestion& question, HistoryPiece& piece) {
  std::vector<uint32_t> rows;
  const bool is_life = (LifeKinds() & KindBit(batch.info().kind)) != 0;
  RETURN_IF_ERROR(is_life ? RowsInQuestion(batch, task, question, rows)
                          : WantedRows(batch, task, question, rows));
  return DecodeRows(batch, rows, question, piece);
}

absl::Status HistoryDecoder::DecodeRows(EventBatch& batch, const std::vector<uint32_t>& rows,
                                        const HistoryQuestion& question, HistoryPiece& piece) {
  if (rows.empty()) return absl::OkStatus();
  const EventKind kind = batch.info().kind;
  ASSIGN_OR_RETURN(const RecordMaker maker, RecordMaker::Create(batch));
  ASSIGN_OR_RETURN(const ColumnData* const ids, batch.Column(kIdColumn));
  const ColumnData* exec_ids = nullptr;
  if (question.digests && BeginsProcess(kind)) {
    ASSIGN_OR_RETURN(exec_ids, batch.Column(ExecIdColumn(kind)));
  }
  piece.entries.reserve(piece.entries.size() + rows.size());
  std::string digest;
  for (const uint32_t row : rows) {
    if (exec_ids != nullptr) {
      ASSIGN_OR_RETURN(digest, DigestOf(exec_ids->numbers[row]));
    }
    HistoryPiece::Entry entry;
    entry.id = ids->numbers[row];
    entry.key = HistoryKey(entry.id);
    entry.begin = piece.bytes.size();
    maker.Append(row, digest, piece.bytes);
    entry.end = piece.bytes.size();
    piece.entries.push_back(entry);
  }
  return absl::OkStatus();
}

// Keeps what this connection sees as it is, as long as `holder` lives. False: the segment is gone.
absl::StatusOr<bool> HistoryDecoder::Hold(int64_t segment, Statement& holder) {
  ASSIGN_OR_RETURN(holder, Prepare(db_.get(), "SELECT 1 FROM segments WHERE segment = ?1"));
  BindInteger(holder.get(), 1, segment);
  const int rc = sqlite3_step(holder.get());
  if (rc == SQLITE_ROW || rc == SQLITE_DONE) return rc == SQLITE_ROW;
  return SqliteError(db_.get(), rc, "read a segment");
}

absl::StatusOr<std::shared_ptr<EventBatch>> HistoryDecoder::Read(const HistoryTask& task,
                                                                 Statement& holder) {
  ASSIGN_OR_RETURN(const bool is_there, Hold(task.info.segment, holder));
  if (is_there) return catalog_->Read(task.info);
  holder.reset();
  return std::shared_ptr<EventBatch>();
}

absl::Status HistoryDecoder::PassOver(const SegmentInfo& info, const absl::Status& status) {
  if (!absl::IsDataLoss(status)) return status;
  damage_->Add(info, status);
  return absl::OkStatus();
}

absl::StatusOr<HistoryPiece> HistoryDecoder::Decode(const HistoryTask& task,
                                                    const HistoryQuestion& question,
                                                    const std::vector<uint32_t>* rows) {
  absl::StatusOr<HistoryPiece> piece = DecodeTask(task, question, rows);
  if (piece.ok()) return piece;
  RETURN_IF_ERROR(PassOver(task.info, piece.status()));
  return HistoryPiece();
}

absl::StatusOr<HistoryPiece> HistoryDecoder::DecodeTask(const HistoryTask& task,
                                                        const HistoryQuestion& question,
                                                        const std::vector<uint32_t>* rows) {
  HistoryPiece piece;
  Statement holder;
  ASSIGN_OR_RETURN(const std::shared_ptr<EventBatch> batch, Read(task, holder));
  if (batch == nullptr) {
    RETURN_IF_ERROR(DecodeElsewhere(task, question, piece));
  } else if (rows != nullptr) {
    RETURN_IF_ERROR(DecodeRows(*batch, *rows, question, piece));
  } else {
    RETURN_IF_ERROR(DecodeBatch(*batch, task, question, piece));
  }
  return piece;
}

// Small segments are joined, evidence moves: the events have other segments now, or none.
absl::Status HistoryDecoder::DecodeElsewhere(const HistoryTask& task,
                                             const HistoryQuestion& question, HistoryPiece& piece) {
  Statement holder;
  ASSIGN_OR_RETURN(holder, Prepare(db_.get(), "SELECT 1 FROM meta"));
  sqlite3_step(holder.get());
  RETURN_IF_ERROR(catalog_->Refresh());
  uint64_t found = 0;
  for (const SegmentInfo& info : catalog_->segments()) {
    if (info.kind != task.info.kind || info.last_id < task.first_id ||
        info.first_id > task.last_id) {
      continue;
    }
    ASSIGN_OR_RETURN(const std::shared_ptr<EventBatch> batch, catalog_->Read(info));
    ASSIGN_OR_RETURN(const ColumnData* const ids, batch->Column(kIdColumn));
    found += static_cast<uint64_t>(
        std::count_if(ids->numbers.begin(), ids->numbers.end(),
                      [&](int64_t id) { return id >= task.first_id && id <= task.last_id; }));
    RETURN_IF_ERROR(DecodeBatch(*batch, task, question, piece));
  }
  std::sort(piece.entries.begin(), piece.entries.end(),
            [](const auto& a, const auto& b) { return a.key < b.key; });
  // Of a segment that two runs share nobody knows whose rows are gone.
  const bool is_whole = task.first_id == task.info.first_id && task.last_id == task.info.last_id;
  const auto rows = static_cast<uint64_t>(task.info.rows);
  if (is_whole && found < rows) piece.gone = rows - found;
  return absl::OkStatus();
}

}  // namespace vedette
