// SPDX-License-Identifier: Apache-2.0
//
// What is kept in the kernel beyond the daemon: links and maps that are pinned in a BPF file
// system. A set is everything of one object; sets have rising numbers, and the one with the highest
// is the latest. Only root can see them.
#ifndef VEDETTE_SENSOR_SOURCE_PINS_H_
#define VEDETTE_SENSOR_SOURCE_PINS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "base/file.h"

namespace vedette {

inline constexpr char kPinFolder[] = "/sys/fs/bpf/vedette";
// Names of what is pinned: maps, and links behind the prefix.
inline constexpr char kRingPin[] = "ring", kTermsPin[] = "terms", kCountersPin[] = "counters",
                      kStatePin[] = "state", kLineagesPin[] = "lineages", kCgroupsPin[] = "cgroups",
                      kValuesPin[] = "values", kTraitsPin[] = "traits", kLinkPrefix[] = "link_";

class Pins {
 public:
  // `folder` lies in a BPF file system, or below a folder where one can be mounted.
  explicit Pins(std::string folder = kPinFolder) : folder_(std::move(folder)) {}

  // Makes the folder, and mounts the file system where it is missing. Says what stands in the way.
  absl::Status Prepare() const;
  // Ascending. None where the folder does not exist.
  std::vector<uint32_t> Sets() const;
  // Makes the folder of a new set, with the number behind the last one's.
  absl::StatusOr<uint32_t> NewSet() const;
  std::string PathOf(uint32_t set, const std::string& name) const;
  // Names in the set, sorted.
  std::vector<std::string> NamesIn(uint32_t set) const;
  // A map or a link of a set. kNotFound, kPermissionDenied name the path.
  absl::StatusOr<OwnedFd> Open(uint32_t set, const std::string& name) const;
  // Ids of the programs that the set's links attach.
  std::vector<uint32_t> Programs(uint32_t set) const;
  // Unpins the links alone: the programs are detached, their maps stay.
  absl::Status RemoveLinks(uint32_t set) const;
  // Unpins: programs whose links nobody holds are detached.
  absl::Status Remove(uint32_t set) const;
  const std::string& folder() const { return folder_; }

 private:
  std::string FolderOf(uint32_t set) const;
  const std::string folder_;
};

// The kernel detaches programs a moment after their last link has gone (in a work queue), and
// until then they decide. Waits for it; false if somebody holds them longer than that.
bool WaitUntilGone(absl::Span<const uint32_t> programs, absl::Duration patience);

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_PINS_H_
