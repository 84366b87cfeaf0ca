// SPDX-License-Identifier: Apache-2.0
//
// A store of which the tests of `vedette hunt` know every event.
#ifndef VEDETTE_TESTS_HUNT_JUDGED_STORE_H_
#define VEDETTE_TESTS_HUNT_JUDGED_STORE_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "engine/enrich/test_host.h"
#include "storage/event_store.h"

namespace vedette {

// For a file whose events are TestHost::SomeHost()'s, of whatever age.
inline StoreOptions JudgedStoreOptions(const std::string& path) {
  const HostMetadata host = TestHost::SomeHost();
  StoreOptions options;
  options.path = path;
  options.age_max = absl::InfiniteDuration();
  options.hostname = host.hostname;
  options.boot_id = host.boot_id;
  options.users = host.users;
  options.groups = host.groups;
  options.commit_interval = absl::Milliseconds(1);
  return options;
}

inline std::string JudgedRule(size_t index, const std::string& condition) {
  return absl::StrCat("- rule: R", index, "\n  desc: d\n  condition: >-\n    ", condition,
                      "\n  output: \"%evt.type %proc.name %fd.name\"\n  priority: WARNING\n");
}

}  // namespace vedette

#endif  // VEDETTE_TESTS_HUNT_JUDGED_STORE_H_
