// SPDX-License-Identifier: Apache-2.0
// No unit test: it reads what the host says of itself.
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <array>

#include "absl/strings/ascii.h"
#include "base/clock.h"
#include "base/file.h"
#include "sensor/source/ring_source.h"

namespace vedette {

HostMetadata ReadHostMetadata() {
  HostMetadata host;
  std::array<char, 256> name = {};
  if (gethostname(name.data(), name.size() - 1) == 0) host.hostname = name.data();
  if (const auto boot = ReadFile("/proc/sys/kernel/random/boot_id", 128); boot.ok()) {
    host.boot_id = std::string(absl::StripAsciiWhitespace(*boot));
  }
  RealClock clock;
  host.wall_minus_boot_ns =
      absl::ToInt64Nanoseconds(clock.Now() - absl::UnixEpoch() - clock.SinceBoot());
  setpwent();
  while (const passwd* user = getpwent()) host.users.emplace(user->pw_uid, user->pw_name);
  endpwent();
  setgrent();
  while (const group* entry = getgrent()) host.groups.emplace(entry->gr_gid, entry->gr_name);
  endgrent();
  return host;
}

}  // namespace vedette
