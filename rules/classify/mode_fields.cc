// SPDX-License-Identifier: Apache-2.0
#include "rules/classify/mode_fields.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "rules/lang/operators.h"
#include "sensor/schema/classify.h"

namespace vedette {
namespace {

constexpr KindSet kEveryKind = ~KindSet{0};
constexpr KindSet kFile = KindBit(WIRE_file_open);
constexpr KindSet kNetwork =
    KindBit(WIRE_network_connect) | KindBit(WIRE_network_socket) | KindBit(WIRE_network_bind) |
    KindBit(WIRE_network_listen) | KindBit(WIRE_network_accept) | KindBit(WIRE_network_send) |
    KindBit(WIRE_network_receive) | KindBit(WIRE_network_dns) | KindBit(WIRE_network_end);

// Acts on a file with a descriptor.
constexpr KindSet kDescriptor = kFile | KindBit(WIRE_file_receive) | KindBit(WIRE_file_mmap) |
                                KindBit(WIRE_file_mprotect) | KindBit(WIRE_file_access);

// The mode of such a kind has the bit of failing.
bool HasResult(const KindInfo& kind) { return FindMember(kind, "result") != nullptr; }

// What a field can be.
struct Possible {
  std::vector<Value> values;
  bool none = false;        // It may have no value.
  bool other_text = false;  // It may have no value, or be a text that the row does not list.
};

struct TextOfBit {
  uint32_t bit;
  absl::string_view text;
};

struct ModeRow;
using Domain = void (*)(const ModeRow& row, const Predicate& predicate, const KindInfo& kind,
                        uint32_t mode, Possible& possible);

struct ModeRow {
  absl::string_view field;
  KindSet kinds;
  uint32_t bits;  // The mode bits that the field depends on.
  Domain domain;
  absl::Span<const TextOfBit> texts;
};

// True if the bit is set.
void BitIsSet(const ModeRow& row, const Predicate&, const KindInfo&, uint32_t mode,
              Possible& possible) {
  possible.values.push_back(Value::Bool((mode & row.bits) != 0));
}

// A field about failing. A kind without a result is reported only when it succeeded; and some have
// one that the field does not show.
void Failed(const ModeRow&, const Predicate&, const KindInfo& kind, uint32_t mode,
            Possible& possible) {
  const bool failed = HasResult(kind) && (mode & CLASSIFY_FAILED) != 0;
  possible.values.push_back(Value::Bool(failed));
  possible.none = !HasResult(kind);
}

// The text of the bit that is set. There are never two: what the first one says is then as good as
// any.
void TextOfOneBit(const ModeRow& row, const Predicate&, const KindInfo&, uint32_t mode,
                  Possible& possible) {
  for (const TextOfBit& text : row.texts) {
    if ((mode & text.bit) == 0) continue;
    possible.values.push_back(Value::Text(text.text));
    return;
  }
  possible.other_text = true;
}

void AddRange(const Predicate& predicate, int64_t low, int64_t high, Possible& possible) {
  possible.values.push_back(Value::Signed(low));
  possible.values.push_back(Value::Signed(high));
  for (const Literal& literal : predicate.literals) {
    for (const uint64_t step : {~uint64_t{0}, uint64_t{0}, uint64_t{1}}) {
      const auto number = static_cast<int64_t>(literal.number + step);
      if (low < number && number < high) possible.values.push_back(Value::Signed(number));
    }
  }
}

// EPERM and EACCES have a bit of their own.
constexpr int64_t kDeniedResults[] = {-1, -13};
uint32_t DeniedBit(const ModeRow& row) {
  return row.bits & (CLASSIFY_DENIED | CLASSIFY_SOCKET_DENIED);
}

// A result: below zero where the act failed.
void Result(const ModeRow& row, const Predicate& predicate, const KindInfo& kind, uint32_t mode,
            Possible& possible) {
  using Limits = std::numeric_limits<int32_t>;
  if (!HasResult(kind)) {  // Of a fork the child's id.
    possible.none = true;
    return AddRange(predicate, Limits::min(), Limits::max(), possible);
  }
  if ((mode & CLASSIFY_FAILED) == 0) return AddRange(predicate, 0, Limits::max(), possible);
  if ((mode & DeniedBit(row)) != 0) {
    for (const int64_t result : kDeniedResults) possible.values.push_back(Value::Signed(result));
    return;
  }
  AddRange(predicate, Limits::min(), -14, possible);
  AddRange(predicate, -12, -2, possible);
}

// The descriptor of an open: -1 where it failed.
void Descriptor(const ModeRow&, const Predicate& predicate, const KindInfo&, uint32_t mode,
                Possible& possible) {
  const bool failed = (mode & CLASSIFY_FAILED) != 0;
  if (failed) return possible.values.push_back(Value::Signed(-1));
  AddRange(predicate, 0, std::numeric_limits<int32_t>::max(), possible);
}

// The descriptor of a socket: there is one whether the call failed or not.
void SomeDescriptor(const ModeRow&, const Predicate& predicate, const KindInfo&, uint32_t,
                    Possible& possible) {
  AddRange(predicate, 0, std::numeric_limits<int32_t>::max(), possible);
}

// After a failed open there is no descriptor that could have a type.
void TypeOfDescriptor(const ModeRow& row, const Predicate& predicate, const KindInfo& kind,
                      uint32_t mode, Possible& possible) {
  possible.none = (mode & CLASSIFY_FAILED) != 0;
  if (!possible.none) TextOfOneBit(row, predicate, kind, mode, possible);
}

void ResultName(const ModeRow& row, const Predicate&, const KindInfo& kind, uint32_t mode,
                Possible& possible) {
  possible.none = !HasResult(kind);
  if (!HasResult(kind) || (mode & CLASSIFY_FAILED) == 0) {
    possible.values.push_back(Value::Text("SUCCESS"));
  } else if ((mode & DeniedBit(row)) != 0) {
    possible.values.push_back(Value::Text("EPERM"));
    possible.values.push_back(Value::Text("EACCES"));
  } else {
    possible.other_text = true;
  }
}

// Other protocols have no name, nor has what is no IP.
void ProtocolName(const ModeRow& row, const Predicate& predicate, const KindInfo& kind,
                  uint32_t mode, Possible& possible) {
  possible.none = (mode & row.bits) == 0;
  if (!possible.none) TextOfOneBit(row, predicate, kind, mode, possible);
}

void NameOfKind(const ModeRow&, const Predicate&, const KindInfo& kind, uint32_t,
                Possible& possible) {
  possible.values.push_back(Value::Text(kind.name));
}

void CategoryOfKind(const ModeRow&, const Predicate&, const KindInfo& kind, uint32_t,
                    Possible& possible) {
  possible.values.push_back(Value::Text(kind.category));
}

void Constant(const ModeRow& row, const Predicate&, const KindInfo&, uint32_t, Possible& possible) {
  possible.values.push_back(Value::Text(row.texts[0].text));
}

constexpr uint32_t kFileTypes = CLASSIFY_FILE | CLASSIFY_DIRECTORY;
constexpr uint32_t kFamilies = CLASSIFY_IPV4 | CLASSIFY_IPV6;
constexpr uint32_t kProtocolBits = CLASSIFY_TCP | CLASSIFY_UDP | CLASSIFY_ICMP | CLASSIFY_RAW;
constexpr TextOfBit kTypeChars[] = {
    {CLASSIFY_FILE, "f"}, {CLASSIFY_DIRECTORY, "d"}, {CLASSIFY_IPV4, "4"}, {CLASSIFY_IPV6, "6"}};
constexpr TextOfBit kTypeNames[] = {{CLASSIFY_FILE, "file"},
                                    {CLASSIFY_DIRECTORY, "directory"},
                                    {CLASSIFY_IPV4, "ipv4"},
                                    {CLASSIFY_IPV6, "ipv6"}};
constexpr TextOfBit kProtocols[] = {
    {CLASSIFY_TCP, "tcp"}, {CLASSIFY_UDP, "udp"}, {CLASSIFY_ICMP, "icmp"}, {CLASSIFY_RAW, "raw"}};
// A failure that has no bit of its own is none of these.
constexpr TextOfBit kResults[] = {{0, "SUCCESS"}, {0, "EPERM"}, {0, "EACCES"}};
constexpr TextOfBit kLeaving[] = {{0, "<"}};
constexpr TextOfBit kSystemCall[] = {{0, "syscall"}};

// The first row for the field and the kind counts.
constexpr ModeRow kModeRows[] = {
    {"evt.is_open_read", kFile, CLASSIFY_READ, BitIsSet, {}},
    {"evt.is_open_write", kFile, CLASSIFY_WRITE, BitIsSet, {}},
    {"evt.is_open_create", kFile, CLASSIFY_CREATE, BitIsSet, {}},
    {"evt.is_open_read", kEveryKind, 0, BitIsSet, {}},
    {"evt.is_open_write", kEveryKind, 0, BitIsSet, {}},
    {"evt.is_open_create", kEveryKind, 0, BitIsSet, {}},
    {"evt.failed", kEveryKind, CLASSIFY_FAILED, Failed, {}},
    {"evt.res", kNetwork, CLASSIFY_FAILED | CLASSIFY_SOCKET_DENIED, ResultName, kResults},
    {"evt.res", kEveryKind, CLASSIFY_FAILED | CLASSIFY_DENIED, ResultName, kResults},
    {"evt.rawres", kNetwork, CLASSIFY_FAILED | CLASSIFY_SOCKET_DENIED, Result, {}},
    {"evt.rawres", kEveryKind, CLASSIFY_FAILED | CLASSIFY_DENIED, Result, {}},
    {"fd.l4proto", kNetwork, kProtocolBits, ProtocolName, kProtocols},
    {"fd.num", kFile, CLASSIFY_FAILED, Descriptor, {}},
    {"fd.num", kNetwork, 0, SomeDescriptor, {}},
    {"fd.typechar", kDescriptor, kFileTypes, TextOfOneBit, kTypeChars},
    {"fd.typechar", kNetwork, kFamilies, TextOfOneBit, kTypeChars},
    {"fd.type", kDescriptor, kFileTypes | CLASSIFY_FAILED, TypeOfDescriptor, kTypeNames},
    {"fd.type", kNetwork, kFamilies, TextOfOneBit, kTypeNames},
    {"evt.kind", kEveryKind, 0, NameOfKind, {}},
    {"evt.category", kEveryKind, 0, CategoryOfKind, {}},
    {"evt.dir", kEveryKind, 0, Constant, kLeaving},
    {"evt.source", kEveryKind, 0, Constant, kSystemCall},
};

// Can it hold for a text that the row does not list, or is it one of those literals?
bool OtherTextMayHold(const ModeRow& row, const Predicate& predicate) {
  const Operator& op = *predicate.op;
  if (op.decides != Decides::kExact || op.negative) return true;
  return std::any_of(predicate.literals.begin(), predicate.literals.end(), [&](const Literal& l) {
    return std::none_of(row.texts.begin(), row.texts.end(), [&](const TextOfBit& text) {
      return (text.bit == 0 || (text.bit & row.bits) != 0) && text.text == l.text;
    });
  });
}

struct Outcome {
  bool may = false;
  bool sure = false;
};

Outcome Judge(const ModeRow& row, const Predicate& predicate, const Possible& possible) {
  Outcome outcome{false, !possible.none && !possible.other_text};
  for (const Value& value : possible.values) {
    const bool holds = !predicate.op->takes_value || predicate.op->holds(value, predicate);
    outcome.may |= holds;
    outcome.sure &= holds;
  }
  if (possible.other_text) outcome.may |= OtherTextMayHold(row, predicate);
  return outcome;
}

const ModeRow* FindRow(absl::string_view field, EventKind kind) {
  for (const ModeRow& row : kModeRows) {
    if (row.field == field && (row.kinds & KindBit(kind)) != 0) return &row;
  }
  return nullptr;
}

}  // namespace

std::optional<ModeApproximation> ApproximateModes(const Predicate& predicate, EventKind kind) {
  const ModeRow* row = FindRow(predicate.field.field().name, kind);
  const KindInfo* info = FindKind(kind);
  if (row == nullptr || info == nullptr) return std::nullopt;
  std::array<std::optional<Outcome>, CLASSIFY_MODES> outcomes;  // By the bits of the row.
  ModeApproximation modes;
  for (uint32_t mode = 0; mode < CLASSIFY_MODES; ++mode) {
    std::optional<Outcome>& outcome = outcomes[mode & row->bits];
    if (!outcome) {
      Possible possible;
      row->domain(*row, predicate, *info, mode & row->bits, possible);
      outcome = Judge(*row, predicate, possible);
    }
    const uint64_t bit = uint64_t{1} << (mode % 64);
    if (outcome->may) modes.may[mode / 64] |= bit;
    if (outcome->sure) modes.sure[mode / 64] |= bit;
  }
  return modes;
}

}  // namespace vedette
