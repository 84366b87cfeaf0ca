// SPDX-License-Identifier: Apache-2.0
#include "storage/suppression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "storage/chain.h"
#include "storage/queries.h"
#include "storage/test_store.h"

namespace vedette {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kFirst[] = "00000000000000a1", kSecond[] = "00000000000000b2";

class SuppressionTest : public ::testing::Test {
 protected:
  std::unique_ptr<EventStore> Open() {
    StoreOptions options;
    options.path = path_;
    options.clock = &clock_;
    return ValueOrDie(EventStore::Open(options));
  }
  static SuppressionAct Make(const std::string& id) {
    SuppressionAct act;
    act.id = id;
    act.criteria.rule = "Read sensitive file";
    act.criteria.program = "/usr/bin/*";
    act.time = TestTime();
    act.expires = TestTime() + absl::Hours(24);
    act.reason = "the backup";
    act.login_uid = 1000;
    act.user = "alice";
    return act;
  }
  static SuppressionAct End(const std::string& id) {
    SuppressionAct act;
    act.ends = true;
    act.id = id;
    act.reason = "it is gone";
    act.time = TestTime() + absl::Hours(1);
    return act;
  }
  std::vector<StoredSuppression> Read() {
    return ValueOrDie(ValueOrDie(StoreReader::Open(path_)).Suppressions());
  }
  ChainReport Verify() { return ValueOrDie(ValueOrDie(StoreReader::Open(path_)).Verify({})); }

  TemporaryDirectory directory_;
  TestClock clock_;
  const std::string path_ = directory_.File("events.db");
};

TEST_F(SuppressionTest, IsWrittenByTheDaemonAndFoundAtTheNextStart) {
  auto store = Open();
  EXPECT_THAT(store->TakeSuppressions(), IsEmpty());
  ASSERT_TRUE(store->OfferSuppression(Make(kFirst)));
  ASSERT_TRUE(store->Close().ok());
  store = Open();
  const std::vector<StoredSuppression> found = store->TakeSuppressions();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].made.criteria.program, "/usr/bin/*");
  EXPECT_EQ(found[0].made.reason, "the backup");
  EXPECT_EQ(found[0].made.login_uid, 1000u);
  EXPECT_TRUE(found[0].InForce(TestTime()));
  EXPECT_FALSE(found[0].InForce(TestTime() + absl::Hours(24)));
  EXPECT_THAT(store->TakeSuppressions(), IsEmpty());
  ASSERT_TRUE(store->Close().ok());
}

TEST_F(SuppressionTest, IsWrittenAndEndedWithoutADaemon) {
  ASSERT_TRUE(Open()->Close().ok());
  ASSERT_TRUE(WriteSuppression(path_, Make(kFirst)).ok());
  ASSERT_TRUE(WriteSuppression(path_, Make(kSecond)).ok());
  ASSERT_TRUE(WriteSuppression(path_, End(kFirst)).ok());
  const std::vector<StoredSuppression> found = Read();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_TRUE(found[0].ended);
  EXPECT_EQ(found[0].end.reason, "it is gone");
  EXPECT_FALSE(found[1].ended);
  EXPECT_TRUE(absl::IsNotFound(WriteSuppression(path_, End(kFirst))));
  EXPECT_TRUE(absl::IsNotFound(WriteSuppression(path_, End("00000000000000ff"))));
  EXPECT_TRUE(absl::IsNotFound(WriteSuppression(path_ + ".none", Make(kFirst))));
}

TEST_F(SuppressionTest, IsRefusedWhileADaemonHasTheStore) {
  const auto store = Open();
  const absl::Status status = WriteSuppression(path_, Make(kFirst));
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
}

