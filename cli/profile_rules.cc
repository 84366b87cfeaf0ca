// SPDX-License-Identifier: Apache-2.0
//
// No unit test: learn_test loads these rules and runs their tests.
//
// A profile as rules. Its values stand in lists, which say what was learnt and are what later
// profiles are compared with; conditions name them where the language lets them.
#include <algorithm>
#include <bit>
#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "cli/path_pattern.h"
#include "cli/profile.h"
#include "engine/enrich/flag_names.h"

namespace vedette {
namespace {

constexpr char kStranger[] = "/opt/not/in/the/profile";

std::vector<std::string> AllCapabilities() {
  std::vector<std::string> names;
  ForEachCapability(~uint64_t{0}, [&](absl::string_view name) { names.emplace_back(name); });
  return names;
}

uint64_t BitOf(absl::string_view name) {
  for (int bit = 0; bit < 64; ++bit) {
    bool same = false;
    ForEachCapability(uint64_t{1} << bit, [&](absl::string_view each) { same = each == name; });
    if (same) return uint64_t{1} << bit;
  }
  return 0;
}

// A path that the pattern stands for.
std::string Instance(const std::string& pattern) {
  return absl::StrReplaceAll(pattern, {{"*", "0"}, {"?", "a"}});
}

class Writer {
 public:
  explicit Writer(const Profile& profile)
      : profile_(profile), scope_(profile.scope.Condition()), name_(profile.scope.Name()) {}

  std::string Write() {
    text_ = absl::StrCat("# SPDX-License-Identifier: Apache-2.0\n#\n# Learnt from ",
                         profile_.processes, " processes and ", profile_.events, " events of ",
                         profile_.scope.Text(), ":\n# version ", profile_.version,
                         ". What is not in the lists is alerted; `vedette learn --compare` tells "
                         "what\n# has changed since. docs/tuning.md.\n");
    for (const ProfileSort& sort : kProfileSorts) AddList(sort.name, profile_.*sort.values);
    AddPrograms();
    AddWritten();
    AddPeers();
    AddListens();
    AddCapabilities();
    absl::StrAppend(&text_, "- tests:\n", tests_);
    return text_;
  }

 private:
  std::string ListName(absl::string_view sort) const {
    return absl::StrCat("profile_", name_, "_", sort);
  }

  void AddList(absl::string_view sort, const std::set<std::string>& values) {
    absl::StrAppend(&text_, "- list: ", ListName(sort), "\n  items:\n");
    if (values.empty()) absl::StrAppend(&text_, "    []\n");
    for (const std::string& value : values) absl::StrAppend(&text_, "    - '\"", value, "\"'\n");
  }

  std::string RuleName(absl::string_view what) const {
    return absl::StrCat("Profile of ", profile_.scope.value, ": ", what);
  }

  void AddRule(const std::string& name, absl::string_view desc, const std::string& condition,
               absl::string_view output) {
    absl::StrAppend(&text_, "- rule: \"", name, "\"\n  desc: ", desc, "\n  condition: >\n    ",
                    condition, "\n  output: \"", output, "\"\n  priority: NOTICE\n  version: \"",
                    profile_.version, "\"\n  tags: [profile]\n");
  }

  // `field` is in the list: exactly, or as one of its patterns.
  std::string OneOf(absl::string_view field, absl::string_view sort,
                    const std::set<std::string>& values) const {
    const std::string list = absl::StrCat("(", ListName(sort), ")");
    const std::string exact = absl::StrCat(field, " in ", list);
    if (std::none_of(values.begin(), values.end(), IsPattern)) return exact;
    return absl::StrCat("(", exact, " or ", field, " glob anyof ", list, ")");
  }

  // Of a process in the scope: `program` runs, perhaps with more members.
  std::string ProcessEvent(const std::string& program, absl::string_view more = "") const {
    const std::string run = absl::StrCat("{kind: process_exec, exe_path: \"", program, "\"", more);
    const std::string indent = "        - ";
    switch (profile_.scope.kind) {
      case ProfileScope::Kind::kService:
        return absl::StrCat(indent, run, ", cgroup: \"/system.slice/", profile_.scope.value,
                            "\"}\n");
      case ProfileScope::Kind::kContainer:
        return absl::StrCat(indent, run, ", cgroup: \"/system.slice/docker-", profile_.scope.value,
                            std::string(64 - profile_.scope.value.size(), '0'), ".scope\"}\n");
      case ProfileScope::Kind::kProgram:
        return absl::StrCat(indent, "{kind: process_seen, exe_path: \"", profile_.scope.value,
                            "\"}\n", indent, run, "}\n");
    }
    return "";
  }

  void AddCase(const std::string& rule, absl::string_view name, bool loud,
               const std::string& events) {
    absl::StrAppend(&tests_, "    - rule: \"", rule, "\"\n      name: ", name, "\n      events:\n",
                    events, "      expect: [", loud ? absl::StrCat("\"", rule, "\"") : "", "]\n");
  }

