// SPDX-License-Identifier: Apache-2.0
#include "sensor/decode/event_view.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "sensor/decode/record_builder.h"

namespace vedette {
namespace {

const Member& MemberNamed(const EventView& view, absl::string_view name) {
  if (const Member* member = FindMember(view.info(), name)) return *member;
  if (const Member* member = FindHeaderMember(name)) return *member;
  ADD_FAILURE() << name;
  return HeaderMembers()[0];
}

RecordBytes SomeOpen() {
  return RecordBuilder(WIRE_file_open)
      .Set("pid", 42)
      .Set("comm", "cat")
      .Set("result", -13)
      .Set("path", "/etc/shadow")
      .Set("name", "../etc/shadow")
      .SetTruncated("name")
      .Build();
}

RecordBytes SomeConnect(absl::string_view remote) {
  return RecordBuilder(WIRE_network_connect)
      .Set("remote_address", remote)
      .Set("remote_port", 443)
      .Set("socket_type", 1)
      .Build();
}

// Every byte that a view hands out, so that a sanitizer sees each read.
size_t ReadEverything(const EventView& view) {
  size_t sum = view.comm().size();
  for (const auto members : {HeaderMembers(), view.info().members}) {
    for (const Member& member : members) {
      sum += view.Number(member) != 0;
      sum += view.Truncated(member);
      for (const char c : view.Text(member)) sum += static_cast<unsigned char>(c);
      for (const char c : view.Get(member).text) sum += static_cast<unsigned char>(c);
    }
  }
  return sum;
}

TEST(EventView, ReadsWhatWasBuilt) {
  const RecordBytes record = SomeOpen();
  const auto view = EventView::Parse(record);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->kind(), WIRE_file_open);
  EXPECT_EQ(view->info().name, "file_open");
  EXPECT_EQ(view->header().pid, 42U);
  EXPECT_EQ(view->comm(), "cat");
  EXPECT_EQ(view->Get(MemberNamed(*view, "comm")).text, "cat");
  EXPECT_EQ(view->Get(MemberNamed(*view, "result")).AsSigned(), -13);
  EXPECT_EQ(view->Text(MemberNamed(*view, "path")), "/etc/shadow");
  EXPECT_FALSE(view->Truncated(MemberNamed(*view, "path")));
  EXPECT_EQ(view->Text(MemberNamed(*view, "name")), "../etc/shadow");
  EXPECT_TRUE(view->Truncated(MemberNamed(*view, "name")));
  EXPECT_EQ(view->As<wire_file_open>().result, -13);
}

TEST(EventView, EveryKindParsesWhenEmpty) {
  for (const KindInfo& info : Kinds()) {
    const RecordBytes record = RecordBuilder(info.kind).Build();
    const auto view = EventView::Parse(record);
    ASSERT_TRUE(view) << info.name;
    EXPECT_EQ(view->info().name, info.name);
    ReadEverything(*view);
  }
}

TEST(EventView, EmptyTextsAndArgumentsHaveNoValue) {
  const RecordBytes record =
      RecordBuilder(WIRE_process_exec).SetArguments("args", {"ls", "", "-l"}).Build();
  const auto view = EventView::Parse(record);
  ASSERT_TRUE(view);
  EXPECT_FALSE(view->Get(MemberNamed(*view, "exe_path")).HasValue());
  EXPECT_FALSE(view->Get(MemberNamed(*view, "args")).HasValue());
  std::vector<std::string> arguments;
  ForEachArgument(view->Text(MemberNamed(*view, "args")),
                  [&](absl::string_view argument) { arguments.emplace_back(argument); });
  EXPECT_EQ(arguments, (std::vector<std::string>{"ls", "", "-l"}));
}

TEST(EventView, AddressesFollowTheFamily) {
  const RecordBytes v4 = SomeConnect("10.1.2.3");
  const RecordBytes v6 = SomeConnect("2001:db8::1");
  const RecordBytes mapped = SomeConnect("::ffff:10.1.2.3");
  const auto get = [](const RecordBytes& record, absl::string_view name) {
    const auto view = EventView::Parse(record);
    return view->Get(MemberNamed(*view, name));
  };
  EXPECT_FALSE(get(v4, "remote_address").address.is_v6);
  EXPECT_EQ(get(v4, "remote_address").address.bytes[3], 3);
  EXPECT_TRUE(get(v6, "remote_address").address.is_v6);
  EXPECT_EQ(get(mapped, "remote_address").address, get(v4, "remote_address").address);
  EXPECT_EQ(get(v4, "remote_port").number, 443U);
  const RecordBytes unix_socket =
      RecordBuilder(WIRE_network_connect).Set("family", 1).Set("unix_path", "/run/x").Build();
  EXPECT_FALSE(get(unix_socket, "remote_address").HasValue());
  EXPECT_FALSE(get(unix_socket, "remote_port").HasValue());
  EXPECT_EQ(get(unix_socket, "unix_path").text, "/run/x");
}

struct Damage {
  absl::string_view name;
  void (*apply)(RecordBytes& record);
};

template <typename T>
void Poke(RecordBytes& record, size_t offset, T value) {
  std::memcpy(record.data() + offset, &value, sizeof(value));
}

// The slot of file_open's `path`, and the header's kind and lane, by their places.
constexpr size_t kPathSlot = offsetof(wire_file_open, path);
const Damage kDamages[] = {
    {"empty", [](RecordBytes& r) { r.clear(); }},
    {"shorter than a header", [](RecordBytes& r) { r.resize(sizeof(wire_header) - 1); }},
    {"a byte is missing", [](RecordBytes& r) { r.pop_back(); }},
    {"a byte too many", [](RecordBytes& r) { r.push_back({}); }},
    {"size lies", [](RecordBytes& r) { Poke<__u32>(r, 0, 1U << 31); }},
    {"unknown kind", [](RecordBytes& r) { Poke<__u16>(r, 4, 0); }},
    {"kind beyond the limit", [](RecordBytes& r) { Poke<__u16>(r, 4, 0xffff); }},
    {"kind of a larger struct", [](RecordBytes& r) { Poke<__u16>(r, 4, WIRE_process_exec); }},
    {"unknown lane", [](RecordBytes& r) { Poke<__u8>(r, 6, WIRE_LANES); }},
    {"text in the header", [](RecordBytes& r) { Poke<__u16>(r, kPathSlot, 8); }},
    {"text beyond the end", [](RecordBytes& r) { Poke<__u16>(r, kPathSlot, 0xffff); }},
    {"text across the end", [](RecordBytes& r) { Poke<__u16>(r, kPathSlot + 2, 4096); }},
    {"text longer than its row", [](RecordBytes& r) { Poke<__u16>(r, kPathSlot + 2, 0x7fff); }},
};

TEST(EventView, RefusesDamagedRecords) {
  for (const Damage& damage : kDamages) {
    RecordBytes record = SomeOpen();
    damage.apply(record);
    EXPECT_FALSE(EventView::Parse(record)) << damage.name;
  }
}

TEST(EventView, RefusesRecordsThatAreTooLarge) {
  RecordBytes record = SomeOpen();
  record.resize(WIRE_RECORD_MAX + 1);
  Poke<__u32>(record, 0, WIRE_RECORD_MAX + 1);
  EXPECT_FALSE(EventView::Parse(record));
  record.resize(WIRE_RECORD_MAX);
  Poke<__u32>(record, 0, WIRE_RECORD_MAX);
  EXPECT_TRUE(EventView::Parse(record));  // Bytes that no text names are allowed.
}

TEST(EventView, PlaceOfAnEmptyTextDoesNotMatter) {
  RecordBytes record = RecordBuilder(WIRE_file_open).Build();
  Poke<__u16>(record, kPathSlot, 0xffff);
  const auto view = EventView::Parse(record);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->Text(MemberNamed(*view, "path")), "");
}

