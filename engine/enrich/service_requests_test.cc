// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/service_requests.h"

#include <gtest/gtest.h>

#include "engine/enrich/test_host.h"

namespace vedette {
namespace {

constexpr uint64_t kSecond = 1'000'000'000;
constexpr uint64_t kService = 1;

ServiceRequest From(uint64_t exec_id, uint64_t time_ns, std::string socket = "/run/x") {
  ServiceRequest request;
  request.exec_id = exec_id;
  request.time_ns = time_ns;
  request.socket = std::move(socket);
  return request;
}

TEST(ServiceRequestsTest, TheLatestWithinTheWindowIsMeantAndAllAreCounted) {
  ServiceRequests requests;
  EXPECT_EQ(requests.Find(kService, 9, kSecond), nullptr);
  requests.Add(kService, From(10, 1 * kSecond));
  EXPECT_EQ(requests.Find(kService, 9, 2 * kSecond)->exec_id, 10U);
  EXPECT_EQ(requests.Find(kService, 9, 2 * kSecond)->candidates, 1U);
  EXPECT_EQ(requests.Find(2, 9, 2 * kSecond), nullptr) << "another service";
  requests.Add(kService, From(11, 3 * kSecond));
  requests.Add(kService, From(11, 3 * kSecond + 1));
  EXPECT_EQ(requests.Find(kService, 9, 4 * kSecond)->exec_id, 11U);
  EXPECT_EQ(requests.Find(kService, 9, 4 * kSecond)->candidates, 2U);
  EXPECT_EQ(requests.Find(kService, 11, 4 * kSecond)->exec_id, 10U) << "not the child itself";
  EXPECT_EQ(requests.Find(kService, 9, 7 * kSecond)->candidates, 1U) << "the first is too old";
  EXPECT_EQ(requests.Find(kService, 9, 9 * kSecond), nullptr);
}

TEST(ServiceRequestsTest, WhatComesLaterIsNoCause) {
  ServiceRequests requests;
  requests.Add(kService, From(10, 5 * kSecond));
  EXPECT_EQ(requests.Find(kService, 9, 4 * kSecond), nullptr);
}

TEST(ServiceRequestsTest, SocketsThatOnlyTakeLogsAndLookUpsDoNotCount) {
  EXPECT_TRUE(MayAskForAProgram("/run/systemd/private"));
  EXPECT_TRUE(MayAskForAProgram("/run/dbus/system_bus_socket"));
  EXPECT_TRUE(MayAskForAProgram("@/tmp/dbus-1"));
  EXPECT_FALSE(MayAskForAProgram("/run/systemd/journal/stdout"));
  EXPECT_FALSE(MayAskForAProgram("/var/run/nscd/socket"));
  EXPECT_FALSE(MayAskForAProgram("/dev/log"));
  ServiceRequests requests;
  requests.Add(kService, From(10, kSecond, "/run/systemd/journal/stdout"));
  requests.Add(kService, From(kService, kSecond));
  requests.Add(0, From(10, kSecond));
  EXPECT_EQ(requests.services(), 0U);
}

TEST(ServiceRequestsTest, ItHoldsNoMoreThanItMay) {
  ServiceRequests requests;
  for (uint64_t service = 1; service <= 3 * ServiceRequests::kServicesMax; ++service) {
    requests.Add(service, From(9'999'999, kSecond));
  }
  EXPECT_EQ(requests.services(), ServiceRequests::kServicesMax);
  for (uint64_t i = 0; i < 100; ++i) requests.Add(5, From(100 + i, kSecond + i));
  EXPECT_EQ(requests.Find(5, 9, 2 * kSecond)->candidates, ServiceRequests::kPerServiceMax);
}

// systemctl (20) connects to systemd (1), which starts a helper (30 forked, 31 after its exec),
// which starts a shell (40).
class RequestedByFields : public testing::Test {
 protected:
  RequestedByFields() {
    Exec(1, 1, "systemd", "/usr/lib/systemd/systemd", {"/sbin/init"});
    Exec(20, 200, "systemctl", "/usr/bin/systemctl", {"systemctl", "start", "evil"});
  }
  void Exec(uint64_t exec_id, uint32_t pid, absl::string_view comm, absl::string_view path,
            const std::vector<std::string>& arguments, uint64_t previous = 0) {
    host_.Give(RecordBuilder(WIRE_process_exec)
                   .Set("exec_id", exec_id)
                   .Set("pid", pid)
                   .Set("uid", 1000)
                   .Set("comm", comm)
                   .Set("time_ns", 3 * kSecond)
                   .Set("previous_exec_id", previous)
                   .Set("exe_path", path)
                   .SetArguments("args", arguments));
  }
  void Connect(uint64_t peer, int result = 0) {
    host_.Give(RecordBuilder(WIRE_network_connect)
                   .Set("exec_id", 20)
                   .Set("pid", 200)
                   .Set("uid", 1000)
                   .Set("comm", "systemctl")
                   .Set("time_ns", 2 * kSecond)
                   .Set("family", 1)
                   .Set("result", result)
                   .Set("unix_path", "/run/systemd/private")
                   .Set("peer_exec_id", peer));
  }
  void Fork(uint64_t creator, uint64_t child, uint32_t pid, uint64_t time_ns) {
    host_.Give(RecordBuilder(WIRE_process_fork)
                   .Set("exec_id", creator)
                   .Set("time_ns", time_ns)
                   .Set("child_exec_id", child)
                   .Set("child_parent_exec_id", creator)
                   .Set("child_pid", pid));
  }
  std::string Get(uint64_t exec_id, absl::string_view field) {
    return host_.Get(RecordBuilder(WIRE_file_open).Set("exec_id", exec_id), field);
  }
  TestHost host_;
};

TEST_F(RequestedByFields, AProgramOfAServiceKnowsWhoAskedForIt) {
  Connect(1);
  Fork(1, 30, 300, 2 * kSecond + 1000);
  EXPECT_EQ(Get(30, "proc.requested_by.name"), "systemctl") << "before its exec";
  Exec(31, 300, "evil", "/opt/evil", {"evil"}, 30);
  Fork(31, 40, 400, 20 * kSecond);
  struct Case {
    const char *field, *text;
  };
  constexpr Case kCases[] = {
      {"proc.requested_by.name", "systemctl"},
      {"proc.requested_by.exepath", "/usr/bin/systemctl"},
      {"proc.requested_by.cmdline", "systemctl start evil"},
      {"proc.requested_by.pid", "200"},
      {"proc.requested_by.uid", "1000"},
      {"proc.requested_by.exec_id", "20"},
      {"proc.requested_by.socket", "/run/systemd/private"},
      {"proc.requested_by.candidates", "1"},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(Get(31, c.field), c.text) << "after its exec: " << c.field;
    EXPECT_EQ(Get(40, c.field), c.text) << "its child: " << c.field;
    EXPECT_EQ(Get(1, c.field), "<NA>") << "the service: " << c.field;
  }
}

TEST_F(RequestedByFields, ItOutlivesWhoAsked) {
  Connect(1);
  Fork(1, 30, 300, 2 * kSecond + 1000);
  host_.Give(RecordBuilder(WIRE_process_exit)
                 .Set("exec_id", 20)
                 .Set("pid", 200)
                 .Set("time_ns", 3 * kSecond));
  Fork(1, 50, 500, 60 * kSecond);  // The table has forgotten it.
  EXPECT_EQ(host_.table.Find(20), nullptr);
  EXPECT_EQ(Get(30, "proc.requested_by.cmdline"), "systemctl start evil");
  EXPECT_EQ(Get(50, "proc.requested_by.name"), "<NA>") << "too long ago";
}

TEST_F(RequestedByFields, NobodyAskedWhereTheConnectionFailedOrWentElsewhere) {
  Connect(1, -111);
  Connect(77);
  Connect(0);
  Fork(1, 30, 300, 2 * kSecond + 1000);
  EXPECT_EQ(Get(30, "proc.requested_by.name"), "<NA>");
}

}  // namespace
}  // namespace vedette
