// SPDX-License-Identifier: Apache-2.0
#include "cli/suppression_request.h"

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

TEST(SuppressionRequest, ComesBackAsItWas) {
  SuppressionRequest request;
  request.store = "/var/lib/a\tb\n";
  request.act.id = "00112233445566ff";
  request.act.expires = absl::FromUnixSeconds(1'800'000'000);
  request.act.reason = "two\nlines\t\\ \xff \xc3\xa4";
  request.act.criteria.rule = "Read *";
  request.act.criteria.duplicate_of = "a\tb";
  const std::string line = FormatSuppressionRequest(request);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  ASSERT_TRUE(IsSuppressionRequest(line));
  const auto parsed = ParseSuppressionRequest(line);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->store, request.store);
  EXPECT_EQ(parsed->act.reason, request.act.reason);
  EXPECT_EQ(parsed->act.expires, request.act.expires);
  EXPECT_EQ(parsed->act.criteria.rule, "Read *");
  EXPECT_EQ(parsed->act.criteria.duplicate_of, "a\tb");
  EXPECT_FALSE(parsed->act.ends);
  const std::vector<std::string> wrong = {"suppress\t", "suppress\ta\tmake\tb\t1\tr",
                                          line + "\tmore",
                                          "suppress\t/s\tmaybe\tid\t1\tr\t\t\t\t\t\t\t\t",
                                          "suppress\t/s\tend\tid\tx\tr\t\t\t\t\t\t\t\t"};
  for (const std::string& bad : wrong) {
    EXPECT_FALSE(ParseSuppressionRequest(bad).ok()) << bad;
  }
}

// The store has its one writer here; the command has to ask it, and the daemon's alerts are covered
// at once.
class RunningDaemonSuppressionTest : public StoreCommandTest {
 protected:
  void SetUp() override {
    if (getuid() != 0) GTEST_SKIP() << "only root may ask a daemon";
    StoreOptions options;
    options.path = path_;
    options.age_max = absl::InfiniteDuration();
    auto store = EventStore::Open(options);
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
    auto socket = ControlSocket::Listen(socket_path_);
    ASSERT_TRUE(socket.ok()) << socket.status();
    socket_.emplace(*std::move(socket));
  }

  // Runs the command while the daemon answers.
  ExitCode AskDaemon(std::vector<std::string> arguments, CapturedIo& io) {
    arguments.insert(arguments.end(), {"--socket", socket_path_});
    std::atomic<bool> done = false;
    ExitCode code = ExitCode::kFailed;
    std::thread command([&] {
      code = Ask("alerts", arguments, io);
      done = true;
    });
    while (!done) {
      socket_->Serve([&](const std::string& line, const ControlPeer& peer) {
        return AnswerSuppressionRequest(
            line, peer,
            {.store_path = path_,
             .store = store_.get(),
             .now = absl::Now(),
             .user_name = [](uint32_t uid) { return absl::StrCat("u", uid); }},
            suppressor_);
      });
      absl::SleepFor(absl::Milliseconds(1));
    }
    command.join();
    return code;
  }

  const std::string socket_path_ = folder_.File("control.sock");
  std::unique_ptr<EventStore> store_;
  std::optional<ControlSocket> socket_;
  Suppressor suppressor_;
};

TEST_F(RunningDaemonSuppressionTest, CoversAtOnceIsListedAndEnds) {
  CapturedIo made, listed, ended, gone;
  ASSERT_EQ(AskDaemon({"suppress", "--rule", "Read*", "--for", "1h", "-m", "backup"}, made),
            ExitCode::kDone)
      << made.error();
  Alert alert = SampleAlert();
  alert.time = absl::Now();
  const std::string by = suppressor_.Cover(alert);
  EXPECT_EQ(by.size(), 16u);
  ASSERT_EQ(Ask("alerts", {"suppressions", "--json"}, listed), ExitCode::kDone) << listed.error();
  EXPECT_THAT(listed.out(), HasSubstr(absl::StrCat("\"id\":\"", by, "\",\"state\":\"in force\"")));
  EXPECT_THAT(listed.out(), HasSubstr("\"reason\":\"backup\",\"user\":\"u"));
  ASSERT_EQ(AskDaemon({"unsuppress", by.substr(0, 8), "-m", "over"}, ended), ExitCode::kDone)
      << ended.error();
  EXPECT_EQ(suppressor_.Cover(alert), "");
  EXPECT_EQ(AskDaemon({"unsuppress", by, "-m", "again"}, gone), ExitCode::kFailed);
  EXPECT_THAT(gone.error(), HasSubstr("is in force"));
  ASSERT_TRUE(store_->Close().ok());
}

}  // namespace
}  // namespace vedette
