// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/container_info.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace vedette {
namespace {

std::string Parts(absl::string_view image) {
  const ImageName parts = SplitImageName(image);
  return absl::StrCat(parts.repository, "|", parts.tag, "|", parts.digest);
}

TEST(ImageName, IsRepositoryTagAndDigest) {
  EXPECT_EQ(Parts("nginx"), "nginx||");
  EXPECT_EQ(Parts("docker.io/library/nginx:1.25"), "docker.io/library/nginx|1.25|");
  EXPECT_EQ(Parts("registry:5000/team/web"), "registry:5000/team/web||");
  EXPECT_EQ(Parts("registry:5000/web:2@sha256:ab"), "registry:5000/web|2|sha256:ab");
  EXPECT_EQ(Parts("sha256:ab"), "||sha256:ab");
  EXPECT_EQ(Parts(""), "||");
}

TEST(ContainerInfo, WhatIsNotKnownIsTakenFromTheOther) {
  ContainerInfo info, other;
  info.name = "web";
  info.privileged = false;
  other.name = "other";
  other.image = "nginx:1";
  other.privileged = true;
  other.host_pid = true;
  other.labels = {{"a", "1"}};
  info.Complete(other);
  EXPECT_EQ(info.name, "web");
  EXPECT_EQ(info.image, "nginx:1");
  EXPECT_EQ(info.privileged, false);
  EXPECT_EQ(info.host_pid, true);
  EXPECT_EQ(info.labels.size(), 1u);
}

TEST(ContainerInfo, IsBoundedWhateverTheRuntimeSays) {
  ContainerInfo info;
  info.name = std::string(1 << 20, 'n');
  info.image = std::string("a\0b:1", 5);
  info.cni_json = std::string(1 << 20, 'c');
  for (int i = 0; i < 10'000; ++i) {
    info.labels.emplace_back(absl::StrCat("l", 9999 - i), std::string(10'000, 'v'));
    info.mounts.push_back({.source = std::string(10'000, 's')});
    info.healthcheck.emplace_back(10'000, 'h');
  }
  info.Bound();
  EXPECT_EQ(info.name.size(), ContainerInfo::kTextMax);
  EXPECT_EQ(info.image, "a b:1");
  EXPECT_EQ(info.labels.size(), ContainerInfo::kLabelsMax);
  EXPECT_EQ(info.mounts.size(), ContainerInfo::kMountsMax);
  EXPECT_EQ(info.healthcheck.size(), ContainerInfo::kArgumentsMax);
  EXPECT_LT(info.MemoryBytes(), size_t{600} << 10);
}

TEST(ContainerInfo, LabelsAreFoundByName) {
  ContainerInfo info;
  info.labels = {{"b", "2"}, {"a", "1"}, {"c", ""}};
  info.Bound();
  ASSERT_NE(FindLabel(info.labels, "a"), nullptr);
  EXPECT_EQ(*FindLabel(info.labels, "a"), "1");
  EXPECT_EQ(*FindLabel(info.labels, "c"), "");
  EXPECT_EQ(FindLabel(info.labels, "d"), nullptr);
  EXPECT_EQ(FindLabel({}, "a"), nullptr);
}

}  // namespace
}  // namespace vedette
