// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/cgroup_change.h"

#include <cstring>
#include <string>

#include "gtest/gtest.h"
#include "sensor/schema/cgroups.h"

namespace vedette {
namespace {

sensor_cgroup Made(uint64_t id, const std::string& path) {
  sensor_cgroup made = {};
  made.id = id;
  made.path_size = static_cast<uint32_t>(path.size() + 1);
  std::memcpy(made.path, path.data(), path.size());
  return made;
}

std::optional<CgroupChange> Read(const sensor_cgroup& record, size_t size) {
  return ReadCgroupChange(absl::MakeConstSpan(reinterpret_cast<const std::byte*>(&record), size));
}

TEST(CgroupChangeTest, OneThatWasMadeHasItsPath) {
  const sensor_cgroup record = Made(77, "/system.slice/a.service");
  const auto change = Read(record, sizeof(record));
  ASSERT_TRUE(change.has_value());
  EXPECT_EQ(change->id, 77u);
  EXPECT_FALSE(change->removed);
  EXPECT_EQ(change->path, "/system.slice/a.service");
}

TEST(CgroupChangeTest, OneThatWasRemovedHasNone) {
  sensor_cgroup record = {};
  record.id = 78;
  record.removed = 1;
  const auto change = Read(record, SENSOR_CGROUP_HEAD);
  ASSERT_TRUE(change.has_value());
  EXPECT_EQ(change->id, 78u);
  EXPECT_TRUE(change->removed);
}

TEST(CgroupChangeTest, WhatIsCutIsNoChange) {
  const sensor_cgroup record = Made(77, "/system.slice");
  for (size_t size = 0; size < SENSOR_CGROUP_HEAD + record.path_size; ++size) {
    EXPECT_FALSE(Read(record, size).has_value()) << size;
  }
  const std::string cut = "/" + std::string(SENSOR_CGROUP_PATH_MAX - 2, 'x');
  EXPECT_FALSE(Read(Made(77, cut), sizeof(record)).has_value()) << "its end is not known";
  EXPECT_FALSE(Read(Made(77, "x"), sizeof(record)).has_value());
  EXPECT_FALSE(Read(Made(77, ""), sizeof(record)).has_value());
  std::string deep;
  for (int i = 0; i < 23; ++i) deep += "/x";
  EXPECT_TRUE(Read(Made(77, deep), sizeof(record)).has_value());
  EXPECT_FALSE(Read(Made(77, deep + "/x"), sizeof(record)).has_value());
  sensor_cgroup huge = record;
  huge.path_size = ~0u;
  EXPECT_FALSE(Read(huge, sizeof(huge)).has_value());
}

}  // namespace
}  // namespace vedette