TEST_F(SuppressionTest, IsALinkOfTheChain) {
  ASSERT_TRUE(Open()->Close().ok());
  ASSERT_TRUE(WriteSuppression(path_, Make(kFirst)).ok());
  EXPECT_EQ(Verify().suppressions, 1);
  EXPECT_THAT(Verify().findings, IsEmpty());
  const auto change = [&](const std::string& sql) {
    const Database db = ValueOrDie(OpenDatabase(path_, SQLITE_OPEN_READWRITE));
    ASSERT_TRUE(Execute(db.get(), sql).ok());
  };
  change("UPDATE suppressions SET reason = 'nothing'");
  EXPECT_THAT(Verify().findings, ElementsAre(HasSubstr("suppression 1 (link 2) was changed")));
  change("UPDATE suppressions SET reason = 'the backup'");
  EXPECT_THAT(Verify().findings, IsEmpty());
  change("DELETE FROM suppressions");
  EXPECT_THAT(Verify().findings, ElementsAre(HasSubstr("suppression 1 was removed")));
}

TEST_F(SuppressionTest, AnAlertSaysWhatCoveredIt) {
  auto store = Open();
  Alert covered = TestAlert("a1", 1);
  covered.suppressed_by = kFirst;
  ASSERT_TRUE(store->OfferAlert(covered));
  ASSERT_TRUE(store->OfferAlert(TestAlert("a2", 2)));
  ASSERT_TRUE(store->Close().ok());
  StoreReader reader = ValueOrDie(StoreReader::Open(path_));
  const auto ids = [&](Suppressed wanted) {
    AlertFilter filter;
    filter.suppressed = wanted;
    std::string all;
    for (const StoredAlert& stored : ValueOrDie(reader.ListAlerts(filter))) {
      absl::StrAppend(&all, stored.alert.id, stored.alert.suppressed_by, " ");
    }
    return all;
  };
  EXPECT_EQ(ids(Suppressed::kAny), absl::StrCat("a1", kFirst, " a2 "));
  EXPECT_EQ(ids(Suppressed::kNo), "a2 ");
  EXPECT_EQ(ids(Suppressed::kOnly), absl::StrCat("a1", kFirst, " "));
}

// A column that a file lacks is not taken for a text of its name.
TEST_F(SuppressionTest, AFileWithoutTheColumnIsReadAndVerified) {
  auto store = Open();
  ASSERT_TRUE(store->OfferAlert(TestAlert("a1", 1)));
  ASSERT_TRUE(store->Close().ok());
  const Database db = ValueOrDie(OpenDatabase(path_, SQLITE_OPEN_READWRITE));
  ASSERT_TRUE(Execute(db.get(), "ALTER TABLE alerts DROP COLUMN suppressed_by").ok());
  ASSERT_TRUE(Execute(db.get(), "DROP TABLE suppressions").ok());
  EXPECT_THAT(Verify().findings, IsEmpty());
  EXPECT_THAT(Read(), IsEmpty());
  StoreReader reader = ValueOrDie(StoreReader::Open(path_));
  AlertFilter filter;
  filter.suppressed = Suppressed::kNo;
  EXPECT_EQ(ValueOrDie(reader.ListAlerts(filter)).size(), 1u);
  filter.suppressed = Suppressed::kOnly;
  EXPECT_THAT(ValueOrDie(reader.ListAlerts(filter)), IsEmpty());
}

TEST(CheckSuppression, SaysWhatIsWrong) {
  SuppressionAct act;
  const auto message = [&] { return std::string(CheckSuppression(act).message()); };
  EXPECT_THAT(message(), HasSubstr("16 hex digits"));
  act.id = kFirst;
  EXPECT_THAT(message(), HasSubstr("say why"));
  act.reason = "r";
  EXPECT_THAT(message(), HasSubstr("silence every alert"));
  for (const char* all : {"*", "**", "?*"}) {
    act.criteria.rule = act.criteria.program = all;
    EXPECT_THAT(message(), HasSubstr("silence every alert"));
  }
  act.criteria.object = std::string(kSuppressionTextMax + 1, 'x');
  EXPECT_THAT(message(), HasSubstr("object is too long"));
  act.criteria.object = "/tmp/*";
  act.time = TestTime();
  EXPECT_THAT(message(), HasSubstr("before it begins"));
  act.expires = TestTime() + absl::Hours(24 * 400);
  EXPECT_THAT(message(), HasSubstr("366 days"));
  act.expires = TestTime() + absl::Hours(1);
  EXPECT_TRUE(CheckSuppression(act).ok());
}

}  // namespace
}  // namespace vedette
