// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/requirements.h"

#include <algorithm>
#include <array>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace vedette {
namespace {

using Version = std::array<uint32_t, 3>;
constexpr Version kEngine = {0, 63, 0};
constexpr absl::string_view kPlugin = "container";

// 13, 0.57 or 0.57.0.
bool ReadVersion(absl::string_view text, Version& version) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '.');
  version = {};
  if (parts.size() == 1) return absl::SimpleAtoi(parts[0], &version[1]);
  if (parts.size() > version.size()) return false;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (!absl::SimpleAtoi(parts[i], &version[i])) return false;
  }
  return true;
}

// The names that would do: the plugin's, and those of its alternatives.
bool AcceptsPlugin(const Entry& plugin, Reporter& reporter) {
  if (plugin.String("name") == std::string(kPlugin)) return true;
  const YamlNode* alternatives = plugin.Find("alternatives");
  if (alternatives == nullptr || alternatives->kind != YamlNode::Kind::kSequence) return false;
  return std::any_of(alternatives->items.begin(), alternatives->items.end(),
                     [&](const YamlNode* item) {
                       return item->kind == YamlNode::Kind::kMap &&
                              Entry(*item, reporter).String("name") == std::string(kPlugin);
                     });
}

}  // namespace

void CheckEngineVersion(const Entry& entry, Reporter& reporter) {
  const std::optional<std::string> text = entry.String("required_engine_version");
  if (!text) return;
  const Place place = entry.Find("required_engine_version")->place;
  Version version;
  if (!ReadVersion(*text, version)) {
    reporter.Error(place, absl::StrCat("\"", *text, "\" is not a version"),
                   "write it as 13 or 0.57.0");
  } else if (version[0] != kEngine[0] || version[1] > kEngine[1]) {
    reporter.Error(place, absl::StrCat("the file needs engine ", *text,
                                       "; Vedette reads rules of engines up to 0.63"));
  }
}

void CheckPluginVersions(const Entry& entry, Reporter& reporter) {
  const YamlNode* plugins = entry.Find("required_plugin_versions");
  if (plugins->kind != YamlNode::Kind::kSequence) {
    return reporter.Error(plugins->place, "\"required_plugin_versions\" is a list of maps");
  }
  for (const YamlNode* item : plugins->items) {
    if (item->kind != YamlNode::Kind::kMap) {
      reporter.Error(item->place, "a plugin is a map with name and version");
      continue;
    }
    const Entry plugin(*item, reporter);
    if (AcceptsPlugin(plugin, reporter)) continue;
    const std::string name = plugin.String("name").value_or("");
    reporter.Error(item->place, absl::StrCat("the file needs the plugin \"", name,
                                             "\", which Vedette does not have"));
  }
}

}  // namespace vedette
