// SPDX-License-Identifier: Apache-2.0
//
// State by owner (a rule) and key (what joins its events), bounded in bytes: for each owner, so
// that one rule that meets everything cannot push out the others, and in all. Where there is no
// room the oldest goes, of the owner or of all, and Evictions() counts it.
#ifndef VEDETTE_ENGINE_MATCH_BOUNDED_GROUPS_H_
#define VEDETTE_ENGINE_MATCH_BOUNDED_GROUPS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace vedette {

struct GroupLimits {
  size_t bytes_max;        // In all.
  size_t owner_bytes_max;  // Of one owner.
};

// Not thread-safe. Every call costs the same for any number of groups, but for the evictions that
// it causes.
template <typename Value>
class BoundedGroups {
 public:
  // What a group costs beside what its value says: the entry, its key, its places in the indexes.
  static constexpr size_t kEntryBytes = 192;

  struct Entry {
    uint64_t owner;
    std::string key;
    Value value;
    size_t bytes = 0;
    typename std::list<Entry*>::iterator in_all, in_owner;
  };
  using OnEviction = std::function<void(Entry&)>;

  // `on_eviction` sees an entry before it goes for lack of room; it must not change the groups.
  explicit BoundedGroups(GroupLimits limits, OnEviction on_eviction = nullptr)
      : limits_(limits), on_eviction_(std::move(on_eviction)) {}
  BoundedGroups(const BoundedGroups&) = delete;
  BoundedGroups& operator=(const BoundedGroups&) = delete;

  // Null if there is none. Entries stay where they are until they go.
  Entry* Find(uint64_t owner, absl::string_view key) {
    const auto found = entries_.find({owner, key});
    return found == entries_.end() ? nullptr : found->second.get();
  }
  // The entry, which is then the newest one if it was made.
  Entry& FindOrAdd(uint64_t owner, absl::string_view key) {
    if (Entry* found = Find(owner, key)) return *found;
    auto made = std::make_unique<Entry>(Entry{owner, std::string(key), Value(), 0, {}, {}});
    Entry& entry = *made;
    entry.in_all = all_.insert(all_.end(), &entry);
    Owner& of = owners_[owner];
    entry.in_owner = of.entries.insert(of.entries.end(), &entry);
    entries_.emplace(std::pair(owner, absl::string_view(entry.key)), std::move(made));
    return entry;
  }
  // Says how many bytes the value takes, and makes room for them; the entry itself stays.
  void Resize(Entry& entry, size_t value_bytes) {
    Charge(entry, kEntryBytes + entry.key.size() + value_bytes);
    Owner& of = owners_[entry.owner];
    while (of.bytes > limits_.owner_bytes_max && of.entries.size() > 1) {
      Evict(of.entries.front() == &entry ? **std::next(of.entries.begin()) : *of.entries.front());
    }
    while (bytes_ > limits_.bytes_max && all_.size() > 1) {
      Evict(all_.front() == &entry ? **std::next(all_.begin()) : *all_.front());
    }
  }
  void MakeNewest(Entry& entry) {
    all_.splice(all_.end(), all_, entry.in_all);
    std::list<Entry*>& of = owners_[entry.owner].entries;
    of.splice(of.end(), of, entry.in_owner);
  }
  void Erase(Entry& entry) {
    Charge(entry, 0);
    all_.erase(entry.in_all);
    const auto of = owners_.find(entry.owner);
    of->second.entries.erase(entry.in_owner);
    if (of->second.entries.empty()) owners_.erase(of);
    const auto at = entries_.find({entry.owner, absl::string_view(entry.key)});
    const std::unique_ptr<Entry> last = std::move(at->second);  // The key outlives its index.
    entries_.erase(at);
  }
  // The one that was made, or made newest, before all others of its owner. Null: it has none.
  Entry* Oldest(uint64_t owner) {
    const auto of = owners_.find(owner);
    return of == owners_.end() ? nullptr : of->second.entries.front();
  }
  // Of all owners.
  Entry* Oldest() { return all_.empty() ? nullptr : all_.front(); }
  // Calls `each` for every entry, oldest first; it must not change the groups.
  template <typename Each>
  void ForEach(Each each) const {
    for (Entry* entry : all_) each(*entry);
  }

  size_t size() const { return entries_.size(); }
  size_t bytes() const { return bytes_; }
  uint64_t evictions() const { return evictions_; }

 private:
  struct Owner {
    std::list<Entry*> entries;
    size_t bytes = 0;
  };

  void Charge(Entry& entry, size_t bytes) {
    size_t& of = owners_[entry.owner].bytes;
    of = of - entry.bytes + bytes;
    bytes_ = bytes_ - entry.bytes + bytes;
    entry.bytes = bytes;
  }
  void Evict(Entry& entry) {
    ++evictions_;
    if (on_eviction_) on_eviction_(entry);
    Erase(entry);
  }

  const GroupLimits limits_;
  const OnEviction on_eviction_;
  absl::flat_hash_map<std::pair<uint64_t, absl::string_view>, std::unique_ptr<Entry>> entries_;
  absl::flat_hash_map<uint64_t, Owner> owners_;
  std::list<Entry*> all_;
  size_t bytes_ = 0;
  uint64_t evictions_ = 0;
};

}  // namespace vedette

#endif  // VEDETTE_ENGINE_MATCH_BOUNDED_GROUPS_H_
