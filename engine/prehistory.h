// SPDX-License-Identifier: Apache-2.0
//
// What a process tree did before it alerted: the last events that came out of the kernel and that
// neither a rule nor a recording setting wanted. In memory, until an alert makes them evidence.
//
// A tree is a session (setsid): the acting process's nearest ancestor, or itself, that leads the
// session it belongs to; without one, its oldest known ancestor below init. An alert takes what its
// own tree did, and what its ancestors did themselves in other trees.
//
// What it cannot have: what no rule and no recording setting lets out of the kernel at all. The
// kernel sends what may match; of that, this is the part that did not.
#ifndef VEDETTE_ENGINE_PREHISTORY_H_
#define VEDETTE_ENGINE_PREHISTORY_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/functional/function_ref.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "engine/event.h"

namespace vedette {

struct PrehistoryLimits {
  size_t bytes_max = 0;      // Of memory, all in all; 0: none, and nothing is remembered.
  uint32_t events_max = 64;  // Of each tree.
};

// Not thread-safe: lives on the pipeline thread. All of its memory is taken by the constructor
// (untouched pages cost nothing), so nothing after that allocates. Trees that have done nothing for
// the longest time make room for others.
class Prehistory {
 public:
  static constexpr size_t kBytesPerTree = size_t{32} << 10;
  static constexpr uint32_t kEventsMax = 4096;

  explicit Prehistory(const PrehistoryLimits& limits);

  bool enabled() const { return trees_count_ > 0; }

  // Copies the event's record. One that is larger than a tree's share is counted in refused().
  void Remember(const Event& event);

  struct Moment {
    absl::Span<const std::byte> record;  // Valid during the call.
    uint64_t number;                     // Event::number
    absl::Time time;
    bool told;  // An earlier Tell() had it.
  };
  // Of the tree of the process that did the event, and of its ancestors; by tree, oldest first.
  void Tell(const Event& event, absl::FunctionRef<void(const Moment&)> each);

  uint64_t refused() const { return refused_; }
  size_t trees() const { return trees_count_; }

 private:
  static constexpr size_t kWays = 4;  // A tree is kept in one of so many places.

  struct Entry {
    uint64_t number, exec_id;
    int64_t time_ns;
    uint32_t offset, size;
    bool told;
  };
  struct Tree {
    uint64_t key = 0;               // 0: free.
    uint64_t used = 0;              // When, by clock_.
    uint32_t first = 0, count = 0;  // In its entries, a ring.
    uint32_t head = 0;              // Where the next record goes.
  };

  static uint64_t KeyOf(const Event& event, const Process& process);
  uint64_t CachedKeyOf(const Event& event);
  Tree* Find(uint64_t key);
  Tree& FindOrTake(uint64_t key);
  Entry& EntryAt(const Tree& tree, uint32_t index);
  std::byte* BytesOf(const Tree& tree);
  bool MakeRoom(Tree& tree, uint32_t size);

  uint32_t events_max_ = 0;
  size_t trees_count_ = 0;
  std::unique_ptr<Tree[]> trees_;
  std::unique_ptr<Entry[]> entries_;    // events_max_ of each tree.
  std::unique_ptr<std::byte[]> bytes_;  // kBytesPerTree of each.
  uint64_t clock_ = 0, refused_ = 0;
  uint64_t last_exec_id_ = 0, last_key_ = 0;  // Most events follow one of the same process.
};

}  // namespace vedette

#endif  // VEDETTE_ENGINE_PREHISTORY_H_
