// SPDX-License-Identifier: Apache-2.0
#include "cli/stored_container.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

namespace vedette {
namespace {

TEST(StoredContainer, WhatIsNotKnownStaysEmpty) {
  const StoredContainer stored = ToStore("0123", {});
  EXPECT_EQ(stored.id, "0123");
  EXPECT_EQ(stored.labels, "");
  EXPECT_LT(stored.privileged, 0);
  EXPECT_EQ(DescribeContainer(stored), "");
}

TEST(StoredContainer, LabelsAreOneJsonObject) {
  ContainerInfo info;
  info.labels = {{"a", "1"}, {"b\"", "x\ny"}, {"bad", "\xff"}};
  const auto json = nlohmann::json::parse(ToStore("0123", info).labels);
  EXPECT_EQ(json["a"], "1");
  EXPECT_EQ(json["b\""], "x\ny");
  EXPECT_EQ(json.size(), 3U);
}

TEST(StoredContainer, LabelsWithoutEndAreCut) {
  ContainerInfo info;
  for (int i = 0; i < 128; ++i) {
    info.labels.emplace_back(absl::StrCat("label", i), std::string(1000, '\n'));
  }
  const std::string labels = ToStore("0123", info).labels;
  EXPECT_LE(labels.size(), kStoredLabelsMax);
  EXPECT_GT(nlohmann::json::parse(labels).size(), 1U);
}

TEST(StoredContainer, IsDescribedInALine) {
  ContainerInfo info;
  info.name = "we\x1b[31mb";
  info.image = "nginx:1.25";
  info.pod_namespace = "shop";
  info.pod_name = "web-0";
  info.privileged = true;
  const std::string text = DescribeContainer(ToStore("0123", info));
  EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
  EXPECT_NE(text.find(", image nginx:1.25, pod shop/web-0, privileged"), std::string::npos) << text;
}

}  // namespace
}  // namespace vedette
