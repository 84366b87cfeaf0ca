// SPDX-License-Identifier: Apache-2.0
#include "cli/privileges.h"

#include <cap-ng.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

namespace vedette {
namespace {

// Where a kernel or libcap-ng does not know CAP_BPF by name, its number is still the ABI.
constexpr unsigned kCapBpf = 39;

}  // namespace

bool IsInFolderOfAnother(const std::string& path) {
  std::filesystem::path folder = std::filesystem::path(path).parent_path();
  struct stat status = {};
  while (stat(folder.c_str(), &status) != 0) {
    const std::filesystem::path parent = folder.parent_path();
    if (parent == folder || parent.empty()) return false;
    folder = parent;
  }
  return status.st_uid != geteuid();
}

absl::Status DropPrivileges(const std::vector<std::string>& written_paths, bool reads_executables) {
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return absl::ErrnoToStatus(errno, "PR_SET_DUMPABLE");
  if (capng_get_caps_process() != 0) return absl::InternalError("cannot read own capabilities");
  std::vector<unsigned> kept = {kCapBpf, CAP_DAC_READ_SEARCH};
  if (std::any_of(written_paths.begin(), written_paths.end(), IsInFolderOfAnother)) {
    kept.insert(kept.end(), {CAP_DAC_OVERRIDE, CAP_FOWNER});
  }
  if (reads_executables) kept.push_back(CAP_SYS_PTRACE);
  // Only what we have can be kept.
  kept.erase(
      std::remove_if(kept.begin(), kept.end(),
                     [](unsigned cap) { return capng_have_capability(CAPNG_PERMITTED, cap) == 0; }),
      kept.end());
  capng_clear(CAPNG_SELECT_CAPS);
  const auto sets = static_cast<capng_type_t>(CAPNG_EFFECTIVE | CAPNG_PERMITTED);
  for (const unsigned cap : kept) capng_update(CAPNG_ADD, sets, cap);
  if (capng_apply(CAPNG_SELECT_CAPS) != 0) {
    return absl::InternalError("cannot give up capabilities");
  }
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return absl::ErrnoToStatus(errno, "PR_SET_NO_NEW_PRIVS");
  }
  return absl::OkStatus();
}

}  // namespace vedette
