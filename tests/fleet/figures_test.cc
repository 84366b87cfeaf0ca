// SPDX-License-Identifier: Apache-2.0
//
// What the events of a store take on the wire and in ClickHouse: the figures of docs/fleet.md.
//
//   vedette_make_store FILE 2000000
//   VEDETTE_FLEET_STORE=FILE fleet_test --gtest_filter='*OfAStore'
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <iostream>
#include <memory>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/clock.h"
#include "base/temporary_directory.h"
#include "integrations/delivery/event_backlog.h"
#include "integrations/net/http_client.h"
#include "integrations/sinks/registry.h"
#include "tests/fleet/clickhouse.h"

namespace vedette {
namespace {

struct Sent {
  size_t events = 0, bytes = 0, packed = 0;
};

// All events of the store, as the sink's thread would send them.
Sent SendAll(Backlog& backlog, Sink& sink) {
  Sent sent;
  while (true) {
    auto batch = backlog.Next(5000, {});
    EXPECT_TRUE(batch.ok()) << batch.status();
    if (!batch.ok() || batch->empty()) return sent;
    std::string lines;
    for (const DeliveredEvent& event : batch->events) absl::StrAppend(&lines, event.json, "\n");
    const absl::Status done = sink.DeliverEvents(batch->events, absl::Now() + absl::Minutes(1));
    EXPECT_TRUE(done.ok()) << done;
    EXPECT_TRUE(backlog.Done({}).ok());
    sent.events += batch->events.size();
    sent.bytes += lines.size();
    sent.packed += Gzip(lines).size();
  }
}

TEST(FleetFigures, OfAStore) {
  const char* store = getenv("VEDETTE_FLEET_STORE");
  if (store == nullptr) GTEST_SKIP() << "VEDETTE_FLEET_STORE names none";
  if (!ClickHouse::Exists()) GTEST_SKIP() << "clickhouse-server is missing: setup/servers.sh";
  const TemporaryDirectory folder;
  ClickHouse server(folder.path());
  server.Start();
  server.MakeTables();
  RealClock clock;
  auto log = DeliveryLog::Open(folder.File("cursors"));
  ASSERT_TRUE(log.ok());
  auto backlog = OpenEventBacklog({.store_path = store,
                                   .sink = "figures",
                                   .from_oldest = true,
                                   .log = log->get(),
                                   .clock = &clock},
                                  {.kinds = ~KindSet{0}});
  ASSERT_TRUE(backlog.ok()) << backlog.status();
  auto sink = MakeEventSink("clickhouse", {{"url", server.url()}});
  ASSERT_TRUE(sink.ok());
  const clock_t begin = std::clock();
  const Sent sent = SendAll(**backlog, **sink);
  ASSERT_GT(sent.events, 0U);
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  const clock_t idle = std::clock();
  constexpr int kLooks = 20;
  for (int i = 0; i < kLooks; ++i) EXPECT_TRUE((*backlog)->Next(5000, {})->empty());
  const double look_ms =
      1000.0 * static_cast<double>(std::clock() - idle) / CLOCKS_PER_SEC / kLooks;
  server.Run("OPTIMIZE TABLE vedette.events FINAL");
  const std::string on_disk = server.Run(
      "SELECT sum(bytes_on_disk) / sum(rows) FROM system.parts WHERE active AND table = 'events'");
  const auto each = [&](size_t bytes) { return absl::StrCat(bytes / sent.events, " bytes each"); };
  std::cout << sent.events << " events: " << each(sent.bytes) << " as JSON, " << each(sent.packed)
            << " packed (gzip), " << absl::StripAsciiWhitespace(on_disk)
            << " bytes each in ClickHouse; "
            << static_cast<size_t>(static_cast<double>(sent.events) / seconds)
            << " events a CPU-second of the sender, with packing them once more; a look "
               "that finds nothing: "
            << look_ms << " ms\n";
}

}  // namespace
}  // namespace vedette
