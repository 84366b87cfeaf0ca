// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/snapshot.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include "sensor/decode/event_view.h"

namespace vedette {
namespace {

wire_process_seen SeenRecord(uint32_t pid, bool kernel_thread) {
  wire_process_seen seen = {};
  seen.header.size = sizeof(seen);
  seen.header.kind = WIRE_process_seen;
  seen.header.pid = pid;
  seen.kernel_thread = kernel_thread;
  return seen;
}

std::vector<std::byte> Bytes(const std::vector<wire_process_seen>& records) {
  std::vector<std::byte> bytes(records.size() * sizeof(wire_process_seen));
  std::memcpy(bytes.data(), records.data(), bytes.size());
  return bytes;
}

std::string Arguments(const RecordBytes& record) {
  const auto view = EventView::Parse(record);
  if (!view.has_value()) return "malformed";
  const Member* member = FindMember(view->info(), "args");
  return member == nullptr ? "no such member" : std::string(view->Text(*member));
}

TEST(Snapshot, EachProcessGetsItsArguments) {
  const auto own = static_cast<uint32_t>(getpid());
  const auto snapshot = CompleteSnapshot(Bytes({SeenRecord(own, false), SeenRecord(2, true)}));
  ASSERT_EQ(snapshot.size(), 2u);
  EXPECT_NE(Arguments(snapshot[0]).find("test"), std::string::npos) << Arguments(snapshot[0]);
  EXPECT_EQ(Arguments(snapshot[1]), "");
}

TEST(Snapshot, AProcessThatHasEndedKeepsItsRecord) {
  const auto snapshot = CompleteSnapshot(Bytes({SeenRecord(4194305, false)}));
  ASSERT_EQ(snapshot.size(), 1u);
  EXPECT_EQ(Arguments(snapshot[0]), "");
}

TEST(Snapshot, ARecordThatLiesAboutItsSizeEndsIt) {
  std::vector<std::byte> bytes = Bytes({SeenRecord(1, true), SeenRecord(2, true)});
  const uint32_t lie = 1 << 30;
  std::memcpy(bytes.data() + sizeof(wire_process_seen), &lie, sizeof(lie));
  EXPECT_EQ(CompleteSnapshot(bytes).size(), 1u);
  EXPECT_TRUE(CompleteSnapshot(absl::MakeSpan(bytes).first(10)).empty());
}

TEST(Snapshot, ATextThatIsTooLongIsCutAndFlagged) {
  const auto seen = SeenRecord(1, false);
  RecordBytes record(sizeof(seen));
  std::memcpy(record.data(), &seen, sizeof(seen));
  AppendText(record, offsetof(wire_process_seen, args), std::string(5000, 'x'));
  const auto view = EventView::Parse(record);
  ASSERT_TRUE(view.has_value());
  EXPECT_EQ(view->As<wire_process_seen>().args.length, WIRE_TEXT_MAX | WIRE_TEXT_TRUNCATED);
}

}  // namespace
}  // namespace vedette
