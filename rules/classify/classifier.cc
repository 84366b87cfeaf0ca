// SPDX-License-Identifier: Apache-2.0
#include "rules/classify/classifier.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "absl/hash/hash.h"
#include "rules/classify/field_map.h"

namespace vedette {
namespace {

constexpr uint32_t kPrefixBitsOfRoot = 64;  // Generation and kind.

absl::string_view BytesOf(const classify_key& key) {
  return {reinterpret_cast<const char*>(&key), sizeof(key)};
}

void Narrow(Survivors& survivors, const classify_vector& vector) {
  for (size_t i = 0; i < std::size(survivors.words); ++i) survivors.words[i] &= vector.words[i];
}

// What a kind has beside the dimensions of the process: members by their names, null where it has
// none. `path` is the one that the kernel looks up.
struct InputMembers {
  const Member* path = nullptr;
  const Member* result = nullptr;
  const Member* mode = nullptr;
  const Member* family = nullptr;
  const Member* remote_address = nullptr;
  const Member* remote_port = nullptr;
};

const InputMembers& InputMembersOf(EventKind kind) {
  static const auto* const by_kind = [] {
    auto* table = new std::vector<InputMembers>(WIRE_KIND_LIMIT);
    for (const KindInfo& info : Kinds()) {
      InputMembers& members = (*table)[info.kind];
      members.path = FindMember(info, "path");
      if (members.path == nullptr) members.path = FindMember(info, "new_path");
      members.result = FindMember(info, "result");
      members.mode = FindMember(info, "mode");
      members.family = FindMember(info, "family");
      members.remote_address = FindMember(info, "remote_address");
      members.remote_port = FindMember(info, "remote_port");
    }
    return table;
  }();
  return (*by_kind)[kind];
}

uint64_t NumberOf(const EventView& view, const Member* member) {
  return member == nullptr ? 0 : view.Number(*member);
}

uint32_t ModeOf(const EventView& view, const InputMembers& members) {
  if (view.kind() == WIRE_file_open) {
    const auto open = view.As<wire_file_open>();
    return classify_mode_of_open(open.flags, open.created, open.result, open.mode);
  }
  const auto result = static_cast<int32_t>(NumberOf(view, members.result));
  if (members.family == nullptr) {
    if (members.result == nullptr && members.mode == nullptr) return 0;
    return classify_mode_of_object(result, static_cast<uint32_t>(NumberOf(view, members.mode)));
  }
  __u8 address[WIRE_ADDRESS_SIZE];
  std::memcpy(address, view.bytes().data() + members.remote_address->offset, sizeof(address));
  const auto family = static_cast<uint32_t>(NumberOf(view, members.family));
  return classify_mode_of_connect(family, address, result);
}

}  // namespace

ClassifierInput InputOf(const EventView& view) {
  ClassifierInput input;
  input.kind = view.kind();
  input.comm = view.comm();
  input.uid = view.header().uid;
  const InputMembers& members = InputMembersOf(view.kind());
  input.mode = ModeOf(view, members);
  const bool loose = (view.header().flags & WIRE_FLAG_LOOSE_PATH) != 0;
  if (members.path != nullptr && !loose && !view.Truncated(*members.path)) {
    input.path = view.Text(*members.path);
  }
  const uint64_t family = NumberOf(view, members.family);
  if (family == 2 || family == 10) {
    input.port = static_cast<uint16_t>(NumberOf(view, members.remote_port));
  }
  return input;
}

size_t Classifier::HashOfKey::operator()(const classify_key& key) const {
  return absl::Hash<absl::string_view>()(BytesOf(key));
}

bool Classifier::SameKey::operator()(const classify_key& a, const classify_key& b) const {
  return BytesOf(a) == BytesOf(b);
}

Classifier::Classifier(const ClassifierTables& tables)
    : generation_(tables.generation), kinds_(WIRE_KIND_LIMIT) {
  for (const KindTables& kind : tables.kinds) {
    kinds_[kind.kind].known = true;
    kinds_[kind.kind].vectors = kind.vectors;
  }
  values_.reserve(tables.values.size());
  for (const auto& [key, vector] : tables.values) values_.emplace(key, vector);
  for (const auto& [key, vector] : tables.paths) {
    const char* text = reinterpret_cast<const char*>(key.path);
    const size_t size = (key.prefix_bits - kPrefixBitsOfRoot) / 8;
    kinds_[key.kind].paths.push_back({std::string(text, size), vector});
  }
  for (Kind& kind : kinds_) {
    std::sort(kind.paths.begin(), kind.paths.end(),
              [](const PathNode& a, const PathNode& b) { return a.key < b.key; });
  }
}

void Classifier::NarrowByValue(const Kind& kind, const classify_key& key,
                               Survivors& survivors) const {
  const auto found = values_.find(key);
  Narrow(survivors, found != values_.end() ? found->second : kind.vectors.defaults[key.dimension]);
}

Survivors Classifier::Classify(const ClassifierInput& input) const {
  if (input.kind >= kinds_.size() || !kinds_[input.kind].known) return {};
  const Kind& kind = kinds_[input.kind];
  Survivors survivors = kind.vectors.modes[input.mode % CLASSIFY_MODES];

  classify_key key{};
  key.generation = generation_;
  key.kind = input.kind;
  key.dimension = CLASSIFY_comm;
  std::memcpy(key.value, input.comm.data(), std::min(input.comm.size(), sizeof(key.value)));
  NarrowByValue(kind, key, survivors);

  const auto by_number = [&](classify_dimension dimension, uint32_t number) {
    key.dimension = dimension;
    for (size_t i = 0; i < sizeof(key.value); ++i) {
      key.value[i] = i < sizeof(number) ? static_cast<uint8_t>(number >> (8 * i)) : uint8_t{0};
    }
    NarrowByValue(kind, key, survivors);
  };
  by_number(CLASSIFY_user, input.uid);
  by_number(CLASSIFY_port, input.port);

  if (input.path.has_value() && IsJudgedPath(*input.path)) {
    std::array<char, CLASSIFY_PATH_MAX> text{};
    std::memcpy(text.data(), input.path->data(), input.path->size());
    const absl::string_view key_text(text.data(), input.path->size() + 1);
    const ptrdiff_t at = LongestPrefix(kind.paths, key_text);
    if (at >= 0) Narrow(survivors, kind.paths[static_cast<size_t>(at)].vector);
  }
  return survivors;
}

}  // namespace vedette
