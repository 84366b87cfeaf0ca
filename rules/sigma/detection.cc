// SPDX-License-Identifier: Apache-2.0
#include "rules/sigma/detection.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "rules/lang/ast.h"
#include "rules/sigma/pattern.h"

namespace vedette {

struct DetectionReader::Modifiers {
  SigmaPlace place = SigmaPlace::kWhole;
  bool all = false, cased = false, regex = false, cidr = false, exists = false, base64 = false,
       base64offset = false, windash = false, fieldref = false;
  std::string order;        // "<", "<=", ">", ">=" or empty.
  std::string regex_flags;  // Some of "ims".
};

namespace {

struct NamedPlace {
  absl::string_view name;
  SigmaPlace place;
};
constexpr NamedPlace kPlaces[] = {{"contains", SigmaPlace::kAnywhere},
                                  {"startswith", SigmaPlace::kStart},
                                  {"endswith", SigmaPlace::kEnd}};
struct NamedOrder {
  absl::string_view name, op;
};
constexpr NamedOrder kOrders[] = {{"lt", "<"}, {"lte", "<="}, {"gt", ">"}, {"gte", ">="}};

// An option may begin with other dashes, and with a slash.
constexpr absl::string_view kDashes[] = {"-", "/", "\xe2\x80\x93", "\xe2\x80\x94", "\xe2\x80\x95"};

std::vector<std::string> WithDashes(const std::string& text) {
  size_t at = 0;
  while (at < text.size() &&
         !((text[at] == '-' || text[at] == '/') && (at == 0 || text[at - 1] == ' '))) {
    ++at;
  }
  if (at == text.size()) return {text};
  std::vector<std::string> all;
  for (const absl::string_view dash : kDashes) {
    all.push_back(absl::StrCat(text.substr(0, at), dash, text.substr(at + 1)));
  }
  return all;
}

// The text in base64 at each of the three ways that it can stand among other bytes, without what
// depends on those.
std::vector<std::string> Base64AtOffsets(const std::string& text) {
  std::vector<std::string> all;
  constexpr size_t kSkip[] = {0, 2, 3};
  for (size_t offset = 0; offset < 3; ++offset) {
    const std::string padded = std::string(offset, ' ') + text;
    std::string encoded;
    absl::Base64Escape(padded, &encoded);
    const size_t kept = padded.size() * 8 / 6;  // Whole digits.
    if (kept > kSkip[offset]) all.push_back(encoded.substr(kSkip[offset], kept - kSkip[offset]));
  }
  return all;
}

// Wildcards mean nothing in what was encoded.
std::string WithoutEscapes(absl::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && absl::StrContains("*?\\", text.substr(i + 1, 1)))
      ++i;
    plain += text[i];
  }
  return plain;
}

}  // namespace

SigmaExpr DetectionReader::Fail(const YamlNode& node, std::string message, std::string hint) {
  reporter_.Error(node.place, std::move(message), std::move(hint));
  return SigmaConstant(false);
}

std::vector<Selection> DetectionReader::Read(const YamlNode& detection) {
  std::vector<Selection> selections;
  for (size_t i = 0; i + 1 < detection.items.size(); i += 2) {
    const absl::string_view name = detection.items[i]->scalar();
    if (name == "condition") continue;
    if (name == "timeframe") {
      Fail(*detection.items[i], "a time frame cannot be translated",
           "write a `threshold` or a `sequence` by hand");
      continue;
    }
    selections.push_back({std::string(name), ReadSelection(*detection.items[i + 1])});
  }
  return selections;
}

SigmaExpr DetectionReader::ReadSelection(const YamlNode& node) {
  if (node.kind == YamlNode::Kind::kMap) return ReadMap(node);
  if (node.kind != YamlNode::Kind::kSequence) return ReadKeyword(node);
  if (node.items.empty()) return Fail(node, "the selection is empty");
  std::vector<SigmaExpr> any;
  for (const YamlNode* item : node.items) {
    any.push_back(item->kind == YamlNode::Kind::kMap ? ReadMap(*item) : ReadKeyword(*item));
  }
  return SigmaAny(std::move(any));
}

SigmaExpr DetectionReader::ReadMap(const YamlNode& node) {
  if (node.items.empty()) return Fail(node, "the selection is empty");
  std::vector<SigmaExpr> all;
  for (size_t i = 0; i + 1 < node.items.size(); i += 2) {
    all.push_back(ReadItem(*node.items[i], *node.items[i + 1]));
  }
  return SigmaAll(std::move(all));
}

