// SPDX-License-Identifier: Apache-2.0
//
// What is known of containers, by id, who asks for it, and how long events wait for it. Asking a
// runtime may take for ever, so it happens elsewhere (integrations/runtimes).
#ifndef VEDETTE_ENGINE_ENRICH_CONTAINER_INFOS_H_
#define VEDETTE_ENGINE_ENRICH_CONTAINER_INFOS_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "engine/enrich/container_info.h"

namespace vedette {

// What whoever asks has to know.
struct ContainerRequest {
  std::string id, runtime;  // As ContainerOf() has them.
  std::string cgroup;       // Of the first program that was seen in it.
};

// An answer. Several may come for a request: what is known so far, and at last a final one.
struct ContainerAnswer {
  std::string id;
  std::optional<ContainerInfo> info;  // Bounded. None: nobody knows the container.
  bool is_final = true;
};

// Asks runtimes on threads of its own.
class ContainerFinder {
 public:
  virtual ~ContainerFinder() = default;
  // Never blocks. False: too many are waiting.
  virtual bool Request(ContainerRequest request) = 0;
};

// Not thread-safe: lives on the pipeline thread. Holds at most `containers_max` and, of what is
// known of them, `bytes_max`; the oldest give way.
class ContainerInfos {
 public:
  struct Limits {
    size_t containers_max = 4096;
    size_t bytes_max = 16 << 20;
    uint64_t retry_ns = 10'000'000'000;  // Then an unknown one is asked for again.
  };

  ContainerInfos() : ContainerInfos(Limits()) {}
  explicit ContainerInfos(Limits limits) : limits_(limits) {}

  // Null if nothing is known, or not yet. Valid until the next call that is not const.
  const ContainerInfo* Find(absl::string_view id) const;

  // Something is known, and no more is to come. While it is remembered.
  bool IsFinal(absl::string_view id) const;
  // Counts up with each answer and each one that is forgotten.
  uint64_t changes() const { return changes_; }

  // A program begins in it. True: it has to be asked for; events may wait for it until
  // `deadline_ns`.
  bool Want(absl::string_view id, uint64_t now_ns, uint64_t deadline_ns);
  // Whether events of it wait.
  bool IsAwaited(absl::string_view id) const { return awaited_ > 0 && IsAwaitedEntry(id); }
  bool has_awaited() const { return awaited_ > 0; }
  // Takes an answer; one that nobody asked for is passed over. True: nobody waits for it any more.
  bool Settle(ContainerAnswer answer, uint64_t now_ns);
  // Nobody waits for it any more, whatever its deadline; an answer is still taken.
  void GiveUp(absl::string_view id);
  // The ids whose deadline has passed: nobody waits for them any more, an answer is still taken.
  std::vector<std::string> Expire(uint64_t now_ns);

  size_t size() const { return entries_.size(); }
  size_t bytes() const { return bytes_; }

 private:
  struct Entry {
    std::optional<ContainerInfo> info;
    size_t bytes = 0;
    bool is_asked = false;    // An answer is to come.
    bool is_awaited = false;  // Events wait for it.
    uint64_t deadline_ns = 0, asked_ns = 0;
  };

  bool IsAwaitedEntry(absl::string_view id) const;
  void StopAwaiting(Entry& entry);
  void MakeRoom();

  const Limits limits_;
  absl::flat_hash_map<std::string, Entry> entries_;
  std::deque<std::string> order_;     // As they came.
  std::vector<std::string> evicted_;  // While events waited for them; Expire() tells.
  size_t awaited_ = 0;
  uint64_t changes_ = 0;
  size_t bytes_ = 0;
};

}  // namespace vedette

#endif  // VEDETTE_ENGINE_ENRICH_CONTAINER_INFOS_H_
