// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "engine/enrich/test_host.h"
#include "sensor/schema/classify.h"

namespace vedette {
namespace {

RecordBuilder Opened(absl::string_view path, uint32_t mode) {
  return RecordBuilder(WIRE_file_open)
      .Set("path", path)
      .Set("mode", mode)
      .Set("result", 3)
      .Set("dev", (8U << 8) | 1);
}

TEST(FileFields, OfAnOpenFile) {
  TestHost host;
  const auto record = Opened("/etc/shadow", S_IFREG | 0600);
  EXPECT_EQ(host.Get(record, "fd.name"), "/etc/shadow");
  EXPECT_EQ(host.Get(record, "fd.directory"), "/etc");
  EXPECT_EQ(host.Get(record, "fd.filename"), "shadow");
  EXPECT_EQ(host.Get(record, "fd.num"), "3");
  EXPECT_EQ(host.Get(record, "fd.type"), "file");
  EXPECT_EQ(host.Get(record, "fd.typechar"), "f");
  EXPECT_EQ(host.Get(record, "fd.dev.major"), "8");
  EXPECT_EQ(host.Get(record, "fd.dev.minor"), "1");
  EXPECT_EQ(host.Get(record, "fd.path_truncated"), "false");
  EXPECT_EQ(host.Get(RecordBuilder(record).SetTruncated("path"), "fd.path_truncated"), "true");
}

TEST(FileFields, OfAContainer) {
  TestHost host;
  host.Give(RecordBuilder(WIRE_process_exec).Set("exec_id", 5).Set("cgroup", "/lxc/web"));
  const auto record = Opened("/etc/shadow", S_IFREG).Set("exec_id", 5).Set("tid", 7);
  EXPECT_EQ(host.Get(record, "fd.containername"), "web:/etc/shadow");
  EXPECT_EQ(host.Get(record, "fd.containerdirectory"), "web:/etc");
  EXPECT_EQ(host.Get(record, "fd.uid"), "73");
}

// What was asked for may lead elsewhere.
TEST(FileFields, TheNameAskedForKeepsItsSymbolicLinks) {
  TestHost host;
  const auto link = Opened("/etc/real", S_IFREG).Set("name", "/tmp/../tmp/link");
  EXPECT_EQ(host.Get(link, "fd.name"), "/etc/real");
  EXPECT_EQ(host.Get(link, "fd.nameraw"), "/tmp/../tmp/link");
  EXPECT_EQ(host.Get(link, "fs.path.name"), "/tmp/link");
  EXPECT_EQ(host.Get(link, "evt.abspath"), "/tmp/link");
  EXPECT_EQ(host.Get(link, "evt.abspath.src"), "<NA>");
}

TEST(FileFields, TypesAsTheClassifierHasThem) {
  TestHost host;
  EXPECT_EQ(host.Get(Opened("/etc", S_IFDIR | 0755), "fd.typechar"), "d");
  EXPECT_EQ(host.Get(Opened("/etc", S_IFDIR | 0755), "fd.type"), "directory");
  // As in Falco, whose macro open_file_failed counts on it.
  EXPECT_EQ(host.Get(Opened("/x", 0).Set("result", -2), "fd.typechar"), "f");
  EXPECT_EQ(host.Get(Opened("/x", 0).Set("result", -2), "fd.num"), "-1");
  EXPECT_EQ(host.Get(Opened("/x", 0).Set("result", -2), "fd.type"), "<NA>");
  EXPECT_EQ(host.Get(Opened("/x", S_IFREG).Set("result", -13), "fd.typechar"), "f");
  for (const mode_t type : {mode_t{S_IFCHR}, mode_t{S_IFIFO}, mode_t{S_IFBLK}}) {
    EXPECT_NE(classify_mode_of_open(0, 0, 3, type) & CLASSIFY_FILE, 0u);
    EXPECT_EQ(host.Get(Opened("/dev/x", type | 0600), "fd.typechar"), "f");
    EXPECT_EQ(host.Get(Opened("/dev/x", type | 0600), "fd.type"), "file");
  }
}

TEST(FileFields, Directories) {
  TestHost host;
  EXPECT_EQ(host.Get(Opened("/", S_IFDIR), "fd.directory"), "/");
  EXPECT_EQ(host.Get(Opened("/", S_IFDIR), "fd.filename"), "<NA>");
  EXPECT_EQ(host.Get(Opened("/vmlinuz", S_IFREG), "fd.directory"), "/");
}

struct Case {
  absl::string_view name, cwd, expected;
};

TEST(FileFields, FailedOpenHasTheNameThatWasAskedFor) {
  constexpr Case kCases[] = {
      {"/etc/shadow", "/tmp", "/etc/shadow"},
      {"shadow", "/etc", "/etc/shadow"},
      {"../../etc/./shadow", "/home/ann", "/etc/shadow"},
      {"../../../../etc/shadow", "/home", "/etc/shadow"},
      {"/etc//x/../shadow", "/", "/etc/shadow"},
      {"x", "/", "/x"},
      {"..", "/", "/"},
      {"x", "", "x"},  // The working directory is unknown.
  };
  for (const Case& test : kCases) {
    TestHost host;
    host.Give(RecordBuilder(WIRE_process_exec).Set("exec_id", 5).Set("cwd", test.cwd));
    const auto record =
        RecordBuilder(WIRE_file_open).Set("exec_id", 5).Set("name", test.name).Set("result", -13);
    EXPECT_EQ(host.Get(record, "fd.name"), test.expected) << test.name;
    EXPECT_EQ(host.Get(record, "fd.num"), "-1");
    EXPECT_EQ(host.Get(record, "fs.path.name"), test.expected) << test.name;
    EXPECT_EQ(host.Get(record, "fs.path.nameraw"), test.name);
    EXPECT_EQ(host.Get(record, "fd.dev.major"), "<NA>");
  }
}

TEST(FileFields, LongestNamesFit) {
  TestHost host;
  const std::string cwd = "/" + std::string(WIRE_TEXT_MAX - 1, 'a');
  const std::string name(WIRE_TEXT_MAX, 'b');
  host.Give(RecordBuilder(WIRE_process_exec).Set("exec_id", 5).Set("cwd", cwd));
  const auto record = RecordBuilder(WIRE_file_open).Set("exec_id", 5).Set("name", name);
  EXPECT_EQ(host.Get(record, "fd.name"), cwd + "/" + name);
}

TEST(FileFields, UnknownProcessLeavesARelativeName) {
  TestHost host;
  const auto record = RecordBuilder(WIRE_file_open).Set("name", "x").Set("result", -2);
  EXPECT_EQ(host.Get(record, "fd.name"), "x");
  EXPECT_EQ(host.Get(record, "fd.directory"), "<NA>");
  EXPECT_EQ(host.Get(record, "fd.filename"), "x");
}

}  // namespace
}  // namespace vedette
