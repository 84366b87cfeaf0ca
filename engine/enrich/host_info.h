// SPDX-License-Identifier: Apache-2.0
//
// What is known of the host whose records are read: its name, its clock, its users and groups.
#ifndef VEDETTE_ENGINE_ENRICH_HOST_INFO_H_
#define VEDETTE_ENGINE_ENRICH_HOST_INFO_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "sensor/source/record_source.h"

namespace vedette {

// Not thread-safe: lives on the pipeline thread. The views it returns live as long as it does.
class HostInfo {
 public:
  // Where names come from that the metadata lacks. A replay must not ask the machine it runs on.
  enum class Lookup { kMetadataOnly, kThisHost };
  static constexpr size_t kLookupsMax = 4096;  // Then unknown ids stay without a name.

  // `zone`: of texts that people read; the store keeps UTC.
  explicit HostInfo(HostMetadata metadata, Lookup lookup = Lookup::kMetadataOnly,
                    absl::TimeZone zone = absl::LocalTimeZone());

  absl::string_view hostname() const { return metadata_.hostname; }
  absl::string_view boot_id() const { return metadata_.boot_id; }

  // Empty if the id has no name. With kThisHost the first call for an id may ask the name service,
  // which may wait for a disk or a network; its answer, also "none", is kept.
  absl::string_view UserName(uint32_t uid);
  absl::string_view GroupName(uint32_t gid);
  // Only with kThisHost: the metadata has names alone.
  absl::string_view UserHome(uint32_t uid);
  absl::string_view UserShell(uint32_t uid);

  // The wall clock's time of a moment on the boot clock.
  absl::Time WallTime(uint64_t boot_ns) const;
  const absl::TimeZone& zone() const { return zone_; }

 private:
  using Names = std::map<uint32_t, std::string>;
  absl::string_view Name(Names& names, uint32_t id, std::string (*look_up)(uint32_t));

  HostMetadata metadata_;
  const Lookup lookup_;
  const absl::TimeZone zone_;
  Names homes_;
  Names shells_;
  size_t lookups_ = 0;
};

}  // namespace vedette

#endif  // VEDETTE_ENGINE_ENRICH_HOST_INFO_H_
