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
namespace {

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
  if (found == values_.end()) return;
  for (const Value& value : found->second) values.Add(value);
}

void GivenEvent::Complete() {
  Imply("evt.dir", "<");
  Imply("evt.source", "syscall");
  const KindSet kinds = Kinds();
  if (!absl::has_single_bit(kinds)) return;
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
