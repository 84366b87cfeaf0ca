// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/host_info.h"

#include <grp.h>
#include <pwd.h>

#include <array>
#include <memory>
#include <utility>

namespace vedette {
namespace {

// Entries larger than this (a group with thousands of members) count as nameless.
constexpr size_t kEntryBytesMax = 64 * 1024;

template <char* passwd::*part>
std::string LookUpUser(uint32_t uid) {
  const auto buffer = std::make_unique<std::array<char, kEntryBytesMax>>();
  passwd entry;
  passwd* found = nullptr;
  if (getpwuid_r(uid, &entry, buffer->data(), buffer->size(), &found) != 0) return "";
  return found == nullptr || found->*part == nullptr ? "" : found->*part;
}

std::string LookUpGroup(uint32_t gid) {
  const auto buffer = std::make_unique<std::array<char, kEntryBytesMax>>();
  group entry;
  group* found = nullptr;
  if (getgrgid_r(gid, &entry, buffer->data(), buffer->size(), &found) != 0) return "";
  return found == nullptr ? "" : found->gr_name;
}

}  // namespace

HostInfo::HostInfo(HostMetadata metadata, Lookup lookup, absl::TimeZone zone)
    : metadata_(std::move(metadata)), lookup_(lookup), zone_(zone) {}

absl::string_view HostInfo::Name(Names& names, uint32_t id, std::string (*look_up)(uint32_t)) {
  const auto known = names.find(id);
  if (known != names.end()) return known->second;
  if (lookup_ == Lookup::kMetadataOnly || lookups_ >= kLookupsMax) return "";
  ++lookups_;
  return names.emplace(id, look_up(id)).first->second;
}

absl::string_view HostInfo::UserName(uint32_t uid) {
  return Name(metadata_.users, uid, &LookUpUser<&passwd::pw_name>);
}

absl::string_view HostInfo::UserHome(uint32_t uid) {
  return Name(homes_, uid, &LookUpUser<&passwd::pw_dir>);
}

absl::string_view HostInfo::UserShell(uint32_t uid) {
  return Name(shells_, uid, &LookUpUser<&passwd::pw_shell>);
}

absl::string_view HostInfo::GroupName(uint32_t gid) {
  return Name(metadata_.groups, gid, &LookUpGroup);
}

absl::Time HostInfo::WallTime(uint64_t boot_ns) const {
  // In unsigned arithmetic: a hostile record may say any time, and must not overflow.
  const uint64_t wall_ns = boot_ns + static_cast<uint64_t>(metadata_.wall_minus_boot_ns);
  return absl::FromUnixNanos(static_cast<int64_t>(wall_ns));
}

}  // namespace vedette
