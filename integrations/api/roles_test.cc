// SPDX-License-Identifier: Apache-2.0
#include "integrations/api/roles.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/file.h"

namespace vedette {
namespace {

const ApiRoles kRoles = {.read = {"user:1000", "group:daemon", "cert:reader", "user:nosuchuser"},
                         .operate = {"user:1001", "group:70000", "cert:soc operator"}};

TEST(RolesTest, PeersByUserAndGroup) {
  EXPECT_EQ(RoleOfPeer({}, {0, {0}}), ApiRole::kOperate) << "root";
  EXPECT_EQ(RoleOfPeer(kRoles, {1000, {1000}}), ApiRole::kRead);
  EXPECT_EQ(RoleOfPeer(kRoles, {1001, {}}), ApiRole::kOperate);
  EXPECT_EQ(RoleOfPeer(kRoles, {5, {5, 1}}), ApiRole::kRead) << "daemon is group 1";
  EXPECT_EQ(RoleOfPeer(kRoles, {1000, {70000}}), ApiRole::kOperate) << "the higher role counts";
  EXPECT_EQ(RoleOfPeer(kRoles, {5, {5}}), ApiRole::kNone);
  EXPECT_EQ(RoleOfPeer({.read = {"reader", ""}, .operate = {}}, {5, {}}), ApiRole::kNone);
}

TEST(RolesTest, CertificatesByTheirWholeName) {
  EXPECT_EQ(RoleOfCertificate(kRoles, "reader"), ApiRole::kRead);
  EXPECT_EQ(RoleOfCertificate(kRoles, "soc operator"), ApiRole::kOperate);
  EXPECT_EQ(RoleOfCertificate(kRoles, "soc operator2"), ApiRole::kNone);
  EXPECT_EQ(RoleOfCertificate(kRoles, "1001"), ApiRole::kNone) << "a user is no certificate";
  EXPECT_EQ(RoleOfCertificate({.read = {"cert:"}, .operate = {}}, ""), ApiRole::kNone);
}

TEST(RolesTest, TheKernelSaysWhoIsThere) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  const OwnedFd a(ends[0]), b(ends[1]);
  const ApiPeer peer = PeerOf(a.get());
  EXPECT_EQ(peer.uid, geteuid());
  ASSERT_FALSE(peer.gids.empty());
  EXPECT_EQ(peer.gids[0], getegid());
  EXPECT_EQ(PeerOf(-1).uid, ~0U);
}

}  // namespace
}  // namespace vedette