SigmaExpr DetectionReader::ReadKeyword(const YamlNode& node) {
  if (node.kind != YamlNode::Kind::kScalar) return Fail(node, "expected a selection");
  if (node.scalar().empty()) return Fail(node, "an empty keyword is in everything");
  if (source_.keywords.empty()) {
    return Fail(node, absl::StrCat("keywords cannot be looked for in events of ", source_.name));
  }
  if (++nodes_ > kSigmaNodesMax) return Fail(node, "the rule is too large");
  return SigmaComparison(
      CompareText(source_.keywords, node.scalar(), SigmaPlace::kAnywhere, options_.cased));
}

bool DetectionReader::ReadModifiers(const YamlNode& key, absl::string_view& field,
                                    Modifiers& modifiers) {
  const std::vector<absl::string_view> parts = absl::StrSplit(key.scalar(), '|');
  field = parts[0];
  for (size_t i = 1; i < parts.size(); ++i) {
    const absl::string_view name = parts[i];
    const auto* const place = std::find_if(std::begin(kPlaces), std::end(kPlaces),
                                           [&](const auto& row) { return row.name == name; });
    const auto* const order = std::find_if(std::begin(kOrders), std::end(kOrders),
                                           [&](const auto& row) { return row.name == name; });
    bool* const flag = name == "all"            ? &modifiers.all
                       : name == "cased"        ? &modifiers.cased
                       : name == "re"           ? &modifiers.regex
                       : name == "cidr"         ? &modifiers.cidr
                       : name == "exists"       ? &modifiers.exists
                       : name == "base64"       ? &modifiers.base64
                       : name == "base64offset" ? &modifiers.base64offset
                       : name == "windash"      ? &modifiers.windash
                       : name == "fieldref"     ? &modifiers.fieldref
                                                : nullptr;
    const bool is_flag = modifiers.regex && (name == "i" || name == "m" || name == "s");
    if (place != std::end(kPlaces)) {
      modifiers.place = place->place;
    } else if (order != std::end(kOrders)) {
      modifiers.order = std::string(order->op);
    } else if (flag != nullptr) {
      *flag = true;
    } else if (is_flag) {
      modifiers.regex_flags += std::string(name);
    } else {
      Fail(key, absl::StrCat("the modifier \"", name, "\" cannot be translated"));
      return false;
    }
  }
  return true;
}

SigmaExpr DetectionReader::ReadItem(const YamlNode& key, const YamlNode& value) {
  absl::string_view name;
  Modifiers modifiers;
  if (key.kind != YamlNode::Kind::kScalar) return Fail(key, "a field is a text");
  if (!ReadModifiers(key, name, modifiers)) return SigmaConstant(false);
  std::vector<const YamlNode*> values = {&value};
  if (value.kind == YamlNode::Kind::kSequence) values = value.items;
  if (values.empty()) return Fail(value, "there are no values");
  std::vector<SigmaExpr> parts;
  if (name.empty()) {
    for (const YamlNode* one : values) parts.push_back(ReadKeyword(*one));
    return modifiers.all ? SigmaAll(std::move(parts)) : SigmaAny(std::move(parts));
  }
  const SigmaField* field = FindSigmaField(name, source_.category);
  if (field == nullptr) {
    return Fail(key, absl::StrCat("nothing stands for the field \"", name, "\" of ", source_.name));
  }
  if (field->type == SigmaField::Type::kNever) {
    reporter_.Warning(key.place, absl::StrCat("\"", name, "\" never has a value: ", field->reason));
  }
  for (const YamlNode* one : values) parts.push_back(ReadValue(*field, modifiers, *one));
  return modifiers.all ? SigmaAll(std::move(parts)) : SigmaAny(std::move(parts));
}

