// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/bucketed_walk.h"

#include <algorithm>
#include <utility>

#include "absl/strings/string_view.h"
#include "rules/lang/operators.h"
#include "sensor/schema/event_types.h"

namespace vedette {
namespace {

FieldRef TypeField() {
  FieldRef ref;
  ref.id = IdOf(*FindField("evt.type"));
  return ref;
}

}  // namespace

BucketedWalk::BucketedWalk(std::shared_ptr<const Program> program)
    : program_(std::move(program)), type_field_(TypeField()) {
  for (const absl::string_view name : EventTypes()) {
    const std::string type(name);
    std::vector<uint32_t>& bucket = rules_by_type_[type];
    for (uint32_t i = 0; i < program_->rules.size(); ++i) {
      const Rule& rule = program_->rules[i];
      if ((rule.kinds & KindsOfType(type)) != 0 && MayBe(rule.condition, type)) bucket.push_back(i);
    }
  }
}

// What the type alone says; everything else may hold.
bool BucketedWalk::MayBe(uint32_t node, const std::string& type) const {
  const Node& at = program_->nodes[node];
  const auto may_be = [&](uint32_t child) { return MayBe(child, type); };
  switch (at.kind) {
    case Node::Kind::kFalse:
      return false;
    case Node::Kind::kTrue:
    case Node::Kind::kNot:
      return true;
    case Node::Kind::kAnd:
      return std::all_of(at.children.begin(), at.children.end(), may_be);
    case Node::Kind::kOr:
      return std::any_of(at.children.begin(), at.children.end(), may_be);
    case Node::Kind::kPredicate:
      break;
  }
  const Predicate& predicate = program_->predicates[at.predicate];
  if (!predicate.IsPlain() || predicate.field != type_field_) return true;
  Values values;
  values.Add(Value::Text(type));
  return vedette::Holds(predicate, values);
}

const std::vector<uint32_t>& BucketedWalk::Match(const Event& event) {
  matched_.clear();
  GetField(event, type_field_, values_);
  if (values_.empty()) return matched_;
  const auto bucket = rules_by_type_.find(values_[0].text);
  if (bucket == rules_by_type_.end()) return matched_;
  for (const uint32_t rule : bucket->second) {
    if (Holds(program_->rules[rule].condition, event)) matched_.push_back(rule);
  }
  return matched_;
}

bool BucketedWalk::Holds(uint32_t node, const Event& event) {
  const Node& at = program_->nodes[node];
  const auto holds = [&](uint32_t child) { return Holds(child, event); };
  switch (at.kind) {
    case Node::Kind::kTrue:
      return true;
    case Node::Kind::kFalse:
      return false;
    case Node::Kind::kPredicate: {
      const Predicate& predicate = program_->predicates[at.predicate];
      GetField(event, predicate.field, values_);
      return vedette::Holds(predicate, values_);
    }
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
