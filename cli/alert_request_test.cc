// SPDX-License-Identifier: Apache-2.0
#include "cli/alert_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/test_store.h"
#include "integrations/format/sample_alert.h"

namespace vedette {
namespace {

using testing::HasSubstr;

TEST(AlertRequest, ComesBackAsItWas) {
  AlertRequest request;
  request.store = "/var/lib/a\tb\n";
  request.change.alert = 7;
  request.change.alert_id = "0011";
  request.change.action = AlertAction::kClose;
  request.change.value = "benign";
  request.change.comment = "two\nlines\t\\ \xff \xc3\xa4";
  request.change.request = "r";
  const std::string line = FormatAlertRequest(request);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  ASSERT_TRUE(IsAlertRequest(line));
  const auto parsed = ParseAlertRequest(line);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->store, request.store);
  EXPECT_EQ(parsed->change.comment, request.change.comment);
  EXPECT_EQ(parsed->change.alert, 7);
  for (const char* bad : {"alert\t", "alert\ta\tb\tc\td\te\tf\tg",
                          "alert\t/x\t1\ta\tclose\tmaybe\t\tr", "alert\t/x\t1\ta\tack\t\\q\t\tr"}) {
    EXPECT_FALSE(ParseAlertRequest(bad).ok()) << bad;
  }
}

class RunningDaemonTest : public StoreCommandTest {};

// The store has its one writer here; the command has to ask it.
TEST_F(RunningDaemonTest, TakesChangesFromTheSocket) {
  if (getuid() != 0) GTEST_SKIP() << "only root may ask a daemon";
  StoreOptions options;
  options.path = path_;
  options.age_max = absl::InfiniteDuration();
  auto store = EventStore::Open(options);
  ASSERT_TRUE(store.ok()) << store.status();
  Alert alert = SampleAlert();
  alert.id = "0d1e7c0a9b3f2846";
  ASSERT_TRUE((*store)->OfferAlert(alert));
  while ((*store)->Counts().alerts_written == 0) absl::SleepFor(absl::Milliseconds(1));
  const std::string path = folder_.File("control.sock");
  auto socket = ControlSocket::Listen(path);
  ASSERT_TRUE(socket.ok()) << socket.status();
  CapturedIo io, elsewhere;
  ExitCode code = ExitCode::kFailed, refused = ExitCode::kDone;
  std::atomic<bool> done = false;
  std::thread command([&] {
    code =
        Ask("alerts", {"close", "0d1e", "--verdict", "test", "-m", "a\nb", "--socket", path}, io);
    refused = Ask("alerts", {"ack", "0d1e", "--socket", folder_.File("none")}, elsewhere);
    done = true;
  });
  while (!done) {
    socket->Serve([&](const std::string& line, const ControlPeer& peer) {
      return AnswerAlertRequest(line, peer,
                                {.store_path = path_,
                                 .store = store->get(),
                                 .now = absl::Now(),
                                 .user_name = [](uint32_t uid) { return absl::StrCat("u", uid); }});
    });
    absl::SleepFor(absl::Milliseconds(1));
  }
  command.join();
  EXPECT_EQ(code, ExitCode::kDone) << io.error();
  EXPECT_THAT(io.out(), HasSubstr("is closed: test"));
  EXPECT_EQ(refused, ExitCode::kFailed);
  ASSERT_TRUE((*store)->Close().ok());
  CapturedIo show;
  ASSERT_EQ(Ask("alerts", {"show", "0d1e"}, show), ExitCode::kDone);
  EXPECT_THAT(show.out(), HasSubstr("closed as test: a\\x0ab"));
}

}  // namespace
}  // namespace vedette
