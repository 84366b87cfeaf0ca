// SPDX-License-Identifier: Apache-2.0
#include "storage/write_queue.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

namespace vedette {
namespace {

constexpr size_t kChunkBytesMin = 32 << 10;  // Above WIRE_RECORD_MAX.
constexpr size_t kChunkBytesMax = 256 << 10;
constexpr size_t kSpareMax = WriteQueue::kChunksPerBatch;

struct EntryHeader {
  uint64_t number;
  int64_t time_ns;
  uint64_t size;
};
static_assert(WIRE_RECORD_MAX + sizeof(EntryHeader) <= kChunkBytesMin);

size_t ChunkBytes(size_t event_bytes) {
  return std::clamp(event_bytes / WriteQueue::kChunksPerBatch, kChunkBytesMin, kChunkBytesMax);
}

size_t EventShare(size_t bytes_max) { return bytes_max - bytes_max / 4; }

// About as much as the allocator has given for it.
size_t AlertBytes(const Alert& alert) {
  size_t bytes = sizeof(alert) + alert.id.size() + alert.rule.size() + alert.message.size() +
                 alert.object.size() + alert.event_kind.size() + alert.event_type.size() +
                 alert.hostname.size() + alert.container_id.size();
  for (const std::string& tag : alert.tags) bytes += sizeof(tag) + tag.size();
  for (const AlertField& field : alert.fields) {
    bytes += sizeof(field) + field.name.size() + field.text.size();
  }
  for (const AlertProcess& process : alert.processes) {
    bytes += sizeof(process) + process.name.size() + process.exe_path.size() +
             process.command_line.size() + process.user.size();
  }
  for (const auto* texts : {&alert.references, &alert.attack}) {
    for (const std::string& text : *texts) bytes += sizeof(text) + text.size();
  }
  for (const AlertEvidence& evidence : alert.evidence) {
    const AlertProcess& process = evidence.process;
    bytes += sizeof(evidence) + evidence.step.size() + evidence.object.size() +
             process.name.size() + process.exe_path.size() + process.command_line.size() +
             process.user.size();
  }
  for (const AlertMatch& match : alert.matched) {
    bytes += sizeof(match) + match.predicate.size() + match.value.size();
  }
  return bytes + alert.reason.size() + alert.prehistory.size() * sizeof(uint64_t);
}

using Moment = std::chrono::steady_clock::time_point;

// At most a day: infinity would overflow.
Moment After(absl::Duration wait) {
  const absl::Duration bounded = std::min(wait, absl::Hours(24));
  return std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(bounded);
}

uint16_t KindOf(absl::Span<const std::byte> record) {
  wire_header header;
  if (record.size() < sizeof(header)) return 0;
  std::memcpy(&header, record.data(), sizeof(header));
  return FindKind(header.kind) == nullptr ? uint16_t{0} : header.kind;
}

void Merge(Gap& to, const Gap& from) {
  to.from = std::min(to.from, from.from);
  to.to = std::max(to.to, from.to);
  to.count += from.count;
}

template <typename Row>
void MoveAll(std::vector<Row>& from, std::vector<Row>& to) {
  std::move(from.begin(), from.end(), std::back_inserter(to));
  from.clear();
}

}  // namespace

bool WriteBatch::empty() const {
  return chunks.empty() && alerts.empty() && gaps.empty() && seen.empty() && notes.empty() &&
         containers.empty() && marks.empty() && changes.empty() && suppressions.empty();
}

EventChunk::EventChunk(size_t capacity)
    : bytes_(std::make_unique_for_overwrite<std::byte[]>(capacity)), capacity_(capacity) {}

bool EventChunk::Append(absl::Span<const std::byte> record, uint64_t number, int64_t time_ns) {
  const EntryHeader header{.number = number, .time_ns = time_ns, .size = record.size()};
  if (rows_ == kRowsMax || record.size() + sizeof(header) > capacity_ - used_) return false;
  std::memcpy(bytes_.get() + used_, &header, sizeof(header));
  std::memcpy(bytes_.get() + used_ + sizeof(header), record.data(), record.size());
  used_ += sizeof(header) + record.size();
  ++rows_;
  return true;
}

std::optional<EventChunk::Entry> EventChunk::Next(size_t& at) const {
  if (at == used_) return std::nullopt;
  EntryHeader header;
  std::memcpy(&header, bytes_.get() + at, sizeof(header));
  const Entry entry{.record = {bytes_.get() + at + sizeof(header), header.size},
                    .number = header.number,
                    .time_ns = header.time_ns};
  at += sizeof(header) + header.size;
  return entry;
}

WriteQueue::WriteQueue(size_t bytes_max, size_t chunks_per_batch)
    : chunks_per_batch_(chunks_per_batch),
      chunk_bytes_(ChunkBytes(EventShare(bytes_max))),
      chunks_max_(std::max<size_t>(2, EventShare(bytes_max) / chunk_bytes_)),
      alert_bytes_max_(bytes_max - EventShare(bytes_max)) {}

bool WriteQueue::OfferEvent(absl::Span<const std::byte> record, uint64_t number, absl::Time time) {
  const std::lock_guard lock(mu_);
  ++counts_.events_offered;
  const bool was_empty = chunks_.empty();
  const bool refused = closed_ || record.size() > WIRE_RECORD_MAX;
  EventChunk* const chunk = refused ? nullptr : Room(record.size() + sizeof(EntryHeader));
  if (chunk == nullptr || !chunk->Append(record, number, absl::ToUnixNanos(time))) {
    ++counts_.events_dropped;
    CountLost(record.size() > WIRE_RECORD_MAX ? kMalformed : StageNow(), KindOf(record), time);
    return false;
  }
  ++accepted_.events;
  if (was_empty || chunks_.size() > chunks_per_batch_) changed_.notify_one();
  return true;
}

bool WriteQueue::OfferAlert(Alert alert) {
  const size_t bytes = AlertBytes(alert);
  const std::lock_guard lock(mu_);
  ++counts_.alerts_offered;
  if (closed_ || alert_bytes_ + bytes > alert_bytes_max_) {
    ++counts_.alerts_dropped;
    CountLost(StageNow(), kAlertSlot, alert.time);
    return false;
  }
  alert_bytes_ += bytes;
  ++accepted_.alerts;
  alerts_.push_back(std::move(alert));
  changed_.notify_one();
  return true;
}

bool WriteQueue::OfferGap(Gap gap) {
  const std::lock_guard lock(mu_);
  if (closed_) return false;
  AddGap(std::move(gap));
  changed_.notify_one();
  return true;
}

template <typename Row>
bool WriteQueue::Put(std::vector<Row>& waiting, size_t rows_max, Row row) {
  const std::lock_guard lock(mu_);
  if (closed_ || waiting.size() == rows_max) return false;
  waiting.push_back(std::move(row));
  changed_.notify_one();
  return true;
}

bool WriteQueue::OfferSeen(SeenCombination seen) { return Put(seen_, kSeenMax, std::move(seen)); }

bool WriteQueue::OfferNote(StoredProcessNote note) {
  return Put(notes_, kNotesMax, std::move(note));
}

bool WriteQueue::OfferContainer(StoredContainer container) {
  return Put(containers_, kContainersMax, std::move(container));
}

bool WriteQueue::OfferMark(StoreMark mark) {
  const std::lock_guard lock(mu_);
  if (closed_) return false;
  marks_.Offer(std::move(mark), accepted_);
  changed_.notify_one();
  return true;
}

bool WriteQueue::OfferChange(AlertChange change) {
  return Put(changes_, kChangesMax, std::move(change));
}

bool WriteQueue::OfferSuppression(SuppressionAct act) {
  return Put(suppressions_, kChangesMax, std::move(act));
}

std::vector<StoreMark> WriteQueue::TakeCommittedMarks() {
  const std::lock_guard lock(mu_);
  return marks_.TakeCommitted();
}

void WriteQueue::Close() {
  const std::lock_guard lock(mu_);
  closed_ = true;
  changed_.notify_all();
}

bool WriteQueue::Take(WriteBatch& batch, absl::Duration commit_interval, absl::Duration idle) {
  std::unique_lock lock(mu_);
  const Moment idle_until = After(idle);
  Moment until = idle_until;
  while (!Urgent()) {
    if (until == idle_until && HasWork()) until = std::min(idle_until, After(commit_interval));
    if (changed_.wait_until(lock, until) == std::cv_status::timeout) break;
  }
  // Never twice in a row: what they overtake must come, too.
  const uint64_t events = accepted_.events - taken_.events;
  const bool overtake = !overtaken_ && !closed_ && HasUrgentRows() && events > kEventsBesideAlerts;
  TakeAlerts(batch, kAlertBytesPerBatch);
  MoveAll(changes_, batch.changes);
  MoveAll(suppressions_, batch.suppressions);
  batch.synced =
      overtaken_ || !batch.alerts.empty() || !batch.changes.empty() || !batch.suppressions.empty();
  if (!overtake) TakeRest(batch);
  overtaken_ = overtake || (overtaken_ && !chunks_.empty());
  return !closed_ || !batch.empty();
}

void WriteQueue::TakeRest(WriteBatch& batch) {
  HolesBecomeGaps();
  MoveAll(gaps_, batch.gaps);
  MoveAll(seen_, batch.seen);
  MoveAll(notes_, batch.notes);
  MoveAll(containers_, batch.containers);
  while (!chunks_.empty() && batch.chunks.size() < chunks_per_batch_) {
    taken_.events += chunks_.front().rows();
    batch.chunks.push_back(std::move(chunks_.front()));
    chunks_.pop_front();
  }
  // A hole without its row is not told yet: no mark may say that all before it is.
  if (!has_holes_) marks_.Take(taken_, batch.marks);
}

void WriteQueue::WaitToRetry(WriteBatch& batch, absl::Duration wait) {
  std::unique_lock lock(mu_);
  changed_.wait_until(lock, After(wait), [this] { return closed_; });
  TakeAlerts(batch, kAlertBytesPerBatch);
}

std::vector<Alert> WriteQueue::Committed(WriteBatch& batch,
                                         absl::Span<const RejectedEvent> rejected) {
  const std::lock_guard lock(mu_);
  for (const EventChunk& chunk : batch.chunks) counts_.events_written += chunk.rows();
  counts_.events_written -= rejected.size();
  counts_.events_dropped += rejected.size();
  for (const RejectedEvent& event : rejected) {
    CountLost(event.kind == 0 ? kMalformed : kStoreFailed, event.kind,
              absl::FromUnixNanos(event.time_ns));
  }
  counts_.alerts_written += batch.alerts.size();
  counts_.gaps_written += batch.gaps.size();
  batch.gaps.clear();
  batch.seen.clear();
  batch.notes.clear();
  batch.containers.clear();
  batch.changes.clear();
  batch.suppressions.clear();
  marks_.Committed(batch.marks);
  Release(batch);
  return std::exchange(batch.alerts, {});
}

std::vector<Alert> WriteQueue::DropAlerts(WriteBatch& batch) {
  const std::lock_guard lock(mu_);
  TakeAlerts(batch, alert_bytes_max_);
  for (Alert& alert : batch.alerts) {
    alert.chain_head.clear();  // What it had in mind was rolled back.
    alert_bytes_ -= AlertBytes(alert);
    CountLost(kStoreFailed, kAlertSlot, alert.time);
  }
  counts_.alerts_dropped += batch.alerts.size();
  return std::exchange(batch.alerts, {});
}

void WriteQueue::DropEvents(WriteBatch& batch) {
  const std::lock_guard lock(mu_);
  std::move(chunks_.begin(), chunks_.end(), std::back_inserter(batch.chunks));
  chunks_.clear();
  for (const EventChunk& chunk : batch.chunks) counts_.events_dropped += chunk.rows();
  Release(batch);
}

void WriteQueue::SetFailing(bool failing) {
  const std::lock_guard lock(mu_);
  failing_ = failing;
}

bool WriteQueue::closed() const {
  const std::lock_guard lock(mu_);
  return closed_;
}

StoreCounts WriteQueue::Counts() const {
  const std::lock_guard lock(mu_);
  return counts_;
}

void WriteQueue::CountLost(Stage stage, size_t kind, absl::Time time) {
  Hole& hole = holes_[stage][kind];
  hole.from = std::min(hole.from, time);
  hole.to = std::max(hole.to, time);
  ++hole.count;
  has_holes_ = true;
}

void WriteQueue::AddGap(Gap gap) {
  if (gaps_.size() < kGapsMax) {
    gaps_.push_back(std::move(gap));
    return;
  }
  for (Gap& other : gaps_) {
    if (other.kind == gap.kind && other.stage == gap.stage) return Merge(other, gap);
  }
  gaps_.back().kind.clear();
  gaps_.back().stage = "unknown";
  Merge(gaps_.back(), gap);
}

EventChunk* WriteQueue::Room(size_t bytes) {
  if (!chunks_.empty() && chunks_.back().HasRoom(bytes)) return &chunks_.back();
  if (chunks_held_ >= chunks_max_) return nullptr;
  ++chunks_held_;
  if (spare_.empty()) {
    chunks_.emplace_back(chunk_bytes_);
  } else {
    chunks_.push_back(std::move(spare_.back()));
    spare_.pop_back();
  }
  return &chunks_.back();
}

void WriteQueue::TakeAlerts(WriteBatch& batch, size_t bytes_max) {
  size_t bytes = 0;
  for (const Alert& alert : batch.alerts) bytes += AlertBytes(alert);
  for (; !alerts_.empty() && bytes < bytes_max; alerts_.pop_front()) {
    bytes += AlertBytes(alerts_.front());
    batch.alerts.push_back(std::move(alerts_.front()));
    ++taken_.alerts;
  }
}

// Not while the store fails: a hole then grows until it works again, and becomes one row.
void WriteQueue::HolesBecomeGaps() {
  if (!has_holes_ || failing_) return;
  constexpr uint32_t kLossStages[] = {WIRE_LOST_queue_full, WIRE_LOST_store_failed,
                                      WIRE_LOST_malformed};
  for (size_t stage = 0; stage < kStages; ++stage) {
    for (size_t kind = 0; kind <= kAlertSlot; ++kind) {
      Hole& hole = holes_[stage][kind];
      if (hole.count == 0) continue;
      const KindInfo* info = FindKind(static_cast<uint16_t>(kind));
      Gap gap{.from = hole.from, .to = hole.to, .kind = "", .stage = "", .count = hole.count};
      if (kind == kAlertSlot) gap.kind = "alert";
      if (info != nullptr) gap.kind = std::string(info->name);
      gap.stage = std::string(LossStageName(kLossStages[stage]));
      AddGap(std::move(gap));
      hole = Hole();
    }
  }
  has_holes_ = false;
}

void WriteQueue::Release(WriteBatch& batch) {
  for (const Alert& alert : batch.alerts) alert_bytes_ -= AlertBytes(alert);
  chunks_held_ -= batch.chunks.size();
  for (EventChunk& chunk : batch.chunks) {
    if (spare_.size() == kSpareMax) break;
    chunk.Clear();
    spare_.push_back(std::move(chunk));
  }
  batch.chunks.clear();
}

bool WriteQueue::HasWork() const {
  return !chunks_.empty() || !alerts_.empty() || !gaps_.empty() || !seen_.empty() ||
         !notes_.empty() || !containers_.empty() || !changes_.empty() || !suppressions_.empty() ||
         !marks_.empty() || (has_holes_ && !failing_);
}

bool WriteQueue::HasUrgentRows() const {
  return !alerts_.empty() || !changes_.empty() || !suppressions_.empty();
}

bool WriteQueue::Urgent() const {
  return closed_ || overtaken_ || HasUrgentRows() || chunks_.size() > chunks_per_batch_;
}

}  // namespace vedette
