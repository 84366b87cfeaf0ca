// SPDX-License-Identifier: Apache-2.0
//
// No unit test: learn_test learns, compares and runs the tests that come with the rules.
#include "cli/profile.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "cli/path_pattern.h"
#include "cli/sql_text.h"
#include "cli/store_rows.h"
#include "engine/enrich/flag_names.h"
#include "rules/lang/load.h"
#include "rules/lang/rule_file.h"

namespace vedette {
namespace {

constexpr size_t kContainerIdSize = 12;   // As container.id has it.
constexpr size_t kAddressesPerPort = 32;  // More of them are any.
constexpr uint64_t kValuesMax = 100'000;  // Of a sort.

absl::StatusOr<StoreRows> Ask(StoreReader& store, const std::string& sql) {
  ASSIGN_OR_RETURN(StoreRows rows, AskRows(store, sql, kValuesMax));
  if (!rows.more) return rows;
  return absl::OutOfRangeError(
      absl::StrCat("there are more than ", kValuesMax, " values to learn; take a shorter time"));
}

std::string Groups(absl::string_view kind, const Profile& profile, absl::Time since) {
  return absl::StrCat(kind, "_groups(", absl::ToUnixNanos(since), ") WHERE exec_id IN (",
                      profile.scope.Processes(), ")");
}

absl::Status LearnPrograms(StoreReader& store, absl::Time since, Profile& profile) {
  ASSIGN_OR_RETURN(
      const StoreRows rows,
      Ask(store, absl::StrCat("SELECT exe_path, count(*) FROM processes WHERE exec_id IN (",
                              profile.scope.Processes(), ") AND coalesce(end_ns, ",
                              absl::ToUnixNanos(since), ") >= ", absl::ToUnixNanos(since),
                              " AND exe_path IS NOT NULL GROUP BY 1")));
  for (const auto& row : rows.rows) {
    profile.programs.insert(GeneralisePath(row[0].text));
    profile.processes += static_cast<uint64_t>(row[1].integer);
  }
  return absl::OkStatus();
}

absl::Status LearnWritten(StoreReader& store, absl::Time since, Profile& profile) {
  ASSIGN_OR_RETURN(
      const StoreRows rows,
      Ask(store, absl::StrCat("SELECT path, sum(events) FROM ", Groups("file_open", profile, since),
                              " AND flags & 3 != 0 AND coalesce(result, 0) >= 0"
                              " AND path IS NOT NULL GROUP BY 1")));
  for (const auto& row : rows.rows) {
    profile.written.insert(GeneralisePath(row[0].text));
    profile.events += static_cast<uint64_t>(row[1].integer);
  }
  profile.written = FoldFolders(std::move(profile.written));
  return absl::OkStatus();
}

absl::Status LearnPeers(StoreReader& store, absl::Time since, Profile& profile) {
  ASSIGN_OR_RETURN(const StoreRows rows,
                   Ask(store, absl::StrCat("SELECT remote_port, remote_address, sum(events) FROM ",
                                           Groups("network_connect", profile, since),
                                           " AND remote_address IS NOT NULL GROUP BY 1, 2")));
  std::map<std::string, std::set<std::string>> ports;
  for (const auto& row : rows.rows) {
    ports[row[0].text].insert(row[1].text);
    profile.events += static_cast<uint64_t>(row[2].integer);
  }
  for (const auto& [port, addresses] : ports) {
    if (addresses.size() > kAddressesPerPort) {
      profile.peers.insert(absl::StrCat(port, " *"));
      continue;
    }
    for (const std::string& address : addresses) {
      profile.peers.insert(absl::StrCat(port, " ", address));
    }
  }
  return absl::OkStatus();
}

absl::Status LearnListens(StoreReader& store, absl::Time since, Profile& profile) {
  ASSIGN_OR_RETURN(const StoreRows rows,
                   Ask(store, absl::StrCat("SELECT local_port, sum(events) FROM ",
                                           Groups("network_listen", profile, since),
                                           " AND local_port IS NOT NULL GROUP BY 1")));
  for (const auto& row : rows.rows) {
    profile.listens.insert(row[0].text);
    profile.events += static_cast<uint64_t>(row[1].integer);
  }
  return absl::OkStatus();
}

absl::Status LearnCapabilities(StoreReader& store, absl::Time since, Profile& profile) {
  ASSIGN_OR_RETURN(const StoreRows rows,
                   Ask(store, absl::StrCat("SELECT cap_effective FROM ",
                                           Groups("process_exec", profile, since), " GROUP BY 1")));
  for (const auto& row : rows.rows) {
    ForEachCapability(static_cast<uint64_t>(row[0].integer), [&](absl::string_view name) {
      profile.capabilities.insert(std::string(name));
    });
  }
  return absl::OkStatus();
}

// An item as the file has it: with quotes of its own.
std::string Unquoted(absl::string_view item) {
  if (absl::ConsumePrefix(&item, "\"")) absl::ConsumeSuffix(&item, "\"");
  return std::string(item);
}

}  // namespace

std::string ProfileScope::Text() const {
  switch (kind) {
    case Kind::kService:
      return absl::StrCat("service:", value);
    case Kind::kContainer:
      return absl::StrCat("container:", value);
    case Kind::kProgram:
      return absl::StrCat("program:", value);
  }
  return "";
}

std::string ProfileScope::Name() const {
  std::string name;
  for (const char c : value) {
    const bool plain = absl::ascii_isalnum(static_cast<unsigned char>(c));
    if (plain) name.push_back(c);
    if (!plain && !name.empty() && name.back() != '_') name.push_back('_');
  }
  while (!name.empty() && name.back() == '_') name.pop_back();
  return name;
}

std::string ProfileScope::Condition() const {
  switch (kind) {
    case Kind::kService:
      return absl::StrCat("(proc.cgroup endswith \"/", value, "\" or proc.cgroup contains \"/",
                          value, "/\")");
    case Kind::kContainer:
      return absl::StrCat("container.id = \"", value, "\"");
    case Kind::kProgram:
      return absl::StrCat("(proc.exepath = \"", value, "\" or proc.aexepath = \"", value, "\")");
  }
  return "";
}

std::string ProfileScope::Processes() const {
  switch (kind) {
    case Kind::kService:
      return absl::StrCat("SELECT exec_id FROM processes WHERE instr(cgroup || '/', ",
                          SqlText(absl::StrCat("/", value, "/")), ") > 0");
    case Kind::kContainer:
      return absl::StrCat("SELECT exec_id FROM processes WHERE instr(cgroup, ", SqlText(value),
                          ") > 0");
    case Kind::kProgram:
      return absl::StrCat(
          "WITH RECURSIVE family(exec_id) AS (SELECT exec_id FROM processes WHERE exe_path = ",
          SqlText(value),
          " UNION SELECT p.exec_id FROM processes p JOIN family f ON p.parent_exec_id = f.exec_id)"
          " SELECT exec_id FROM family");
  }
  return "";
}

absl::StatusOr<ProfileScope> ParseProfileScope(absl::string_view text) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits(':', 1));
  ProfileScope scope;
  scope.value = std::string(parts.second);
  const bool odd = std::any_of(scope.value.begin(), scope.value.end(), [](char c) {
    return !absl::ascii_isgraph(static_cast<unsigned char>(c)) || c == '"' || c == '\'' ||
           c == '\\';
  });
  const bool has_value = !scope.value.empty() && !odd;
  if (parts.first == "service" && has_value && !absl::StrContains(scope.value, "/")) {
    scope.kind = ProfileScope::Kind::kService;
    return scope;
  }
  const bool is_id = std::all_of(scope.value.begin(), scope.value.end(), [](char c) {
    return absl::ascii_isxdigit(static_cast<unsigned char>(c));
  });
  if (parts.first == "container" && is_id && scope.value.size() >= kContainerIdSize) {
    scope.kind = ProfileScope::Kind::kContainer;
    scope.value = absl::AsciiStrToLower(scope.value.substr(0, kContainerIdSize));
    return scope;
  }
  if (parts.first == "program" && has_value && scope.value[0] == '/') {
    scope.kind = ProfileScope::Kind::kProgram;
    return scope;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", EscapeControl(text),
                   "\" is no scope: service:nginx.service, container:ID (12 digits or more) or "
                   "program:/usr/sbin/nginx"));
}

