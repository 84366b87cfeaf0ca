// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/host_info.h"

#include <gtest/gtest.h>

#include <limits>

namespace vedette {
namespace {

HostMetadata SomeHost() {
  return {.hostname = "web1",
          .boot_id = "b",
          .wall_minus_boot_ns = 1'700'000'000'000'000'000,
          .users = {{0, "root"}, {1000, "ann"}},
          .groups = {{0, "wheel"}}};
}

TEST(HostInfo, NamesComeFromTheMetadata) {
  HostInfo host(SomeHost());
  EXPECT_EQ(host.hostname(), "web1");
  EXPECT_EQ(host.UserName(1000), "ann");
  EXPECT_EQ(host.GroupName(0), "wheel");
}

TEST(HostInfo, ReplayDoesNotAskThisHost) {
  HostInfo host({});
  EXPECT_EQ(host.UserName(0), "");
  EXPECT_EQ(host.GroupName(0), "");
}

TEST(HostInfo, LiveAsksThisHostAndKeepsTheAnswer) {
  HostInfo host({}, HostInfo::Lookup::kThisHost);
  EXPECT_EQ(host.UserName(0), "root");
  const absl::string_view nobody = host.UserName(3999999999);
  EXPECT_EQ(nobody, "");
  EXPECT_EQ(host.UserName(0).data(), host.UserName(0).data());
}

TEST(HostInfo, LookupsAreBounded) {
  HostInfo host({}, HostInfo::Lookup::kThisHost);
  for (uint32_t i = 0; i < HostInfo::kLookupsMax; ++i) host.UserName(3'000'000'000 + i);
  EXPECT_EQ(host.UserName(0), "");
}

TEST(HostInfo, WallTimeAddsTheOffsetAndNeverOverflows) {
  HostInfo host(SomeHost());
  EXPECT_EQ(host.WallTime(5'000'000'000), absl::FromUnixSeconds(1'700'000'005));
  host.WallTime(std::numeric_limits<uint64_t>::max());
}

}  // namespace
}  // namespace vedette
