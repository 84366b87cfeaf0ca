// SPDX-License-Identifier: Apache-2.0
//
// Rules about the capabilities that are in force at the act, decided by the kernel. In guests
// alone.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "tests/enforce/acts.h"
#include "tests/enforce/daemon_fixture.h"

namespace vedette {
namespace {

// Takes it out of those that are in force, as any program may. 0, or an errno.
int Lay(int capability) {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};
  if (syscall(SYS_capget, &header, data) != 0) return errno;
  data[CAP_TO_INDEX(capability)].effective &= ~CAP_TO_MASK(capability);
  return ErrnoOf(syscall(SYS_capset, &header, data));
}

TEST_F(EnforceTest, WhoHasACapabilityIsDeniedAndWhoHasLaidItDownIsNot) {
  Start(RuleText("Object is not for the mighty",
                 absl::StrCat("evt.kind = file_open and fd.name = ", In("object"),
                              " and thread.cap_effective contains CAP_SYS_CHROOT")) +
        RuleText("Only with raw sockets",
                 absl::StrCat("evt.kind = file_mkdir and fs.path.name startswith ", folder_,
                              " and not thread.cap_effective contains CAP_NET_RAW")));
  const auto open_without = [&](int capability) {
    return ActAs("vt_opener", [&] {
      if (const int error = Lay(capability); error != 0) return 1000 + error;
      return ErrnoOf(open(In("object").c_str(), O_RDONLY | O_CLOEXEC));
    });
  };
  const auto mkdir_without = [&](int capability) {
    return ActAs("vt_maker", [&] {
      if (const int error = Lay(capability); error != 0) return 1000 + error;
      return ErrnoOf(mkdir(In(absl::StrCat("made", capability).c_str()).c_str(), 0700));
    });
  };
  EXPECT_EQ(OpenAs("vt_opener", In("object")), EPERM);
  EXPECT_EQ(open_without(CAP_SYS_TIME), EPERM) << "another one";
  EXPECT_EQ(open_without(CAP_SYS_CHROOT), 0);
  ExpectAlert("Object is not for the mighty", "denied", In("object"));
  EXPECT_EQ(mkdir_without(CAP_SYS_TIME), 0);
  EXPECT_EQ(mkdir_without(CAP_NET_RAW), EPERM);
  ExpectAlert("Only with raw sockets", "denied");
  // One process, before and after: it is the act that counts.
  EXPECT_EQ(ActAs("vt_both",
                  [&] {
                    const int before = ErrnoOf(open(In("object").c_str(), O_RDONLY | O_CLOEXEC));
                    if (before != EPERM) return 100;
                    if (Lay(CAP_SYS_CHROOT) != 0) return 101;
                    return ErrnoOf(open(In("object").c_str(), O_RDONLY | O_CLOEXEC));
                  }),
            0);
}

}  // namespace
}  // namespace vedette
