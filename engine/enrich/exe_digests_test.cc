// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/exe_digests.h"

#include <gtest/gtest.h>

#include "engine/enrich/test_host.h"

namespace vedette {
namespace {

using Next = ExeDigests::Next;

FileIdentity File(uint64_t ino) { return {.ino = ino, .ctime_ns = 1, .mtime_ns = 2, .dev = 3}; }

ExeDigest Ok() {
  ExeDigest digest{.state = DigestState::kOk};
  digest.sha256.fill(0xab);
  return digest;
}

TEST(ExeDigestsTest, OneFileIsMadeOnceAndAllWhoWaitAreTold) {
  ExeDigests digests;
  EXPECT_EQ(digests.Find(File(1)), nullptr);
  EXPECT_EQ(digests.Want(File(1), 10), Next::kMake);
  EXPECT_EQ(digests.Want(File(1), 11), Next::kWait);
  EXPECT_EQ(digests.Find(File(1))->state, DigestState::kPending);
  EXPECT_EQ(digests.Settle(File(1), Ok()), (std::vector<uint64_t>{10, 11}));
  EXPECT_EQ(digests.Find(File(1))->state, DigestState::kOk);
  EXPECT_EQ(digests.Want(File(1), 12), Next::kKnown);
  EXPECT_TRUE(digests.Settle(File(1), Ok()).empty());
}

TEST(ExeDigestsTest, AnotherStateOfTheFileIsAnotherFile) {
  ExeDigests digests;
  digests.Want(File(1), 10);
  digests.Settle(File(1), Ok());
  FileIdentity written = File(1);
  written.ctime_ns = 9;
  EXPECT_EQ(digests.Want(written, 10), Next::kMake);
  FileIdentity elsewhere = File(1);
  elsewhere.dev = 4;
  EXPECT_EQ(digests.Want(elsewhere, 10), Next::kMake);
}

TEST(ExeDigestsTest, WhatCameTooLateIsTriedAgainAndWhatIsTooLargeIsNot) {
  ExeDigests digests;
  for (const DigestState state :
       {DigestState::kGone, DigestState::kBusy, DigestState::kUnreadable}) {
    digests.Want(File(1), 10);
    digests.Settle(File(1), {.state = state});
    EXPECT_EQ(digests.Want(File(1), 11), Next::kMake) << DigestStateName(state);
  }
  for (const DigestState state : {DigestState::kTooLarge, DigestState::kRemote}) {
    digests.Settle(File(1), {.state = state});
    EXPECT_EQ(digests.Want(File(1), 12), Next::kKnown) << DigestStateName(state);
  }
}

TEST(ExeDigestsTest, ItHoldsNoMoreThanItMay) {
  ExeDigests digests(4);
  for (uint64_t ino = 1; ino <= 100; ++ino) {
    EXPECT_EQ(digests.Want(File(ino), ino), Next::kMake);
    EXPECT_LE(digests.files(), 4U);
  }
  EXPECT_TRUE(digests.Settle(File(1), Ok()).empty()) << "it went, and nobody waits";
  EXPECT_EQ(digests.Find(File(1)), nullptr);
  for (uint64_t id = 0; id < 2 * ExeDigests::kWaitingMax; ++id) digests.Want(File(100), id);
  EXPECT_EQ(digests.Settle(File(100), Ok()).size(), ExeDigests::kWaitingMax);
}

class DigestFields : public testing::Test {
 protected:
  static RecordBuilder Exec() {
    return RecordBuilder(WIRE_process_exec).Set("exec_id", 1).Set("pid", 5).Set("exe_ino", 7);
  }
  std::string Get(absl::string_view field) {
    return host_.Get(RecordBuilder(WIRE_file_open).Set("exec_id", 1).Set("pid", 5), field);
  }
  TestHost host_;
};

TEST_F(DigestFields, TheStateTellsHowFarItIs) {
  host_.Give(Exec());
  EXPECT_EQ(Get("proc.exe_sha256"), "<NA>");
  EXPECT_EQ(Get("proc.exe_sha256.state"), "<NA>");
  const FileIdentity file = {.ino = 7};
  host_.table.digests().Want(file, 1);
  EXPECT_EQ(Get("proc.exe_sha256"), "<NA>");
  EXPECT_EQ(Get("proc.exe_sha256.state"), "pending");
  host_.table.digests().Settle(file, Ok());
  EXPECT_EQ(Get("proc.exe_sha256"), std::string(64, 'x').replace(0, 64, HexOf(Ok().sha256)));
  EXPECT_EQ(Get("proc.exe_sha256.state"), "ok");
}

TEST_F(DigestFields, WhatTheKernelMeasuredNeedsNobody) {
  constexpr int kSha256 = 4, kSha1 = 2;  // HASH_ALGO_* of linux/hash_info.h
  host_.Give(
      Exec().Set("exe_digest_algorithm", kSha256 + 1).Set("exe_digest", std::string(32, '\1')));
  EXPECT_EQ(Get("proc.exe_sha256"), HexOf([] {
              Sha256 sha256;
              sha256.fill(1);
              return sha256;
            }()));
  EXPECT_EQ(Get("proc.exe_sha256.state"), "ok");
  host_.Give(
      Exec().Set("exe_digest_algorithm", kSha1 + 1).Set("exe_digest", std::string(20, '\1')));
  EXPECT_EQ(Get("proc.exe_sha256"), "<NA>") << "another algorithm";
}

}  // namespace
}  // namespace vedette
