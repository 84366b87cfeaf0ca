// SPDX-License-Identifier: Apache-2.0
// No unit test: state_files_test.
#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "integrations/runtimes/runtime_source.h"

namespace vedette {
namespace {

constexpr absl::string_view kKinds[] = {"docker", "podman", "cri", "containerd"};
constexpr size_t kIdMax = 128;
constexpr size_t kSocketPathMax = 107;  // sockaddr_un

std::pair<absl::string_view, absl::string_view> Split(absl::string_view text) {
  const size_t colon = text.find(':');
  if (colon == absl::string_view::npos) return {};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

}  // namespace

absl::Status CheckRuntimeSocket(absl::string_view text) {
  const auto [kind, path] = Split(text);
  const bool known = std::find(std::begin(kKinds), std::end(kKinds), kind) != std::end(kKinds);
  if (known && absl::StartsWith(path, "/") && path.size() > 1 && path.size() <= kSocketPathMax) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\": expected docker:, podman:, cri: or containerd: and the ",
                   "absolute path of a Unix socket, for example docker:/run/docker.sock"));
}

bool IsPlainId(absl::string_view id) {
  return !id.empty() && id.size() <= kIdMax && id[0] != '.' &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' ||
                  c == '-';
         });
}

std::vector<std::unique_ptr<RuntimeSource>> MakeRuntimeSources(
    const std::string& root, const std::vector<std::string>& sockets) {
  std::vector<std::unique_ptr<RuntimeSource>> sources;
  sources.push_back(MakeStateFiles(root));
  for (const std::string& socket : sockets) {
    if (!CheckRuntimeSocket(socket).ok()) continue;
    const auto [kind, below_root] = Split(socket);
    const std::string path = absl::StrCat(root == "/" ? "" : root, below_root);
    if (kind == "cri") {
      sources.push_back(MakeCriSource(path));
    } else if (kind == "containerd") {
      sources.push_back(MakeContainerdSource(path, root));
    } else {
      sources.push_back(MakeDockerSource(std::string(kind), path));
    }
  }
  return sources;
}

}  // namespace vedette
