// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/given_event.h"

#include <optional>

#include "absl/numeric/bits.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "rules/lang/field_names.h"
#include "rules/lang/literals.h"
#include "rules/lang/parser.h"

namespace vedette {

// Fields that say the same of a process, of its parent and of any ancestor.
struct Lineage {
  absl::string_view own, parent, any;
};

namespace {

constexpr Lineage kLineages[] = {{"proc.name", "proc.pname", "proc.aname"},
                                 {"proc.exe", "proc.pexe", "proc.aexe"},
                                 {"proc.exepath", "proc.pexepath", "proc.aexepath"},
                                 {"proc.cmdline", "proc.pcmdline", "proc.acmdline"},
                                 {"proc.pid", "proc.ppid", "proc.apid"}};

constexpr size_t kNameBytesMax = 4096;

absl::Status Wrong(absl::string_view message, absl::string_view hint) {
  return absl::InvalidArgumentError(absl::StrCat(message, hint.empty() ? "" : "; ", hint));
}

// By the grammar of conditions, so that a name means here what it means there.
absl::StatusOr<FieldRef> ReadFieldName(const std::string& text) {
  if (text.size() > kNameBytesMax) return Wrong("the name of a field is too long", "");
  const ParsedCondition parsed = ParseCondition(absl::StrCat(text, " exists"));
  const auto* compare = parsed.expr == nullptr ? nullptr : std::get_if<Compare>(&parsed.expr->node);
  const auto* name = compare == nullptr ? nullptr : std::get_if<FieldName>(&compare->left);
  if (name == nullptr) {
    return Wrong(absl::StrCat("\"", EscapeControl(text), "\" is no field"),
                 "fields are like proc.name or proc.aname[2]");
  }
  SourceMap sources;
  Diagnostics diagnostics;
  Reporter reporter(sources, diagnostics);
  FieldRef field;
  if (const auto error = ResolveField(*name, reporter, field)) {
    return Wrong(error->message, error->hint);
  }
  return field;
}

GivenValue::Type NotationOf(FieldType type) {
  switch (type) {
    case FieldType::kUnsigned:
    case FieldType::kSigned:
    case FieldType::kPort:
    case FieldType::kWallTime:
    case FieldType::kBootTime:
    case FieldType::kDouble:
    case FieldType::kDuration:
      return GivenValue::Type::kNumber;
    case FieldType::kBool:
      return GivenValue::Type::kBool;
    default:
      return GivenValue::Type::kText;
  }
}

absl::string_view NameOf(GivenValue::Type notation) {
  switch (notation) {
    case GivenValue::Type::kText:
      return "a text";
    case GivenValue::Type::kNumber:
      return "a number";
    case GivenValue::Type::kBool:
      return "true or false";
    case GivenValue::Type::kUntyped:
      break;
  }
  return "a value";
}

Value NumberAs(FieldType type, uint64_t number) {
  Value value = Value::Unsigned(number);
  if (type == FieldType::kBool) value.kind = Value::Kind::kBool;
  if (type == FieldType::kSigned) value.kind = Value::Kind::kSigned;
  if (type == FieldType::kDouble) value.kind = Value::Kind::kDouble;
  return value;
}

}  // namespace

absl::StatusOr<Value> GivenEvent::Read(const std::string& name, FieldType type,
                                       const GivenValue& given) {
  const GivenValue::Type notation = NotationOf(type);
  if (given.type != GivenValue::Type::kUntyped && given.type != notation) {
    return Wrong(absl::StrCat(name, " is ", FieldTypeName(type), ": expected ", NameOf(notation),
                              ", not ", NameOf(given.type)),
                 "");
  }
  Literal literal;
  if (type == FieldType::kAddress || type == FieldType::kNetwork) {
    if (ReadAddress(given.text, literal.address)) return Value::Address(literal.address);
    return Wrong(absl::StrCat(name, ": \"", EscapeControl(given.text), "\" is no address"), "");
  }
  if (notation == GivenValue::Type::kText) return Value::Text(texts_.emplace_back(given.text));
  if (const auto error = ReadLiteral(given.text, type, literal)) {
    return Wrong(absl::StrCat(name, ": ", error->message), error->hint);
  }
  return NumberAs(type, literal.number);
}

absl::Status GivenEvent::Set(const std::string& name, const std::vector<GivenValue>& given) {
  ASSIGN_OR_RETURN(const FieldRef ref, ReadFieldName(name));
  if (given.size() > Values::kCapacity) {
    return Wrong(absl::StrCat(name, " has more than ", Values::kCapacity, " values"), "");
  }
  std::vector<Value> values;
  for (const GivenValue& one : given) {
    ASSIGN_OR_RETURN(const Value value, Read(name, ref.field().type, one));
    values.push_back(value);
  }
  const bool added = values_.try_emplace(Key(ref.id, ref.argument), std::move(values)).second;
  return added ? absl::OkStatus() : Wrong(absl::StrCat(name, " is given twice"), "");
}

void GivenEvent::Get(const FieldRef& field, Values& values) const {
  const auto found = values_.find(Key(field.id, field.argument));
  if (found == values_.end()) return Derive(field, values);
  for (const Value& value : found->second) values.Add(value);
}

const std::vector<Value>* GivenEvent::Find(absl::string_view field,
                                           const std::string& argument) const {
  const auto found = values_.find(Key(IdOf(*FindField(field)), argument));
  return found == values_.end() ? nullptr : &found->second;
}

void GivenEvent::AddFirst(const std::vector<Value>* given, Values& values) const {
  if (given != nullptr && !given->empty()) values.Add(given->front());
}

// What is said of this one alone counts before what is said of all.
void GivenEvent::AddAncestor(const Lineage& lineage, int32_t generation, Values& values) const {
  const std::vector<Value>* by_number = Find(lineage.any, absl::StrCat(generation));
  if (by_number != nullptr) return AddFirst(by_number, values);
  if (generation == 0) return AddFirst(Find(lineage.own, ""), values);
  const std::vector<Value>* parent = Find(lineage.parent, "");
  if (generation == 1 && parent != nullptr) return AddFirst(parent, values);
  const std::vector<Value>* all = Find(lineage.any, "");
  const auto place = static_cast<size_t>(generation - 1);
  if (all != nullptr && place < all->size()) values.Add((*all)[place]);
}

void GivenEvent::Derive(const FieldRef& field, Values& values) const {
  constexpr int32_t kGenerationsMax = Values::kCapacity;
  const absl::string_view name = field.field().name;
  for (const Lineage& lineage : kLineages) {
    if (name == lineage.own) AddFirst(Find(lineage.any, "0"), values);
    if (name == lineage.parent) AddAncestor(lineage, 1, values);
    if (name != lineage.any) continue;
    if (field.index >= 0) {
      if (field.index <= kGenerationsMax) AddAncestor(lineage, field.index, values);
      continue;
    }
    for (int32_t n = 1; n <= kGenerationsMax; ++n) AddAncestor(lineage, n, values);
  }
}

void GivenEvent::Complete() {
  Imply("evt.dir", "<");
  Imply("evt.source", "syscall");
  // A type that several kinds have (an execve that ran a program, or failed) is that of the first.
  const KindSet kinds = Kinds();
  const bool has_type = HasType();
  if (!absl::has_single_bit(kinds) && !has_type) return;
  const KindInfo* kind = FindKind(static_cast<uint16_t>(absl::countr_zero(kinds)));
  if (kind == nullptr) return;
  const absl::string_view first_type = kind->types.substr(0, kind->types.find(','));
  Imply("evt.kind", kind->name);
  Imply("evt.category", kind->category);
  Imply("evt.type", first_type);
}

void GivenEvent::Imply(absl::string_view name, absl::string_view value) {
  const Field* field = FindField(name);
  if (field != nullptr) values_.try_emplace(Key(IdOf(*field), ""), 1, Value::Text(value));
}

bool GivenEvent::HasType() const {
  return values_.find(Key(IdOf(*FindField("evt.type")), "")) != values_.end();
}

KindSet GivenEvent::Kinds() const {
  KindSet kinds = RuleKinds();
  for (const auto& [key, values] : values_) {
    const absl::string_view name = Fields()[key.first].name;
    if (values.size() != 1 || (name != "evt.type" && name != "evt.kind")) continue;
    const KindInfo* kind = name == "evt.kind" ? FindKindByName(values[0].text) : nullptr;
    if (kind != nullptr) kinds &= KindBit(kind->kind);
    if (name == "evt.type") kinds &= KindsOfType(values[0].text);
  }
  return kinds;
}

}  // namespace vedette
