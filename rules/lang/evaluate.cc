// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/evaluate.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cinttypes>
#include <cstdio>

#include "base/check.h"
#include "rules/lang/operators.h"

namespace vedette {
namespace {

// As people read it.
Value AsText(const Value& value, KeepText keep) {
  char buffer[INET6_ADDRSTRLEN + 1];
  int size = 0;
  switch (value.kind) {
    case Value::Kind::kNone:
    case Value::Kind::kText:
      return value;
    case Value::Kind::kUnsigned:
      size = std::snprintf(buffer, sizeof(buffer), "%" PRIu64, value.number);
      break;
    case Value::Kind::kSigned:
      size = std::snprintf(buffer, sizeof(buffer), "%" PRId64, value.AsSigned());
      break;
    case Value::Kind::kDouble:
      size = std::snprintf(buffer, sizeof(buffer), "%g", value.AsDouble());
      break;
    case Value::Kind::kBool:
      return Value::Text(value.number != 0 ? "true" : "false");
    case Value::Kind::kAddress: {
      const int family = value.address.is_v6 ? AF_INET6 : AF_INET;
      if (inet_ntop(family, value.address.bytes.data(), buffer, sizeof(buffer)) == nullptr) {
        return Value::None();
      }
      return Value::Text(keep(buffer));
    }
  }
  return Value::Text(keep({buffer, static_cast<size_t>(size)}));
}

// A list with an item that has no value has none.
void EvaluateList(const Operand& list, const FieldSourceRef& event, Values& values) {
  Values item;
  for (const Operand& operand : list.operands) {
    EvaluateOperand(operand, event, item);
    if (item.empty()) return values.Clear();
    values.Add(AsText(item[0], event.keep));
  }
}

}  // namespace

void EvaluateOperand(const Operand& operand, const FieldSourceRef& event, Values& values) {
  values.Clear();
  switch (operand.kind) {
    case Operand::Kind::kField:
      return event.get(operand.field, values);
    case Operand::Kind::kConstant:
      return values.Add(Value::Text(operand.text));
    case Operand::Kind::kList:
      return EvaluateList(operand, event, values);
    case Operand::Kind::kCall: {
      const auto argument = [&](size_t i, Values& to) {
        EvaluateOperand(operand.operands[i], event, to);
      };
      const CallValues call{operand.operands.size(), operand.operands[0].is_list, argument,
                            operand.text, event.keep};
      return operand.transformer->evaluate(call, values);
    }
  }
}

bool HoldsFor(const Predicate& predicate, const FieldSourceRef& event) {
  Values left;
  if (predicate.left != nullptr) {
    EvaluateOperand(*predicate.left, event, left);
  } else {
    event.get(predicate.field, left);
  }
  if (predicate.right == nullptr) return Holds(predicate, left);
  if (left.empty()) return false;
  Values right;
  EvaluateOperand(*predicate.right, event, right);
  return Holds(predicate, left, right);
}

bool HoldsFor(const Program& program, uint32_t node, const FieldSourceRef& event) {
  CHECK_LT(node, program.nodes.size());
  const Node& at = program.nodes[node];
  const auto holds = [&](uint32_t child) { return HoldsFor(program, child, event); };
  switch (at.kind) {
    case Node::Kind::kTrue:
      return true;
    case Node::Kind::kFalse:
      return false;
    case Node::Kind::kPredicate:
      return HoldsFor(program.predicates[at.predicate], event);
    case Node::Kind::kNot:
      return !holds(at.children[0]);
    case Node::Kind::kAnd:
      return std::all_of(at.children.begin(), at.children.end(), holds);
    case Node::Kind::kOr:
      return std::any_of(at.children.begin(), at.children.end(), holds);
  }
  return false;
}

}  // namespace vedette
