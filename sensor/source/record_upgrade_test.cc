// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/record_upgrade.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <random>
#include <string>

#include "sensor/decode/event_view.h"
#include "sensor/decode/record_builder.h"
#include "sensor/schema/history.h"
#include "sensor/schema/layout.h"

namespace vedette {
namespace {

struct Row {
  uint32_t version;
  EventKind kind;
  size_t at, bytes;
};
#define HISTORY_ROW(version, kind, at, bytes) {version, WIRE_##kind, at, bytes},
constexpr Row kRows[] = {WIRE_HISTORY(HISTORY_ROW)};

// What version 1 had, written down when it was current. A new kind need not be here.
const std::map<std::string, size_t> kSizesOfVersion1 = {
    {"process_fork", 152},      {"process_exec", 320},        {"process_exit", 144},
    {"process_seen", 320},      {"process_exec_failed", 136}, {"process_credentials", 208},
    {"process_namespace", 160}, {"network_connect", 184},     {"network_socket", 184},
    {"network_bind", 184},      {"network_listen", 192},      {"network_accept", 184},
    {"network_send", 192},      {"network_receive", 192},     {"network_dns", 192},
    {"network_end", 208},       {"kernel_memfd", 136},        {"system_call", 184},
};

TEST(HistoryTest, WhatTheKindsGrewAddsUp) {
  for (const auto& [name, size] : kSizesOfVersion1) {
    const KindInfo* info = FindKindByName(name);
    ASSERT_NE(info, nullptr) << name;
    size_t grown = 0;
    for (const Row& row : kRows) grown += row.kind == info->kind ? row.bytes : 0;
    EXPECT_EQ(size + grown, info->size) << name << ": does history.h say all that was added?";
  }
}

TEST(HistoryTest, RowsAreInOrder) {
  const Row* before = nullptr;
  for (const Row& row : kRows) {
    EXPECT_GT(row.version, WIRE_VERSION_OLDEST);
    EXPECT_LE(row.version, WIRE_VERSION);
    if (before != nullptr) {
      EXPECT_LE(before->version, row.version);
      const bool same = before->kind == row.kind && before->version == row.version;
      EXPECT_TRUE(!same || before->at < row.at) << FindKind(row.kind)->name << " " << row.at;
    }
    before = &row;
  }
}

// The record as version 1 had it: what history.h put in is taken out again, from the end.
RecordBytes AsVersion1(RecordBytes record) {
  wire_header header;
  std::memcpy(&header, record.data(), sizeof(header));
  const KindInfo& info = *FindKind(header.kind);
  size_t grown = 0;
  for (const Row& row : kRows) grown += row.kind == info.kind ? row.bytes : 0;
  for (const Member& member : info.members) {
    if (member.shape != MemberShape::kText) continue;
    wire_text slot;
    std::memcpy(&slot, record.data() + member.offset, sizeof(slot));
    slot.offset = static_cast<__u16>(slot.offset - grown);
    std::memcpy(record.data() + member.offset, &slot, sizeof(slot));
  }
  for (const Row& row : kRows) {
    if (row.kind != info.kind) continue;
    const auto at = record.begin() + static_cast<std::ptrdiff_t>(row.at);
    record.erase(at, at + static_cast<std::ptrdiff_t>(row.bytes));
  }
  header.size = static_cast<__u32>(record.size());
  std::memcpy(record.data(), &header, sizeof(header));
  return record;
}

// Where an empty text would be is nobody's matter.
void ExpectSame(absl::Span<const std::byte> record, const RecordBytes& now) {
  const auto a = EventView::Parse(record), b = EventView::Parse(now);
  ASSERT_TRUE(a.has_value() && b.has_value());
  for (const auto members : {HeaderMembers(), b->info().members}) {
    for (const Member& member : members) {
      if (member.shape == MemberShape::kNumber) {
        EXPECT_EQ(a->Number(member), b->Number(member)) << b->info().name << "." << member.name;
      }
      EXPECT_EQ(a->Text(member), b->Text(member)) << b->info().name << "." << member.name;
    }
  }
}

TEST(RecordUpgradeTest, ARecordOfVersion1KeepsAllThatItSaid) {
  const RecordBytes now = RecordBuilder(WIRE_process_exec)
                              .Set("pid", 42)
                              .Set("exe_mtime_ns", 7)
                              .Set("parent_pid", 41)
                              .Set("cgroup_ns", 40)
                              .Set("exe_from_memfd", 1)
                              .Set("from_fork", 1)
                              .Set("exe_path", "/usr/bin/id")
                              .SetArguments("args", {"id", "-u"})
                              .Set("cgroup", "/system.slice")
                              .Build();
  RecordUpgrade upgrade(1);
  EXPECT_FALSE(upgrade.IsIdentity());
  ExpectSame(upgrade.Apply(AsVersion1(now)), now);
}

TEST(RecordUpgradeTest, EveryKindThatGrewIsReadAgain) {
  RecordUpgrade upgrade(1);
  for (const Row& row : kRows) {
    const RecordBytes now = RecordBuilder(row.kind).Set("pid", 42).Set("comm", "x").Build();
    const RecordBytes old = AsVersion1(now);
    EXPECT_FALSE(EventView::Parse(old).has_value()) << FindKind(row.kind)->name;
    ExpectSame(upgrade.Apply(old), now);
  }
}

TEST(RecordUpgradeTest, WhatDidNotGrowIsNotCopied) {
  const RecordBytes fork = RecordBuilder(WIRE_process_fork).Set("child_pid", 5).Build();
  RecordUpgrade upgrade(1);
  EXPECT_EQ(upgrade.Apply(fork).data(), fork.data());
  const RecordBytes exec = RecordBuilder(WIRE_process_exec).Set("exe_path", "/bin/sh").Build();
  RecordUpgrade current(WIRE_VERSION);
  EXPECT_TRUE(current.IsIdentity());
  EXPECT_EQ(current.Apply(exec).data(), exec.data());
}

TEST(RecordUpgradeTest, DamagedBytesAreSafeAndStayRefused) {
  const RecordBytes old =
      AsVersion1(RecordBuilder(WIRE_network_connect).Set("unix_path", "/run/x").Build());
  RecordUpgrade upgrade(1);
  for (size_t size = 0; size < 184; ++size) {
    const auto cut = upgrade.Apply(absl::MakeConstSpan(old.data(), size));
    EXPECT_FALSE(EventView::Parse(cut).has_value()) << size;
  }
  std::mt19937 random(3);
  for (int round = 0; round < 2000; ++round) {
    RecordBytes wild = old;
    for (int i = 0; i < 4; ++i) wild[random() % wild.size()] = static_cast<std::byte>(random());
    const auto view = EventView::Parse(upgrade.Apply(wild));
    if (!view.has_value()) continue;
    for (const Member& member : view->info().members) (void)view->Text(member);
  }
}

}  // namespace
}  // namespace vedette
