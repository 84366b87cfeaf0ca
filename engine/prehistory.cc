// SPDX-License-Identifier: Apache-2.0
#include "engine/prehistory.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "engine/enrich/process_table.h"

namespace vedette {
namespace {

constexpr size_t kDepthMax = ProcessTable::kAncestorsMax;

// Spreads keys over the places: exec_ids count upwards.
uint64_t Mix(uint64_t key) {
  key ^= key >> 33;
  key *= 0xff51afd7ed558ccd;
  return key ^ (key >> 33);
}

}  // namespace

Prehistory::Prehistory(const PrehistoryLimits& limits) {
  if (limits.bytes_max == 0 || limits.events_max == 0) return;
  events_max_ = std::min(limits.events_max, kEventsMax);
  const size_t per_tree = kBytesPerTree + events_max_ * sizeof(Entry) + sizeof(Tree);
  trees_count_ = std::max<size_t>(1, limits.bytes_max / per_tree / kWays) * kWays;
  trees_ = std::make_unique<Tree[]>(trees_count_);
  entries_ = std::make_unique_for_overwrite<Entry[]>(trees_count_ * events_max_);
  bytes_ = std::make_unique_for_overwrite<std::byte[]>(trees_count_ * kBytesPerTree);
}

uint64_t Prehistory::KeyOf(const Event& event, const Process& process) {
  const ProgramRecord* const program = event.table.ProgramOf(process);
  const uint32_t session = program == nullptr ? 0 : static_cast<uint32_t>(program->fixed().sid);
  const Process* oldest = &process;
  const Process* at = &process;
  for (size_t depth = 0; at != nullptr && depth < kDepthMax; ++depth) {
    if (session != 0 && at->pid == session) {
      // A leader that runs another program still leads: its first entry is the key.
      for (size_t execs = 0; execs < kDepthMax && at->previous_exec_id != 0; ++execs) {
        const Process* const before = event.table.Find(at->previous_exec_id);
        if (before == nullptr) break;
        at = before;
      }
      return at->exec_id;
    }
    if (at->pid <= 1) break;
    oldest = at;
    at = event.table.Parent(*at);
  }
  return oldest->exec_id;
}

uint64_t Prehistory::CachedKeyOf(const Event& event) {
  const uint64_t exec_id = event.view.header().exec_id;
  if (exec_id != 0 && exec_id == last_exec_id_) return last_key_;
  last_key_ = event.process == nullptr ? exec_id : KeyOf(event, *event.process);
  last_exec_id_ = exec_id;
  return last_key_;
}

Prehistory::Tree* Prehistory::Find(uint64_t key) {
  const size_t set = Mix(key) % (trees_count_ / kWays) * kWays;
  for (size_t way = 0; way < kWays; ++way) {
    if (trees_[set + way].key == key) return &trees_[set + way];
  }
  return nullptr;
}

Prehistory::Tree& Prehistory::FindOrTake(uint64_t key) {
  Tree* tree = Find(key);
  if (tree == nullptr) {
    const size_t set = Mix(key) % (trees_count_ / kWays) * kWays;
    tree = &*std::min_element(&trees_[set], &trees_[set] + kWays,
                              [](const Tree& a, const Tree& b) { return a.used < b.used; });
    *tree = Tree();
    tree->key = key;
  }
  tree->used = ++clock_;
  return *tree;
}

Prehistory::Entry& Prehistory::EntryAt(const Tree& tree, uint32_t index) {
  const auto number = static_cast<size_t>(&tree - trees_.get());
  return entries_[number * events_max_ + (tree.first + index) % events_max_];
}

std::byte* Prehistory::BytesOf(const Tree& tree) {
  return bytes_.get() + static_cast<size_t>(&tree - trees_.get()) * kBytesPerTree;
}

// Lets the oldest go until `size` bytes in a piece are free at tree.head.
bool Prehistory::MakeRoom(Tree& tree, uint32_t size) {
  if (size > kBytesPerTree) return false;
  while (true) {
    if (tree.count == 0) {
      tree.head = 0;
      return true;
    }
    const uint32_t tail = EntryAt(tree, 0).offset;
    const bool has_entry = tree.count < events_max_;
    if (tree.head > tail) {
      if (has_entry && kBytesPerTree - tree.head >= size) return true;
      if (has_entry && tail >= size) {
        tree.head = 0;
        return true;
      }
    } else if (has_entry && tail - tree.head >= size) {
      return true;
    }
    tree.first = (tree.first + 1) % events_max_;
    --tree.count;
  }
}

void Prehistory::Remember(const Event& event) {
  if (!enabled()) return;
  const uint64_t key = CachedKeyOf(event);
  if (key == 0) return;  // Nobody knows who did it.
  const absl::Span<const std::byte> record = event.view.bytes();
  const auto size = static_cast<uint32_t>(record.size());
  Tree& tree = FindOrTake(key);
  if (!MakeRoom(tree, size)) {
    ++refused_;
    return;
  }
  std::memcpy(BytesOf(tree) + tree.head, record.data(), size);
  EntryAt(tree, tree.count) = {.number = event.number,
                               .exec_id = event.view.header().exec_id,
                               .time_ns = absl::ToUnixNanos(event.time),
                               .offset = tree.head,
                               .size = size,
                               .told = false};
  ++tree.count;
  tree.head += size;
}

void Prehistory::Tell(const Event& event, absl::FunctionRef<void(const Moment&)> each) {
  if (!enabled()) return;
  const auto tell = [&](Tree& tree, Entry& entry) {
    each({.record = {BytesOf(tree) + entry.offset, entry.size},
          .number = entry.number,
          .time = absl::FromUnixNanos(entry.time_ns),
          .told = entry.told});
    entry.told = true;
  };
  const uint64_t own = CachedKeyOf(event);
  if (Tree* const tree = own == 0 ? nullptr : Find(own); tree != nullptr) {
    tree->used = ++clock_;
    for (uint32_t i = 0; i < tree->count; ++i) tell(*tree, EntryAt(*tree, i));
  }
  if (event.process == nullptr) return;
  for (const Process* const ancestor : event.table.Ancestors(*event.process)) {
    const uint64_t key = KeyOf(event, *ancestor);
    Tree* const tree = key == own ? nullptr : Find(key);
    if (tree == nullptr) continue;
    for (uint32_t i = 0; i < tree->count; ++i) {
      Entry& entry = EntryAt(*tree, i);
      if (entry.exec_id == ancestor->exec_id) tell(*tree, entry);
    }
  }
}

}  // namespace vedette
