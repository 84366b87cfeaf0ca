// SPDX-License-Identifier: Apache-2.0
//
// Of the maps of cgroups; tests/classifier and tests/kernel fill the others.
#include "sensor/source/classifier_maps.h"

#include <bpf/bpf.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/file.h"

namespace vedette {
namespace {

class CgroupMapsTest : public testing::Test {
 protected:
  static constexpr uint32_t kRoom = 64;

  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "making a map in the kernel takes root";
    maps_ = {.numbers = numbers_.get(), .values = values_.get(), .state = &state_};
    ASSERT_TRUE(numbers_.valid() && values_.valid()) << "the kernel makes no maps here";
    state_.generation = 7;
  }
  absl::Status Tell(uint64_t cgroup, uint32_t number) {
    return maps_.Tell(cgroup, number, {{{CgroupValueKey(7, WIRE_file_open, number), {}}}});
  }
  bool HasValue(uint32_t number) const {
    const classify_key key = CgroupValueKey(7, WIRE_file_open, number);
    classify_vector value;
    return bpf_map_lookup_elem(values_.get(), &key, &value) == 0;
  }
  uint32_t NumberOf(uint64_t cgroup) const {
    uint32_t number = 0;
    bpf_map_lookup_elem(numbers_.get(), &cgroup, &number);
    return number;
  }

  OwnedFd numbers_{bpf_map_create(BPF_MAP_TYPE_HASH, "test_numbers", sizeof(uint64_t),
                                  sizeof(uint32_t), kRoom, nullptr)};
  OwnedFd values_{bpf_map_create(BPF_MAP_TYPE_HASH, "test_values", sizeof(classify_key),
                                 sizeof(classify_vector), kRoom, nullptr)};
  sensor_state state_ = {};
  CgroupMaps maps_;
};

TEST_F(CgroupMapsTest, CgroupsThatComeAndGoFillNothing) {
  for (uint32_t number = 1; number <= 20 * kRoom; ++number) {
    ASSERT_TRUE(Tell(1000 + number, number).ok()) << number;
    ASSERT_TRUE(HasValue(number));
    ASSERT_TRUE(maps_.Forget(1000 + number));
    ASSERT_FALSE(HasValue(number));
  }
  EXPECT_FALSE(maps_.Forget(5)) << "nobody told of it";
}

TEST_F(CgroupMapsTest, WhatIsSaidAnewTakesThePlace) {
  for (uint32_t number = 1; number <= 3 * kRoom; ++number) {
    ASSERT_TRUE(Tell(5, number).ok()) << number;
    ASSERT_EQ(NumberOf(5), number);
    ASSERT_TRUE(HasValue(number));
    ASSERT_FALSE(HasValue(number - 1));
  }
}

TEST_F(CgroupMapsTest, WhatHasNoRoomIsUnknown) {
  for (uint32_t number = 1; number <= kRoom; ++number) ASSERT_TRUE(Tell(number, number).ok());
  EXPECT_TRUE(absl::IsResourceExhausted(Tell(1000, 1000)));
  EXPECT_EQ(NumberOf(1000), 0U);
  ASSERT_TRUE(maps_.Forget(1));
  EXPECT_TRUE(Tell(1000, 1000).ok());
}

}  // namespace
}  // namespace vedette
