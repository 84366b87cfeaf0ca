// SPDX-License-Identifier: Apache-2.0
#include "cli/enforce_simulate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/test_store.h"
#include "sensor/decode/record_builder.h"

namespace vedette {
namespace {

using testing::HasSubstr;
using testing::Not;

class SimulateTest : public StoreCommandTest {
 protected:
  // Opens of these files by these programs.
  struct Opened {
    std::string comm, path;
    uint32_t flags = 0;
    uint64_t exec_id = 1;
    uint8_t record_flags = 0;
  };

  void MakeHistory(const std::vector<Opened>& opened) {
    StoreOptions options;
    options.path = path_;
    options.age_max = absl::InfiniteDuration();
    auto store = EventStore::Open(options);
    ASSERT_TRUE(store.ok()) << store.status();
    uint64_t number = 0;
    for (const Opened& open : opened) {
      RecordBuilder record(WIRE_file_open);
      record.Set("comm", open.comm).Set("path", open.path).Set("flags", open.flags);
      record.Set("exec_id", open.exec_id).Set("mode", 0100644);
      record.header().flags = open.record_flags;
      (*store)->OfferEvent(record.Build(), ++number, absl::Now());
    }
    ASSERT_TRUE((*store)->Close().ok());
  }
  // `more`: further lines of the rule.
  ExitCode Simulate(const std::string& condition, CapturedIo& io, const std::string& more = "") {
    const std::string rules = folder_.File("r.yaml");
    std::ofstream(rules) << "- rule: R\n  desc: d\n  condition: " << condition
                         << "\n  output: o\n  priority: INFO\n  action: deny\n"
                         << more;
    return Ask("enforce", {"simulate", rules, "--since", "1h"}, io);
  }
};

TEST_F(SimulateTest, WhomItWouldHaveHitByProgramAndObject) {
  MakeHistory({{"cat", "/etc/shadow"},
               {"cat", "/etc/shadow", 0, 2},
               {"vi", "/etc/shadow"},
               {"cat", "/etc/passwd"},
               {"cat", "/etc/shadow2"}});
  CapturedIo io;
  ASSERT_EQ(Simulate("evt.kind = file_open and fd.name = /etc/shadow", io), ExitCode::kDone)
      << io.error();
  EXPECT_THAT(io.out(), testing::ContainsRegex("R +2 +2 +cat +file_open +/etc/shadow "));
  EXPECT_THAT(io.out(), testing::ContainsRegex("R +1 +1 +vi +file_open +/etc/shadow "));
  EXPECT_THAT(io.out(), HasSubstr("\"R\" would have denied 3 acts"));
  EXPECT_THAT(io.out(), Not(HasSubstr("passwd")));
  EXPECT_THAT(io.out(), Not(HasSubstr("shadow2")));
}

TEST_F(SimulateTest, NegationsPrefixesAndWaysOfOpening) {
  MakeHistory({{"cat", "/etc/a", 0},
               {"cat", "/etc/b", 1},
               {"sh", "/etc/c", 1},
               {"cat", "/var/d", 1},
               {"cat", "/etc/ssl/e", 1}});
  CapturedIo io;
  ASSERT_EQ(Simulate("evt.kind = file_open and evt.is_open_write = true and proc.name != sh and "
                     "fd.name startswith /etc/ and not fd.name startswith /etc/ssl/",
                     io),
            ExitCode::kDone)
      << io.error();
  EXPECT_THAT(io.out(), HasSubstr("/etc/b"));
  EXPECT_THAT(io.out(), HasSubstr("would have denied 1 act\n"));
}

TEST_F(SimulateTest, WhatWasDecidedIsNotCountedTwice) {
  MakeHistory({{"cat", "/etc/a"}, {"cat", "/etc/a", 0, 1, WIRE_FLAG_DECIDED}});
  CapturedIo io;
  ASSERT_EQ(Simulate("evt.kind = file_open and fd.name = /etc/a", io), ExitCode::kDone);
  EXPECT_THAT(io.out(), HasSubstr("would have denied 1 act\n"));
}

TEST_F(SimulateTest, NamesWithQuotesAreNames) {
  MakeHistory({{"it's", "/tmp/o'clock"}, {"cat", "/tmp/other"}});
  CapturedIo io;
  ASSERT_EQ(Simulate("evt.kind = file_open and fd.name = \"/tmp/o'clock\"", io), ExitCode::kDone)
      << io.error();
  EXPECT_THAT(io.out(), HasSubstr("would have denied 1 act\n"));
}

TEST_F(SimulateTest, NothingIsCutFromTheSum) {
  std::vector<Opened> opened;
  for (int i = 0; i < 25; ++i) opened.push_back({"cat", absl::StrCat("/etc/f", i)});
  MakeHistory(opened);
  CapturedIo io;
  ASSERT_EQ(Simulate("evt.kind = file_open and fd.name startswith /etc/", io), ExitCode::kDone);
  EXPECT_THAT(io.out(), HasSubstr("would have denied 25 acts\n"));
  EXPECT_THAT(io.error(), HasSubstr("--all shows 5 more"));
}

TEST_F(SimulateTest, RepeatsThatARuleFoldsAreCounted) {
  MakeHistory({{"cat", "/etc/a"}, {"cat", "/etc/a"}});
  CapturedIo io;
  ASSERT_EQ(Simulate("evt.kind = file_open and fd.name = /etc/a", io,
                     "  suppress: {by: [proc.name], for: 1h}\n"),
            ExitCode::kDone)
      << io.error();
  EXPECT_THAT(io.out(), HasSubstr("would have denied 2 acts\n"));
}

// A host with a service, a container and a shell below nginx, which all do the same.
class SimulateDimensionsTest : public SimulateTest {
 protected:
  struct Actor {
    uint64_t exec_id, parent = 0;
    std::string comm, exe, cgroup;
    uint64_t capabilities = 0;
  };

