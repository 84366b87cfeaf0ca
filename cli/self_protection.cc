// SPDX-License-Identifier: Apache-2.0
#include "cli/self_protection.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/file.h"

namespace vedette {
namespace {

// Can stand between quotes in a condition.
bool IsPlain(absl::string_view path) {
  return std::all_of(path.begin(), path.end(), [](char c) {
    return c > ' ' && c < 127 && c != '"' && c != '\'' && c != '\\';
  });
}

std::string Any(absl::string_view field, const std::vector<std::string>& prefixes) {
  std::vector<std::string> parts;
  for (const std::string& prefix : prefixes) {
    parts.push_back(absl::StrCat(field, " startswith \"", prefix, "\""));
  }
  return absl::StrCat("(", absl::StrJoin(parts, " or "), ")");
}

std::string RuleText(absl::string_view name, absl::string_view condition) {
  return absl::StrCat(
      "- rule: ", name, "\n  desc: Acts against Vedette itself\n  condition: >\n    ", condition,
      "\n  output: \"Vedette protects itself: %proc.name (%proc.cmdline) %evt.type %evt.object "
      "%evt.verdict\"\n  priority: CRITICAL\n  tags: [T1562.001]\n  action: deny\n  mode: enforce\n"
      "  budget: off\n");
}

}  // namespace

std::string OwnCgroup() {
  const auto text = ReadFile("/proc/self/cgroup", 64 * 1024);
  if (!text.ok()) return "";
  for (const absl::string_view line : absl::StrSplit(*text, '\n')) {
    if (absl::StartsWith(line, "0::/")) return std::string(line.substr(3));
  }
  return "";
}

std::optional<RuleSource> SelfProtectionRules(const Config& config, const std::string& cgroup) {
  if (!config.enforce.enabled || !config.enforce.protect_self) return std::nullopt;
  std::vector<std::string> own;
  for (const std::string& path :
       {config.store.path, config.enforce.pins + "/", config.enforce.socket}) {
    if (IsPlain(path)) own.push_back(path);
  }
  std::string text = RuleText(
      "Vedette protects its files",
      absl::StrCat(
          "(evt.kind = file_open and evt.is_open_write = true and ", Any("fd.name", own),
          ") or (evt.kind in (file_unlink, file_mkdir, file_mknod, file_chmod, file_chown, "
          "file_truncate) and ",
          Any("fs.path.name", own), ") or (evt.kind in (file_rename, file_link) and ",
          Any("fs.path.source", own),
          ") or (evt.kind in (file_rename, file_link, file_symlink, file_mount) and ",
          Any("fs.path.target", own), ")"));
  // The own group and all above it: what happens to one happens to those below.
  std::vector<std::string> files;
  for (std::string group = cgroup; group.size() > 1; group.resize(group.rfind('/'))) {
    if (!IsPlain(group)) break;
    for (const char* file : {"cgroup.kill", "cgroup.freeze"}) {
      files.push_back(absl::StrCat("\"/sys/fs/cgroup", group, "/", file, "\""));
    }
  }
  if (!files.empty()) {
    text +=
        RuleText("Vedette protects its cgroup",
                 absl::StrCat("evt.kind = file_open and evt.is_open_write = true and fd.name in (",
                              absl::StrJoin(files, ", "), ")"));
  }
  return RuleSource{"<self-protection>", std::move(text)};
}

}  // namespace vedette
