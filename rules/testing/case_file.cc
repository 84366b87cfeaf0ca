// SPDX-License-Identifier: Apache-2.0
#include "rules/testing/case_file.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "rules/lang/entry.h"
#include "rules/lang/reporter.h"
#include "rules/lang/yaml_reader.h"

namespace vedette {
namespace {

constexpr absl::string_view kCaseKeys[] = {"rule", "name", "events", "record", "expect"};

class Reader {
 public:
  explicit Reader(const RuleSource& source) : reporter_(sources_, file_.diagnostics) {
    const uint32_t file = sources_.Add(source.name, source.text);
    tree_ = ReadYaml(sources_, file, file_.diagnostics);
  }

  CaseFile Read(bool in_rules) {
    for (const YamlNode* document : tree_.documents) {
      if (document->kind == YamlNode::Kind::kNull) continue;
      if (document->kind != YamlNode::Kind::kSequence) {
        if (!in_rules) Error(*document, "expected a list of cases");
        continue;
      }
      for (const YamlNode* item : document->items) ReadItem(*item, in_rules);
    }
    file_.diagnostics.Sort();
    return std::move(file_);
  }

 private:
  void Error(const YamlNode& node, std::string what, std::string hint = "") {
    reporter_.Error(node.place, std::move(what), std::move(hint));
  }
  Diagnostic Where(const Place& place) const { return sources_.At(Severity::kError, place, ""); }

  void ReadItem(const YamlNode& item, bool in_rules) {
    const YamlNode* tests = nullptr;
    for (size_t i = 0; i + 1 < item.items.size(); i += 2) {
      if (item.kind == YamlNode::Kind::kMap && item.items[i]->scalar() == "tests") {
        tests = item.items[i + 1];
      }
    }
    if (tests == nullptr) {
      if (!in_rules) ReadCase(item);
      return;
    }
    if (tests->kind != YamlNode::Kind::kSequence) return Error(*tests, "expected a list of cases");
    for (const YamlNode* one : tests->items) ReadCase(*one);
  }

  void ReadCase(const YamlNode& node) {
    if (node.kind != YamlNode::Kind::kMap) return Error(node, "expected a case");
    const size_t errors_before = file_.diagnostics.errors();
    const Entry entry(node, reporter_);
    RuleCase one;
    one.where = Where(node.place);
    for (const PlacedText& key : entry.Keys()) {
      if (std::find(std::begin(kCaseKeys), std::end(kCaseKeys), key.text) != std::end(kCaseKeys))
        continue;
      reporter_.Error(key.place, absl::StrCat("unknown key \"", key.text, "\""),
                      reporter_.DidYouMean(key.text, kCaseKeys));
    }
    one.rule = entry.String("rule").value_or("");
    one.name = entry.String("name").value_or("");
    one.record = entry.String("record").value_or("");
    if (const auto expect = entry.Texts("expect")) {
      for (const MappedText& rule : *expect) one.expect.push_back(rule.text());
    }
    if (const YamlNode* events = entry.Find("events")) ReadEvents(*events, one);
    Complete(entry, one);
    if (file_.diagnostics.errors() == errors_before) file_.cases.push_back(std::move(one));
  }

  void Complete(const Entry& entry, const RuleCase& one) {
    const Place& place = entry.place();
    if (one.rule.empty()) reporter_.Error(place, "the case has no rule");
    if (one.name.empty()) reporter_.Error(place, "the case has no name");
    if (!entry.HasKey("expect")) {
      reporter_.Error(place, "the case expects nothing", "if so, say `expect: []`");
    }
    if (entry.HasKey("events") == entry.HasKey("record")) {
      reporter_.Error(place, entry.HasKey("record")
                                 ? "the case has both events and a record: choose one"
                                 : "the case has no events and no record");
    } else if (entry.HasKey("events") && one.events.empty()) {
      reporter_.Error(place, "the case has no events");
    }
    for (const CaseEvent& event : one.events) {
      if (event.kind.empty() == one.events[0].kind.empty()) continue;
      reporter_.Error(place, "records and values of fields do not go together",
                      "give each event of the case a `kind`, or none of them");
      return;
    }
  }

  void ReadEvents(const YamlNode& node, RuleCase& one) {
    if (node.kind != YamlNode::Kind::kSequence) return Error(node, "expected a list of events");
    for (const YamlNode* event : node.items) ReadEvent(*event, one);
  }

  void ReadEvent(const YamlNode& node, RuleCase& one) {
    if (node.kind != YamlNode::Kind::kMap) return Error(node, "expected an event");
    const Entry entry(node, reporter_);
    CaseEvent event;
    event.where = Where(node.place);
    for (size_t i = 0; i + 1 < node.items.size(); i += 2) {
      const absl::string_view key = node.items[i]->scalar();
      const YamlNode& value = *node.items[i + 1];
      if (key == "kind") {
        event.kind = entry.String("kind").value_or("");
        if (event.kind.empty()) Error(value, "a kind has a name");
        continue;
      }
      CaseValue read;
      read.key = std::string(key);
      read.is_list = value.kind == YamlNode::Kind::kSequence;
      if (read.is_list) {
        for (const YamlNode* item : value.items) ReadScalar(*item, read);
      } else if (value.kind != YamlNode::Kind::kNull) {
        ReadScalar(value, read);
      }
      event.values.push_back(std::move(read));
    }
    one.events.push_back(std::move(event));
  }

  void ReadScalar(const YamlNode& node, CaseValue& to) {
    if (node.kind == YamlNode::Kind::kScalar) {
      const auto type = node.quoted ? GivenValue::Type::kText : GivenValue::Type::kUntyped;
      to.values.push_back({type, std::string(node.scalar())});
    } else {
      Error(node, "expected a value");
    }
  }

  SourceMap sources_;
  CaseFile file_;
  Reporter reporter_;
  YamlTree tree_;
};

}  // namespace

std::string RuleCase::Place() const { return absl::StrCat(where.file, ":", where.line); }

CaseFile ParseCases(const RuleSource& source) { return Reader(source).Read(/*in_rules=*/false); }

CaseFile ParseCasesOfRules(const RuleSource& source) {
  return Reader(source).Read(/*in_rules=*/true);
}

}  // namespace vedette
