// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/classifier_maps.h"

#include <bpf/bpf.h>
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "sensor/schema/schema.h"

namespace vedette {
namespace {

// Deletes the keys of a generation.
template <typename Key>
void DeleteKeys(int map_fd, uint32_t generation) {
  std::vector<Key> doomed;
  Key key = {}, next = {};
  for (int more = bpf_map_get_next_key(map_fd, nullptr, &next); more == 0;
       more = bpf_map_get_next_key(map_fd, &key, &next)) {
    key = next;
    if (key.generation == generation) doomed.push_back(key);
  }
  for (const Key& old : doomed) bpf_map_delete_elem(map_fd, &old);
}

absl::Status Full(absl::string_view what) {
  return absl::ResourceExhaustedError(absl::StrCat(
      "the rules name more ", what, " than the kernel's tables hold: ", std::strerror(errno)));
}

}  // namespace

absl::Status ClassifierMaps::Add(uint32_t generation, const ClassifierImage& image) const {
  const uint32_t slot = (generation & 1) * WIRE_KIND_LIMIT;
  // A kind that the image does not name is wanted by nobody: all its vectors are zero.
  static const classify_kind kNobody = {};
  for (const KindInfo& info : Kinds()) {
    const uint32_t index = slot + info.kind;
    const auto named = std::find_if(image.kinds.begin(), image.kinds.end(),
                                    [&](const auto& kind) { return kind.first == info.kind; });
    const classify_kind& kind = named == image.kinds.end() ? kNobody : named->second;
    if (bpf_map_update_elem(kinds, &index, &kind, BPF_ANY) != 0) return Full("kinds");
  }
  for (const auto& [place, made] : image.traits) {
    const uint32_t index = CLASSIFY_TRAITS_INDEX(generation, place.first, place.second);
    if (bpf_map_update_elem(traits, &index, &made, BPF_ANY) != 0) return Full("traits");
  }
  for (const auto& [key, vector] : image.values) {
    if (bpf_map_update_elem(values, &key, &vector, BPF_ANY) != 0) return Full("values");
  }
  for (const auto& [key, vector] : image.names) {
    if (bpf_map_update_elem(names, &key, &vector, BPF_ANY) != 0) return Full("names of files");
  }
  for (const auto& [key, vector] : image.paths) {
    if (bpf_map_update_elem(paths, &key, &vector, BPF_ANY) != 0) return Full("paths");
  }
  return absl::OkStatus();
}

absl::Status ClassifierMaps::Load(uint32_t generation, const ClassifierImage& image) const {
  if (const absl::Status added = Add(generation, image); !added.ok()) {
    Delete(generation);
    return added;
  }
  const uint32_t old = state->generation;
  __atomic_store_n(&state->generation, generation, __ATOMIC_RELEASE);
  if (old == 0) return absl::OkStatus();
  WaitForPrograms();  // One that has read the old generation is still looking its values up.
  Delete(old);
  return absl::OkStatus();
}

void ClassifierMaps::Delete(uint32_t generation) const {
  DeleteKeys<classify_key>(values, generation);
  DeleteKeys<classify_name_key>(names, generation);
  DeleteKeys<classify_path_key>(paths, generation);
}

void SetCgroupScope(int map_fd, uint64_t cgroup, classify_scope scope) {
  const uint32_t value = scope;
  bpf_map_update_elem(map_fd, &cgroup, &value, BPF_ANY);
}

absl::Status CgroupMaps::Tell(
    uint64_t cgroup, uint32_t number,
    absl::Span<const std::pair<classify_key, classify_vector>> of_number) const {
  uint32_t before = 0;
  bpf_map_lookup_elem(numbers, &cgroup, &before);
  bool fits = true;
  for (const auto& [key, vector] : of_number) {
    fits = fits && bpf_map_update_elem(values, &key, &vector, BPF_ANY) == 0;
  }
  fits = fits && bpf_map_update_elem(numbers, &cgroup, &number, BPF_ANY) == 0;
  if (!fits) bpf_map_delete_elem(numbers, &cgroup);
  if (before != 0 && before != number) {
    WaitForPrograms();  // One that has read the number before is still looking its values up.
    DeleteValues(before);
  }
  if (fits) return absl::OkStatus();
  DeleteValues(number);
  return absl::ResourceExhaustedError("there are more cgroups than the kernel's tables hold");
}

bool CgroupMaps::Forget(uint64_t cgroup) const {
  uint32_t number = 0;
  if (bpf_map_lookup_elem(numbers, &cgroup, &number) != 0) return false;
  bpf_map_delete_elem(numbers, &cgroup);
  DeleteValues(number);
  return true;
}

void CgroupMaps::DeleteValues(uint32_t number) const {
  const uint32_t generation = __atomic_load_n(&state->generation, __ATOMIC_ACQUIRE);
  for (const KindInfo& info : Kinds()) {
    const classify_key key = CgroupValueKey(generation, info.kind, number);
    bpf_map_delete_elem(values, &key);
  }
}

classify_key CgroupValueKey(uint32_t generation, uint16_t kind, uint32_t number) {
  classify_key key = {};
  key.generation = generation;
  key.kind = kind;
  key.dimension = CLASSIFY_container;
  std::memcpy(key.value, &number, sizeof(number));
  return key;
}

void WaitForPrograms() {
  // Programs run in sections that RCU waits for, and this is RCU's wait. Where it is not to be had
  // (nohz_full; on one CPU it does not wait, though a program can be preempted there) time stands
  // in for it: programs take microseconds.
  const bool waits = sysconf(_SC_NPROCESSORS_ONLN) > 1;
  if (syscall(__NR_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0) == 0 && waits) return;
  absl::SleepFor(absl::Milliseconds(50));
}

}  // namespace vedette
