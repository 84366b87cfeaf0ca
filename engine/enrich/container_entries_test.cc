// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/container_entries.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace vedette {
namespace {

TEST(ContainerEntries, TheFirstIsTheEntryPointWhatComesLaterIsInjected) {
  ContainerEntries entries;
  EXPECT_EQ(entries.Enter("a", 1), ContainerOrigin::kEntry);
  EXPECT_EQ(entries.Enter("a", 17), ContainerOrigin::kInjected);
  EXPECT_EQ(entries.Enter("b", 4711), ContainerOrigin::kEntry) << "with the host's pid namespace";
  EXPECT_EQ(entries.Enter("b", 4712), ContainerOrigin::kInjected);
}

TEST(ContainerEntries, AContainerThatIsStartedAgainHasANewEntryPoint) {
  ContainerEntries entries;
  entries.Enter("a", 100);
  entries.Leave("a");
  EXPECT_EQ(entries.Enter("a", 200), ContainerOrigin::kEntry);
  EXPECT_EQ(entries.Enter("a", 1), ContainerOrigin::kEntry) << "the end of the first one was lost";
}

TEST(ContainerEntries, RemembersNoMoreThanTold) {
  ContainerEntries entries(8);
  for (int i = 0; i < 100; ++i) {
    entries.Enter(absl::StrCat(i), 5);
    entries.Leave(absl::StrCat(i));
    entries.Enter(absl::StrCat(i), 5);
  }
  EXPECT_LE(entries.size(), 8u);
  EXPECT_EQ(entries.Enter("99", 5), ContainerOrigin::kInjected);
  EXPECT_EQ(entries.Enter("0", 5), ContainerOrigin::kEntry) << "forgotten";
}

}  // namespace
}  // namespace vedette
