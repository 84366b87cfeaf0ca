// SPDX-License-Identifier: Apache-2.0
//
// What the kernel's classifier does, in user space, with the same tables: for replay and hunting,
// which have no kernel, and for the tests that compare the two.
#ifndef VEDETTE_RULES_CLASSIFY_CLASSIFIER_H_
#define VEDETTE_RULES_CLASSIFY_CLASSIFIER_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "rules/classify/tables.h"
#include "sensor/decode/event_view.h"

namespace vedette {

// What an act is judged by: one value per dimension.
struct ClassifierInput {
  EventKind kind{};
  absl::string_view comm;
  uint32_t uid = 0;
  std::optional<absl::string_view> path;  // None: unjudged; so is one that IsJudgedPath() refuses.
  std::optional<absl::string_view> target;  // The new name of a rename or a link, likewise.
  uint32_t mode = 0;                        // enum classify_mode
  int32_t syscall = -1;
  uint8_t call_flags = 0;            // enum wire_flag
  uint16_t port = 0, own_port = 0;   // The peer's, and the own one.
  std::optional<IpAddress> address;  // That the act names; none: not IP.
  // What the process runs, as it was called at the exec; empty: no program. None: unjudged; so is
  // one that IsJudgedExe() refuses.
  std::optional<absl::string_view> exe;
  std::optional<classify_scope> scope;  // Of the program's cgroup. None: unjudged.
  // The programs from which it descends, by their names; outlives the input. Null: unjudged.
  const std::vector<std::string>* lineage = nullptr;
  uint32_t container = 0;     // The number of its cgroup; 0: unjudged.
  uint64_t capabilities = 0;  // In force. Acts of programs that began earlier are not judged by it.
};

// The input that the kernel program works out for the act that the record tells of. Points into the
// view. What its process runs and where, a record does not tell, but for that of an exec, which
// tells the former: whoever knows it sets `exe` and `scope`.
ClassifierInput InputOf(const EventView& view);

// The text of a kind by which the path of its acts is judged. Null: it has none.
const Member* ClassifiedPath(EventKind kind);

// Immutable once made: any thread. Does not need the tables to stay.
class Classifier {
 public:
  explicit Classifier(const ClassifierTables& tables);

  uint32_t generation() const { return generation_; }
  // No survivors for a kind that rules cannot match. Never allocates.
  Survivors Classify(const ClassifierInput& input) const;

  // For whoever looks at many acts of a kind at once: the survivors of an act are among those of
  // each of its values. All ones where no term names the dimension.
  Survivors OfMode(EventKind kind, uint32_t mode) const;
  Survivors OfComm(EventKind kind, absl::string_view comm) const;
  Survivors OfCall(EventKind kind, int32_t syscall, uint8_t call_flags) const;
  Survivors OfPath(EventKind kind, absl::string_view path) const;  // A path that is judged.

 private:
  struct PathNode {
    std::string key;
    classify_vector vector;
  };
  struct Kind {
    bool known = false;
    classify_kind vectors{};
    // By enum classify_trie. Sorted; the first is the empty prefix. Empty: no term names it.
    std::array<std::vector<PathNode>, CLASSIFY_TRIE_LIMIT> tries;
    // By enum classify_place; null: no term names it.
    std::array<std::shared_ptr<const struct classify_traits>, CLASSIFY_PLACES> traits;
  };
  struct HashOfKey {
    size_t operator()(const classify_key& key) const;
  };
  struct SameKey {
    bool operator()(const classify_key& a, const classify_key& b) const;
  };

  void NarrowByValue(const Kind& kind, const classify_key& key, Survivors& survivors) const;
  void NarrowByName(const Kind& kind, EventKind number, absl::string_view path,
                    Survivors& survivors) const;
  void NarrowByContainer(const Kind& kind, EventKind number, uint32_t container,
                         Survivors& survivors) const;
  void NarrowByLineage(const Kind& kind, EventKind number, const std::vector<std::string>* lineage,
                       Survivors& survivors) const;

  uint32_t generation_;
  std::vector<Kind> kinds_;  // By number.
  absl::flat_hash_map<classify_key, classify_vector, HashOfKey, SameKey> values_;
  absl::flat_hash_map<std::string, classify_vector> names_;  // By the bytes of their key.
};

}  // namespace vedette

#endif  // VEDETTE_RULES_CLASSIFY_CLASSIFIER_H_
