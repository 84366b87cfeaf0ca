// SPDX-License-Identifier: Apache-2.0
#include "engine/match/operand.h"

#include "rules/lang/evaluate.h"

namespace vedette {
namespace {

template <typename Evaluate>
auto WithEvent(const Event& event, Evaluate evaluate) {
  const auto get = [&](const FieldRef& field, Values& values) { GetField(event, field, values); };
  const auto keep = [&](absl::string_view text) { return event.arena.Copy(text); };
  return evaluate(FieldSourceRef{get, keep});
}

}  // namespace

void EvaluateOperand(const Event& event, const Operand& operand, Values& values) {
  WithEvent(event, [&](const FieldSourceRef& source) { EvaluateOperand(operand, source, values); });
}

bool HoldsFor(const Event& event, const Predicate& predicate) {
  return WithEvent(event,
                   [&](const FieldSourceRef& source) { return HoldsFor(predicate, source); });
}

}  // namespace vedette
