// SPDX-License-Identifier: Apache-2.0
#include "rules/classify/classifier.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

#include "absl/hash/hash.h"
#include "rules/classify/field_map.h"

namespace vedette {
namespace {

constexpr uint32_t kPrefixBitsOfRoot = 64;  // Generation and kind.

template <typename Key>
absl::string_view BytesOf(const Key& key) {
  return {reinterpret_cast<const char*>(&key), sizeof(key)};
}

// The text of a node: of addresses a letter for each bit, as in dimension_set.h.
std::string TextOf(const classify_path_key& key) {
  const char* bytes = reinterpret_cast<const char*>(key.path);
  const size_t bits = key.prefix_bits - kPrefixBitsOfRoot;
  if (key.kind >> 16 != CLASSIFY_TRIE_address) return std::string(bytes, bits / 8);
  std::string text;
  for (size_t bit = 0; bit < bits; ++bit) {
    if (bit == 0) text.push_back(static_cast<char>('0' + key.path[0]));
    if (bit >= 8) text.push_back((key.path[bit / 8] >> (7 - bit % 8) & 1) != 0 ? '1' : '0');
  }
  return text;
}

// What is looked up in a trie, on the stack.
struct LookedUp {
  std::array<char, CLASSIFY_PATH_MAX> bytes{};
  size_t size = 0;
  absl::string_view view() const { return {bytes.data(), size}; }
};

LookedUp WithNul(absl::string_view text) {
  LookedUp to;
  std::memcpy(to.bytes.data(), text.data(), text.size());
  to.size = text.size() + 1;
  return to;
}

LookedUp AddressText(const std::optional<IpAddress>& address) {
  LookedUp to;
  to.bytes[to.size++] = !address ? '0' : address->is_v6 ? '6' : '4';
  const size_t bits = !address ? 0 : address->is_v6 ? 128 : 32;
  for (size_t bit = 0; bit < bits; ++bit) {
    const bool set = (address->bytes[bit / 8] >> (7 - bit % 8) & 1) != 0;
    to.bytes[to.size++] = set ? '1' : '0';
  }
  return to;
}

void Narrow(Survivors& survivors, const classify_vector& vector) {
  for (size_t i = 0; i < std::size(survivors.words); ++i) survivors.words[i] &= vector.words[i];
}

Survivors AllSurvivors() {
  Survivors all;
  std::fill(std::begin(all.words), std::end(all.words), ~decltype(all.words[0] + 0){0});
  return all;
}

template <typename Node>
void NarrowByPrefix(const std::vector<Node>& trie, absl::string_view text, Survivors& survivors) {
  const ptrdiff_t at = LongestPrefix(trie, text);
  if (at >= 0) Narrow(survivors, trie[static_cast<size_t>(at)].vector);
}

// What a kind has beside the dimensions of the process: members by their names, null where it has
// none. `path` is the one that the kernel looks up.
struct InputMembers {
  const Member* path = nullptr;
  const Member* target = nullptr;
  const Member* result = nullptr;
  const Member* mode = nullptr;
  const Member* family = nullptr;
  const Member* remote_address = nullptr;
  const Member* remote_port = nullptr;
  const Member* local_port = nullptr;
  const Member* named_address = nullptr;  // That the act names.
  const Member* protocol = nullptr;
  const Member* socket_type = nullptr;
  const Member* exe_path = nullptr;
  const Member* capabilities = nullptr;
};

const InputMembers& InputMembersOf(EventKind kind) {
  static const auto* const by_kind = [] {
    auto* table = new std::vector<InputMembers>(WIRE_KIND_LIMIT);
    for (const KindInfo& info : Kinds()) {
      InputMembers& members = (*table)[info.kind];
      members.path = FindMember(info, "path");
      members.target = FindMember(info, "new_path");
      if (members.path == nullptr) members.path = std::exchange(members.target, nullptr);
      if (info.kind == WIRE_process_exec) members.path = FindMember(info, "exe_path");
      members.result = FindMember(info, "result");
      members.mode = FindMember(info, "mode");
      members.family = FindMember(info, "family");
      members.remote_address = FindMember(info, "remote_address");
      members.remote_port = FindMember(info, "remote_port");
      members.local_port = FindMember(info, "local_port");
      const bool own = info.kind == WIRE_network_bind || info.kind == WIRE_network_listen;
      members.named_address = FindMember(info, own ? "local_address" : "remote_address");
      members.protocol = FindMember(info, "protocol");
      members.socket_type = FindMember(info, "socket_type");
      members.exe_path = FindMember(info, "exe_path");
      members.capabilities = FindMember(info, "cap_effective");
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
  return classify_mode_of_socket(family, address, result,
                                 static_cast<uint32_t>(NumberOf(view, members.protocol)),
                                 static_cast<uint32_t>(NumberOf(view, members.socket_type)));
}

}  // namespace

const Member* ClassifiedPath(EventKind kind) { return InputMembersOf(kind).path; }

ClassifierInput InputOf(const EventView& view) {
  ClassifierInput input;
  input.kind = view.kind();
  input.comm = view.comm();
  input.uid = view.header().uid;
  input.syscall = view.header().syscall;
  input.call_flags = view.header().flags;
  const InputMembers& members = InputMembersOf(view.kind());
  input.mode = ModeOf(view, members);
  const bool loose = (view.header().flags & WIRE_FLAG_LOOSE_PATH) != 0;
  if (members.path != nullptr && !loose && !view.Truncated(*members.path)) {
    input.path = view.Text(*members.path);
  }
  if (members.target != nullptr && !loose && !view.Truncated(*members.target)) {
    input.target = view.Text(*members.target);
  }
  const uint64_t family = NumberOf(view, members.family);
  if (family == 2 || family == 10) {
    input.port = static_cast<uint16_t>(NumberOf(view, members.remote_port));
    input.own_port = static_cast<uint16_t>(NumberOf(view, members.local_port));
  }
  if (members.named_address != nullptr) {
    const Value address = view.Get(*members.named_address);
    if (address.HasValue()) input.address = address.address;
  }
  input.capabilities = NumberOf(view, members.capabilities);
  if (members.exe_path != nullptr && !view.Truncated(*members.exe_path)) {
    input.exe = view.Text(*members.exe_path);
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
  for (const auto& [key, vector] : tables.names) names_.emplace(BytesOf(key), vector);
  for (const auto& [key, vector] : tables.paths) {
    kinds_[key.kind & 0xffff].tries[key.kind >> 16].push_back({TextOf(key), vector});
  }
  for (const auto& [place, traits] : tables.traits) {
    kinds_[place.first].traits[place.second] =
        std::make_shared<const struct classify_traits>(traits);
  }
  for (Kind& kind : kinds_) {
    for (std::vector<PathNode>& trie : kind.tries) {
      std::sort(trie.begin(), trie.end(),
                [](const PathNode& a, const PathNode& b) { return a.key < b.key; });
    }
  }
}

// As narrow_by_traits() of sensor/bpf.
void NarrowByTraits(const struct classify_traits& traits, uint64_t has, Survivors& survivors) {
  for (const auto& group : traits.holding) {
    Narrow(survivors, group[has % CLASSIFY_GROUP_VALUES]);
    has >>= CLASSIFY_GROUP_BITS;
  }
}

void Classifier::NarrowByLineage(const Kind& kind, EventKind number,
                                 const std::vector<std::string>* lineage,
                                 Survivors& survivors) const {
  const auto& traits = kind.traits[CLASSIFY_PLACE_lineage];
  if (traits == nullptr) return;
  if (lineage == nullptr) return Narrow(survivors, traits->unjudged);
  uint64_t has = 0;
  classify_key key{};
  key.generation = generation_;
  key.kind = number;
  key.dimension = CLASSIFY_lineage;
  for (const std::string& name : *lineage) {
    const std::string value = HashKey(name);
    std::memcpy(key.value, value.data(), value.size());
    const auto at = values_.find(key);
    if (at != values_.end()) has |= at->second.words[0];
  }
  NarrowByTraits(*traits, has, survivors);
}

void Classifier::NarrowByContainer(const Kind& kind, EventKind number, uint32_t container,
                                   Survivors& survivors) const {
  const auto& traits = kind.traits[CLASSIFY_PLACE_container];
  if (traits == nullptr) return;
  if (container == 0) return Narrow(survivors, traits->unjudged);
  const auto at = values_.find(ContainerValue(generation_, number, container, 0).first);
  NarrowByTraits(*traits, at == values_.end() ? 0 : at->second.words[0], survivors);
}

void Classifier::NarrowByValue(const Kind& kind, const classify_key& key,
                               Survivors& survivors) const {
  if ((kind.vectors.used >> key.dimension & 1) == 0) return;
  const auto found = values_.find(key);
  Narrow(survivors, found != values_.end() ? found->second : kind.vectors.defaults[key.dimension]);
}

void Classifier::NarrowByName(const Kind& kind, EventKind number, absl::string_view path,
                              Survivors& survivors) const {
  if ((kind.vectors.used >> CLASSIFY_name & 1) == 0) return;
  const absl::string_view name = path.substr(path.rfind('/') + 1);
  classify_name_key key{};
  key.generation = generation_;
  key.kind = number;
  std::memcpy(key.name, name.data(), std::min(name.size(), sizeof(key.name)));
  const auto found = names_.find(BytesOf(key));
  Narrow(survivors, found != names_.end() ? found->second : kind.vectors.defaults[CLASSIFY_name]);
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
  by_number(CLASSIFY_own_port, input.own_port);
  key.dimension = CLASSIFY_call;
  classify_call_key(input.syscall, input.call_flags, key.value);
  NarrowByValue(kind, key, survivors);
  if (input.scope.has_value()) by_number(CLASSIFY_scope, *input.scope);
  NarrowByLineage(kind, input.kind, input.lineage, survivors);
  NarrowByContainer(kind, input.kind, input.container, survivors);
  if (kind.traits[CLASSIFY_PLACE_capability] != nullptr) {
    const auto& traits = *kind.traits[CLASSIFY_PLACE_capability];
    uint64_t has = 0;
    uint64_t capabilities = input.capabilities;
    for (const auto& group : traits.given) {
      has |= group[capabilities % CLASSIFY_GROUP_VALUES];
      capabilities >>= CLASSIFY_GROUP_BITS;
    }
    NarrowByTraits(traits, has, survivors);
  }
  if (input.exe.has_value() && IsJudgedExe(*input.exe)) {
    NarrowByPrefix(kind.tries[CLASSIFY_TRIE_exe], WithNul(*input.exe).view(), survivors);
  }
  if ((kind.vectors.used >> CLASSIFY_address & 1) != 0) {
    NarrowByPrefix(kind.tries[CLASSIFY_TRIE_address], AddressText(input.address).view(), survivors);
  }
  if (input.path.has_value() && IsJudgedPath(*input.path)) {
    NarrowByPrefix(kind.tries[CLASSIFY_TRIE_path], WithNul(*input.path).view(), survivors);
    if (IsJudgedName(*input.path)) NarrowByName(kind, input.kind, *input.path, survivors);
  }
  if (input.target.has_value() && IsJudgedPath(*input.target)) {
    NarrowByPrefix(kind.tries[CLASSIFY_TRIE_target], WithNul(*input.target).view(), survivors);
  }
  return survivors;
}

Survivors Classifier::OfMode(EventKind kind, uint32_t mode) const {
  if (!kinds_[kind].known) return {};
  return kinds_[kind].vectors.modes[mode % CLASSIFY_MODES];
}

Survivors Classifier::OfComm(EventKind kind, absl::string_view comm) const {
  Survivors survivors = AllSurvivors();
  classify_key key{};
  key.generation = generation_;
  key.kind = kind;
  key.dimension = CLASSIFY_comm;
  std::memcpy(key.value, comm.data(), std::min(comm.size(), sizeof(key.value)));
  NarrowByValue(kinds_[kind], key, survivors);
  return survivors;
}

Survivors Classifier::OfCall(EventKind kind, int32_t syscall, uint8_t call_flags) const {
  Survivors survivors = AllSurvivors();
  classify_key key{};
  key.generation = generation_;
  key.kind = kind;
  key.dimension = CLASSIFY_call;
  classify_call_key(syscall, call_flags, key.value);
  NarrowByValue(kinds_[kind], key, survivors);
  return survivors;
}

Survivors Classifier::OfPath(EventKind kind, absl::string_view path) const {
  Survivors survivors = AllSurvivors();
  if (!IsJudgedPath(path)) return survivors;
  NarrowByPrefix(kinds_[kind].tries[CLASSIFY_TRIE_path], WithNul(path).view(), survivors);
  if (IsJudgedName(path)) NarrowByName(kinds_[kind], kind, path, survivors);
  return survivors;
}

}  // namespace vedette
