// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/test_store.h"
#include "sensor/decode/record_builder.h"

namespace vedette {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr char kContainer[] =
    "/system.slice/docker-00aabbccddeeff00112233445566778899aabbccddeeff00112233445566778899.scope";

// A web server as a service with a helper, a container, and somebody else.
class LearnTest : public StoreCommandTest {
 protected:
  void SetUp() override {
    StoreOptions options;
    options.path = path_;
    options.age_max = absl::InfiniteDuration();
    auto opened = EventStore::Open(options);
    ASSERT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
    Exec(5, 0, "/usr/sbin/nginx", "/system.slice/nginx.service", 0x400);
    Exec(6, 5, "/usr/bin/gzip", "/system.slice/nginx.service/worker", 0);
    Exec(7, 0, "/usr/bin/vi", "/user.slice/x-nginx.service", ~uint64_t{0} >> 23);
    Exec(8, 0, "/app/server", kContainer, 0);
    Write(5, "/var/log/nginx/access.log");
    Write(5, "/var/lib/nginx/body/0000000012");
    Write(6, "/var/lib/nginx/body/0000000013");
    Write(7, "/home/alice/notes");
    Add(Act(WIRE_file_open, 5).Set("path", "/dev/tty").Set("flags", 1).Set("result", -6));
    Add(Act(WIRE_file_open, 5).Set("path", "/etc/nginx/nginx.conf").Set("flags", 0));
    Connect(5, "10.0.0.7", 9000);
    for (int i = 0; i < 40; ++i) Connect(5, absl::StrCat("203.0.113.", i), 443);
    Add(Act(WIRE_network_listen, 5).Set("local_address", "0.0.0.0").Set("local_port", 80));
    ASSERT_TRUE(store_->Close().ok());
  }
  static RecordBuilder Act(EventKind kind, uint64_t exec_id) {
    return RecordBuilder(kind).Set("exec_id", exec_id).Set("pid", 100 + exec_id).Set("comm", "x");
  }
  void Exec(uint64_t exec_id, uint64_t parent, const char* path, const char* cgroup,
            uint64_t capabilities) {
    Add(Act(WIRE_process_exec, exec_id)
            .Set("parent_exec_id", parent)
            .Set("exe_path", path)
            .Set("cgroup", cgroup)
            .Set("cap_effective", capabilities));
  }
  void Write(uint64_t exec_id, const std::string& path) {
    Add(Act(WIRE_file_open, exec_id).Set("path", path).Set("flags", 1).Set("result", 3));
  }
  void Connect(uint64_t exec_id, const std::string& address, uint64_t port) {
    Add(Act(WIRE_network_connect, exec_id)
            .Set("remote_address", address)
            .Set("remote_port", port)
            .Set("socket_type", 1));
  }
  void Add(const RecordBuilder& record) {
    ++number_;
    ASSERT_TRUE(store_->OfferEvent(
        record.Build(), number_,
        absl::Now() - absl::Hours(1) + absl::Seconds(static_cast<int64_t>(number_))));
  }
  json Learn(std::vector<std::string> arguments) {
    arguments.push_back("--json");
    CapturedIo io;
    EXPECT_EQ(Ask("learn", std::move(arguments), io), ExitCode::kDone) << io.error();
    return json::parse(io.out());
  }
  // The tests that came with the rules, every rule both loud and silent.
  void RunTests(const std::string& file) {
    CapturedIo io;
    EXPECT_EQ(RunCommandLine({"rules", "test", "--strict", file}, io), ExitCode::kDone)
        << io.out() << io.error();
    EXPECT_THAT(io.out(), HasSubstr(" 0 failed"));
  }

