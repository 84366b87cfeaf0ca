// SPDX-License-Identifier: Apache-2.0
#include "integrations/sinks/late_sink.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/temporary_directory.h"
#include "integrations/dispatcher.h"
#include "integrations/format/sample_alert.h"

namespace vedette {
namespace {

TEST(LateSinkTest, AFileWhoseFolderComesLaterGetsWhatWaits) {
  const TemporaryDirectory home;
  const std::string folder = home.File("later"), path = folder + "/alerts.log";
  const absl::StatusOr<SinkSetup> setup = SetUpSink("file", {{"path", path}});
  ASSERT_TRUE(setup.ok()) << "a sink that cannot be opened does not end the daemon: "
                          << setup.status();
  const Alert alert = SampleAlert();
  const absl::Time deadline = absl::InfiniteFuture();
  const absl::Status before = setup->sink->Deliver({&alert, 1}, deadline);
  EXPECT_TRUE(absl::IsUnavailable(before)) << before;
  EXPECT_NE(before.message().find(path), absl::string_view::npos) << before;
  EXPECT_TRUE(setup->sink->Flush().ok());
  ASSERT_EQ(mkdir(folder.c_str(), 0700), 0);
  EXPECT_TRUE(setup->sink->Deliver({&alert, 1}, deadline).ok());
  EXPECT_TRUE(setup->sink->Flush().ok());
  EXPECT_NE(ReadFile(path, 1 << 20).value_or("").find(alert.id), std::string::npos);
}

TEST(LateSinkTest, EventsToo) {
  const TemporaryDirectory home;
  const std::string folder = home.File("later"), path = folder + "/events.log";
  const auto setup = SetUpEventSink(
      "file", {{"path", home.File("alerts.log")}, {"events_path", path}, {"events", "*"}});
  ASSERT_TRUE(setup.ok()) << setup.status();
  ASSERT_TRUE(setup->has_value());
  const DeliveredEvent event = {.id = "1", .json = R"({"id":"1"})"};
  const absl::Time deadline = absl::InfiniteFuture();
  EXPECT_TRUE(absl::IsUnavailable((*setup)->sink->DeliverEvents({&event, 1}, deadline)));
  ASSERT_EQ(mkdir(folder.c_str(), 0700), 0);
  EXPECT_TRUE((*setup)->sink->DeliverEvents({&event, 1}, deadline).ok());
  EXPECT_EQ(ReadFile(path, 1 << 20).value_or(""), "{\"id\":\"1\"}\n");
}

TEST(LateSinkTest, AMistakeInTheOptionsIsStillOne) {
  EXPECT_FALSE(SetUpSink("file", {{"path", "relative"}}).ok());
  EXPECT_FALSE(SetUpSink("nosuch", {}).ok());
}

}  // namespace
}  // namespace vedette
