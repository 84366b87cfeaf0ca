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

// A component `<prefix><id><suffix>` below the component `parent` is a container. "pod" stands for
// any pod's folder (pod<uid>); with a slash the parent is at the root of the hierarchy.
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
    // What runc and crun take where systemd makes their cgroup and nobody has named it.
    {"", "runc-", ".scope", IdShape::kName, "runc"},
    {"", "crun-", ".scope", IdShape::kName, "crun"},
    // Podman with split cgroups, and with the cgroupfs driver.
    {"", "libpod-payload-", "", IdShape::kHex, "podman"},
    {"", "libpod-", "", IdShape::kHex, "podman"},
    {"libpod_parent", "", "", IdShape::kHex, "podman"},
    // cgroupfs driver.
    {"docker", "", "", IdShape::kHex, "docker"},
    {"", "crio-", "", IdShape::kHex, "cri-o"},
    {"pod", "", "", IdShape::kHex, "cri"},
    {"moby", "", "", IdShape::kHex, "docker"},
    // containerd: the folder is its namespace, and `ctr run` takes any name.
    {"/default", "", "", IdShape::kName, "containerd"},
    {"/k8s.io", "", "", IdShape::kName, "containerd"},
    {"default", "", "", IdShape::kHex, "containerd"},
    {"buildkit", "", "", IdShape::kName, "buildkit"},
    {"/runc", "", "", IdShape::kName, "runc"},
    {"/crun", "", "", IdShape::kName, "crun"},
    // Containers that have names.
    {"", "lxc.payload.", "", IdShape::kName, "lxc"},
    {"", "lxc.monitor.", "", IdShape::kName, "host"},
    {"lxc.payload", "", "", IdShape::kName, "lxc"},
    {"lxc.monitor", "", "", IdShape::kName, "host"},
    {"lxc", "", "", IdShape::kName, "lxc"},
    {"", "systemd-nspawn@", ".service", IdShape::kName, "systemd-nspawn"},
    {"machine.slice", "machine-qemu\\x2d", ".scope", IdShape::kName, "host"},  // A virtual machine.
    {"machine.slice", "machine-", ".scope", IdShape::kName, "systemd-nspawn"},
    // A folder of somebody's choice (docker's --cgroup-parent, ECS, other namespaces).
    {"", "", "", IdShape::kHex, "oci"},
};

// By the file's name, whole or up to a dash: containerd-shim-runc-v2. As runc and crun run
// themselves from memory, the path can have a beginning and a second name.
constexpr absl::string_view kHelpers[] = {
    "runc",        "crun",         "youki",       "conmon",        "containerd-shim",
    "conmonrs",    "kata-runtime", "runsc",       "lxc-start",     "lxc-attach",
    "lxc-execute", "docker-proxy", "docker-init", "buildkit-runc", "systemd-nspawn",
};

bool IsHexId(absl::string_view id) {
  return id.size() == kHexIdSize && std::all_of(id.begin(), id.end(), [](char c) {
           return absl::ascii_isxdigit(static_cast<unsigned char>(c));
         });
}

bool IsPodUid(absl::string_view uid) {
  return !uid.empty() && std::all_of(uid.begin(), uid.end(), [](char c) {
    return absl::ascii_isxdigit(static_cast<unsigned char>(c)) || c == '-' || c == '_';
  });
}

// `pod<uid>`, or `<slice>-pod<uid>.slice`, also in front of a colon. Empty for all else.
absl::string_view PodUidOf(absl::string_view component) {
  absl::string_view uid = component.substr(0, component.find(':'));
  if (absl::ConsumePrefix(&uid, "pod")) return IsPodUid(uid) ? uid : absl::string_view();
  constexpr absl::string_view kMark = "-pod";
  const size_t at = uid.rfind(kMark);
  if (at == absl::string_view::npos || !absl::ConsumeSuffix(&uid, ".slice")) return {};
  if (!absl::StrContains(uid.substr(0, at), "kubepods")) return {};
  uid.remove_prefix(at + kMark.size());
  return IsPodUid(uid) ? uid : absl::string_view();
}

// `above`: the path of the parent, whole.
bool ParentFits(absl::string_view pattern, absl::string_view above) {
  if (pattern.empty()) return true;
  if (pattern[0] == '/') return above == pattern;
  const size_t slash = above.rfind('/');
  const absl::string_view parent =
      slash == absl::string_view::npos ? above : above.substr(slash + 1);
  if (pattern != "pod") return parent == pattern;
  return absl::StartsWith(parent, pattern) && !PodUidOf(parent).empty();
}

// Null if the component is no container.
const Pattern* FindPattern(absl::string_view above, absl::string_view component,
                           absl::string_view* id) {
  for (const Pattern& pattern : kPatterns) {
    if (!ParentFits(pattern.parent, above)) continue;
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
  Container found;
  absl::string_view rest = cgroup_path;
  while (!rest.empty()) {
    const size_t slash = rest.rfind('/');
    if (slash == absl::string_view::npos) break;
    const absl::string_view component = rest.substr(slash + 1);
    rest = rest.substr(0, slash);
    if (component.empty()) continue;
    Container container;
    absl::string_view id;
    const Pattern* pattern = FindPattern(rest, component, &id);
    if (pattern == nullptr) {
      ColonForm(component, &container);
    } else if (pattern->runtime != "host") {
      container = {.id = id, .runtime = pattern->runtime};
    }
    if (found.IsHost()) {
      found = container;
    } else if (!container.IsHost() && found.outer_id.empty()) {
      found.outer_id = container.id;
    }
    if (!found.IsHost() && found.pod_uid.empty()) found.pod_uid = PodUidOf(component);
  }
  return found;
}

absl::string_view RuntimeHelper(absl::string_view exe_path, absl::string_view comm) {
  absl::string_view name = exe_path == "/" ? comm : exe_path;
  // "memfd:runc_cloned:/proc/self/exe": the file that was copied into memory has its name here.
  if (absl::ConsumePrefix(&name, "memfd:") || absl::ConsumePrefix(&name, "/memfd:")) {
    name = name.substr(0, name.find_first_of("_:"));
  } else {
    name.remove_prefix(name.rfind('/') + 1);
  }
  for (const absl::string_view helper : kHelpers) {
    if (!absl::StartsWith(name, helper)) continue;
    if (name.size() == helper.size() || name[helper.size()] == '-') return helper;
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
