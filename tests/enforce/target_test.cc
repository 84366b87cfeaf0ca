// SPDX-License-Identifier: Apache-2.0
//
// Rules about the new name of a rename or a link, decided by the kernel. In guests alone.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fstream>

#include "absl/strings/str_cat.h"
#include "tests/enforce/acts.h"
#include "tests/enforce/daemon_fixture.h"

namespace vedette {
namespace {

constexpr unsigned kExchange = 2;  // RENAME_EXCHANGE

int RenameAs(const std::string& comm, const std::string& from, const std::string& to,
             unsigned flags = 0) {
  return ActAs(comm, [&] {
    return ErrnoOf(syscall(SYS_renameat2, AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), flags));
  });
}

int LinkAs(const std::string& comm, const std::string& from, const std::string& to) {
  return ActAs(comm, [&] { return ErrnoOf(link(from.c_str(), to.c_str())); });
}

TEST_F(EnforceTest, NothingIsMovedOrLinkedOntoAProtectedPath) {
  ASSERT_EQ(mkdir(In("kept").c_str(), 0755), 0);
  for (const char* name : {"other", "killed", "anchor"}) std::ofstream(In(name)) << name;
  Start(
      RuleText("Onto", absl::StrCat("evt.kind in (file_rename, file_link) and fs.path.target = ",
                                    In("object"))) +
      RuleText("Below",
               absl::StrCat("evt.kind in (file_rename, file_link) and fs.path.target startswith ",
                            In("kept/"))) +
      RuleText("Killed", absl::StrCat("evt.kind = file_rename and fs.path.target = ", In("killed")),
               "  action: kill\n  mode: enforce\n") +
      RuleText("Away", absl::StrCat("evt.kind = file_rename and fs.path.source = ", In("anchor"))));
  EXPECT_EQ(RenameAs("vt_onto", In("other"), In("object")), EPERM);
  EXPECT_EQ(Contents(In("object")), "as it was");
  ExpectAlert("Onto", "denied");
  EXPECT_EQ(RenameAs("vt_dots", In("other"), In("place/../object")), EPERM);
  EXPECT_EQ(RenameAs("vt_new", In("other"), In("kept/new")), EPERM);
  EXPECT_EQ(LinkAs("vt_link", In("other"), In("kept/new")), EPERM);
  EXPECT_FALSE(Exists(In("kept/new")));
  ExpectAlert("Below", "denied");
  EXPECT_EQ(RenameAs("vt_swap", In("other"), In("object"), kExchange), EPERM);
  EXPECT_EQ(RenameAs("vt_back", In("object"), In("other"), kExchange), EPERM) << "both are new";
  EXPECT_EQ(Contents(In("object")), "as it was");
  EXPECT_EQ(RenameAs("vt_kill", In("other"), In("killed")), kKilled);
  EXPECT_EQ(Contents(In("killed")), "killed");
  ExpectAlert("Killed", "killed");
  EXPECT_EQ(ActAs("vt_bind",
                  [&] {
                    if (unshare(CLONE_NEWNS) != 0) return 101;
                    mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
                    const std::string place = In("place");
                    if (mount(folder_.c_str(), place.c_str(), nullptr, MS_BIND, nullptr) != 0) {
                      return 102;
                    }
                    return ErrnoOf(rename((place + "/other").c_str(), (place + "/object").c_str()));
                  }),
            EPERM);
  // The old name is not the new one.
  EXPECT_EQ(RenameAs("vt_away", In("anchor"), In("free")), EPERM);
  EXPECT_EQ(RenameAs("vt_swap", In("other"), In("anchor"), kExchange), EPERM);
  EXPECT_EQ(RenameAs("vt_over", In("other"), In("anchor")), 0) << "it may be replaced";
  EXPECT_EQ(RenameAs("vt_free", In("killed"), In("free")), 0) << "it may be moved";
  EXPECT_EQ(LinkAs("vt_free", In("free"), In("further")), 0) << "the neighbour";
  // A parent that is called something else.
  ASSERT_EQ(rename(In("kept").c_str(), In("moved").c_str()), 0);
  EXPECT_EQ(RenameAs("vt_moved", In("free"), In("moved/new")), EPERM);
}

TEST_F(EnforceTest, ANewNameThatIsNotJudgedIsAsTheRuleFails) {
  std::string deep = In("place");
  for (int i = 0; i < 2; ++i) {
    deep += "/" + std::string(150, 'd');
    ASSERT_EQ(mkdir(deep.c_str(), 0755), 0);
  }
  const auto condition = [&](const char* comm) {
    return absl::StrCat("evt.kind = file_rename and proc.name = ", comm,
                        " and fs.path.target = ", In("kept/new"));
  };
  Start(RuleText("Open", condition("vt_open")) +
        RuleText("Closed", condition("vt_closed"),
                 "  action: deny\n  mode: enforce\n  fail: closed\n"));
  EXPECT_EQ(RenameAs("vt_open", In("object"), deep + "/object"), 0);
  EXPECT_EQ(RenameAs("vt_closed", deep + "/object", In("object")), 0)
      << "the old name is no matter";
  EXPECT_EQ(RenameAs("vt_closed", In("object"), deep + "/object"), EPERM);
  ExpectAlert("Closed", "denied");
}

}  // namespace
}  // namespace vedette
