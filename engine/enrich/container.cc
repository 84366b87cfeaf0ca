// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/container.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace vedette {
namespace {

constexpr size_t kHexIdSize = 64;
constexpr size_t kShortIdSize = 12;

enum class IdShape { kHex, kName };

// A component `<prefix><id><suffix>` below a component that begins with `parent` is a container.
struct Pattern {
  absl::string_view parent;
  absl::string_view prefix;
  absl::string_view suffix;
  IdShape shape;
  absl::string_view runtime;  // "host": the component is the runtime's own.
};

// The first that fits wins. An empty parent is any parent.
constexpr Pattern kPatterns[] = {
    // systemd driver: one scope each.
    {"", "docker-", ".scope", IdShape::kHex, "docker"},
    {"", "cri-containerd-", ".scope", IdShape::kHex, "containerd"},
    {"", "nerdctl-", ".scope", IdShape::kHex, "containerd"},
    {"", "containerd-", ".scope", IdShape::kHex, "containerd"},
    {"", "crio-", ".scope", IdShape::kHex, "cri-o"},
    {"", "libpod-", ".scope", IdShape::kHex, "podman"},
    // Podman with split cgroups, and with the cgroupfs driver.
    {"", "libpod-payload-", "", IdShape::kHex, "podman"},
    {"", "libpod-", "", IdShape::kHex, "podman"},
    {"libpod_parent", "", "", IdShape::kHex, "podman"},
    // cgroupfs driver.
    {"docker", "", "", IdShape::kHex, "docker"},
    {"", "crio-", "", IdShape::kHex, "cri-o"},
    {"pod", "", "", IdShape::kHex, "cri"},
    {"default", "", "", IdShape::kHex, "containerd"},
    {"moby", "", "", IdShape::kHex, "docker"},
    // Containers that have names.
    {"", "lxc.payload.", "", IdShape::kName, "lxc"},
    {"", "lxc.monitor.", "", IdShape::kName, "host"},
    {"lxc.payload", "", "", IdShape::kName, "lxc"},
    {"lxc.monitor", "", "", IdShape::kName, "host"},
    {"lxc", "", "", IdShape::kName, "lxc"},
    {"", "systemd-nspawn@", ".service", IdShape::kName, "systemd-nspawn"},
    {"machine.slice", "machine-qemu\\x2d", ".scope", IdShape::kName, "host"},  // A virtual machine.
    {"machine.slice", "machine-", ".scope", IdShape::kName, "systemd-nspawn"},
};

bool IsHexId(absl::string_view id) {
  return id.size() == kHexIdSize && std::all_of(id.begin(), id.end(), [](char c) {
           return absl::ascii_isxdigit(static_cast<unsigned char>(c));
         });
}

// "pod" stands for any pod's folder (pod<uid>), the others for exactly that name.
bool ParentFits(absl::string_view pattern, absl::string_view parent) {
  if (pattern == "pod") return absl::StartsWith(parent, pattern);
  return pattern.empty() || parent == pattern;
}

// Null if the component is no container.
const Pattern* FindPattern(absl::string_view parent, absl::string_view component,
                           absl::string_view* id) {
  for (const Pattern& pattern : kPatterns) {
    if (!ParentFits(pattern.parent, parent)) continue;
    absl::string_view rest = component;
    if (!absl::ConsumePrefix(&rest, pattern.prefix)) continue;
    if (!absl::ConsumeSuffix(&rest, pattern.suffix)) continue;
    if (pattern.shape == IdShape::kHex ? !IsHexId(rest) : rest.empty()) continue;
    *id = rest;
    return &pattern;
  }
  return nullptr;
}

// `<slice>:cri-containerd:<id>`, where runc was given systemd's notation without systemd.
bool ColonForm(absl::string_view component, Container* container) {
  constexpr absl::string_view kMarks[] = {":cri-containerd:", ":crio:", ":docker:"};
  constexpr absl::string_view kRuntimes[] = {"containerd", "cri-o", "docker"};
  for (size_t i = 0; i < std::size(kMarks); ++i) {
    const size_t at = component.find(kMarks[i]);
    if (at == absl::string_view::npos) continue;
    const absl::string_view id = component.substr(at + kMarks[i].size());
    if (!IsHexId(id)) continue;
    *container = {id, kRuntimes[i]};
    return true;
  }
  return false;
}

}  // namespace

absl::string_view Container::ShortId() const {
  return IsHexId(id) ? id.substr(0, kShortIdSize) : id;
}

Container ContainerOf(absl::string_view cgroup_path) {
  absl::string_view rest = cgroup_path;
  while (!rest.empty()) {
    const size_t slash = rest.rfind('/');
    if (slash == absl::string_view::npos) break;
    const absl::string_view component = rest.substr(slash + 1);
    rest = rest.substr(0, slash);
    if (component.empty()) continue;
    const size_t parent_slash = rest.rfind('/');
    const absl::string_view parent =
        parent_slash == absl::string_view::npos ? rest : rest.substr(parent_slash + 1);
    absl::string_view id;
    if (const Pattern* pattern = FindPattern(parent, component, &id)) {
      if (pattern->runtime == "host") return {};
      return {id, pattern->runtime};
    }
    Container container;
    if (ColonForm(component, &container)) return container;
  }
  return {};
}

std::optional<classify_scope> ScopeOf(absl::string_view cgroup_path) {
  const Container container = ContainerOf(cgroup_path);
  if (container.IsHost()) return CLASSIFY_HOST;
  if (container.id == "host") return std::nullopt;
  return CLASSIFY_CONTAINER;
}

}  // namespace vedette
