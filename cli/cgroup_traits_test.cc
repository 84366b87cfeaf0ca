// SPDX-License-Identifier: Apache-2.0
#include "cli/cgroup_traits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "rules/lang/load.h"
#include "sensor/decode/record_builder.h"

namespace vedette {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

const std::string kId(64, 'a');

// A rule set, and what the kernel would know.
class CgroupTraitsTest : public testing::Test {
 protected:
  void SetRule(const std::string& condition, uint32_t generation) {
    const RuleSource source = {"r.yaml",
                               absl::StrCat("- rule: r\n  desc: d\n  condition: ", condition,
                                            "\n  output: o\n  priority: INFO\n  action: deny\n")};
    const LoadResult loaded = LoadRules({&source, 1}, {}, {.decidability = DecidabilityOf});
    ASSERT_NE(loaded.program, nullptr) << loaded.diagnostics.ToText();
    const auto made = BuildEnforcement(*loaded.program, generation, [](const Rule&) { return 0; });
    ASSERT_TRUE(made.ok()) << made.status();
    const CgroupTraits::Known known =
        traits_.SetTraits(loaded.program, made->tables.containers, generation, &table_, now_);
    known_.clear();
    for (const auto& [key, vector] : known.values) Keep(key, vector);
    for (const auto& [cgroup, number] : known.taken_over) numbers_[cgroup] = number;
    for (const uint64_t cgroup : known.forgotten) numbers_.erase(cgroup);
  }
  void Begin(uint64_t cgroup, const std::string& path, EventKind kind = WIRE_process_exec) {
    traits_.OnRecord(RecordBuilder(kind)
                         .Set("cgroup_id", cgroup)
                         .Set("cgroup", path)
                         .Set("exe_path", "/bin/sh")
                         .Build(),
                     now_, [&](uint64_t gone) { numbers_.erase(gone); });
  }
  void Change(const CgroupChange& change) {
    traits_.OnChange(change, [&](uint64_t gone) { numbers_.erase(gone); });
  }
  void Update() {
    traits_.Update(
        table_, now_,
        [&](uint64_t cgroup, uint32_t number, const CgroupTraits::TraitValues& values) {
          if (is_full_) return false;
          numbers_[cgroup] = number;
          for (const auto& [key, vector] : values) Keep(key, vector);
          return true;
        },
        [&](uint64_t gone) { numbers_.erase(gone); });
  }
  void SayImage(const std::string& image, bool is_final = false) {
    table_.containers().Want(kId, 1, 2);
    ContainerInfo info;
    info.image = image;
    info.Bound();
    table_.containers().Settle({kId, info, is_final}, 1);
  }
  // -1: unjudged.
  int64_t Traits(uint64_t cgroup) const {
    const auto number = numbers_.find(cgroup);
    if (number == numbers_.end()) return -1;
    const auto at = known_.find(number->second);
    return at == known_.end() ? 0 : static_cast<int64_t>(at->second);
  }
  void Keep(const classify_key& key, const classify_vector& vector) {
    uint32_t number = 0;
    std::memcpy(&number, key.value, sizeof(number));
    known_[number] = vector.words[0];
  }

