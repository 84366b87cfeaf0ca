// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/unsupplied.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "rules/lang/known_values.h"
#include "sensor/schema/field_ref.h"

namespace vedette {
namespace {

class Finder {
 public:
  std::vector<Unsupplied> Find(const Expr& expr) {
    std::vector<const Expr*> pending = {&expr};
    while (!pending.empty()) {
      const Expr& next = *pending.back();
      pending.pop_back();
      if (const auto* compare = std::get_if<Compare>(&next.node)) Look(*compare);
      if (const auto* n = std::get_if<Not>(&next.node)) pending.push_back(n->child.get());
      const auto push_all = [&](const std::vector<ExprPtr>& children) {
        for (auto child = children.rbegin(); child != children.rend(); ++child) {
          pending.push_back(child->get());
        }
      };
      if (const auto* all = std::get_if<And>(&next.node)) push_all(all->children);
      if (const auto* any = std::get_if<Or>(&next.node)) push_all(any->children);
    }
    return std::move(found_);
  }

 private:
  void Note(std::string name, TextRange range) {
    const bool known = std::any_of(found_.begin(), found_.end(),
                                   [&](const Unsupplied& each) { return each.name == name; });
    if (!known) found_.push_back({std::move(name), range});
  }

  void Look(const Compare& compare) {
    if (const auto* call = std::get_if<Call>(&compare.left)) Look(*call);
    if (const auto* name = std::get_if<FieldName>(&compare.left)) {
      Look(*name);
      LookAtValues(*name, compare);
    }
    if (const auto* call = std::get_if<Call>(&compare.right)) Look(*call);
  }

  // Depth is bounded by kCallDepthMax.
  void Look(const Call& call) { Look(call.arguments); }
  void Look(const ArgumentList& arguments) {
    for (const Argument& argument : arguments) {
      if (const auto* name = std::get_if<FieldName>(&argument.value)) Look(*name);
      if (const auto* call = std::get_if<Call>(&argument.value)) Look(*call);
      if (const auto* list = std::get_if<ArgumentList>(&argument.value)) Look(*list);
    }
  }

  // A wrong name is the checker's to report.
  void Look(const FieldName& name) {
    FieldRef ref;
    absl::optional<absl::string_view> argument;
    if (name.argument) argument = *name.argument;
    if (ResolveFieldRef(name.name, argument, ref) != FieldRefError::kNone) return;
    if (!ref.field().supplied) Note(std::string(ref.field().name), name.range);
  }

  void LookAtValues(const FieldName& name, const Compare& compare) {
    const bool equal =
        compare.op == "=" || compare.op == "==" || compare.op == "in" || compare.op == "intersects";
    if (!equal || !HasKnownValues(name.name)) return;
    const auto look = [&](const Constant& value) {
      if (!IsKnownValue(name.name, value.text) || IsSuppliedValue(name.name, value.text)) return;
      Note(absl::StrCat(name.name, " ", value.text), value.range);
    };
    if (const auto* value = std::get_if<Constant>(&compare.right)) look(*value);
    if (const auto* list = std::get_if<std::vector<Constant>>(&compare.right)) {
      for (const Constant& value : *list) look(value);
    }
  }

  std::vector<Unsupplied> found_;
};

}  // namespace

std::vector<Unsupplied> UnsuppliedIn(const Expr& expr) { return Finder().Find(expr); }

void UnsuppliedNames::Add(const std::string& name) {
  if (std::find(names_.begin(), names_.end(), name) != names_.end()) return;
  if (names_.size() < kNamesMax) {
    names_.push_back(name);
  } else {
    more_ = true;
  }
}

void UnsuppliedNames::AddAll(const UnsuppliedNames& others) {
  for (const std::string& name : others.names_) Add(name);
  more_ = more_ || others.more_;
}

void UnsuppliedNames::AddFieldsOf(absl::Span<const OutputPart> output) {
  for (const OutputPart& part : output) {
    for (const FieldRef& ref : part.field) AddField(ref);
    if (part.call != nullptr) AddFieldsOf(*part.call);
  }
}

void UnsuppliedNames::AddFieldsOf(const Operand& operand) {
  if (operand.kind == Operand::Kind::kField) AddField(operand.field);
  for (const Operand& inner : operand.operands) AddFieldsOf(inner);
}

void UnsuppliedNames::AddField(const FieldRef& ref) {
  if (!ref.field().supplied) Add(std::string(ref.field().name));
}

std::string UnsuppliedNames::ToText() const {
  return absl::StrCat(absl::StrJoin(names_, ", "), more_ ? " and more" : "");
}

}  // namespace vedette