  std::unique_ptr<EventStore> store_;
  uint64_t number_ = 0;
};

TEST_F(LearnTest, OfAServiceItTakesItsOwnAlone) {
  const json values = Learn({"--scope", "service:nginx.service"})["values"];
  EXPECT_THAT(values["programs"], ElementsAre("/usr/bin/gzip", "/usr/sbin/nginx"));
  EXPECT_THAT(values["written"], ElementsAre("/var/lib/nginx/body/*", "/var/log/nginx/access.log"));
  EXPECT_THAT(values["peers"], ElementsAre("443 *", "9000 10.0.0.7"));
  EXPECT_THAT(values["listens"], ElementsAre("80"));
  EXPECT_THAT(values["capabilities"], ElementsAre("CAP_NET_BIND_SERVICE"));
}

TEST_F(LearnTest, EachScopeBecomesRulesThatPassTheirTests) {
  for (const char* scope : {"service:nginx.service", "container:00aabbccddee",
                            "program:/usr/sbin/nginx", "program:/usr/bin/vi"}) {
    const std::string file = folder_.File("profile.yaml");
    CapturedIo io;
    ASSERT_EQ(Ask("learn", {"--scope", scope, "-o", file}, io), ExitCode::kDone) << io.error();
    RunTests(file);
  }
}

TEST_F(LearnTest, AProfileFindsNothingInItsOwnHistory) {
  for (const char* scope : {"service:nginx.service", "program:/usr/sbin/nginx"}) {
    const std::string file = folder_.File("profile.yaml");
    CapturedIo learnt, hunted;
    ASSERT_EQ(Ask("learn", {"--scope", scope, "-o", file}, learnt), ExitCode::kDone);
    ASSERT_EQ(Ask("hunt", {file, "--since", "1d", "--json"}, hunted), ExitCode::kDone)
        << hunted.error();
    EXPECT_THAT(hunted.out(), Not(HasSubstr("has not done before"))) << hunted.out();
  }
}

TEST_F(LearnTest, WhatIsNotKnownBecomesNoRuleAndIsSaid) {
  CapturedIo io;
  ASSERT_EQ(Ask("learn", {"--scope", "container:00aabbccddee"}, io), ExitCode::kDone);
  EXPECT_THAT(io.out(), HasSubstr("container.id = \"00aabbccddee\""));
  EXPECT_THAT(io.out(), HasSubstr("proc.exepath in (profile_00aabbccddee_programs)"));
  EXPECT_THAT(io.out(), Not(HasSubstr("a new destination")));
  EXPECT_THAT(io.error(), HasSubstr("has no connections of container:00aabbccddee"));
}

TEST_F(LearnTest, ComparesWithAnEarlierVersion) {
  const std::string file = folder_.File("old.yaml"), next = folder_.File("new.yaml");
  CapturedIo first, same, changed;
  ASSERT_EQ(Ask("learn", {"--scope", "service:nginx.service", "-o", file}, first), ExitCode::kDone);
  ASSERT_EQ(Ask("learn", {"--scope", "service:nginx.service", "--compare", file}, same),
            ExitCode::kDone)
      << same.error();
  EXPECT_EQ(same.out(), "nothing has changed\n");
  // The profile of the container stands in for another release.
  ASSERT_EQ(
      Ask("learn", {"--scope", "container:00aabbccddee", "--compare", file, "-o", next}, changed),
      ExitCode::kDone);
  EXPECT_THAT(changed.out(), HasSubstr("+ programs /app/server\n"));
  EXPECT_THAT(changed.out(), HasSubstr("- peers 9000 10.0.0.7\n"));
  EXPECT_THAT(changed.out(), HasSubstr("- written /var/lib/nginx/body/*\n"));
  EXPECT_THAT(changed.error(), HasSubstr("version 2"));
}

TEST_F(LearnTest, SaysWhatIsWrong) {
  const auto error = [&](std::vector<std::string> arguments) {
    CapturedIo io;
    EXPECT_NE(Ask("learn", std::move(arguments), io), ExitCode::kDone);
    return io.error();
  };
  EXPECT_THAT(error({"--scope", "nginx"}), HasSubstr("service:nginx.service"));
  EXPECT_THAT(error({"--scope", "container:12"}), HasSubstr("12 digits"));
  EXPECT_THAT(error({"--scope", "service:a\"b"}), HasSubstr("is no scope"));
  EXPECT_THAT(error({}), HasSubstr("--scope is missing"));
  EXPECT_THAT(error({"--scope", "service:apache2.service"}), HasSubstr("SELECT DISTINCT cgroup"));
  EXPECT_THAT(error({"--scope", "program:/usr/bin/no"}), HasSubstr("SELECT DISTINCT exe_path"));
  EXPECT_THAT(error({"--scope", "service:nginx.service", "--since", "2999-01-01"}),
              HasSubstr("still to come"));
  const std::string other = folder_.File("other.yaml");
  for (const char* text : {"- list: a\n  items: [b]\n", "- rule: a\n  enabled: false\n"}) {
    std::ofstream(other) << text;
    EXPECT_THAT(error({"--scope", "service:nginx.service", "--compare", other}),
                HasSubstr("is no profile"));
  }
}

}  // namespace
}  // namespace vedette
