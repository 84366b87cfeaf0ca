// SPDX-License-Identifier: Apache-2.0
//
// What the rules become: plain data without source text, that engine/match evaluates, that
// rules/classify turns into bit vectors, and that `vedette rules` prints. Immutable once made, so
// any number of threads may read it; whoever holds the shared_ptr keeps all of it alive.
#ifndef VEDETTE_RULES_LANG_PROGRAM_H_
#define VEDETTE_RULES_LANG_PROGRAM_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "rules/lang/temporal.h"
#include "sensor/schema/schema.h"

namespace re2 {
class RE2;
}

namespace vedette {

struct Operator;     // A row of rules/lang/operators.h.
struct Transformer;  // A row of rules/lang/transformers.h.

// The right side of a comparison, as the type of the left side reads it.
struct Literal {
  std::string text;  // As written, quotes and escapes resolved.
  uint64_t number =
      0;  // Numbers, booleans, ports, times; two's complement where signed, bits of doubles.
  IpAddress address;        // Addresses and networks.
  uint8_t prefix_bits = 0;  // Networks: how many bits of `address` count.
};

// A side of a comparison that is worked out for each event: a field, or transformers over fields
// and constants. Bounded in depth by the parser.
struct Operand {
  enum class Kind : uint8_t { kField, kConstant, kCall, kList };
  Kind kind = Kind::kField;
  FieldType type = FieldType::kText;  // Of each of its values.
  bool is_list = false;               // Its values are one list: `in` wants all of them in the set.
  FieldRef field;                     // kField
  std::string text;                   // kConstant; kCall: the index in brackets, or empty.
  const Transformer* transformer = nullptr;  // kCall
  std::vector<Operand> operands;             // kCall: the arguments; kList: the items.
};

// `startswith anyof (a, b)`: how many of the list must satisfy the operator.
enum class Modifier : uint8_t { kNone, kOneOf, kAnyOf, kAllOf };

// One comparison. Predicates are shared: each distinct one is in the program once.
struct Predicate {
  FieldRef field;                        // The left side; meaningless where `left` is set.
  std::shared_ptr<const Operand> left;   // A transformer on the left side, or null.
  std::shared_ptr<const Operand> right;  // val() or a transformer on the right side, or null.
  const Operator* op = nullptr;
  Modifier modifier = Modifier::kNone;
  std::vector<Literal> literals;  // Empty for `exists`, and where `right` or `modifier` is set.
  // With a modifier: the comparison with each item of its list, all with this left side.
  std::vector<Predicate> parts;
  // Made at load for the operators that want them.
  absl::flat_hash_set<std::string> text_set;    // `in` on texts.
  std::shared_ptr<const re2::RE2> regex;        // `regex`.
  std::shared_ptr<const re2::RE2> regex_bytes;  // The same for texts that are not UTF-8.
  std::string text;                             // Canonical: `proc.name in (nc, ncat)`.
  uint32_t left_size = 0;                       // How much of the text is the left side.

  // Of the left side.
  FieldType type() const { return left != nullptr ? left->type : field.field().type; }
  bool is_list() const { return left != nullptr ? left->is_list : field.field().is_list; }

  // A field compared with constants: all that kernel, index and constant folding understand.
  bool IsPlain() const {
    return left == nullptr && right == nullptr && modifier == Modifier::kNone;
  }
};

// A condition is a tree in `Program::nodes`; children come before their parents.
struct Node {
  enum class Kind : uint8_t { kTrue, kFalse, kPredicate, kNot, kAnd, kOr };
  Kind kind = Kind::kTrue;
  uint32_t predicate = 0;          // kPredicate: index into Program::predicates.
  std::vector<uint32_t> children;  // kNot: one; kAnd, kOr: two or more, in the order written.
};

enum class Priority : uint8_t {
  kEmergency,
  kAlert,
  kCritical,
  kError,
  kWarning,
  kNotice,
  kInformational,
  kDebug,
};
absl::string_view PriorityName(Priority priority);  // "Emergency", ..., "Informational", "Debug"

// A part of an output template: text, and behind it the value of a field or a call, or nothing.
struct OutputPart {
  std::string text;
  std::vector<FieldRef> field;  // None or one.
  uint32_t width = 0;           // Pad the value with blanks to this many bytes: `%20proc.name`.
  // Instead of a field: a transformer over fields, `%toupper(proc.name)`, and how it is written.
  std::shared_ptr<const Operand> call = nullptr;
  std::string call_text = {};
};

struct Rule {
  std::string name;
  std::string description;
  std::vector<std::string> tags;
  Priority priority = Priority::kNotice;
  uint32_t condition = 0;  // Index into Program::nodes.
  KindSet kinds = 0;       // Kinds for which the condition can hold.
  std::vector<OutputPart> output;
  std::string condition_text;  // Canonical.
  std::string file;            // Where it was defined, for people.
  uint32_t line = 0;
  // A recording rule says what to keep for forensics; it never makes an alert (DESIGN: recording
  // settings are terms too).
  bool recording = false;

  // At most one of the first three; the condition of a sequence is that of any of its steps.
  std::optional<Sequence> sequence;
  std::optional<Threshold> threshold;
  std::optional<FirstSeen> first_seen;
  std::optional<Suppress> suppress;
  Action action = Action::kAlert;
  ActionMode mode = ActionMode::kMonitor;
  Denial denial;
  // The kernel decides it for some kind of event: its alerts are about decisions.
  bool decided = false;
  RuleMetadata metadata;
  // A hidden rule with the condition of a step: which rule's. It makes no alert of its own.
  std::optional<uint32_t> step_of;
};

struct Program {
  std::vector<Predicate> predicates;
  std::vector<Node> nodes;
  // In the order of their definition, enabled ones only; behind them the steps of sequences.
  std::vector<Rule> rules;
};

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_PROGRAM_H_
