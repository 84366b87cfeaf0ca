// SPDX-License-Identifier: Apache-2.0
//
// For tests: records of any kind with anything in them, and what a record says.
#ifndef VEDETTE_STORAGE_TEST_RECORDS_H_
#define VEDETTE_STORAGE_TEST_RECORDS_H_

#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "sensor/decode/event_view.h"
#include "sensor/decode/record_builder.h"

namespace vedette {

inline std::string RandomText(std::mt19937& random, size_t longest) {
  std::string text;
  const size_t size = random() % 4 == 0 ? 0 : 1 + random() % std::min<size_t>(longest, 30);
  for (size_t i = 0; i < size; ++i) text.push_back(static_cast<char>(' ' + random() % 90));
  return text;
}

// Any value that a member can have; addresses are those of the family.
inline void SetRandomly(std::mt19937& random, const Member& member, RecordBuilder& record) {
  if (member.name == "family") return;
  if (member.type == FieldType::kArguments) {
    std::vector<std::string> arguments;
    for (size_t count = random() % 4; count > 0; --count) {
      arguments.push_back(RandomText(random, 10));
    }
    record.SetArguments(member.name, arguments);
  } else if (member.type == FieldType::kAddress) {
    record.Set(member.name, random() % 2 == 0 ? "2001:db8::7" : "::ffff:10.1.2.3");
  } else if (member.shape == MemberShape::kNumber) {
    record.Set(member.name, random());
  } else if (member.shape == MemberShape::kText) {
    record.Set(member.name, RandomText(random, member.text_max));
    if (random() % 3 == 0) record.SetTruncated(member.name);
  } else {
    record.Set(member.name, RandomText(random, 15));
  }
}

inline RecordBytes RandomRecord(std::mt19937& random, const KindInfo& kind, uint64_t boot_ns) {
  RecordBuilder record(kind.kind);
  if (FindMember(kind, "family") != nullptr) record.Set("family", AF_INET6);
  for (const Member& member : kind.members) {
    if (!absl::EndsWith(member.name, "reserved")) SetRandomly(random, member, record);
  }
  record.header().lane = random() % 2 == 0 ? WIRE_LANE_BULK : WIRE_LANE_CRITICAL;
  record.header().flags = static_cast<uint8_t>(random());
  record.header().time_ns = boot_ns;
  record.header().exec_id = 1 + random() % 5;
  record.header().cgroup_id = random();
  record.header().sequence = random();
  record.header().repeats = static_cast<uint32_t>(random());
  record.header().syscall = static_cast<int32_t>(random() % 400) - 1;
  record.header().generation = static_cast<uint32_t>(random());
  std::memcpy(record.header().comm, "prog", 5);
  return record.Build();
}

// All that a record says, but where its texts lie.
inline std::string Said(absl::Span<const std::byte> bytes) {
  const auto view = EventView::Parse(bytes);
  if (!view.has_value()) return "no record";
  std::string said = absl::StrCat(view->info().name, " lane ", view->header().lane, " flags ",
                                  view->header().flags);
  for (const auto members : {HeaderMembers(), view->info().members}) {
    for (const Member& member : members) {
      if (member.shape == MemberShape::kNumber) {
        absl::StrAppend(&said, " ", std::string(member.name), "=", view->Number(member));
      } else if (member.type == FieldType::kAddress) {
        const auto* at = reinterpret_cast<const char*>(bytes.data()) + member.offset;
        absl::StrAppend(&said, " ", std::string(member.name), "=", std::string(at, member.size));
      } else {
        absl::StrAppend(&said, " ", std::string(member.name), "=", std::string(view->Text(member)),
                        view->Truncated(member) ? "..." : "");
      }
    }
  }
  for (const uint64_t word : view->header().survivors) absl::StrAppend(&said, " ", word);
  return said;
}

}  // namespace vedette

#endif  // VEDETTE_STORAGE_TEST_RECORDS_H_
