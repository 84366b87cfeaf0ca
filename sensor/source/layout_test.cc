// SPDX-License-Identifier: Apache-2.0
//
// The BPF compiler and this one read the same rows: do they see the same structs? Compares the BTF
// of layout.bpf.o, member by member, with the tables of sensor/schema.
#include <bpf/btf.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "sensor/schema/classify.h"
#include "sensor/schema/control.h"
#include "sensor/schema/schema.h"

namespace vedette {
namespace {

struct FreeBtf {
  void operator()(btf* types) const { btf__free(types); }
};

class LayoutTest : public ::testing::Test {
 protected:
  void SetUp() override {
    types_.reset(btf__parse_elf(VEDETTE_LAYOUT_OBJECT, nullptr));
    ASSERT_NE(types_, nullptr) << VEDETTE_LAYOUT_OBJECT;
  }

  const btf_type* Struct(const std::string& name) {
    const int id = btf__find_by_name_kind(types_.get(), name.c_str(), BTF_KIND_STRUCT);
    return id > 0 ? btf__type_by_id(types_.get(), static_cast<__u32>(id)) : nullptr;
  }

  void ExpectSize(const std::string& name, size_t size) {
    const btf_type* type = Struct(name);
    ASSERT_NE(type, nullptr) << name;
    EXPECT_EQ(type->size, size) << name;
  }

  // `member` stands at its offset, with its size, in the struct.
  void ExpectMember(const std::string& name, const Member& member) {
    const btf_type* type = Struct(name);
    ASSERT_NE(type, nullptr) << name;
    const btf_member* members = btf_members(type);
    for (__u32 i = 0; i < btf_vlen(type); ++i) {
      const char* found = btf__name_by_offset(types_.get(), members[i].name_off);
      if (member.name != found) continue;
      EXPECT_EQ(btf_member_bit_offset(type, i), member.offset * 8u) << name << "." << found;
      EXPECT_EQ(btf__resolve_size(types_.get(), members[i].type), member.size)
          << name << "." << found;
      return;
    }
    ADD_FAILURE() << name << " has no member " << member.name;
  }

  std::unique_ptr<btf, FreeBtf> types_;
};

TEST_F(LayoutTest, EveryRowStandsWhereBothCompilersPutIt) {
  for (const Member& member : HeaderMembers()) ExpectMember("wire_header", member);
  ExpectSize("wire_header", sizeof(wire_header));
  for (const KindInfo& info : Kinds()) {
    const std::string name = absl::StrCat("wire_", info.name);
    ExpectSize(name, info.size);
    // One for each row, and the header: nothing stands in the struct that no row names.
    const btf_type* type = Struct(name);
    ASSERT_NE(type, nullptr) << name;
    EXPECT_EQ(btf_vlen(type), info.members.size() + 1) << name;
    for (const Member& member : info.members) ExpectMember(name, member);
  }
}

TEST_F(LayoutTest, TheStructsOfMapsAreTheSameOnBothSides) {
  ExpectSize("sensor_config", sizeof(sensor_config));
  ExpectSize("sensor_counters", sizeof(sensor_counters));
  ExpectSize("sensor_state", sizeof(sensor_state));
  ExpectSize("sensor_fold", sizeof(sensor_fold));
  ExpectSize("classify_kind", sizeof(classify_kind));
  ExpectSize("classify_key", sizeof(classify_key));
  ExpectSize("classify_path_key", sizeof(classify_path_key));
  ExpectSize("classify_name_key", sizeof(classify_name_key));
}

}  // namespace
}  // namespace vedette