SigmaExpr DetectionReader::ReadValue(const SigmaField& field, const Modifiers& modifiers,
                                     const YamlNode& value) {
  if (++nodes_ > kSigmaNodesMax) return Fail(value, "the rule is too large");
  const bool is_empty = value.kind == YamlNode::Kind::kScalar && value.scalar().empty() &&
                        modifiers.place == SigmaPlace::kWhole && !modifiers.regex;
  const bool is_null = value.kind == YamlNode::Kind::kNull || is_empty;
  if (!is_null && value.kind != YamlNode::Kind::kScalar) return Fail(value, "expected a value");
  const bool truth = value.scalar() == "true" || value.scalar() == "True";
  const bool falsehood = value.scalar() == "false" || value.scalar() == "False";
  if (modifiers.exists || field.type == SigmaField::Type::kAlwaysOn) {
    if (!truth && !falsehood) return Fail(value, "expected true or false");
  }
  if (field.type == SigmaField::Type::kAlwaysOn) return SigmaConstant(truth);
  if (field.type == SigmaField::Type::kNever) {
    return SigmaConstant(is_null || (modifiers.exists && falsehood));
  }
  const SigmaExpr exists = SigmaComparison(absl::StrCat(field.field, " exists"));
  if (modifiers.exists) return truth ? exists : SigmaNot(exists);
  // An empty text and none are not told apart by those who make events.
  if (is_empty && field.type == SigmaField::Type::kText) {
    return SigmaAny({SigmaComparison(absl::StrCat(field.field, " = \"\"")), SigmaNot(exists)});
  }
  if (is_null) return SigmaNot(exists);
  if (modifiers.fieldref) {
    const SigmaField* other = FindSigmaField(value.scalar(), source_.category);
    if (other == nullptr || other->field.empty() || modifiers.place != SigmaPlace::kWhole) {
      return Fail(value, "this reference to a field cannot be translated");
    }
    return SigmaComparison(absl::StrCat(field.field, " = val(", other->field, ")"));
  }
  if (field.type == SigmaField::Type::kNumber) return CompareNumber(field, modifiers, value);
  if (field.type == SigmaField::Type::kAddress) return CompareAddress(field, modifiers, value);
  return CompareTexts(field, modifiers, value);
}

SigmaExpr DetectionReader::CompareTexts(const SigmaField& field, const Modifiers& modifiers,
                                        const YamlNode& value) {
  if (!modifiers.order.empty() || modifiers.cidr) {
    return Fail(value, absl::StrCat("\"", field.name, "\" is a text"));
  }
  const std::string text(value.scalar());
  if (modifiers.regex) {
    return SigmaComparison(CompareRegex(field.field, text, modifiers.regex_flags));
  }
  std::vector<std::string> texts = {text};
  if (modifiers.windash) texts = WithDashes(text);
  const bool encoded = modifiers.base64 || modifiers.base64offset;
  if (encoded) {
    const std::string plain = WithoutEscapes(text);
    texts = modifiers.base64offset ? Base64AtOffsets(plain)
                                   : std::vector<std::string>{absl::Base64Escape(plain)};
  }
  std::vector<SigmaExpr> any;
  for (const std::string& one : texts) {
    any.push_back(SigmaComparison(CompareText(field.field, one, modifiers.place,
                                              options_.cased || modifiers.cased || encoded)));
  }
  nodes_ += texts.size() - 1;
  return SigmaAny(std::move(any));
}

SigmaExpr DetectionReader::CompareNumber(const SigmaField& field, const Modifiers& modifiers,
                                         const YamlNode& value) {
  int64_t number = 0;
  const bool plain = modifiers.place == SigmaPlace::kWhole && !modifiers.regex && !modifiers.cidr;
  if (!plain || !absl::SimpleAtoi(value.scalar(), &number)) {
    return Fail(value, absl::StrCat("\"", field.name, "\" is a number and is compared as one"));
  }
  const std::string op = modifiers.order.empty() ? "=" : modifiers.order;
  return SigmaComparison(absl::StrCat(field.field, " ", op, " ", number));
}

SigmaExpr DetectionReader::CompareAddress(const SigmaField& field, const Modifiers& modifiers,
                                          const YamlNode& value) {
  const bool plain = modifiers.place == SigmaPlace::kWhole && !modifiers.regex &&
                     modifiers.order.empty() && !absl::StrContains(value.scalar(), "*");
  if (!plain) {
    return Fail(value, absl::StrCat("\"", field.name, "\" is an address, not a text"),
                "compare it whole, or with cidr");
  }
  const absl::string_view ours = modifiers.cidr ? field.network : field.field;
  if (ours.empty()) {
    return Fail(value, absl::StrCat("\"", field.name, "\" cannot be compared with a network"));
  }
  return SigmaComparison(absl::StrCat(ours, " = ", QuoteValue(value.scalar())));
}

}  // namespace vedette
