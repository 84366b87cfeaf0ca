// SPDX-License-Identifier: Apache-2.0
//
// Containers, written through the door and asked for in SQL.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "absl/strings/str_cat.h"
#include "storage/container_rows.h"
#include "storage/test_store.h"

namespace vedette {
namespace {

class ContainerStoreTest : public ::testing::Test {
 protected:
  std::unique_ptr<EventStore> Open() {
    StoreOptions options;
    options.path = path_;
    options.clock = &clock_;
    return ValueOrDie(EventStore::Open(options));
  }
  static StoredContainer Web() {
    StoredContainer container;
    container.id = "0123456789ab";
    container.name = "web";
    container.image = "nginx:1.25";
    container.pod_namespace = "shop";
    container.labels = R"({"team":"blue"})";
    container.privileged = 0;
    return container;
  }

  const TemporaryDirectory folder_;
  const std::string path_ = folder_.File("store.db");
  TestClock clock_;
};

TEST_F(ContainerStoreTest, WhatIsSaidLaterTakesThePlaceOfWhatWasKnown) {
  std::unique_ptr<EventStore> store = Open();
  StoredContainer container = Web();
  ASSERT_TRUE(store->OfferContainer(container));
  ASSERT_TRUE(store->Close().ok());
  EXPECT_EQ(AskText(path_,
                    "SELECT name || ' ' || (labels ->> 'team') || ' ' || privileged || ' ' ||"
                    " (pod_name IS NULL) || (start_ns IS NULL) FROM containers"),
            "web blue 0 11");
  store = Open();
  clock_.Advance(absl::Hours(1));
  container.name = "web-2";
  ASSERT_TRUE(store->OfferContainer(container));
  ASSERT_TRUE(store->Close().ok());
  EXPECT_EQ(Ask(path_, "SELECT (last_ns - first_ns) / 1000000000 FROM containers"), 3600);
  const auto found = ValueOrDie(ReadContainer(OpenToAsk(path_).get(), container.id));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->name, "web-2");
  EXPECT_EQ(found->pod_namespace, "shop");
  EXPECT_EQ(found->privileged, 0);
  EXPECT_EQ(found->start_ns, 0);
  EXPECT_FALSE(ValueOrDie(ReadContainer(OpenToAsk(path_).get(), "another")).has_value());
}

TEST_F(ContainerStoreTest, ThoseToldOfLongestAgoGoFirst) {
  std::unique_ptr<EventStore> store = Open();
  constexpr int kMore = 5;
  for (int i = 0; i < ContainerRows::kRowsMax + kMore; ++i) {
    StoredContainer container = Web();
    container.id = absl::StrCat("c", i);
    clock_.Advance(absl::Milliseconds(1));
    while (!store->OfferContainer(container)) std::this_thread::yield();
  }
  ASSERT_TRUE(store->Close().ok());
  EXPECT_EQ(Ask(path_, "SELECT count(*) FROM containers"), ContainerRows::kRowsMax);
  EXPECT_EQ(Ask(path_, absl::StrCat("SELECT count(*) FROM containers WHERE id = 'c",
                                    ContainerRows::kRowsMax + kMore - 1, "'")),
            1);
}

}  // namespace
}  // namespace vedette
