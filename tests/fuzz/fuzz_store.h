// SPDX-License-Identifier: Apache-2.0
//
// A store for the targets that ask one, or change its bytes first.
#ifndef VEDETTE_TESTS_FUZZ_FUZZ_STORE_H_
#define VEDETTE_TESTS_FUZZ_FUZZ_STORE_H_

#include <string>
#include <utility>

#include "base/check.h"
#include "sensor/decode/event_view.h"
#include "storage/event_store.h"
#include "tests/replay/sample.h"

namespace vedette {

// Writes it to `path`, closed in order: the sample's events, two alerts, a gap.
inline void MakeFuzzStore(const std::string& path) {
  StoreOptions options;
  options.path = path;
  options.age_max = absl::InfiniteDuration();
  options.hostname = "host";
  options.boot_id = "boot";
  options.users = {{0, "root"}, {1000, "alice"}};
  auto store = EventStore::Open(options);
  CHECK(store.ok()) << store.status();
  const absl::Time begin = absl::FromUnixSeconds(1'700'000'000);
  uint64_t number = 0;
  uint64_t exec_id = 0;
  for (const RecordBytes& record : SampleRecords(2)) {
    const auto view = EventView::Parse(record);
    CHECK(view.has_value());
    exec_id = view->header().exec_id;
    ++number;
    CHECK((*store)->OfferEvent(record, number, begin + absl::Milliseconds(number)));
  }
  for (const char* id : {"0011aabbccddeeff", "0022aabbccddeeff"}) {
    Alert alert;
    alert.id = id;
    alert.time = begin;
    alert.rule = "Read sensitive file";
    alert.message = "cat read /etc/shadow";
    alert.exec_id = exec_id;
    alert.event_number = number;
    CHECK((*store)->OfferAlert(std::move(alert)));
  }
  CHECK((*store)->OfferGap({begin, begin + absl::Seconds(2), "file_open", "ring_full", 5}));
  const absl::Status closed = (*store)->Close();
  CHECK(closed.ok()) << closed;
}

}  // namespace vedette

#endif  // VEDETTE_TESTS_FUZZ_FUZZ_STORE_H_
