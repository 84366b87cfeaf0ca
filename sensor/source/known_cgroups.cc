// SPDX-License-Identifier: Apache-2.0
// No unit test: the maps are the kernel's; tests/enforce restarts a daemon in guests.
#include "sensor/source/known_cgroups.h"

#include <bpf/bpf.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>

#include "base/file.h"
#include "sensor/schema/classify.h"
#include "sensor/schema/enforce.h"
#include "sensor/source/classifier_maps.h"

namespace vedette {
namespace {

template <typename Key, typename Value>
bool HasSizes(int map_fd) {
  bpf_map_info info = {};
  uint32_t size = sizeof(info);
  return bpf_obj_get_info_by_fd(map_fd, &info, &size) == 0 && info.key_size == sizeof(Key) &&
         info.value_size == sizeof(Value);
}

template <typename Key, typename Each>
void ForEachKey(int map_fd, Each each) {
  Key key = {};
  std::vector<Key> keys;
  for (Key* last = nullptr; bpf_map_get_next_key(map_fd, last, &key) == 0; last = &key) {
    keys.push_back(key);
  }
  for (const Key& found : keys) each(found);
}

struct Trait {
  uint16_t kind;
  uint16_t number;
};

// By comparison, one trait each, of the latest generation whose values are complete.
std::map<std::string, Trait> ReadTraits(int traits_fd, int values_fd, uint32_t& generation) {
  std::map<std::string, Trait> traits;
  generation = 0;
  ForEachKey<enforce_trait_key>(traits_fd, [&](const enforce_trait_key& key) {
    const classify_key complete =
        CgroupValueKey(key.generation, key.kind, ENFORCE_CGROUPS_COMPLETE);
    classify_vector none;
    enforce_trait trait = {};
    if (key.generation < generation || bpf_map_lookup_elem(values_fd, &complete, &none) != 0 ||
        bpf_map_lookup_elem(traits_fd, &key, &trait) != 0 || key.trait >= 64) {
      return;
    }
    if (key.generation > generation) traits.clear();
    generation = key.generation;
    const size_t size = std::min<size_t>(trait.size, ENFORCE_TRAIT_MAX);
    traits.insert_or_assign(std::string(reinterpret_cast<const char*>(trait.text), size),
                            Trait{key.kind, key.trait});
  });
  return traits;
}

}  // namespace

KnownCgroups ReadKnownCgroups(const Pins& pins) {
  KnownCgroups known;
  const std::vector<uint32_t> sets = pins.Sets();
  if (sets.empty()) return known;
  const auto traits_fd = pins.Open(sets.back(), kTraitsPin);
  const auto values_fd = pins.Open(sets.back(), kValuesPin);
  const auto cgroups_fd = pins.Open(sets.back(), kCgroupsPin);
  if (!traits_fd.ok() || !values_fd.ok() || !cgroups_fd.ok()) return known;
  if (!HasSizes<enforce_trait_key, enforce_trait>(traits_fd->get()) ||
      !HasSizes<classify_key, classify_vector>(values_fd->get()) ||
      !HasSizes<uint64_t, uint32_t>(cgroups_fd->get())) {
    return known;
  }
  uint32_t generation = 0;
  const auto traits = ReadTraits(traits_fd->get(), values_fd->get(), generation);
  if (traits.empty()) return known;
  for (const auto& [comparison, trait] : traits) known.comparisons.push_back(comparison);
  ForEachKey<uint64_t>(cgroups_fd->get(), [&](uint64_t cgroup) {
    uint32_t number = 0;
    if (bpf_map_lookup_elem(cgroups_fd->get(), &cgroup, &number) != 0 || number == 0) return;
    std::vector<bool> holds;
    for (const auto& [comparison, trait] : traits) {
      const classify_key key = CgroupValueKey(generation, trait.kind, number);
      classify_vector value = {};  // Who has no entry has none of them.
      bpf_map_lookup_elem(values_fd->get(), &key, &value);
      holds.push_back((value.words[0] >> trait.number & 1) != 0);
    }
    known.cgroups.emplace_back(cgroup, std::move(holds));
  });
  return known;
}

void ForgetTraits(int map_fd, uint32_t generation) {
  ForEachKey<enforce_trait_key>(map_fd, [&](const enforce_trait_key& key) {
    if (key.generation < generation) bpf_map_delete_elem(map_fd, &key);
  });
}

}  // namespace vedette
