// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/known_values.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "sensor/schema/event_types.h"
#include "sensor/schema/schema.h"

namespace vedette {
namespace {

using Names = std::vector<absl::string_view>;

bool IsOfRules(const KindInfo& info) { return (RuleKinds() & KindBit(info.kind)) != 0; }

Names Types() { return Names(EventTypes().begin(), EventTypes().end()); }
Names Categories() { return Names(EventCategories().begin(), EventCategories().end()); }
Names KindNames() {
  Names names;
  for (const KindInfo& info : Kinds()) {
    if (IsOfRules(info)) names.push_back(info.name);
  }
  return names;
}

bool IsKind(absl::string_view name) {
  const KindInfo* info = FindKindByName(name);
  return info != nullptr && IsOfRules(*info);
}

bool HasType(absl::string_view name) { return KindsOfType(name) != 0; }
// An exit is no call.
bool HasCall(absl::string_view name) {
  const Field* field = FindField("syscall.type");
  return (KindsOfType(name) & field->kinds) != 0;
}
bool HasCategory(absl::string_view name) {
  return std::any_of(Kinds().begin(), Kinds().end(), [&](const KindInfo& info) {
    return IsOfRules(info) && info.category == name;
  });
}

// Of descriptors, in Falco's letters and words; which of them there are today is said in
// docs/fields.md.
Names TypeChars() {
  return {"f", "d", "4", "6", "u", "p", "e", "s", "l", "i", "b", "m", "n", "o", "P", "r", "t", "g"};
}
Names DescriptorTypes() {
  return {"file",        "directory", "ipv4",    "ipv6",        "unix",     "pipe",
          "event",       "signalfd",  "eventfd", "eventpoll",   "inotify",  "bpf",
          "memfd",       "netlink",   "pidfd",   "userfaultfd", "timerfd",  "io_uring",
          "unsupported", "other",     "unknown", "signal",      "eventloop"};
}
Names Protocols() { return {"tcp", "udp", "icmp", "raw", "<NA>"}; }
Names SocketFamilies() { return {"ip", "unix"}; }
bool IsAnything(absl::string_view) { return true; }
template <Names (*all)()>
bool IsOneOf(absl::string_view name) {
  const Names names = all();
  return std::find(names.begin(), names.end(), name) != names.end();
}

struct Row {
  absl::string_view field;
  bool strict;
  Names (*all)();
  bool (*is_known)(absl::string_view);
  bool (*is_supplied)(absl::string_view);
  absl::string_view description;  // Empty: list them.
};
constexpr Row kRows[] = {
    {"evt.type", true, Types, IsEventType, HasType,
     "it is the name of a system call or of an event"},
    {"syscall.type", true, Types, IsEventType, HasCall, "it is the name of a system call"},
    {"evt.kind", true, KindNames, IsKind, IsKind, ""},
    {"evt.category", false, Categories, IsEventCategory, HasCategory, ""},
    {"fd.typechar", false, TypeChars, IsOneOf<TypeChars>, IsAnything, ""},
    {"fd.type", false, DescriptorTypes, IsOneOf<DescriptorTypes>, IsAnything, ""},
    {"fd.l4proto", false, Protocols, IsOneOf<Protocols>, IsAnything, ""},
    {"fd.sockfamily", false, SocketFamilies, IsOneOf<SocketFamilies>, IsAnything, ""},
};

const Row* FindRow(absl::string_view field) {
  const auto* const found = std::find_if(std::begin(kRows), std::end(kRows),
                                         [&](const Row& row) { return row.field == field; });
  return found == std::end(kRows) ? nullptr : found;
}

}  // namespace

bool HasKnownValues(absl::string_view field) { return FindRow(field) != nullptr; }

bool IsStrict(absl::string_view field) { return FindRow(field)->strict; }

bool IsKnownValue(absl::string_view field, absl::string_view value) {
  return FindRow(field)->is_known(value);
}

std::vector<absl::string_view> KnownValues(absl::string_view field) {
  return FindRow(field)->all();
}

bool IsSuppliedValue(absl::string_view field, absl::string_view value) {
  return FindRow(field)->is_supplied(value);
}

std::string DescribeKnownValues(absl::string_view field) {
  const Row& row = *FindRow(field);
  if (!row.description.empty()) return std::string(row.description);
  return absl::StrCat("values of ", field, ": ", absl::StrJoin(row.all(), ", "));
}

}  // namespace vedette
