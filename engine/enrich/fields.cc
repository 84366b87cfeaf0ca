// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/fields.h"

#include <arpa/inet.h>

#include <array>
#include <cstddef>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "engine/enrich/arguments.h"
#include "engine/enrich/process_table.h"

namespace vedette {
namespace {

using Getter = void (*)(const Event&, const FieldRef&, Values&);

constexpr Getter kGetters[] = {
#define GETTER(id, ...) &Get_##id,
    CONTEXT_FIELDS(GETTER)
#undef GETTER
};

// Members of the program's record that a fork changes: the entry knows better than the record.
struct ForkedMember {
  size_t offset;
  uint64_t (*get)(const Process& process);
};
constexpr ForkedMember kForkedMembers[] = {
    {offsetof(wire_process_exec, parent_exec_id),
     [](const Process& process) -> uint64_t { return process.parent_exec_id; }},
    {offsetof(wire_process_exec, previous_exec_id),
     [](const Process& process) -> uint64_t { return process.previous_exec_id; }},
    {offsetof(wire_process_exec, start_ns),
     [](const Process& process) -> uint64_t { return process.start_ns; }},
    {offsetof(wire_process_exec, parent_pid),
     [](const Process& process) -> uint64_t { return process.parent_pid; }},
    {offsetof(wire_process_exec, vpid),
     [](const Process& process) -> uint64_t { return process.vpid; }},
};

Value OfNumber(FieldType type, uint64_t number) {
  return type == FieldType::kSigned ? Value::Signed(static_cast<int64_t>(number))
                                    : Value::Unsigned(number);
}

Value OfProcess(const Event& event, const Member& member) {
  if (event.process == nullptr) return Value::None();
  for (const ForkedMember& forked : kForkedMembers) {
    if (member.offset == forked.offset) return OfNumber(member.type, forked.get(*event.process));
  }
  const ProgramRecord* program = event.table.ProgramOf(*event.process);
  return program == nullptr ? Value::None() : program->view().Get(member);
}

// MemberOf compares names: too slow for every event.
const Member* CachedMemberOf(const Field& field, EventKind kind) {
  using OfKinds = std::array<const Member*, WIRE_KIND_LIMIT>;
  static const auto* const members = [] {
    auto* table = new std::vector<OfKinds>;
    for (const Field& each : Fields()) {
      if (each.source != FieldSource::kEvent) continue;
      OfKinds& of_kinds = table->emplace_back();
      CHECK_EQ(each.index + 1u, table->size());
      for (const KindInfo& info : Kinds()) of_kinds[info.kind] = MemberOf(each, info.kind);
    }
    return table;
  }();
  return (*members)[field.index][kind];
}

// At the return of a system call nobody knows what the credentials were: all ones.
bool IsUnknown(const Event& event, const Member& member) {
  if (event.view.kind() != WIRE_process_credentials) return false;
  if (!absl::StartsWith(member.name, "old_")) return false;
  return event.view.Number(member) == (member.size == 8 ? ~uint64_t{0} : ~uint32_t{0});
}

void AppendValue(const Value& value, std::string& to) {
  switch (value.kind) {
    case Value::Kind::kNone:
      to += "<NA>";
      return;
    case Value::Kind::kUnsigned:
      absl::StrAppend(&to, value.number);
      return;
    case Value::Kind::kSigned:
      absl::StrAppend(&to, value.AsSigned());
      return;
    case Value::Kind::kBool:
      to += value.number != 0 ? "true" : "false";
      return;
    case Value::Kind::kDouble:
      absl::StrAppend(&to, value.AsDouble());
      return;
    case Value::Kind::kText:
      absl::StrAppend(&to, value.text);
      return;
    case Value::Kind::kAddress: {
      AddressBuffer buffer;
      absl::StrAppend(&to, AddressText(value.address, buffer));
      return;
    }
  }
}

}  // namespace

void GetField(const Event& event, const FieldRef& ref, Values& values) {
  values.Clear();
  const Field& field = ref.field();
  const EventKind kind = event.view.kind();
  switch (field.source) {
    case FieldSource::kHeader:
      values.Add(event.view.Get(*field.member));
      return;
    case FieldSource::kEvent: {
      const Member* member = CachedMemberOf(field, kind);
      if (member != nullptr && !IsUnknown(event, *member)) values.Add(event.view.Get(*member));
      return;
    }
    case FieldSource::kProcess:
      values.Add(OfProcess(event, *field.member));
      return;
    case FieldSource::kContext:
      if ((field.kinds & KindBit(kind)) != 0) kGetters[field.index](event, ref, values);
      return;
    case FieldSource::kArgument:
      if ((field.kinds & KindBit(kind)) != 0) GetArgument(event, ref, values);
      return;
    case FieldSource::kNothing:
      return;
  }
}

void AppendField(const Event& event, const FieldRef& field, std::string& to) {
  Values values;
  GetField(event, field, values);
  AppendValues(values, to);
}

void AppendValues(const Values& values, std::string& to) {
  if (values.empty()) to += "<NA>";
  for (size_t i = 0; i < values.size(); ++i) {
    if (i > 0) to += ',';
    AppendValue(values[i], to);
  }
}

absl::string_view AddressText(const IpAddress& address, AddressBuffer& buffer) {
  const int family = address.is_v6 ? AF_INET6 : AF_INET;
  static_assert(std::tuple_size_v<AddressBuffer> >= INET6_ADDRSTRLEN);
  const char* text = inet_ntop(family, address.bytes.data(), buffer.data(), INET6_ADDRSTRLEN);
  return text == nullptr ? absl::string_view() : text;
}

}  // namespace vedette
