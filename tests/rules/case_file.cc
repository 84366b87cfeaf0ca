// SPDX-License-Identifier: Apache-2.0
#include "tests/rules/case_file.h"

#include <yaml-cpp/yaml.h>

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "tests/rules/story.h"

namespace vedette {
namespace {

class Reader {
 public:
  explicit Reader(absl::string_view name) : name_(name) {}

  void ReadFile(const YAML::Node& root) {
    if (!root.IsSequence()) return Error(root, "expected a list of cases");
    for (const YAML::Node& node : root) ReadCase(node);
  }
  CaseFile Take() { return std::move(file_); }

 private:
  std::string PlaceOf(const YAML::Node& node) const {
    return absl::StrCat(name_, ":", node.Mark().line + 1);
  }
  void Error(const YAML::Node& node, absl::string_view what) {
    file_.errors.push_back(absl::StrCat(PlaceOf(node), ": ", what));
  }

  void ReadCase(const YAML::Node& node) {
    if (!node.IsMap()) return Error(node, "expected a case");
    RuleCase one;
    one.place = PlaceOf(node);
    const size_t errors_before = file_.errors.size();
    Story story;
    for (const auto& entry : node) {
      const std::string key = entry.first.Scalar();
      if (key == "rule") {
        one.rule = ReadText(entry.second);
      } else if (key == "name") {
        one.name = ReadText(entry.second);
      } else if (key == "expect") {
        one.expect = ReadTexts(entry.second);
      } else if (key == "events") {
        ReadEvents(entry.second, story);
      } else {
        Error(entry.first, absl::StrCat("unknown key \"", key, "\""));
      }
    }
    if (one.rule.empty()) Error(node, "the case has no rule");
    if (one.name.empty()) Error(node, "the case has no name");
    if (!node["expect"]) Error(node, "the case expects nothing: say `expect: []`");
    if (story.records().empty()) Error(node, "the case has no events");
    one.records = story.records();
    if (file_.errors.size() == errors_before) file_.cases.push_back(std::move(one));
  }

  std::string ReadText(const YAML::Node& node) {
    if (node.IsScalar() && !node.Scalar().empty()) return node.Scalar();
    Error(node, "expected a text");
    return "";
  }

  std::vector<std::string> ReadTexts(const YAML::Node& node) {
    std::vector<std::string> texts;
    if (!node.IsSequence()) {
      Error(node, "expected a list");
      return texts;
    }
    for (const YAML::Node& item : node) {
      if (item.IsScalar()) {
        texts.push_back(item.Scalar());
      } else {
        Error(item, "expected a text");
      }
    }
    return texts;
  }

  void ReadEvents(const YAML::Node& node, Story& story) {
    if (!node.IsSequence()) return Error(node, "expected a list of events");
    for (const YAML::Node& event : node) ReadEvent(event, story);
  }

  void ReadEvent(const YAML::Node& node, Story& story) {
    if (!node.IsMap()) return Error(node, "expected an event");
    std::string kind;
    StoryValues values;
    for (const auto& entry : node) {
      const std::string key = entry.first.Scalar();
      if (key == "kind") {
        kind = ReadText(entry.second);
        continue;
      }
      StoryValue value;
      value.is_list = entry.second.IsSequence();
      if (value.is_list) {
        value.texts = ReadTexts(entry.second);
      } else {
        value.texts = {ReadText(entry.second)};
      }
      if (!values.emplace(key, std::move(value)).second) {
        Error(entry.first, absl::StrCat("\"", key, "\" is there twice"));
      }
    }
    const absl::Status added = story.Add(kind, std::move(values));
    if (!added.ok()) Error(node, std::string(added.message()));
  }

  std::string name_;
  CaseFile file_;
};

}  // namespace

CaseFile ParseCases(absl::string_view name, const std::string& text) {
  Reader reader(name);
  try {
    reader.ReadFile(YAML::Load(text));
  } catch (const YAML::Exception& e) {
    CaseFile broken = reader.Take();
    broken.errors.push_back(absl::StrCat(name, ":", e.mark.line + 1, ": ", e.msg));
    return broken;
  }
  return reader.Take();
}

}  // namespace vedette
