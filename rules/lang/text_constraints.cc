// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/text_constraints.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "rules/lang/operators.h"
#include "rules/lang/text_match.h"
#include "rules/lang/transformers.h"

namespace vedette {
namespace {

using Texts = std::vector<absl::string_view>;

// What is known of the text.
struct Shape {
  Texts begins, ends, parts;  // It begins with all of these, ...
  std::optional<absl::string_view> above, below;
  bool above_itself = true, below_itself = true;  // The bound itself is allowed.
};

void Raise(Shape& shape, absl::string_view bound, bool itself) {
  if (shape.above && *shape.above > bound) return;
  const bool same = shape.above && *shape.above == bound;
  shape.above_itself = same ? shape.above_itself && itself : itself;
  shape.above = bound;
}

void Lower(Shape& shape, absl::string_view bound, bool itself) {
  if (shape.below && *shape.below < bound) return;
  const bool same = shape.below && *shape.below == bound;
  shape.below_itself = same ? shape.below_itself && itself : itself;
  shape.below = bound;
}

// A bound that does not hold is the opposite one.
void AddOrder(const Wanted& one, Shape& shape) {
  const absl::string_view op = one.predicate->op->name;
  const absl::string_view bound = one.predicate->literals[0].text;
  const bool is_upper = (op[0] == '<') == one.holds;
  const bool itself = (op.size() == 2) == one.holds;
  if (is_upper) {
    Lower(shape, bound, itself);
  } else {
    Raise(shape, bound, itself);
  }
}

Shape ShapeOf(absl::Span<const Wanted> wanted) {
  Shape shape;
  for (const Wanted& one : wanted) {
    const absl::string_view op = one.predicate->op->name;
    if (op[0] == '<' || op[0] == '>') AddOrder(one, shape);
    if (!one.holds || one.predicate->literals.size() != 1) continue;
    const absl::string_view text = one.predicate->literals[0].text;
    if (op == "startswith" || op == "bstartswith") shape.begins.push_back(text);
    if (op == "endswith") shape.ends.push_back(text);
    if (op == "contains" || op == "bcontains") shape.parts.push_back(text);
    if (op == "glob") shape.begins.push_back(text.substr(0, text.find_first_of("*?[\\")));
  }
  return shape;
}

bool Agree(const Texts& texts, bool (*is_end)(absl::string_view, absl::string_view)) {
  if (texts.empty()) return true;
  const absl::string_view longest = *std::max_element(
      texts.begin(), texts.end(), [](const auto& a, const auto& b) { return a.size() < b.size(); });
  return std::all_of(texts.begin(), texts.end(),
                     [&](absl::string_view text) { return is_end(longest, text); });
}

bool StartsWith(absl::string_view text, absl::string_view with) {
  return absl::StartsWith(text, with);
}
bool EndsWith(absl::string_view text, absl::string_view with) { return absl::EndsWith(text, with); }

// Is it so for all texts of the shape?
bool HoldsForAll(const Predicate& predicate, const Shape& shape) {
  if (predicate.literals.size() != 1) return false;
  const absl::string_view op = predicate.op->name;
  const absl::string_view text = predicate.literals[0].text;
  const auto any = [&](const Texts& texts, auto holds) {
    return std::any_of(texts.begin(), texts.end(), holds);
  };
  const auto begins = [&](absl::string_view known) { return absl::StartsWith(known, text); };
  const auto ends = [&](absl::string_view known) { return absl::EndsWith(known, text); };
  const auto has = [&](absl::string_view known) { return absl::StrContains(known, text); };
  const auto has_any_case = [&](absl::string_view known) {
    return ContainsIgnoringCase(known, text);
  };
  if (op == "startswith" || op == "bstartswith") return text.empty() || any(shape.begins, begins);
  if (op == "endswith") return text.empty() || any(shape.ends, ends);
  if (op == "contains" || op == "bcontains") {
    return text.empty() || any(shape.begins, has) || any(shape.ends, has) || any(shape.parts, has);
  }
  if (op != "icontains") return false;
  return text.empty() || any(shape.begins, has_any_case) || any(shape.ends, has_any_case) ||
         any(shape.parts, has_any_case);
}

bool BoundsAgree(const Shape& shape) {
  if (shape.above && shape.below) {
    if (*shape.below < *shape.above) return false;
    const bool itself = shape.above_itself && shape.below_itself;
    if (*shape.below == *shape.above && !itself) return false;
  }
  // What begins with a text is not below it, and below all that is above it and begins otherwise.
  return std::all_of(shape.begins.begin(), shape.begins.end(), [&](absl::string_view text) {
    if (shape.below && (text > *shape.below || (text == *shape.below && !shape.below_itself))) {
      return false;
    }
    return !shape.above || *shape.above <= text || absl::StartsWith(*shape.above, text);
  });
}

}  // namespace

bool IsComm(absl::string_view field) {
  return field == "proc.name" || field == "proc.pname" || field == "proc.aname" ||
         field == "proc.lineage.name" || field == "proc.sname" || field == "proc.vpgid.name" ||
         field == "proc.pgid.name";
}

bool CanGive(const Predicate& predicate, absl::string_view text) {
  if (predicate.left == nullptr) {
    return !IsComm(predicate.field.field().name) || text.size() <= kCommBytes;
  }
  if (predicate.left->kind != Operand::Kind::kCall) return true;
  const absl::string_view name = predicate.left->transformer->name;
  const auto is_upper = [](char c) { return absl::ascii_isupper(static_cast<unsigned char>(c)); };
  const auto is_lower = [](char c) { return absl::ascii_islower(static_cast<unsigned char>(c)); };
  if (name == "tolower") return std::none_of(text.begin(), text.end(), is_upper);
  if (name == "toupper") return std::none_of(text.begin(), text.end(), is_lower);
  return name != "basename" || !absl::StrContains(text, "/");
}

bool TextCanBe(absl::Span<const Wanted> wanted) {
  const Shape shape = ShapeOf(wanted);
  const Predicate& any = *wanted[0].predicate;
  for (const Texts* texts : {&shape.begins, &shape.ends, &shape.parts}) {
    for (const absl::string_view text : *texts) {
      if (!CanGive(any, text)) return false;
    }
  }
  if (!Agree(shape.begins, StartsWith) || !Agree(shape.ends, EndsWith)) return false;
  if (!BoundsAgree(shape)) return false;
  return std::none_of(wanted.begin(), wanted.end(), [&](const Wanted& one) {
    return !one.holds && HoldsForAll(*one.predicate, shape);
  });
}

}  // namespace vedette