  void AddCases(const std::string& rule, const std::string& loud, const std::string& silent) {
    const std::string process = ProcessEvent(Instance(*profile_.programs.begin()));
    AddCase(rule, "something new", true, absl::StrCat(process, "        - ", loud, "\n"));
    AddCase(rule, "something known", false, absl::StrCat(process, "        - ", silent, "\n"));
  }

  void AddPrograms() {
    const std::string rule = RuleName("a new program");
    AddRule(rule, "A program was run that the profile does not have",
            absl::StrCat("evt.kind = process_exec and ", scope_, " and not ",
                         OneOf("proc.exepath", "programs", profile_.programs)),
            "%proc.exepath was run, which this has not done before (%proc.cmdline)");
    AddCase(rule, "something new", true, ProcessEvent(kStranger));
    AddCase(rule, "something known", false, ProcessEvent(Instance(*profile_.programs.begin())));
  }

  void AddWritten() {
    if (profile_.written.empty()) return;
    const std::string rule = RuleName("a new file written");
    AddRule(rule, "A file was opened for writing that the profile does not have",
            absl::StrCat("evt.kind = file_open and evt.is_open_write = true and ",
                         "evt.failed = false and ", scope_, " and not ",
                         OneOf("fd.name", "written", profile_.written)),
            "%proc.name writes %fd.name, which this has not done before (%proc.cmdline)");
    AddCases(rule, absl::StrCat("{kind: file_open, path: ", kStranger, ", flags: O_WRONLY}"),
             absl::StrCat("{kind: file_open, path: \"", Instance(*profile_.written.begin()),
                          "\", flags: O_WRONLY}"));
  }

  void AddPeers() {
    if (profile_.peers.empty()) return;
    std::map<std::string, std::vector<std::string>> ports;
    for (const std::string& peer : profile_.peers) {
      const std::vector<std::string> parts = absl::StrSplit(peer, ' ');
      ports[parts[0]].push_back(parts[1]);
    }
    std::vector<std::string> known;
    for (const auto& [port, addresses] : ports) {
      if (addresses[0] == "*") {
        known.push_back(absl::StrCat("fd.rport = ", port));
      } else {
        known.push_back(absl::StrCat("(fd.rport = ", port, " and fd.rip in (\"",
                                     absl::StrJoin(addresses, "\", \""), "\"))"));
      }
    }
    const std::string rule = RuleName("a new destination");
    AddRule(rule, "A connection was made to where the profile has none",
            absl::StrCat("evt.kind = network_connect and fd.rip exists and ", scope_, " and not (",
                         absl::StrJoin(known, " or "), ")"),
            "%proc.name connects to %fd.rip port %fd.rport, which this has not done before");
    const auto& [port, addresses] = *ports.begin();
    const std::string address = addresses[0] == "*" ? "192.0.2.1" : addresses[0];
    AddCases(rule, "{kind: network_connect, remote_address: 192.0.2.250, remote_port: 65000}",
             absl::StrCat("{kind: network_connect, remote_address: \"", address,
                          "\", remote_port: ", port, "}"));
  }

  void AddListens() {
    if (profile_.listens.empty()) return;
    const std::string rule = RuleName("a new port listened on");
    AddRule(rule, "A port was opened that the profile does not have",
            absl::StrCat("evt.kind = network_listen and fd.lport exists and ", scope_,
                         " and not fd.lport in (", ListName("listens"), ")"),
            "%proc.name listens on port %fd.lport, which this has not done before");
    const auto event = [](absl::string_view port) {
      return absl::StrCat("{kind: network_listen, local_address: 0.0.0.0, local_port: ", port, "}");
    };
    AddCases(rule, event("65001"), event(*profile_.listens.begin()));
  }

  // Where a program has begun with all of them there is nothing to say.
  void AddCapabilities() {
    std::vector<std::string> never;
    uint64_t known = 0;
    for (const std::string& name : AllCapabilities()) {
      if (profile_.capabilities.contains(name)) {
        known |= BitOf(name);
      } else {
        never.push_back(name);
      }
    }
    if (never.empty()) return;
    const std::string rule = RuleName("a new capability");
    AddRule(
        rule, "A program began with a capability that no program of the profile had",
        absl::StrCat("evt.kind = process_exec and ", scope_,
                     " and thread.cap_effective contains anyof (", absl::StrJoin(never, ", "), ")"),
        "%proc.exepath began with %thread.cap_effective, more than this had before");
    const std::string program = Instance(*profile_.programs.begin());
    const auto with = [](uint64_t set) { return absl::StrCat(", cap_effective: ", set); };
    AddCase(rule, "something new", true, ProcessEvent(program, with(BitOf(never[0]))));
    AddCase(rule, "something known", false, ProcessEvent(program, with(known)));
  }

  const Profile& profile_;
  const std::string scope_, name_;
  std::string text_, tests_;
};

}  // namespace

std::string ProfileRules(const Profile& profile) { return Writer(profile).Write(); }

}  // namespace vedette
