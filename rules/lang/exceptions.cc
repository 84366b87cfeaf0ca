// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/exceptions.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "rules/lang/ast.h"
#include "rules/lang/operators.h"

namespace vedette {
namespace {

bool TakesList(absl::string_view name) {
  const Operator* op = FindOperator(name);
  return op != nullptr && op->takes_list;
}

class Builder {
 public:
  Builder(Budget& budget, Reporter& reporter) : budget_(budget), reporter_(reporter) {}

  void Add(const ExceptionDefinition& exception) {
    fields_.clear();
    comps_.clear();
    const bool many = exception.fields->kind == YamlNode::Kind::kSequence;
    if (!ReadTexts(*exception.fields, "fields", fields_)) return;
    if (exception.comps != nullptr && !ReadTexts(*exception.comps, "comps", comps_)) return;
    if (!comps_.empty() && comps_.size() != fields_.size()) {
      return reporter_.Error(exception.comps->place,
                             absl::StrCat("the exception has ", fields_.size(), " fields and ",
                                          comps_.size(), " comps"));
    }
    if (fields_.empty()) return;
    for (const YamlNode* values : exception.values) {
      if (values->kind != YamlNode::Kind::kSequence) {
        reporter_.Error(values->place, "\"values\" of an exception is a list");
      } else if (many) {
        for (const YamlNode* tuple : values->items) AddTuple(*tuple);
      } else if (!values->items.empty()) {
        AddSingle(*values);
      }
    }
  }

  const MappedText& clauses() const { return clauses_; }

 private:
  bool ReadTexts(const YamlNode& node, absl::string_view what, std::vector<MappedText>& texts) {
    if (node.kind == YamlNode::Kind::kScalar) {
      texts.push_back(node.text);
      return true;
    }
    for (const YamlNode* item : node.items) {
      if (node.kind == YamlNode::Kind::kSequence && item->kind == YamlNode::Kind::kScalar) {
        texts.push_back(item->text);
        continue;
      }
      reporter_.Error(node.place,
                      absl::StrCat("\"", what, "\" of an exception is a list of texts"));
      return false;
    }
    return node.kind == YamlNode::Kind::kSequence;
  }

  void BeginClause(const Place& place) {
    if (!clauses_.empty()) clauses_.AppendFor(" or ", place);
  }

  void AppendOperator(size_t i, absl::string_view otherwise, MappedText& to) {
    to.Append(fields_[i]);
    to.AppendFor(" ", fields_[i].whole());
    if (comps_.empty()) {
      to.AppendFor(otherwise, fields_[i].whole());
    } else {
      to.Append(comps_[i]);
    }
    to.AppendFor(" ", fields_[i].whole());
  }

  // One value for each field: (f1 op v1 and f2 op v2).
  void AddTuple(const YamlNode& tuple) {
    if (tuple.kind != YamlNode::Kind::kSequence || tuple.items.size() != fields_.size()) {
      return reporter_.Error(tuple.place, absl::StrCat("expected a list of ", fields_.size(),
                                                       " values, one for each field"));
    }
    MappedText clause;
    clause.AppendFor("(", tuple.place);
    for (size_t i = 0; i < fields_.size(); ++i) {
      if (i > 0) clause.AppendFor(" and ", tuple.place);
      AppendOperator(i, "=", clause);
      const bool list = !comps_.empty() && TakesList(comps_[i].text());
      if (!AppendValue(*tuple.items[i], list, clause)) return;
    }
    clause.AppendFor(")", tuple.place);
    if (!budget_.Spend(clause.text().size())) return;
    BeginClause(tuple.place);
    clauses_.Append(clause);
  }

  // One field: its values are a list, or alternatives where the operator takes none.
  void AddSingle(const YamlNode& values) {
    MappedText clause;
    if (comps_.empty() || TakesList(comps_[0].text())) {
      AppendOperator(0, "in", clause);
      if (!AppendValue(values, true, clause)) return;
    } else {
      for (const YamlNode* value : values.items) {
        if (!clause.empty()) clause.AppendFor(" or ", value->place);
        AppendOperator(0, "=", clause);
        if (!AppendValue(*value, false, clause)) return;
      }
    }
    if (!budget_.Spend(clause.text().size())) return;
    BeginClause(values.place);
    clauses_.Append(clause);
  }

  // A scalar, or a sequence where the operator takes a list.
  bool AppendValue(const YamlNode& value, bool list, MappedText& to) {
    if (value.kind == YamlNode::Kind::kSequence && list) {
      to.AppendFor("(", value.place);
      for (const YamlNode* item : value.items) {
        if (item != value.items[0]) to.AppendFor(", ", item->place);
        if (!AppendValue(*item, false, to)) return false;
      }
      to.AppendFor(")", value.place);
      return budget_.Spend(value.items.size());
    }
    if (value.kind == YamlNode::Kind::kSequence || value.kind == YamlNode::Kind::kMap) {
      reporter_.Error(value.place, "expected a text as value of the exception");
      return false;
    }
    const MappedText text = ScalarText(value);
    const bool open = list && !absl::StartsWith(text.text(), "(");
    if (open) to.AppendFor("(", value.place);
    AppendQuoted(text, list, to);
    if (open) to.AppendFor(")", value.place);
    return true;
  }

  // Quotes that the user wrote are syntax, as in lists.
  static void AppendQuoted(const MappedText& text, bool list, MappedText& to) {
    const std::string& value = text.text();
    const bool syntax =
        !value.empty() && (value[0] == '"' || value[0] == '\'' || (list && value[0] == '('));
    const std::string quoted = syntax ? value : QuoteValue(value);
    if (quoted == value) {
      to.Append(text);
    } else {
      to.AppendFor(quoted, text.whole());
    }
  }

  Budget& budget_;
  Reporter& reporter_;
  std::vector<MappedText> fields_;
  std::vector<MappedText> comps_;  // Empty, or as many as fields_.
  MappedText clauses_;
};

}  // namespace

MappedText WithExceptions(const RuleDefinition& rule, Budget& budget, Reporter& reporter) {
  Builder builder(budget, reporter);
  for (const ExceptionDefinition& exception : rule.exceptions) builder.Add(exception);
  if (builder.clauses().empty()) return rule.condition;
  MappedText text;
  text.SetWhole(rule.condition.whole());
  text.AppendFor("(", rule.condition.At({0, 1}));
  text.Append(rule.condition);
  text.AppendFor(") and not (", builder.clauses().At({0, 1}));
  text.Append(builder.clauses());
  text.AppendFor(")", builder.clauses().At({0, 1}));
  return text;
}

}  // namespace vedette
