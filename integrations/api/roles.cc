// SPDX-License-Identifier: Apache-2.0
#include "integrations/api/roles.h"

#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>

#include <algorithm>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"

namespace vedette {
namespace {

constexpr size_t kGroupsMax = 1024;
constexpr size_t kEntryBytesMax = 64 << 10;  // Of one user or group in the database.

std::optional<uint32_t> UserId(const std::string& name) {
  uint32_t id = 0;
  if (absl::SimpleAtoi(name, &id)) return id;
  std::vector<char> buffer(kEntryBytesMax);
  passwd entry = {}, *found = nullptr;
  getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (found == nullptr) return std::nullopt;
  return found->pw_uid;
}

std::optional<uint32_t> GroupId(const std::string& name) {
  uint32_t id = 0;
  if (absl::SimpleAtoi(name, &id)) return id;
  std::vector<char> buffer(kEntryBytesMax);
  group entry = {}, *found = nullptr;
  getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (found == nullptr) return std::nullopt;
  return found->gr_gid;
}

bool Names(const std::string& role, const ApiPeer& peer) {
  absl::string_view name = role;
  if (absl::ConsumePrefix(&name, "user:")) return UserId(std::string(name)) == peer.uid;
  if (!absl::ConsumePrefix(&name, "group:")) return false;
  const std::optional<uint32_t> id = GroupId(std::string(name));
  return id.has_value() && std::find(peer.gids.begin(), peer.gids.end(), *id) != peer.gids.end();
}

template <typename Matches>
ApiRole RoleBy(const ApiRoles& roles, Matches matches) {
  if (std::any_of(roles.operate.begin(), roles.operate.end(), matches)) return ApiRole::kOperate;
  if (std::any_of(roles.read.begin(), roles.read.end(), matches)) return ApiRole::kRead;
  return ApiRole::kNone;
}

}  // namespace

ApiPeer PeerOf(int fd) {
  ucred credentials = {};
  socklen_t size = sizeof(credentials);
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return {~0U, {}};
  ApiPeer peer = {credentials.uid, {credentials.gid}};
  std::vector<gid_t> groups(kGroupsMax);
  size = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
  if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size) == 0) {
    groups.resize(size / sizeof(gid_t));
    peer.gids.insert(peer.gids.end(), groups.begin(), groups.end());
  }
  return peer;
}

ApiRole RoleOfPeer(const ApiRoles& roles, const ApiPeer& peer) {
  if (peer.uid == 0) return ApiRole::kOperate;
  return RoleBy(roles, [&](const std::string& role) { return Names(role, peer); });
}

ApiRole RoleOfCertificate(const ApiRoles& roles, absl::string_view common_name) {
  return RoleBy(roles, [&](absl::string_view role) {
    return absl::ConsumePrefix(&role, "cert:") && !role.empty() && role == common_name;
  });
}

}  // namespace vedette
