// SPDX-License-Identifier: Apache-2.0
//
// What runtimes leave in the file system: nobody has to answer, so it is asked first.
#include <filesystem>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "integrations/runtimes/container_json.h"
#include "integrations/runtimes/runtime_source.h"

namespace vedette {
namespace {

namespace fs = std::filesystem;

constexpr size_t kFileBytesMax = 1 << 20;
constexpr size_t kStorageBytesMax = 8 << 20;  // One file with all containers.
constexpr size_t kHomesMax = 64;              // Of users with rootless containers.

class StateFiles : public RuntimeSource {
 public:
  explicit StateFiles(const std::string& root) : root_(absl::StripSuffix(root, "/")) {}

  std::string name() const override { return "files"; }
  bool Serves(absl::string_view) const override { return true; }
  absl::Status Probe(absl::Time) override { return absl::OkStatus(); }

  absl::StatusOr<FoundContainer> Find(const ContainerRequest& request, absl::Time) override {
    FoundContainer found;
    // What has no other name than that, and no image.
    if (request.runtime == "lxc" || request.runtime == "systemd-nspawn") {
      found.info.name = request.id;
      found.is_whole = true;
      return found;
    }
    if (!IsPlainId(request.id)) return absl::NotFoundError("no id of a runtime");
    const std::string& id = request.id;
    bool known = Docker(id, found);
    known = Storage(id, request.cgroup, found.info) || known;
    known = Bundles(id, found.info) || known;
    known = Plain(id, found) || known;
    if (!known) return absl::NotFoundError("no runtime has left a file about it");
    return found;
  }

 private:
  std::string Text(const std::string& path, size_t bytes_max = kFileBytesMax) const {
    auto text = ReadFile(absl::StrCat(root_, path), bytes_max);
    return text.ok() ? *std::move(text) : std::string();
  }

  static bool Take(const std::optional<ContainerInfo>& info, ContainerInfo& to) {
    if (!info) return false;
    to.Complete(*info);
    return true;
  }

  bool Docker(const std::string& id, FoundContainer& found) const {
    const std::string folder = absl::StrCat("/var/lib/docker/containers/", id);
    const std::string config = Text(folder + "/config.v2.json");
    if (config.empty()) return false;
    found.is_whole =
        Take(ParseDockerState(config, Text(folder + "/hostconfig.json")), found.info) &&
        !found.info.name.empty() && !found.info.image.empty();
    return found.is_whole;
  }

  // containers/storage, of root and of the user whose slice the container is in.
  bool Storage(const std::string& id, const std::string& cgroup, ContainerInfo& info) const {
    bool known = false;
    for (const std::string& storage : StorageFolders(cgroup)) {
      const std::string folder = storage + "/overlay-containers";
      known = Take(ParseStorageContainers(Text(folder + "/containers.json", kStorageBytesMax), id),
                   info) ||
              known;
      known =
          Take(ParseOciSpec(Text(absl::StrCat(folder, "/", id, "/userdata/config.json"))), info) ||
          known;
    }
    return known;
  }

  std::vector<std::string> StorageFolders(const std::string& cgroup) const {
    std::vector<std::string> folders = {"/var/lib/containers/storage", "/run/containers/storage"};
    const size_t at = cgroup.find("/user-");
    uint32_t uid = 0;
    if (at == std::string::npos) return folders;
    const std::string slice = cgroup.substr(at + 6);
    if (!absl::SimpleAtoi(slice.substr(0, slice.find('.')), &uid)) return folders;
    folders.push_back(absl::StrCat("/run/user/", uid, "/containers"));
    std::error_code error;
    size_t seen = 0;
    for (const auto& home : fs::directory_iterator(root_ + "/home", error)) {
      if (++seen > kHomesMax) break;
      folders.push_back(absl::StrCat("/home/", home.path().filename().string(),
                                     "/.local/share/containers/storage"));
    }
    return folders;
  }

  // containerd's bundles, by namespace.
  bool Bundles(const std::string& id, ContainerInfo& info) const {
    const std::string tasks = "/run/containerd/io.containerd.runtime.v2.task";
    std::error_code error;
    for (const auto& space : fs::directory_iterator(root_ + tasks, error)) {
      const std::string folder = space.path().filename().string();
      const std::string spec = Text(absl::StrCat(tasks, "/", folder, "/", id, "/config.json"));
      if (Take(ParseOciSpec(spec), info)) return true;
    }
    return false;
  }

  // runc and crun themselves: the name is the id, and the bundle has the rest.
  bool Plain(const std::string& id, FoundContainer& found) const {
    for (const absl::string_view file : {"/run/runc/$/state.json", "/run/crun/$/status"}) {
      const size_t at = file.find('$');
      const std::string state = Text(absl::StrCat(file.substr(0, at), id, file.substr(at + 1)));
      if (state.empty()) continue;
      if (found.info.name.empty()) found.info.name = id;
      const std::string bundle = ParseBundlePath(state);
      if (absl::StartsWith(bundle, "/") && !absl::StrContains(bundle, "..")) {
        Take(ParseOciSpec(Text(bundle + "/config.json")), found.info);
      }
      found.is_whole = true;
      return true;
    }
    return false;
  }

  const std::string root_;
};

}  // namespace

std::unique_ptr<RuntimeSource> MakeStateFiles(const std::string& root) {
  return std::make_unique<StateFiles>(root);
}

}  // namespace vedette
