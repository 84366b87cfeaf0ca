// SPDX-License-Identifier: Apache-2.0
//
// What a service, a container or a program does, as the store has it, and as rules that alert on
// anything else.
#ifndef VEDETTE_CLI_PROFILE_H_
#define VEDETTE_CLI_PROFILE_H_

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "storage/queries.h"

namespace vedette {

// Whose profile: "service:nginx.service", "container:0123456789ab" or "program:/usr/sbin/nginx".
struct ProfileScope {
  enum class Kind : uint8_t { kService, kContainer, kProgram };
  Kind kind = Kind::kService;
  std::string value;

  std::string Text() const;       // As it was given.
  std::string Name() const;       // For names of lists: "nginx_service".
  std::string Condition() const;  // Of rules.
  std::string Processes() const;  // SQL: SELECT exec_id of all that belong to it.
};
absl::StatusOr<ProfileScope> ParseProfileScope(absl::string_view text);

struct Profile {
  ProfileScope scope;
  uint64_t version = 1;
  uint64_t processes = 0, events = 0;  // That it was learnt from.
  std::set<std::string> programs;      // Paths.
  std::set<std::string> written;       // Paths and patterns of files.
  std::set<std::string> peers;         // "443 203.0.113.7"; "443 *" for any address.
  std::set<std::string> listens;       // Ports.
  std::set<std::string> capabilities;  // Names; those that programs began with.
};

struct ProfileSort {
  absl::string_view name;
  std::set<std::string> Profile::*values;
  absl::string_view what;  // For people.
};
inline constexpr std::array<ProfileSort, 5> kProfileSorts = {
    {{"programs", &Profile::programs, "programs"},
     {"written", &Profile::written, "files opened for writing"},
     {"peers", &Profile::peers, "connections"},
     {"listens", &Profile::listens, "ports listened on"},
     {"capabilities", &Profile::capabilities, "capabilities"}}};

// kNotFound: nothing of that scope ran in that time.
absl::StatusOr<Profile> LearnProfile(StoreReader& store, const ProfileScope& scope,
                                     absl::Time since);

// A rule file with its tests. What the history has nothing of becomes no rule.
std::string ProfileRules(const Profile& profile);

// Out of such a file. kInvalidArgument: it is none.
absl::StatusOr<Profile> ReadProfile(const std::string& path);

// "+ programs /usr/bin/id" for what is new, "- ..." for what is gone.
std::vector<std::string> CompareProfiles(const Profile& before, const Profile& after);

}  // namespace vedette

#endif  // VEDETTE_CLI_PROFILE_H_
