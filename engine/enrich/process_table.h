// SPDX-License-Identifier: Apache-2.0
//
// Remembers processes, so that an event can say who did it and name its ancestors. Filled from
// process_seen, process_fork, process_exec and process_exit records, which may arrive slightly out
// of order (each CPU's are ordered, several CPUs' are not): whatever comes late finds its place.
//
// The key is the exec_id: one running program of one process. An exec ends one entry and begins
// another. An entry stays until its process has gone on, no entry names it as its parent, and a
// grace for late records has passed.
#ifndef VEDETTE_ENGINE_ENRICH_PROCESS_TABLE_H_
#define VEDETTE_ENGINE_ENRICH_PROCESS_TABLE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "engine/enrich/container_entries.h"
#include "engine/enrich/container_infos.h"
#include "engine/enrich/exe_digests.h"
#include "engine/enrich/process.h"
#include "engine/enrich/program_record.h"
#include "engine/enrich/service_requests.h"
#include "engine/enrich/spare_blocks.h"
#include "sensor/decode/event_view.h"

namespace vedette {

// Not thread-safe: lives on the pipeline thread. Pointers are valid until the next On*() call.
class ProcessTable {
 public:
  struct Limits {
    size_t entries_max = 32768;
    size_t bytes_max = 20 << 20;  // Of programs' records: 32768 long command lines would be 700 MB.
    uint64_t grace_ns = 5'000'000'000;
  };
  struct Counts {
    size_t entries = 0;
    size_t bytes = 0;        // Of programs' records.
    uint64_t evictions = 0;  // Entries that went before their time, because the table was full.
    uint64_t live_evictions = 0;  // Of these: still running. Their later events have no process.
  };
  static constexpr size_t kAncestorsMax = 64;

  // Parents first. Ends at the first unknown one, at kAncestorsMax, and before an entry would come
  // twice: hostile records may say that a process descends from itself.
  struct Lineage {
    std::array<const Process*, kAncestorsMax> chain;
    size_t size = 0;
    const Process* const* begin() const { return chain.data(); }
    const Process* const* end() const { return chain.data() + size; }
  };

  ProcessTable() : ProcessTable(Limits()) {}
  explicit ProcessTable(Limits limits);
  ~ProcessTable();
  ProcessTable(const ProcessTable&) = delete;
  ProcessTable& operator=(const ProcessTable&) = delete;

  // Takes in process_seen, process_fork and process_exec, and connections to unix sockets (who asks
  // a service); of other kinds only the time. Call it before the event is matched, and OnExit
  // (which ignores all but process_exit) after.
  void OnBegin(const EventView& view);
  void OnExit(const EventView& view);

  // Null if unknown.
  const Process* Find(uint64_t exec_id) const;
  const Process* FindPid(uint32_t pid) const;  // The one that runs now.
  const Process* Parent(const Process& process) const;
  Lineage Ancestors(const Process& process, size_t max = kAncestorsMax) const;
  // The process, who made it, who made that one, and so on: who made it is no longer its parent
  // where a parent has ended. Where that was before anybody watched, the parents. Until `each(pid,
  // start_ns)` returns false; at most 1 + kAncestorsMax. A process that ran several programs may
  // come several times in a row.
  void ForEachCreator(const Process& process,
                      absl::FunctionRef<bool(uint32_t pid, uint64_t start_ns)> each) const;
  // What it runs: its own record or, where that came too late, its creator's. Null if unknown.
  const ProgramRecord* ProgramOf(const Process& process) const;
  // Who asked for it, or for its nearest ancestor that was asked for. Null if nobody is known.
  const ServiceRequest* RequestOf(const Process& process) const;

  ExeDigests& digests() { return digests_; }
  const ExeDigests& digests() const { return digests_; }
  ContainerInfos& containers() { return infos_; }
  const ContainerInfos& containers() const { return infos_; }

  Counts counts() const;

 private:
  struct Entry;
  // First in, first out.
  struct List {
    Entry* head = nullptr;
    Entry* tail = nullptr;
  };

  void OnProgram(const EventView& view);
  void OnFork(const EventView& view);
  void OnConnect(const EventView& view);
  std::shared_ptr<const Creator> CreatorsOf(Entry& creator);
  Entry* FindEntry(uint64_t exec_id) const;
  std::unique_ptr<Entry> NewEntry();
  Entry& FindOrAdd(uint64_t exec_id);
  void SetParent(Entry& entry, uint64_t parent_exec_id);
  void DropParent(Entry& entry);
  void SetOrigin(Entry& entry, const Entry* previous);
  void SetProgram(Entry& entry, std::shared_ptr<const ProgramRecord> program);
  void SetRunning(Entry& entry);
  void UnsetRunning(Entry& entry);  // While it still has the pid under which it was set.
  void End(Entry& entry, uint64_t end_ns);
  void Relist(Entry& entry);
  void Unlist(Entry& entry);
  void Remove(Entry& entry);
  void RemoveExpired();
  void MakeRoom();

  static constexpr size_t kRecentMax = 256;
  Entry*& RecentOf(uint64_t exec_id) const;

  const Limits limits_;
  SpareBlocks memory_;  // Of programs' records.
  // Most acts are by a process that has just done another: entries that were found, by exec_id.
  mutable std::array<Entry*, kRecentMax> recent_{};
  std::vector<std::unique_ptr<Entry>> spare_;  // Entries of processes that are gone, to be reused.
  absl::flat_hash_map<uint64_t, std::unique_ptr<Entry>> entries_;
  absl::flat_hash_map<uint32_t, Entry*> running_;  // By pid.
  // Ended leaf, ended parent, running leaf, running parent: in this order they are evicted. Ended
  // leaves also expire.
  std::array<List, 4> lists_;
  uint64_t now_ns_ = 0;  // The latest time of any record.
  ServiceRequests requests_;
  ContainerEntries entered_;
  ContainerInfos infos_;
  ExeDigests digests_;
  Counts counts_;
};

}  // namespace vedette

#endif  // VEDETTE_ENGINE_ENRICH_PROCESS_TABLE_H_
