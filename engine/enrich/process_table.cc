// SPDX-License-Identifier: Apache-2.0
//
// An entry can be there before it is known: somebody named it as a parent, or its exit came first.
// Such an entry has `known` unset, Find() does not show it, and the record that comes late fills
// it.
#include "engine/enrich/process_table.h"

#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "base/check.h"

namespace vedette {

struct ProcessTable::Entry : Process {
  bool known = false;
  uint8_t list = 0;        // In which one it is.
  uint32_t children = 0;   // Entries whose parent_exec_id names this one.
  uint64_t listed_ns = 0;  // When it came into its list.
  Entry* before = nullptr;
  Entry* after = nullptr;

  bool Runs() const { return known && end_ns == 0; }
};

namespace {

constexpr int kCreatorHopsMax = 8;
constexpr size_t kEntriesMin = 8;
constexpr size_t kSparesMax = 1024;

// Joined by blanks.
std::string JoinedArguments(absl::string_view arguments, size_t bytes_max) {
  std::string text;
  ForEachArgument(arguments, [&](absl::string_view argument) {
    if (text.size() >= bytes_max) return;
    if (!text.empty()) text += ' ';
    text += std::string(argument.substr(0, bytes_max - text.size()));
  });
  return text;
}

void SetComm(Process& process, const EventView& view) {
  std::memcpy(process.comm.data(), view.header().comm, process.comm.size());
}

}  // namespace

absl::string_view Process::name() const { return {comm.data(), strnlen(comm.data(), comm.size())}; }

ProcessTable::ProcessTable(Limits limits) : limits_(limits) {
  CHECK_GE(limits.entries_max, kEntriesMin);
  CHECK_GE(limits.bytes_max, size_t{4} * WIRE_RECORD_MAX);
}

ProcessTable::~ProcessTable() = default;

void ProcessTable::OnBegin(const EventView& view) {
  now_ns_ = std::max(now_ns_, uint64_t{view.header().time_ns});
  RemoveExpired();
  switch (view.kind()) {
    case WIRE_process_seen:
    case WIRE_process_exec:
      OnProgram(view);
      return;
    case WIRE_process_fork:
      OnFork(view);
      return;
    case WIRE_network_connect:
      OnConnect(view);
      return;
    default:  // Says nothing of who a process is.
      return;
  }
}

void ProcessTable::OnProgram(const EventView& view) {
  const wire_header& header = view.header();
  if (header.exec_id == 0) return;
  MakeRoom();
  Entry& entry = FindOrAdd(header.exec_id);
  // What an event said is more exact than what a look around at the start finds.
  const bool seen = view.kind() == WIRE_process_seen;
  if (seen && entry.known && entry.program != nullptr) return;
  auto program = ProgramRecord::Copy(view, memory_);
  const wire_process_exec& fixed = program->fixed();
  Entry* previous = seen ? nullptr : FindEntry(fixed.previous_exec_id);
  UnsetRunning(entry);  // A hostile record may name a known process with another pid.
  entry.known = true;
  entry.previous_exec_id = fixed.previous_exec_id;
  entry.start_ns = fixed.start_ns;
  entry.since_ns = header.time_ns;
  entry.pid = header.pid;
  entry.parent_pid = fixed.parent_pid;
  entry.vpid = fixed.vpid;
  entry.uid = header.uid;
  SetComm(entry, view);
  SetProgram(entry, std::move(program));
  const bool inherits = fixed.parent_exec_id == 0 && previous != nullptr;
  SetParent(entry, inherits ? previous->parent_exec_id : fixed.parent_exec_id);
  SetOrigin(entry, previous);
  // Who forked it is not known of who was there before us; mostly its parent did.
  const Entry* const origin = previous != nullptr ? previous : FindEntry(entry.parent_exec_id);
  entry.lineage = WithProgram(origin == nullptr ? nullptr : origin->lineage, entry.comm, memory_);
  if (previous != nullptr && previous != &entry) {
    entry.request = previous->request;
    entry.creators = previous->creators;
    // Records that were made up, or of an older sensor, may say of a fork not when it was.
    if (entry.creators != nullptr && entry.creators->start_ns != entry.start_ns) {
      entry.creators = WithCreated(entry.creators->before, entry.pid, entry.start_ns, memory_);
    }
    End(*previous, entry.since_ns);
  }
  SetRunning(entry);
  Relist(entry);
}

// A program began in its container if the one before was there, or, where that is not known, the
// parent; a runtime's program that came from outside is not there yet. Of who was there before us
// only first processes of a pid namespace are told.
void ProcessTable::SetOrigin(Entry& entry, const Entry* previous) {
  const Container& container = entry.program->container();
  if (container.IsHost() || previous == &entry) return;
  const auto inside = [&](const Entry* other) {
    const ProgramRecord* program = other == nullptr ? nullptr : ProgramOf(*other);
    return program != nullptr && program->container().id == container.id &&
           other->origin != ContainerOrigin::kRuntime;
  };
  if (inside(previous)) {
    entry.origin = previous->origin;
    entry.is_entrypoint = previous->is_entrypoint;
    return;
  }
  const bool seen = entry.program->view().kind() == WIRE_process_seen;
  const Entry* parent = previous == nullptr ? FindEntry(entry.parent_exec_id) : nullptr;
  // A runtime's program is still in the mount namespace of the one before; a program of the image
  // that has its name is not.
  const ProgramRecord* before = previous == nullptr ? nullptr : ProgramOf(*previous);
  if (inside(parent)) {
    entry.origin = parent->origin;
  } else if (before != nullptr && before->fixed().mnt_ns == entry.program->fixed().mnt_ns &&
             !RuntimeHelper(entry.program->exe_path(), entry.name()).empty()) {
    entry.origin = ContainerOrigin::kRuntime;
  } else if (!seen || entry.vpid == 1) {
    entry.origin = entered_.Enter(container.id, entry.vpid);
    entry.is_entrypoint = entry.origin == ContainerOrigin::kEntry;
  }
}

void ProcessTable::OnFork(const EventView& view) {
  const auto fork = view.As<wire_process_fork>();
  if (fork.child_exec_id == 0) return;
  MakeRoom();
  Entry& child = FindOrAdd(fork.child_exec_id);
  Entry* creator = FindEntry(fork.header.exec_id);
  child.creator_exec_id = fork.header.exec_id;
  if (child.known) return;  // It was seen, or the record came twice.
  child.known = true;
  child.start_ns = fork.child_start_ns;
  child.since_ns = fork.header.time_ns;
  child.pid = fork.child_pid;
  child.vpid = fork.child_vpid;
  child.uid = fork.header.uid;
  SetComm(child, view);
  const bool is_parent = fork.child_parent_exec_id == fork.header.exec_id;
  if (is_parent) {
    child.parent_pid = fork.header.pid;
  } else {
    child.parent_pid = creator == nullptr ? 0 : creator->parent_pid;
  }
  child.request = requests_.Find(fork.header.exec_id, fork.child_exec_id, fork.header.time_ns);
  if (creator != nullptr) {
    SetProgram(child, creator->program);
    child.origin = creator->origin;
    child.lineage = creator->lineage;
    if (auto creators = CreatorsOf(*creator); creators != nullptr) {
      child.creators = WithCreated(std::move(creators), child.pid, child.start_ns, memory_);
    }
  }
  SetParent(child, fork.child_parent_exec_id);
  SetRunning(child);
  Relist(child);
}

// Of who was there before anybody watched: by his parents, once all of them are known.
std::shared_ptr<const Creator> ProcessTable::CreatorsOf(Entry& creator) {
  if (creator.creators != nullptr || !creator.known) return creator.creators;
  const Lineage ancestors = Ancestors(creator);
  std::shared_ptr<const Creator> creators;
  for (size_t i = ancestors.size; i > 0; --i) {
    const Process& ancestor = *ancestors.chain[i - 1];
    creators = WithCreated(std::move(creators), ancestor.pid, ancestor.start_ns, memory_);
  }
  creators = WithCreated(std::move(creators), creator.pid, creator.start_ns, memory_);
  constexpr uint32_t kLastOfTheKernel = 2;
  const bool is_whole = ancestors.size > 0 &&
                        ancestors.chain[ancestors.size - 1]->pid <= kLastOfTheKernel;
  if (is_whole) creator.creators = creators;
  return creators;
}

void ProcessTable::OnConnect(const EventView& view) {
  const auto connect = view.As<wire_network_connect>();
  if (connect.family != AF_UNIX || connect.result != 0 || connect.peer_exec_id == 0) return;
  const Process* asker = Find(connect.header.exec_id);
  const ProgramRecord* program = asker == nullptr ? nullptr : ProgramOf(*asker);
  ServiceRequest request;
  request.exec_id = connect.header.exec_id;
  request.time_ns = connect.header.time_ns;
  request.pid = connect.header.pid;
  request.uid = connect.header.uid;
  request.name = std::string(view.comm());
  if (program != nullptr) {
    request.exe_path = std::string(program->exe_path());
    request.command_line = JoinedArguments(program->args(), ServiceRequest::kCommandLineMax);
  }
  const Member* path = FindMember(view.info(), "unix_path");
  request.socket = path == nullptr ? "" : std::string(view.Text(*path));
  requests_.Add(connect.peer_exec_id, std::move(request));
}

void ProcessTable::OnExit(const EventView& view) {
  if (view.kind() != WIRE_process_exit) return;
  const wire_header& header = view.header();
  const uint64_t time_ns = std::max<uint64_t>(header.time_ns, 1);  // 0 would mean that it runs.
  const auto running = running_.find(header.pid);
  if (running != running_.end()) {
    // Also where its last exec was lost: the process is gone under whatever name we knew it.
    Entry& entry = *running->second;
    if (entry.exec_id == header.exec_id || entry.since_ns <= time_ns) End(entry, time_ns);
  }
  if (header.exec_id == 0) return;
  MakeRoom();
  Entry& entry = FindOrAdd(header.exec_id);
  if (entry.end_ns == 0) End(entry, time_ns);
  if (entry.is_entrypoint) entered_.Leave(entry.program->container().id);
}

const Process* ProcessTable::Find(uint64_t exec_id) const {
  const Entry* entry = FindEntry(exec_id);
  return entry != nullptr && entry->known ? entry : nullptr;
}

const Process* ProcessTable::FindPid(uint32_t pid) const {
  const auto at = running_.find(pid);
  return at == running_.end() ? nullptr : at->second;
}

const Process* ProcessTable::Parent(const Process& process) const {
  return process.parent_exec_id == process.exec_id ? nullptr : Find(process.parent_exec_id);
}

ProcessTable::Lineage ProcessTable::Ancestors(const Process& process, size_t max) const {
  Lineage lineage;
  const Process* at = Parent(process);
  while (at != nullptr && at != &process && lineage.size < std::min(max, kAncestorsMax)) {
    if (std::find(lineage.begin(), lineage.end(), at) != lineage.end()) break;
    lineage.chain[lineage.size++] = at;
    at = Parent(*at);
  }
  return lineage;
}

void ProcessTable::ForEachCreator(
    const Process& process, absl::FunctionRef<bool(uint32_t pid, uint64_t start_ns)> each) const {
  if (process.creators != nullptr) {
    const Creator* at = process.creators.get();
    for (size_t i = 0; at != nullptr && i <= kAncestorsMax; ++i, at = at->before.get()) {
      if (!each(at->pid, at->start_ns)) return;
    }
    return;
  }
  if (!each(process.pid, process.start_ns)) return;
  for (const Process* ancestor : Ancestors(process)) {
    if (!each(ancestor->pid, ancestor->start_ns)) return;
  }
}

const ProgramRecord* ProcessTable::ProgramOf(const Process& process) const {
  const Process* at = &process;
  for (int hop = 0; at != nullptr && hop < kCreatorHopsMax; ++hop) {
    if (at->program != nullptr) return at->program.get();
    at = Find(at->creator_exec_id);
  }
  return nullptr;
}

const ServiceRequest* ProcessTable::RequestOf(const Process& process) const {
  if (process.request != nullptr) return process.request.get();
  for (const Process* ancestor : Ancestors(process)) {
    if (ancestor->request != nullptr) return ancestor->request.get();
  }
  return nullptr;
}

ProcessTable::Counts ProcessTable::counts() const {
  Counts counts = counts_;
  counts.entries = entries_.size();
  return counts;
}

// Its place by the golden ratio: exec_ids of one CPU differ in their lower bits.
ProcessTable::Entry*& ProcessTable::RecentOf(uint64_t exec_id) const {
  static_assert(kRecentMax == 256);
  return recent_[(exec_id ^ exec_id >> 32) * 0x9e3779b97f4a7c15 >> 56];
}

ProcessTable::Entry* ProcessTable::FindEntry(uint64_t exec_id) const {
  Entry*& recent = RecentOf(exec_id);
  if (recent != nullptr && recent->exec_id == exec_id) return recent;
  const auto at = entries_.find(exec_id);
  return at == entries_.end() ? nullptr : recent = at->second.get();
}

std::unique_ptr<ProcessTable::Entry> ProcessTable::NewEntry() {
  if (spare_.empty()) return std::make_unique<Entry>();
  std::unique_ptr<Entry> entry = std::move(spare_.back());
  spare_.pop_back();
  return entry;
}

ProcessTable::Entry& ProcessTable::FindOrAdd(uint64_t exec_id) {
  std::unique_ptr<Entry>& entry = entries_[exec_id];
  if (entry == nullptr) {
    entry = NewEntry();
    entry->exec_id = exec_id;
    Relist(*entry);
  }
  return *entry;
}

void ProcessTable::SetParent(Entry& entry, uint64_t parent_exec_id) {
  if (parent_exec_id == entry.parent_exec_id || parent_exec_id == entry.exec_id) return;
  DropParent(entry);
  entry.parent_exec_id = parent_exec_id;
  if (parent_exec_id == 0) return;
  Entry& parent = FindOrAdd(parent_exec_id);  // Perhaps its own record is still on its way.
  ++parent.children;
  Relist(parent);
}

void ProcessTable::DropParent(Entry& entry) {
  Entry* parent = entry.parent_exec_id == 0 ? nullptr : FindEntry(entry.parent_exec_id);
  entry.parent_exec_id = 0;
  // The count can be less than the truth where the parent was evicted and came again.
  if (parent == nullptr || parent->children == 0) return;
  if (--parent->children == 0) Relist(*parent);
}

// Only this table shares programs, so the last owner here is the last owner.
void ProcessTable::SetProgram(Entry& entry, std::shared_ptr<const ProgramRecord> program) {
  if (entry.program != nullptr && entry.program.use_count() == 1) {
    counts_.bytes -= entry.program->MemoryBytes();
  }
  entry.program = std::move(program);
  if (entry.program != nullptr && entry.program.use_count() == 1) {
    counts_.bytes += entry.program->MemoryBytes();
  }
}

// One entry runs per pid. If there is another, a record was lost or late: the younger one runs.
void ProcessTable::SetRunning(Entry& entry) {
  if (entry.pid == 0 || entry.end_ns != 0) return;
  Entry*& running = running_[entry.pid];
  Entry* other = std::exchange(running, &entry);
  if (other == nullptr || other == &entry) return;
  const bool late = other->previous_exec_id == entry.exec_id;  // The exec came before its fork.
  if (other->since_ns <= entry.since_ns && !late) {
    End(*other, entry.since_ns);
  } else {
    running = other;
    End(entry, other->since_ns);
  }
}

void ProcessTable::End(Entry& entry, uint64_t end_ns) {
  if (entry.end_ns == 0) entry.end_ns = std::max<uint64_t>(end_ns, 1);
  UnsetRunning(entry);
  Relist(entry);
}

void ProcessTable::UnsetRunning(Entry& entry) {
  const auto running = running_.find(entry.pid);
  if (running != running_.end() && running->second == &entry) running_.erase(running);
}

// To the end of the list in which it belongs now.
void ProcessTable::Relist(Entry& entry) {
  Unlist(entry);
  entry.list = static_cast<uint8_t>((entry.Runs() ? 2 : 0) + (entry.children > 0 ? 1 : 0));
  entry.listed_ns = now_ns_;
  List& list = lists_[entry.list];
  entry.before = list.tail;
  (list.tail == nullptr ? list.head : list.tail->after) = &entry;
  list.tail = &entry;
}

void ProcessTable::Unlist(Entry& entry) {
  List& list = lists_[entry.list];
  if (entry.before == nullptr && list.head != &entry) return;  // New: in no list.
  (entry.before == nullptr ? list.head : entry.before->after) = entry.after;
  (entry.after == nullptr ? list.tail : entry.after->before) = entry.before;
  entry.before = entry.after = nullptr;
}

void ProcessTable::Remove(Entry& entry) {
  UnsetRunning(entry);
  DropParent(entry);
  SetProgram(entry, nullptr);
  Unlist(entry);
  Entry*& recent = RecentOf(entry.exec_id);
  if (recent == &entry) recent = nullptr;
  auto node = entries_.extract(uint64_t{entry.exec_id});
  if (spare_.size() == kSparesMax) return;
  entry = Entry();
  spare_.push_back(std::move(node.mapped()));
}

// A parent whose last child goes comes behind it in the same list, so chains need no recursion.
void ProcessTable::RemoveExpired() {
  while (Entry* entry = lists_[0].head) {
    if (now_ns_ - entry->listed_ns <= limits_.grace_ns) return;
    Remove(*entry);
  }
}

// For the two entries and the program that one record can bring.
void ProcessTable::MakeRoom() {
  while (entries_.size() + 2 > limits_.entries_max ||
         counts_.bytes + WIRE_RECORD_MAX + sizeof(ProgramRecord) > limits_.bytes_max) {
    const auto list =
        std::find_if(lists_.begin(), lists_.end(), [](const List& l) { return l.head != nullptr; });
    CHECK(list != lists_.end());  // Without entries there is room.
    Entry& victim = *list->head;
    ++counts_.evictions;
    if (victim.Runs()) ++counts_.live_evictions;
    Remove(victim);
  }
}

}  // namespace vedette