  static constexpr char kId[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

  SimulateDimensionsTest() {
    const Actor actors[] = {
        {10, 0, "nginx", "/usr/sbin/nginx", "/system.slice/nginx.service"},
        {11, 10, "bash", "/usr/bin/bash", "/system.slice/nginx.service"},
        {12, 0, "bash", "/usr/local/bin/bash", "/system.slice/ssh.service", 1ull << 21},
        {13, 0, "bash", "/usr/bin/bash", absl::StrCat("/docker/", kId)},
    };
    for (const Actor& actor : actors) {
      Add(RecordBuilder(WIRE_process_exec)
              .Set("exec_id", actor.exec_id)
              .Set("parent_exec_id", actor.parent)
              .Set("parent_pid", actor.parent)
              .Set("pid", actor.exec_id)
              .Set("pid_ns", actor.exec_id == 13 ? 13 : 1)
              .Set("comm", actor.comm)
              .Set("exe_path", actor.exe)
              .Set("cgroup", actor.cgroup)
              .Set("cap_effective", actor.capabilities));
    }
  }

  // By whom: an actor's exec_id.
  static RecordBuilder By(EventKind kind, uint64_t who) {
    RecordBuilder record(kind);
    record.Set("exec_id", who).Set("pid", who).Set("comm", who == 10 ? "nginx" : "bash");
    return record;
  }
  static RecordBuilder Open(uint64_t who, const std::string& path) {
    return By(WIRE_file_open, who).Set("path", path).Set("name", path).Set("mode", 0100644);
  }
  static RecordBuilder Bind(uint64_t who, uint16_t port) {
    return By(WIRE_network_bind, who)
        .Set("family", 2)
        .Set("socket_type", 1)
        .Set("local_address", "0.0.0.0")
        .Set("local_port", port);
  }
  static RecordBuilder Connect(uint64_t who, const std::string& address) {
    return By(WIRE_network_connect, who)
        .Set("family", 2)
        .Set("socket_type", 1)
        .Set("remote_address", address)
        .Set("remote_port", 443);
  }
  void Add(RecordBuilder record) {
    const uint64_t number = records_.size() + 1;
    record.Set("time_ns", number * 1000).Set("sequence", number);
    records_.push_back(record.Build());
  }

  // How many alerts `vedette hunt` finds with the rule of Simulate().
  int64_t Hunted() {
    CapturedIo io;
    EXPECT_EQ(Ask("hunt", {folder_.File("r.yaml"), "--since", "1h", "--json"}, io), ExitCode::kDone)
        << io.error();
    return std::count(io.out().begin(), io.out().end(), '\n');
  }

  // How many acts the command says that the rule would have denied, which are those that a hunt
  // finds; -1: it says nothing of that.
  int Acts(const std::string& condition, const std::string& more = "") {
    StoreOptions options;
    options.path = path_;
    options.age_max = absl::InfiniteDuration();
    auto store = EventStore::Open(options);
    EXPECT_TRUE(store.ok()) << store.status();
    for (; stored_ < records_.size(); ++stored_) {
      (*store)->OfferEvent(records_[stored_], stored_ + 1, absl::Now());
    }
    EXPECT_TRUE((*store)->Close().ok());
    CapturedIo io;
    EXPECT_EQ(Simulate(condition, io, more), ExitCode::kDone) << io.error();
    said_ = io.error();
    const size_t at = io.out().find("would have denied ");
    EXPECT_NE(at, std::string::npos) << io.out() << io.error();
    const int acts = at == std::string::npos ? -1 : std::atoi(io.out().c_str() + at + 18);
    EXPECT_EQ(acts, Hunted());
    return acts;
  }

  std::string said_;  // On standard error, by the last one.

 private:
  std::vector<RecordBytes> records_;
  size_t stored_ = 0;
};

TEST_F(SimulateDimensionsTest, LineageIsAskedOfWhoActed) {
  Add(Open(11, "/etc/a"));
  Add(Open(12, "/etc/a"));
  EXPECT_EQ(Acts("evt.kind = file_open and proc.name = bash and proc.lineage.name = nginx"), 1);
}

TEST_F(SimulateDimensionsTest, LastPartOfAPath) {
  Add(Open(11, "/sys/fs/cgroup/x/release_agent"));
  Add(Open(11, "/etc/a"));
  EXPECT_EQ(Acts("evt.kind = file_open and fd.filename = release_agent"), 1);
}

TEST_F(SimulateDimensionsTest, ExecutableOfWhoActed) {
  Add(Open(11, "/etc/a"));
  Add(Open(12, "/etc/a"));
  EXPECT_EQ(Acts("evt.kind = file_open and proc.exepath = /usr/local/bin/bash"), 1);
}

TEST_F(SimulateDimensionsTest, CapabilityOfWhoActed) {
  Add(Open(11, "/etc/a"));
  Add(Open(12, "/etc/a"));
  EXPECT_EQ(Acts("evt.kind = file_open and thread.cap_effective contains CAP_SYS_ADMIN"), 1);
}

TEST_F(SimulateDimensionsTest, ContainerOfWhoActed) {
  Add(Open(11, "/etc/a"));
  Add(Open(12, "/etc/a"));
  Add(Open(13, "/etc/a"));
  EXPECT_EQ(Acts("evt.kind = file_open and container.id != host"), 1);
}

TEST_F(SimulateDimensionsTest, HostIsNoContainer) {
  Add(Open(11, "/etc/a"));
  Add(Open(12, "/etc/a"));
  Add(Open(13, "/etc/a"));
  EXPECT_EQ(Acts("evt.kind = file_open and container.id = host"), 2);
}

TEST_F(SimulateDimensionsTest, ScopeOfAService) {
  Add(Open(11, "/etc/a"));
  Add(Open(12, "/etc/a"));
  EXPECT_EQ(Acts("evt.kind = file_open", "  scope: {service: ssh}\n"), 1);
}

TEST_F(SimulateDimensionsTest, WhatRuntimesSayIsToldToBeMissing) {
  Add(Open(11, "/etc/a"));
  Add(Open(13, "/etc/a"));
  EXPECT_EQ(Acts("evt.kind = file_open and k8s.ns.name = prod"), 0);
  EXPECT_THAT(said_, HasSubstr("rule \"R\" cannot rely on k8s.ns.name"));
}

TEST_F(SimulateDimensionsTest, OwnPort) {
  Add(Bind(11, 22));
  Add(Bind(11, 4444));
  EXPECT_EQ(Acts("evt.kind = network_bind and fd.lport = 4444"), 1);
}

TEST_F(SimulateDimensionsTest, AddressOfThePeer) {
  Add(Connect(11, "10.1.2.3"));
  Add(Connect(11, "203.0.113.9"));
  EXPECT_EQ(Acts("evt.kind = network_connect and fd.rip = 203.0.113.9"), 1);
}

TEST_F(SimulateDimensionsTest, SystemCall) {
  Add(By(WIRE_file_unlink, 11).Set("path", "/srv/a").Set("mode", 0100644).Set("syscall", 263));
  Add(By(WIRE_file_unlink, 11).Set("path", "/srv/d").Set("mode", 040755).Set("syscall", 84));
  EXPECT_EQ(Acts("evt.type in (unlink, unlinkat)"), 1);
}

TEST_F(SimulateTest, RulesThatDenyNothingAreToldSo) {
  MakeHistory({});
  const std::string rules = folder_.File("r.yaml");
  std::ofstream(rules) << "- rule: R\n  desc: d\n  condition: evt.kind = file_open\n  output: o\n"
                          "  priority: INFO\n";
  CapturedIo io;
  EXPECT_EQ(Ask("enforce", {"simulate", rules}, io), ExitCode::kFailed);
  EXPECT_THAT(io.error(), HasSubstr("no rule here denies or kills"));
}

}  // namespace
}  // namespace vedette
