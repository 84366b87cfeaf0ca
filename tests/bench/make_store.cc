// SPDX-License-Identifier: Apache-2.0
//
//   vedette_make_store FILE [EVENTS]
//
// A store of 50 million events, or so many, over 30 days that end now: for timing the questions of
// docs/forensics.md. About 15 bytes an event, two CPU-minutes for 50 million. No part of the tests.
#include <cstdio>
#include <iostream>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "storage/event_store.h"
#include "tests/bench/bench.h"
#include "tests/bench/month.h"

namespace vedette {
namespace {

constexpr uint64_t kWaitingMax = 100'000;

Alert SomeAlert(uint64_t number, absl::Time time) {
  Alert alert;
  alert.id = absl::StrCat(absl::Hex(number * uint64_t{0x9e3779b97f4a7c15}, absl::kZeroPad16));
  alert.time = time;
  alert.rule = absl::StrCat("Rule ", number % 40);
  alert.message = "something happened";
  alert.event_kind = "file_open";
  alert.event_number = number;
  return alert;
}

int MakeStore(const std::string& path, uint64_t events) {
  StoreOptions options;
  options.path = path;
  options.queue_bytes_max = size_t{256} << 20;
  options.bytes_max = uint64_t{1} << 40;
  options.age_max = absl::Hours(24 * 60);
  options.hostname = "month";
  options.boot_id = "month";
  options.users = {{0, "root"}, {33, "www-data"}, {110, "postgres"}, {1000, "ann"}, {1001, "app"}};
  options.groups = options.users;
  auto store = EventStore::Open(std::move(options));
  if (!store.ok()) {
    std::cerr << "vedette_make_store: " << store.status() << "\n";
    return 1;
  }
  const absl::Time boot = absl::Now() - absl::Seconds(kMonthSeconds);
  const double begin = ProcessSeconds();
  uint64_t number = 0;
  MakeMonth(events, [&](absl::Span<const std::byte> record, uint64_t time_ns) {
    const absl::Time time = boot + absl::Nanoseconds(static_cast<int64_t>(time_ns));
    (*store)->OfferEvent(record, ++number, time);
    if (number % 100'000 == 0) (*store)->OfferAlert(SomeAlert(number, time));
    if (number % 5'000'000 == 0) {
      (*store)->OfferGap({time, time + absl::Seconds(3), "file_open", "ring_full", 17});
    }
    const auto waiting = [&] {
      const StoreCounts counts = (*store)->Counts();
      return counts.events_offered - counts.events_written - counts.events_dropped;
    };
    if (number % 10'000 == 0) {
      while (waiting() > kWaitingMax) absl::SleepFor(absl::Milliseconds(1));
    }
  });
  const absl::Status closed = (*store)->Close();
  const StoreCounts counts = (*store)->Counts();
  std::cout << counts.events_written << " events, " << counts.events_dropped << " dropped, "
            << ProcessSeconds() - begin << " CPU-seconds\n";
  if (!closed.ok()) std::cerr << "vedette_make_store: " << closed << "\n";
  return closed.ok() ? 0 : 1;
}

}  // namespace
}  // namespace vedette

int main(int argc, char** argv) {
  uint64_t events = 50'000'000;
  if (argc < 2 || argc > 3 || (argc == 3 && !absl::SimpleAtoi(argv[2], &events))) {
    std::cerr << "usage: vedette_make_store FILE [EVENTS]\n";
    return 2;
  }
  return vedette::MakeStore(argv[1], events);
}
