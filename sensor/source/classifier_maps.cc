// SPDX-License-Identifier: Apache-2.0
// No unit test: tests/classifier and tests/kernel load tables into real maps and look acts up.
#include "sensor/source/classifier_maps.h"

#include <bpf/bpf.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "sensor/schema/schema.h"

namespace vedette {
namespace {

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

void DeleteGeneration(const ClassifierMapFds& maps, uint32_t generation) {
  DeleteKeys<classify_key>(maps.values, generation);
  DeleteKeys<classify_name_key>(maps.names, generation);
  DeleteKeys<classify_path_key>(maps.paths, generation);
}

template <typename Key>
bool Insert(int map_fd, const std::vector<std::pair<Key, classify_vector>>& entries) {
  return std::all_of(entries.begin(), entries.end(), [&](const auto& entry) {
    return bpf_map_update_elem(map_fd, &entry.first, &entry.second, BPF_ANY) == 0;
  });
}

// A kind that the image does not name is wanted by nobody: all its vectors are zero.
bool InsertKinds(int map_fd, uint32_t generation, const ClassifierImage& image) {
  static const classify_kind kNobody = {};
  for (const KindInfo& info : Kinds()) {
    const uint32_t index = (generation & 1) * WIRE_KIND_LIMIT + info.kind;
    const auto named = std::find_if(image.kinds.begin(), image.kinds.end(),
                                    [&](const auto& kind) { return kind.first == info.kind; });
    const classify_kind& kind = named == image.kinds.end() ? kNobody : named->second;
    if (bpf_map_update_elem(map_fd, &index, &kind, BPF_ANY) != 0) return false;
  }
  return true;
}

// Returns once every program that was running has ended: the kernel waits for them where a map of
// maps changes (since 4.19), so that nobody still uses what was in it.
void WaitForPrograms() {
  const int inner = bpf_map_create(BPF_MAP_TYPE_ARRAY, "wait_inner", 4, 4, 1, nullptr);
  LIBBPF_OPTS(bpf_map_create_opts, options, .inner_map_fd = static_cast<__u32>(inner));
  const int outer = bpf_map_create(BPF_MAP_TYPE_ARRAY_OF_MAPS, "wait_outer", 4, 4, 1, &options);
  const uint32_t index = 0;
  if (inner >= 0 && outer >= 0) bpf_map_update_elem(outer, &index, &inner, BPF_ANY);
  if (outer >= 0) close(outer);
  if (inner >= 0) close(inner);
}

}  // namespace

absl::Status LoadClassifierImage(const ClassifierMapFds& maps, sensor_state& state,
                                 uint32_t generation, const ClassifierImage& image) {
  const auto full = [&](absl::string_view what) {
    const int error = errno;
    DeleteGeneration(maps, generation);
    return absl::ResourceExhaustedError(absl::StrCat(
        "the rules name more ", what, " than the kernel's tables hold: ", std::strerror(error)));
  };
  if (!InsertKinds(maps.kinds, generation, image)) return full("kinds");
  if (!Insert(maps.values, image.values)) return full("values");
  if (!Insert(maps.names, image.names)) return full("names of files");
  if (!Insert(maps.paths, image.paths)) return full("paths");
  const uint32_t old = state.generation;
  __atomic_store_n(&state.generation, generation, __ATOMIC_RELEASE);
  // An act may be in the middle of the old tables: they stay until it has been judged by them.
  WaitForPrograms();
  if (old != 0) DeleteGeneration(maps, old);
  return absl::OkStatus();
}

}  // namespace vedette