absl::StatusOr<Profile> LearnProfile(StoreReader& store, const ProfileScope& scope,
                                     absl::Time since) {
  Profile profile;
  profile.scope = scope;
  for (const auto learn :
       {LearnPrograms, LearnWritten, LearnPeers, LearnListens, LearnCapabilities}) {
    RETURN_IF_ERROR(learn(store, since, profile));
  }
  if (profile.programs.empty()) {
    const bool is_program = scope.kind == ProfileScope::Kind::kProgram;
    return absl::NotFoundError(absl::StrCat("the store has no process of ", scope.Text(),
                                            " in that time; `vedette query \"SELECT DISTINCT ",
                                            is_program ? "exe_path" : "cgroup",
                                            " FROM processes\"` shows what there is"));
  }
  return profile;
}

absl::StatusOr<Profile> ReadProfile(const std::string& path) {
  ASSIGN_OR_RETURN(const std::vector<RuleSource> texts, ReadRuleSources({path}));
  SourceMap sources;
  Diagnostics diagnostics;
  std::vector<YamlTree> trees;
  Reporter reporter(sources, diagnostics);
  for (const RuleSource& text : texts) {
    trees.push_back(ReadYaml(sources, sources.Add(text.name, text.text), diagnostics));
  }
  const RuleFiles files = JoinRuleFiles(trees, reporter);
  const std::string none = absl::StrCat(path, " is no profile: `vedette learn -o FILE` makes one");
  if (diagnostics.has_errors()) {
    return absl::InvalidArgumentError(absl::StrCat(none, "\n", diagnostics.ToText()));
  }
  Profile profile;
  size_t lists = 0;
  for (const ListDefinition& list : files.lists.all) {
    for (const ProfileSort& sort : kProfileSorts) {
      if (!absl::StartsWith(list.name, "profile_") ||
          !absl::EndsWith(list.name, absl::StrCat("_", sort.name))) {
        continue;
      }
      ++lists;
      for (const MappedText& item : list.items) {
        (profile.*sort.values).insert(Unquoted(item.text()));
      }
    }
  }
  if (lists == 0 || files.rules.all.empty()) {
    return absl::InvalidArgumentError(none);
  }
  const LoadResult loaded = LoadRules(texts);
  if (loaded.program == nullptr || loaded.program->rules.empty() ||
      !absl::SimpleAtoi(loaded.program->rules[0].metadata.version, &profile.version)) {
    return absl::InvalidArgumentError(absl::StrCat(path, " has no rule with a version"));
  }
  return profile;
}

std::vector<std::string> CompareProfiles(const Profile& before, const Profile& after) {
  std::vector<std::string> changes;
  for (const ProfileSort& sort : kProfileSorts) {
    const auto missing_in = [&](const Profile& has, const Profile& has_not, const char* sign) {
      for (const std::string& value : has.*sort.values) {
        if ((has_not.*sort.values).contains(value)) continue;
        changes.push_back(absl::StrCat(sign, " ", sort.name, " ", value));
      }
    };
    missing_in(after, before, "+");
    missing_in(before, after, "-");
  }
  return changes;
}

}  // namespace vedette