TEST(EventView, ReadsAtAnyAlignment) {
  const RecordBytes record = SomeOpen();
  for (size_t shift = 0; shift < 8; ++shift) {
    RecordBytes moved(record.size() + shift);
    std::memcpy(moved.data() + shift, record.data(), record.size());
    const auto view = EventView::Parse(absl::MakeConstSpan(moved).subspan(shift));
    ASSERT_TRUE(view);
    EXPECT_EQ(view->Text(MemberNamed(*view, "path")), "/etc/shadow");
  }
}

// Whatever the bytes are: Parse refuses them, or everything that the view hands out lies inside
// them. The exact allocation lets the address sanitizer see a read of one byte too many.
TEST(EventView, MutatedRecordsAreRefusedOrSafe) {
  std::mt19937 random(20240501);
  size_t accepted = 0;
  for (int round = 0; round < 30000; ++round) {
    RecordBytes record = round % 2 == 0 ? SomeOpen() : SomeConnect("10.1.2.3");
    const size_t edits = 1 + random() % 6;
    for (size_t i = 0; i < edits; ++i) {
      record[random() % record.size()] = static_cast<std::byte>(random());
    }
    if (random() % 8 == 0) record.resize(random() % (record.size() + 16));
    if (random() % 2 == 0 && record.size() >= 4) {
      Poke<__u32>(record, 0, static_cast<__u32>(record.size()));
    }
    record.shrink_to_fit();
    const auto view = EventView::Parse(record);
    if (!view) continue;
    ++accepted;
    ReadEverything(*view);
    for (const Member& member : view->info().members) {
      const absl::string_view text = view->Text(member);
      if (text.empty()) continue;
      const char* begin = reinterpret_cast<const char*>(record.data());
      EXPECT_GE(text.data(), begin);
      EXPECT_LE(text.data() + text.size(), begin + record.size());
    }
  }
  EXPECT_GT(accepted, 1000U);
}

}  // namespace
}  // namespace vedette
