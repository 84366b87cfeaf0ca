// SPDX-License-Identifier: Apache-2.0
#include "engine/match/explain.h"

#include <string>

#include "absl/container/flat_hash_set.h"
#include "base/text.h"
#include "engine/match/operand.h"

namespace vedette {
namespace {

class Explainer {
 public:
  Explainer(const Event& event, const Program& program) : event_(event), program_(program) {}

  // What makes the node be `wanted`; nothing if it is not.
  void Walk(uint32_t index, bool wanted) {
    if (found_.size() >= kExplainedMax || !visited_.insert(index * 2 + (wanted ? 1 : 0)).second) {
      return;
    }
    if (Holds(index) != wanted) return;
    const Node& node = program_.nodes[index];
    switch (node.kind) {
      case Node::Kind::kTrue:
      case Node::Kind::kFalse:
        return;
      case Node::Kind::kPredicate:
        return Add(program_.predicates[node.predicate], wanted);
      case Node::Kind::kNot:
        return Walk(node.children[0], !wanted);
      case Node::Kind::kAnd:
      case Node::Kind::kOr:
        for (const uint32_t child : node.children) Walk(child, wanted);
    }
  }
  std::vector<AlertMatch> Take() { return std::move(found_); }

 private:
  // Children come before their parents, so there is an end.
  bool Holds(uint32_t index) {
    const Node& node = program_.nodes[index];
    switch (node.kind) {
      case Node::Kind::kTrue:
        return true;
      case Node::Kind::kFalse:
        return false;
      case Node::Kind::kPredicate:
        event_.arena.Clear();
        return HoldsFor(event_, program_.predicates[node.predicate]);
      case Node::Kind::kNot:
        return !Holds(node.children[0]);
      case Node::Kind::kAnd:
        for (const uint32_t child : node.children) {
          if (!Holds(child)) return false;
        }
        return true;
      case Node::Kind::kOr:
        for (const uint32_t child : node.children) {
          if (Holds(child)) return true;
        }
        return false;
    }
    return false;
  }

  void Add(const Predicate& predicate, bool holds) {
    AlertMatch match;
    match.predicate = std::string(TruncateUtf8(predicate.text, kExplainedTextMax));
    if (match.predicate.size() < predicate.text.size()) match.predicate += " ...";
    match.holds = holds;
    Values values;
    event_.arena.Clear();
    if (predicate.left != nullptr) {
      EvaluateOperand(event_, *predicate.left, values);
    } else {
      GetField(event_, predicate.field, values);
    }
    AppendValues(values, match.value);
    if (match.value.size() > kExplainedTextMax) {
      match.value.resize(TruncateUtf8(match.value, kExplainedTextMax).size());
      match.value += " ...";
    }
    found_.push_back(std::move(match));
  }

  const Event& event_;
  const Program& program_;
  absl::flat_hash_set<uint32_t> visited_;
  std::vector<AlertMatch> found_;
};

}  // namespace

std::vector<AlertMatch> Explain(const Event& event, const Program& program, uint32_t node) {
  if (node >= program.nodes.size()) return {};
  Explainer explainer(event, program);
  explainer.Walk(node, true);
  return explainer.Take();
}

}  // namespace vedette
