// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "engine/enrich/test_host.h"

namespace vedette {
namespace {

constexpr absl::string_view kId =
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

std::string Inside() { return absl::StrCat("/system.slice/docker-", kId, ".scope"); }
constexpr absl::string_view kOutside = "/system.slice/containerd.service";

struct Begin {
  uint64_t exec_id, previous = 0, parent = 0, vpid = 0;
  std::string cgroup, exe = "/bin/sh";
  EventKind kind = WIRE_process_exec;
};

RecordBuilder Record(const Begin& begin) {
  return RecordBuilder(begin.kind)
      .Set("exec_id", begin.exec_id)
      .Set("pid", begin.exec_id)
      .Set("vpid", begin.vpid)
      .Set("previous_exec_id", begin.previous)
      .Set("parent_exec_id", begin.parent)
      .Set("exe_path", begin.exe)
      .Set("cgroup", begin.cgroup);
}

void Fork(TestHost& host, uint64_t creator, uint64_t child) {
  host.Give(RecordBuilder(WIRE_process_fork)
                .Set("exec_id", creator)
                .Set("pid", creator)
                .Set("child_exec_id", child)
                .Set("child_pid", child)
                .Set("child_parent_exec_id", creator));
}

// "id origin entry point" of what the process does next.
std::string Of(TestHost& host, uint64_t exec_id) {
  const RecordBuilder open = RecordBuilder(WIRE_file_open).Set("exec_id", exec_id);
  return absl::StrCat(host.Get(open, "container.id"), " ", host.Get(open, "container.origin"), " ",
                      host.Get(open, "proc.is_container_entrypoint"));
}

// As runc does it: `runc init` (20) is forked in the container's cgroup, and runs the entry point.
void Start(TestHost& host) {
  host.Give(Record({.exec_id = 10, .cgroup = std::string(kOutside), .exe = "/usr/sbin/runc"}));
  Fork(host, 10, 20);
  EXPECT_EQ(Of(host, 20), "host <NA> false") << "runc init";
  host.Give(Record({.exec_id = 21, .previous = 20, .parent = 10, .vpid = 1, .cgroup = Inside()}));
}

TEST(FieldsContainer, TheEntryPointAndWhatItStarts) {
  TestHost host;
  Start(host);
  EXPECT_EQ(Of(host, 21), "0123456789ab entry true");
  Fork(host, 21, 30);
  EXPECT_EQ(Of(host, 30), "0123456789ab entry false");
  host.Give(Record({.exec_id = 31, .previous = 30, .parent = 21, .vpid = 7, .cgroup = Inside()}));
  EXPECT_EQ(Of(host, 31), "0123456789ab entry false");
  host.Give(Record({.exec_id = 22, .previous = 21, .parent = 10, .vpid = 1, .cgroup = Inside()}));
  EXPECT_EQ(Of(host, 22), "0123456789ab entry true") << "sh -c 'exec nginx'";
}

TEST(FieldsContainer, AnExecIntoTheContainerIsInjectedWithAllThatItStarts) {
  TestHost host;
  Start(host);
  host.Give(Record({.exec_id = 40, .cgroup = std::string(kOutside), .exe = "/usr/sbin/runc"}));
  Fork(host, 40, 41);
  host.Give(Record({.exec_id = 42, .previous = 41, .parent = 40, .vpid = 12, .cgroup = Inside()}));
  EXPECT_EQ(Of(host, 42), "0123456789ab injected false");
  Fork(host, 42, 43);
  host.Give(Record({.exec_id = 44, .previous = 43, .parent = 42, .vpid = 13, .cgroup = Inside()}));
  EXPECT_EQ(Of(host, 44), "0123456789ab injected false");
}

TEST(FieldsContainer, WithTheHostsPidNamespaceTheFirstOneIsTheEntryPoint) {
  TestHost host;
  host.Give(Record({.exec_id = 10, .cgroup = std::string(kOutside)}));
  host.Give(Record({.exec_id = 50, .parent = 10, .vpid = 50, .cgroup = Inside()}));
  EXPECT_EQ(Of(host, 50), "0123456789ab entry true");
  host.Give(Record({.exec_id = 51, .parent = 10, .vpid = 51, .cgroup = Inside()}));
  EXPECT_EQ(Of(host, 51), "0123456789ab injected false");
  host.Give(RecordBuilder(WIRE_process_exit).Set("exec_id", 50).Set("pid", 50));
  host.Give(Record({.exec_id = 52, .parent = 10, .vpid = 52, .cgroup = Inside()}));
  EXPECT_EQ(Of(host, 52), "0123456789ab entry true") << "the container was started again";
}

TEST(FieldsContainer, OfThoseWhoWereThereOnlyWhatCanBeTold) {
  TestHost host;
  const EventKind seen = WIRE_process_seen;
  host.Give(Record({.exec_id = 60, .parent = 9, .vpid = 1, .cgroup = Inside(), .kind = seen}));
  host.Give(Record({.exec_id = 61, .parent = 60, .vpid = 5, .cgroup = Inside(), .kind = seen}));
  host.Give(Record({.exec_id = 62, .parent = 9, .vpid = 6, .cgroup = Inside(), .kind = seen}));
  EXPECT_EQ(Of(host, 60), "0123456789ab entry true");
  EXPECT_EQ(Of(host, 61), "0123456789ab entry false");
  EXPECT_EQ(Of(host, 62), "0123456789ab <NA> false");
}

TEST(FieldsContainer, OfANestedContainerTheOuterOneAndThePod) {
  TestHost host;
  const std::string outer(64, 'f');
  host.Give(Record({.exec_id = 70,
                    .vpid = 1,
                    .cgroup = absl::StrCat("/kubepods.slice/kubepods-pod12ab_34cd.slice/",
                                           "cri-containerd-", outer, ".scope/docker/", kId)}));
  const RecordBuilder open = RecordBuilder(WIRE_file_open).Set("exec_id", 70);
  EXPECT_EQ(host.Get(open, "container.id"), "0123456789ab");
  EXPECT_EQ(host.Get(open, "container.outer_id"), outer);
  EXPECT_EQ(host.Get(open, "k8s.pod.uid"), "12ab-34cd");
  EXPECT_EQ(host.Get(open, "k8s.pod.id"), "12ab-34cd");
}

TEST(FieldsContainer, ARuntimesProgramsCountOnTheHostOnly) {
  TestHost host;
  host.Give(Record({.exec_id = 80, .cgroup = std::string(kOutside), .exe = "/usr/bin/conmon"}));
  host.Give(Record({.exec_id = 81, .vpid = 1, .cgroup = Inside(), .exe = "/usr/bin/conmon"}));
  host.Give(Record({.exec_id = 82, .cgroup = std::string(kOutside), .exe = "/bin/ls"}));
  const auto helper = [&](uint64_t exec_id) {
    return host.Get(RecordBuilder(WIRE_file_open).Set("exec_id", exec_id), "proc.container_helper");
  };
  EXPECT_EQ(helper(80), "conmon");
  EXPECT_EQ(helper(81), "<NA>");
  EXPECT_EQ(helper(82), "<NA>");
}

// runc runs itself anew, from memory, when it is in the container's cgroup already.
TEST(FieldsContainer, ARuntimesProgramInTheContainersCgroupIsNotItsEntryPoint) {
  TestHost host;
  const std::string memfd = "/memfd:runc_cloned:/proc/self/exe";
  host.Give(Record({.exec_id = 10, .cgroup = std::string(kOutside), .exe = "/usr/sbin/runc"}));
  Fork(host, 10, 20);
  host.Give(Record({.exec_id = 21, .previous = 20, .vpid = 20, .cgroup = Inside(), .exe = memfd}));
  EXPECT_EQ(Of(host, 21), "0123456789ab runtime false");
  EXPECT_EQ(host.Get(RecordBuilder(WIRE_file_open).Set("exec_id", 21), "proc.container_helper"),
            "runc");
  Fork(host, 21, 30);
  EXPECT_EQ(Of(host, 30), "0123456789ab runtime false");
  host.Give(Record({.exec_id = 31, .previous = 30, .vpid = 1, .cgroup = Inside()}));
  EXPECT_EQ(Of(host, 31), "0123456789ab entry true");
  host.Give(Record({.exec_id = 32, .previous = 31, .vpid = 1, .cgroup = Inside(), .exe = memfd}));
  EXPECT_EQ(Of(host, 32), "0123456789ab entry true") << "from within nobody becomes a runtime";
}

}  // namespace
}  // namespace vedette