  ProcessTable table_;
  absl::Time now_ = absl::UnixEpoch();
  CgroupTraits traits_{true, CgroupTraits::Unknown::kEnds};
  std::map<uint64_t, uint32_t> numbers_;
  std::map<uint32_t, uint64_t> known_;
  bool is_full_ = false;  // The kernel's tables.
};

TEST_F(CgroupTraitsTest, WhatThePathSaysIsKnownAtOnce) {
  SetRule("evt.kind = file_open and container.id != host and fd.name = /x", 1);
  Begin(5, "/system.slice/ssh.service");
  Begin(7, absl::StrCat("/docker/", kId));
  EXPECT_EQ(Traits(7), -1);
  Update();
  EXPECT_EQ(Traits(5), 0);
  EXPECT_EQ(Traits(7), 1);
}

TEST_F(CgroupTraitsTest, WhoWasThereBeforeIsKnownLikeWhoComes) {
  SetRule("evt.kind = file_open and container.id != host and fd.name = /x", 1);
  Begin(7, absl::StrCat("/docker/", kId), WIRE_process_seen);
  Update();
  EXPECT_EQ(Traits(7), 1);
}

TEST_F(CgroupTraitsTest, AServiceIsKnownByItsCgroup) {
  SetRule("evt.kind = file_open and fd.name = /x\n  scope: {service: ssh}", 1);
  Begin(5, "/system.slice/ssh.service");
  Begin(6, "/system.slice/ssh.service/inner");
  Begin(7, "/system.slice/sshd.service");
  Update();
  EXPECT_NE(Traits(5), 0);
  EXPECT_NE(Traits(6), 0);
  EXPECT_EQ(Traits(7), 0);
}

TEST_F(CgroupTraitsTest, WhatRuntimesSayIsUnjudgedUntilTheySayItAndFollowsThem) {
  SetRule("evt.kind = file_open and container.image.repository = nginx and fd.name = /x", 1);
  Begin(5, "/system.slice/ssh.service");
  Begin(7, absl::StrCat("/docker/", kId));
  Update();
  EXPECT_EQ(Traits(5), 0) << "of the host there is nothing to wait for";
  EXPECT_EQ(Traits(7), -1);
  SayImage("nginx:1.25");
  Update();
  EXPECT_EQ(Traits(7), 1);
  const uint32_t before = numbers_[7];
  SayImage("other:1");
  now_ += absl::Seconds(2);
  Update();
  EXPECT_EQ(Traits(7), 0);
  EXPECT_NE(numbers_[7], before) << "what is folded with a number stays true";
}

TEST_F(CgroupTraitsTest, AContainerThatNobodyKnowsIsJudgedAfterAWhile) {
  SetRule("evt.kind = file_open and container.image.repository = nginx and fd.name = /x", 1);
  Begin(7, absl::StrCat("/docker/", kId));
  now_ += CgroupTraits::kPatience;
  Update();
  EXPECT_EQ(Traits(7), 0);
}

TEST_F(CgroupTraitsTest, ANewRuleSetKnowsTheCgroupsOfTheLastOne) {
  SetRule("evt.kind = file_open and container.id != host and fd.name = /x", 1);
  Begin(7, absl::StrCat("/docker/", kId));
  Update();
  SetRule("evt.kind = file_unlink and container.type = docker and fs.path.name = /x", 2);
  EXPECT_EQ(Traits(7), 1) << "before anything else is told";
  SetRule("evt.kind = file_unlink and container.image = nginx and fs.path.name = /x", 3);
  EXPECT_EQ(Traits(7), -1) << "it asks for more than is known";
  SayImage("nginx");
  Update();
  EXPECT_EQ(Traits(7), 1);
}

constexpr char kImageRule[] =
    "evt.kind in (file_open, file_unlink) and container.image.repository = nginx and not "
    "container.id = host";
const KnownCgroups kEarlier = {
    {"container.image.repository = nginx", "container.id = host", "another = one"},
    {{7, {true, false, true}}, {8, {false, true, false}}, {9, {true, false, false}}}};

TEST_F(CgroupTraitsTest, WhatAnEarlierDaemonKnewHoldsUntilMoreIsKnown) {
  traits_.TakeOver(kEarlier, now_);
  SetRule(kImageRule, 1);
  const int64_t image = Traits(7), host = Traits(8);
  EXPECT_EQ(image + host, 3) << "a bit each";
  EXPECT_EQ(Traits(10), -1);
  Begin(7, absl::StrCat("/docker/", kId), WIRE_process_seen);
  Update();
  EXPECT_EQ(Traits(7), image) << "nobody has said what it is yet";
  now_ += CgroupTraits::kPatience;
  Update();
  EXPECT_EQ(Traits(7), image) << "and nobody will";
  SetRule(kImageRule, 2);
  EXPECT_EQ(Traits(7), image);
  EXPECT_EQ(Traits(8), host);
  SayImage("other:1");
  Update();
  EXPECT_EQ(Traits(7), 0);
  SetRule(kImageRule, 3);
  EXPECT_EQ(Traits(7), 0) << "what is known now counts";
  now_ += CgroupTraits::kEarlierPatience;
  Update();
  EXPECT_EQ(Traits(8), -1) << "nobody was seen there";
  SetRule(kImageRule, 4);
  EXPECT_EQ(Traits(9), -1);
  EXPECT_EQ(Traits(7), 0);
}

TEST_F(CgroupTraitsTest, WhatAnEarlierDaemonWasNotAskedIsUnjudged) {
  traits_.TakeOver(kEarlier, now_);
  SetRule("evt.kind = file_open and container.image.tag = 1 and container.id = host", 1);
  EXPECT_EQ(Traits(7), -1);
  SetRule(kImageRule, 2);
  EXPECT_GE(Traits(7), 0);
  SetRule("evt.kind = file_open and container.image.tag = 1", 3);
  EXPECT_EQ(Traits(7), -1) << "it has a number no more";
}

TEST_F(CgroupTraitsTest, OfTheRootNothingIsToldWhereItHoldsEverybody) {
  SetRule("evt.kind = file_open and container.id = host and fd.name = /x", 1);
  Begin(1, "/");
  Update();
  EXPECT_EQ(Traits(1), 1);
  traits_ = CgroupTraits(false, CgroupTraits::Unknown::kEnds);
  numbers_.clear();
  SetRule("evt.kind = file_open and container.id = host and fd.name = /x", 2);
  Begin(1, absl::StrCat("/docker/", kId));
  Begin(2, "/a");
  Update();
  EXPECT_EQ(Traits(1), -1);
  EXPECT_EQ(Traits(2), 1);
}

TEST_F(CgroupTraitsTest, OneThatWasMadeIsKnownBeforeAProgramBeginsInItAndForgottenAtItsEnd) {
  SetRule("evt.kind = file_open and container.id != host and fd.name = /x", 1);
  Change({7, false, absl::StrCat("/docker/", kId)});
  Update();
  EXPECT_EQ(Traits(7), 1);
  Change({7, true, ""});
  EXPECT_EQ(Traits(7), -1);
  EXPECT_EQ(traits_.size(), 0U);
}

TEST_F(CgroupTraitsTest, PatienceBeginsWithTheFirstProgram) {
  SetRule("evt.kind = file_open and container.image.repository = nginx and fd.name = /x", 1);
  Change({7, false, absl::StrCat("/docker/", kId)});
  now_ += 2 * CgroupTraits::kPatience;
  Update();
  EXPECT_EQ(Traits(7), -1) << "no runtime was asked yet";
  Begin(7, absl::StrCat("/docker/", kId));
  now_ += CgroupTraits::kPatience;
  Update();
  EXPECT_EQ(Traits(7), 0);
}

TEST_F(CgroupTraitsTest, WhoMakesCgroupsWithoutEndPushesOutNobody) {
  SetRule("evt.kind = file_open and container.id = host and fd.name = /x", 1);
  Begin(1000000, "/a");
  for (uint64_t id = 2; id < 3 * CgroupTraits::kCgroupsMax; ++id) Change({id, false, "/b"});
  Update();
  EXPECT_EQ(Traits(1000000), 1);
  EXPECT_LE(traits_.size(), CgroupTraits::kCgroupsMax / 2);
}

TEST_F(CgroupTraitsTest, OfVersion2NothingIsSaidWhereVersion1TellsWhoIsWhere) {
  traits_ = CgroupTraits(false, CgroupTraits::Unknown::kEnds);
  SetRule("evt.kind = file_open and container.id = host and fd.name = /x", 1);
  Change({7, false, "/a"});
  Update();
  EXPECT_EQ(Traits(7), -1);
}

// What rules that alert ask: nobody may be lost for what is not known.
TEST_F(CgroupTraitsTest, WhereUnknownStaysNothingIsJudgedBeforeAllIsSaidNorWhenItIsForgotten) {
  traits_ = CgroupTraits(true, CgroupTraits::Unknown::kStays);
  SetRule("evt.kind = file_open and container.image.repository = nginx and fd.name = /x", 1);
  Begin(5, "/system.slice/ssh.service");
  Begin(7, absl::StrCat("/docker/", kId));
  Update();
  EXPECT_EQ(Traits(5), 0);
  now_ += 2 * CgroupTraits::kPatience;
  Update();
  EXPECT_EQ(Traits(7), -1) << "nobody knows it, and somebody may yet";
  SayImage("other");
  Update();
  EXPECT_EQ(Traits(7), -1) << "more may come";
  SayImage("nginx:1", true);
  Update();
  EXPECT_EQ(Traits(7), 1);
  for (size_t i = 0; i < 5000; ++i) table_.containers().Want(absl::StrCat("c", i), 1, 1);
  now_ += absl::Seconds(2);
  Update();
  EXPECT_EQ(Traits(7), -1) << "it gave way to others";
}

TEST_F(CgroupTraitsTest, WhatARuntimeSaidHoldsWhenItsDescriptionHasGivenWay) {
  SetRule("evt.kind = file_open and container.image.repository = nginx and fd.name = /x", 1);
  Begin(7, absl::StrCat("/docker/", kId));
  SayImage("nginx:1", true);
  Update();
  ASSERT_EQ(Traits(7), 1);
  for (size_t i = 0; i < 5000; ++i) table_.containers().Want(absl::StrCat("c", i), 1, 1);
  now_ += 2 * CgroupTraits::kPatience;
  Update();
  EXPECT_EQ(Traits(7), 1);
  SetRule("evt.kind = file_open and container.image.tag = 1 and fd.name = /x", 2);
  Update();
  EXPECT_EQ(Traits(7), -1) << "nobody can say that now";
  SayImage("nginx:1", true);
  Update();
  EXPECT_EQ(Traits(7), 1);
}

TEST_F(CgroupTraitsTest, ARecordThatIsReadAfterTheEndOfItsCgroupBringsNothingBack) {
  SetRule("evt.kind = file_open and container.id != host and fd.name = /x", 1);
  Change({7, false, absl::StrCat("/docker/", kId)});
  Change({7, true, ""});
  Begin(7, absl::StrCat("/docker/", kId));
  Update();
  EXPECT_EQ(Traits(7), -1);
  EXPECT_EQ(traits_.size(), 0U);
}

TEST_F(CgroupTraitsTest, WhatHadNoRoomIsToldAgain) {
  SetRule("evt.kind = file_open and container.id != host and fd.name = /x", 1);
  Begin(7, absl::StrCat("/docker/", kId));
  is_full_ = true;
  Update();
  EXPECT_EQ(Traits(7), -1);
  is_full_ = false;
  now_ += absl::Seconds(2);
  Update();
  EXPECT_EQ(Traits(7), 1);
}

TEST_F(CgroupTraitsTest, TheOldestGiveWay) {
  SetRule("evt.kind = file_open and container.id != host and fd.name = /x", 1);
  for (uint64_t i = 11; i <= CgroupTraits::kCgroupsMax + 12; ++i) {
    Begin(i, "/a");
    if (i % 1000 == 0) Update();
  }
  Update();
  EXPECT_EQ(numbers_.size(), CgroupTraits::kCgroupsMax);
  EXPECT_EQ(numbers_.count(11) + numbers_.count(12), 0U);
}

}  // namespace
}  // namespace vedette
