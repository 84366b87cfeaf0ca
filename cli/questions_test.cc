// SPDX-License-Identifier: Apache-2.0
//
// The commands that ask the store one question each.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "cli/test_store.h"
#include "sensor/decode/record_builder.h"

namespace vedette {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr absl::Time kTime = absl::FromUnixSeconds(1'700'000'000);

// A question for www.example.com.
constexpr char kQuestion[] = {0,   0,   1,   0,   0,   1,   0,   0,   0,   0,   0,
                              0,   3,   'w', 'w', 'w', 7,   'e', 'x', 'a', 'm', 'p',
                              'l', 'e', 3,   'c', 'o', 'm', 0,   0,   1,   0,   1};

// A shell (exec_id 5) that starts cat (7), which reads /etc/shadow and connects; another one (9)
// opens a file in /etc/cron.d.
class QuestionsTest : public StoreCommandTest {
 protected:
  void SetUp() override {
    StoreOptions options;
    options.path = path_;
    options.age_max = absl::InfiniteDuration();
    options.users = {{1000, "alice"}};
    auto opened = EventStore::Open(options);
    ASSERT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
    Exec(5, 0, "bash", "/usr/bin/bash");
    Exec(7, 5, "cat", "/usr/bin/cat");
    Exec(9, 0, "crontab", "/usr/bin/crontab");
    Add(Act(WIRE_file_open, 7, "cat").Set("path", "/etc/shadow").Set("result", 3));
    Add(Act(WIRE_network_dns, 7, "cat").Set("payload", std::string(kQuestion, sizeof(kQuestion))));
    Add(Act(WIRE_network_connect, 7, "cat")
            .Set("remote_address", "203.0.113.7")
            .Set("remote_port", 443)
            .Set("socket_type", 1));
    Add(Act(WIRE_file_open, 9, "crontab").Set("path", "/etc/cron.d/it's").Set("result", 3));
    Add(Act(WIRE_process_exec, 13, "probe").Set("exe_path", "/usr/bin/probe").Set("cwd", "/srv"));
    Add(Act(WIRE_file_open, 13, "probe").Set("name", "../etc/gshadow").Set("result", -2));
    Add(Act(WIRE_network_connect, 13, "probe")
            .Set("remote_address", "::ffff:198.51.100.9")
            .Set("remote_port", 80)
            .Set("socket_type", 1));
    Alert of_host;
    of_host.id = "ee11aabbccddeeff";
    of_host.time = kTime + absl::Seconds(30);
    of_host.rule = "Rule of the host";
    of_host.event_number = 5;
    ASSERT_TRUE(store_->OfferAlert(of_host));
    Alert alert;
    alert.id = "0011aabbccddeeff";
    alert.time = kTime + absl::Seconds(4);
    alert.rule = "Read sensitive file";
    alert.message = "cat read /etc/shadow";
    alert.exec_id = 7;
    alert.event_number = 4;
    ASSERT_TRUE(store_->OfferAlert(alert));
    ASSERT_TRUE(store_->OfferGap({kTime, kTime + absl::Seconds(2), "file_open", "ring_full", 5}));
    ASSERT_TRUE(store_->Close().ok());
  }
  static RecordBuilder Act(EventKind kind, uint64_t exec_id, const char* name) {
    return RecordBuilder(kind)
        .Set("exec_id", exec_id)
        .Set("pid", 100 + exec_id)
        .Set("uid", 1000)
        .Set("comm", name);
  }
  void Exec(uint64_t exec_id, uint64_t parent, const char* name, const char* path) {
    Add(Act(WIRE_process_exec, exec_id, name).Set("parent_exec_id", parent).Set("exe_path", path));
  }
  void Add(const RecordBuilder& record) {
    ++number_;
    ASSERT_TRUE(store_->OfferEvent(record.Build(), number_,
                                   kTime + absl::Seconds(static_cast<int64_t>(number_))));
  }
  std::string Out(const std::string& command, std::vector<std::string> arguments,
                  ExitCode code = ExitCode::kDone) {
    CapturedIo io;
    EXPECT_EQ(Ask(command, std::move(arguments), io), code) << io.error();
    return io.out() + io.error();
  }

  std::unique_ptr<EventStore> store_;
  uint64_t number_ = 0;
};

TEST_F(QuestionsTest, TimelineOfALineageWithItsAlertsInOrder) {
  const std::string out = Out("timeline", {"5", "--csv"});
  EXPECT_THAT(out, HasSubstr("time,kind,name,pid,object,result\n"));
  const size_t read = out.find("file_open,cat,107,/etc/shadow,3");
  const size_t alert = out.find("alert,Read sensitive file");
  const size_t connect = out.find("network_connect,cat,107,203.0.113.7:443");
  EXPECT_LT(read, alert);
  EXPECT_LT(alert, connect);
  EXPECT_LT(connect, out.size());
  EXPECT_THAT(out, Not(HasSubstr("cron.d")));
  EXPECT_THAT(Out("timeline", {"0011", "--json"}), HasSubstr("\"object\":\"/etc/shadow\""));
  EXPECT_THAT(Out("timeline", {"5", "--csv", "--between", "2023-11-01..2023-11-02"}),
              Not(HasSubstr("shadow")));
}

TEST_F(QuestionsTest, FilesAndConnectionsOfALineage) {
  EXPECT_THAT(Out("files", {"5", "--csv"}), HasSubstr("/etc/shadow,file_open,1,"));
  EXPECT_THAT(Out("files", {"5", "--csv"}), Not(HasSubstr("cron.d")));
  EXPECT_THAT(Out("connections", {"5", "--csv"}), HasSubstr("cat,107,203.0.113.7,443"));
  EXPECT_THAT(Out("connections", {"9", "--csv"}), Not(HasSubstr("203.0.113.7")));
  EXPECT_THAT(Out("connections", {"--csv"}), HasSubstr("203.0.113.7"));
}

TEST_F(QuestionsTest, WhoTouchedAFolderSaysHowToAskForWhatIsInIt) {
  EXPECT_THAT(Out("who-touched", {"/etc", "--csv"}),
              HasSubstr("note: /etc is a folder; /etc/ asks for what is in it"));
  EXPECT_THAT(Out("who-touched", {"/etc/shadow", "--csv"}), Not(HasSubstr("is a folder")));
}

TEST_F(QuestionsTest, WhoTouched) {
  EXPECT_THAT(Out("who-touched", {"/etc/shadow", "--csv"}),
              HasSubstr("file_open,read,3,cat,107,alice,/etc/shadow,/usr/bin/cat"));
  EXPECT_THAT(Out("who-touched", {"/etc/cron.d/it's", "--csv"}), HasSubstr("crontab,109"));
  EXPECT_THAT(Out("who-touched", {"/etc/", "--csv"}), HasSubstr("/etc/cron.d/it's"));
  EXPECT_THAT(Out("who-touched", {"/etc/shadow' OR '1", "--csv"}), Not(HasSubstr("cat")));
}

TEST_F(QuestionsTest, WhoContacted) {
  EXPECT_THAT(Out("who-contacted", {"203.0.113.7", "--csv"}), HasSubstr("cat,107,alice"));
  EXPECT_THAT(Out("who-contacted", {"203.0.", "--csv"}), HasSubstr("203.0.113.7,443"));
  EXPECT_THAT(Out("who-contacted", {"203.0.113.70", "--csv"}), Not(HasSubstr("cat")));
}

TEST_F(QuestionsTest, WhoTouchedTakesNoEmptyPath) {
  EXPECT_THAT(Out("who-touched", {""}, ExitCode::kUsage), HasSubstr("the path is empty"));
}

TEST_F(QuestionsTest, WhoTouchedCountsRelativePathsFromHere) {
  const std::filesystem::path here = std::filesystem::current_path();
  std::filesystem::current_path("/etc");
  const std::string out = Out("who-touched", {"shadow", "--csv"});
  const std::string folder = Out("who-touched", {"../etc//cron.d/", "--csv"});
  std::filesystem::current_path(here);
  EXPECT_THAT(out, HasSubstr("note: shadow is taken for /etc/shadow"));
  EXPECT_THAT(out, HasSubstr("file_open,read,3,cat,107,alice,/etc/shadow"));
  EXPECT_THAT(folder, HasSubstr("/etc/cron.d/it's"));
}

TEST_F(QuestionsTest, WhoTouchedFindsFailedOpensByRelativeNames) {
  const std::string out = Out("who-touched", {"/etc/gshadow", "--csv"});
  EXPECT_THAT(out, HasSubstr("file_open,read,-2,probe,113,alice,../etc/gshadow,/usr/bin/probe"));
  EXPECT_THAT(Out("who-touched", {"/gshadow", "--csv"}), Not(HasSubstr("probe")));
}

TEST_F(QuestionsTest, WhoTouchedTellsCapitalsAndWildcardsApart) {
  EXPECT_THAT(Out("who-touched", {"/ETC/", "--csv"}), Not(HasSubstr("cron.d")));
  EXPECT_THAT(Out("who-touched", {"/etc/cron?d/", "--csv"}), Not(HasSubstr("crontab")));
}

TEST_F(QuestionsTest, WhoContactedTakesNetworks) {
  EXPECT_THAT(Out("who-contacted", {"203.0.112.0/23", "--csv"}), HasSubstr("203.0.113.7,443"));
  EXPECT_THAT(Out("who-contacted", {"203.0.114.0/23", "--csv"}), HasSubstr("nothing found"));
  EXPECT_THAT(Out("who-contacted", {"2001:db8::/32", "--csv"}), HasSubstr("nothing found"));
}

TEST_F(QuestionsTest, WhoContactedFindsIpv4OfIpv6Sockets) {
  EXPECT_THAT(Out("who-contacted", {"198.51.100.9", "--csv"}),
              HasSubstr("probe,113,alice,remote_address,198.51.100.9,80"));
  EXPECT_THAT(Out("who-contacted", {"198.51.0.0/16", "--csv"}),
              HasSubstr("probe,113,alice,remote_address,198.51.100.9,80"));
}

TEST_F(QuestionsTest, WhoContactedRefusesNonsense) {
  for (const char* what : {"", "10.0.0.300", "10.0.0.0/99", "a b", "http://x/"}) {
    EXPECT_THAT(Out("who-contacted", {what}, ExitCode::kUsage), HasSubstr("is neither an address"))
        << what;
  }
}

TEST_F(QuestionsTest, WhoContactedTakesNamesThatWereAskedFor) {
  const std::string out = Out("who-contacted", {"Example.com", "--csv"});
  EXPECT_THAT(out, HasSubstr("network_dns,cat,107,alice,question,www.example.com"));
  EXPECT_THAT(out, HasSubstr("connected after it,203.0.113.7,443"));
  EXPECT_THAT(Out("who-contacted", {"ample.com", "--csv"}), HasSubstr("nothing found"));
}

TEST_F(QuestionsTest, OfAnAlertWithoutAProcess) {
  const std::string out = Out("timeline", {"ee11", "--csv"});
  EXPECT_THAT(out, HasSubstr("about no process that the store knows: this is what happened"));
  EXPECT_THAT(out, HasSubstr("alert,Rule of the host"));
  EXPECT_THAT(out, HasSubstr("file_open,cat"));
  for (const char* command : {"tree", "files", "connections"}) {
    EXPECT_THAT(Out(command, {"ee11"}, ExitCode::kFailed),
                HasSubstr("alert ee11 is about no process that the store knows; `vedette timeline"))
        << command;
  }
}

TEST_F(QuestionsTest, NothingFoundIsASentenceAndNoError) {
  const std::string out = Out("timeline", {"5", "--between", "2001-01-01..2001-01-02"});
  EXPECT_THAT(out, HasSubstr("nothing found in this time; the store has events from "));
  EXPECT_EQ(Out("who-contacted", {"192.0.2.1", "--json"}).find("nothing found"), 0u);
}

TEST_F(QuestionsTest, PagesFollowEachOther) {
  const std::string all = Out("timeline", {"5", "--csv"});
  const std::string first = Out("timeline", {"5", "--csv", "--limit", "1"});
  const std::string second = Out("timeline", {"5", "--csv", "--limit", "1", "--offset", "1"});
  EXPECT_THAT(first, HasSubstr("--offset 1 shows the next"));
  const size_t title = all.find('\n') + 1;
  const std::string row = second.substr(second.find('\n') + 1);
  EXPECT_THAT(all, HasSubstr(row.substr(0, row.find('\n'))));
  EXPECT_NE(first.substr(title, 30), second.substr(title, 30));
}

TEST_F(QuestionsTest, TimesAreLocalOrUtc) {
  EXPECT_THAT(Out("timeline", {"5", "--utc"}), HasSubstr("2023-11-14 22:13:21.000Z"));
  EXPECT_THAT(Out("tree", {"5", "--utc"}), HasSubstr("22:13:21"));
  EXPECT_THAT(Out("process", {"show", "5", "--utc"}), HasSubstr("2023-11-14 22:13:21.000Z"));
  EXPECT_THAT(Out("timeline", {"5", "--csv"}), HasSubstr("2023-11-14T22:13:21.000Z"));
  EXPECT_THAT(Out("alerts", {"list", "--utc"}), HasSubstr("2023-11-14 22:13:24.000Z"));
  EXPECT_THAT(Out("alerts", {"show", "0011", "--utc"}), HasSubstr("2023-11-14 22:13:24.000Z"));
}

TEST_F(QuestionsTest, TreeAsJson) {
  EXPECT_THAT(Out("tree", {"5", "--json"}), HasSubstr("\"executable\":\"/usr/bin/cat\""));
}

TEST_F(QuestionsTest, GapsAndStats) {
  EXPECT_THAT(Out("gaps", {"--csv"}), HasSubstr("file_open,ring_full,5"));
  EXPECT_THAT(Out("gaps", {"--csv", "--since", "2023-11-15"}), Not(HasSubstr("ring_full,5")));
  EXPECT_THAT(Out("stats", {"--csv"}), HasSubstr("process_exec,4,2023-11-14T22:13:21Z"));
}

TEST_F(QuestionsTest, VerifySaysWhetherAllIsAsItWasWritten) {
  EXPECT_THAT(Out("verify", {}), HasSubstr("nothing was changed: 2 alerts and 1 gaps"));
  EXPECT_THAT(Out("verify", {"--json"}), HasSubstr("{\"ok\":true,\"links\":4,"));
  EXPECT_THAT(Out("verify", {"--key", std::string(64, '0')}, ExitCode::kFailed),
              HasSubstr("not with the one"));
}

TEST_F(QuestionsTest, MistakesAreExplained) {
  EXPECT_THAT(Out("timeline", {"nobody"}, ExitCode::kFailed), HasSubstr("nobody"));
  EXPECT_THAT(Out("gaps", {"--since", "soon"}, ExitCode::kUsage), HasSubstr("is no time"));
  EXPECT_THAT(Out("gaps", {"--between", "1h"}, ExitCode::kUsage), HasSubstr("3h..2h"));
  EXPECT_THAT(Out("gaps", {"--since", "1h", "--until", "2h"}, ExitCode::kUsage),
              HasSubstr("there is no time between --since 1h and --until 2h"));
}

}  // namespace
}  // namespace vedette
