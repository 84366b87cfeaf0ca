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

const Member& MemberNamed(EventKind kind, absl::string_view name) {
  const absl::Span<const Member> members = FindKind(kind)->members;
  return *std::find_if(members.begin(), members.end(),
                       [name](const Member& member) { return member.name == name; });
}

void AddFileOpen(const EventView& view, ClassifierInput& input) {
  static const Member& path_member = MemberNamed(WIRE_file_open, "path");
  const auto open = view.As<wire_file_open>();
  input.mode = classify_mode_of_open(open.flags, open.created, open.result, open.mode);
  if (!view.Truncated(path_member)) input.path = view.Text(path_member);
}

void AddNetworkConnect(const EventView& view, ClassifierInput& input) {
  const auto connect = view.As<wire_network_connect>();
  input.mode = classify_mode_of_connect(connect.family, connect.remote_address, connect.result);
  const bool has_port = connect.family == 2 || connect.family == 10;
  input.port = has_port ? connect.remote_port : uint16_t{0};
}

// What a kind has beside the dimensions of the process. A kind without a row has nothing else.
constexpr struct {
  EventKind kind;
  void (*add)(const EventView& view, ClassifierInput& input);
} kInputs[] = {
    {WIRE_file_open, AddFileOpen},
    {WIRE_network_connect, AddNetworkConnect},
};

}  // namespace

ClassifierInput InputOf(const EventView& view) {
  ClassifierInput input;
  input.kind = view.kind();
  input.comm = view.comm();
  input.uid = view.header().uid;
  for (const auto& row : kInputs) {
    if (row.kind == view.kind()) row.add(view, input);
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
