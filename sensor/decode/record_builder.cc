// SPDX-License-Identifier: Apache-2.0
#include "sensor/decode/record_builder.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/match.h"
#include "base/check.h"

namespace vedette {
namespace {

const KindInfo& InfoOf(EventKind kind) {
  const KindInfo* info = FindKind(kind);
  CHECK(info != nullptr) << "no event kind " << static_cast<int>(kind);
  return *info;
}

void Append(RecordBytes& record, absl::string_view text) {
  for (const char c : text) record.push_back(static_cast<std::byte>(c));
}

}  // namespace

RecordBuilder::RecordBuilder(EventKind kind) : info_(InfoOf(kind)), numbers_(info_.size) {
  header_.kind = static_cast<uint16_t>(kind);
  header_.lane = WIRE_LANE_CRITICAL;
  header_.repeats = 1;
  header_.syscall = -1;
  std::fill(std::begin(header_.survivors), std::end(header_.survivors), ~uint64_t{0});
}

const Member& RecordBuilder::Find(absl::string_view name) const {
  if (const Member* member = FindMember(info_, name)) return *member;
  if (const Member* member = FindHeaderMember(name)) return *member;
  CHECK(false) << info_.name << " has no member " << name;
  return info_.members[0];
}

bool RecordBuilder::InHeader(const Member& member) const {
  return member.offset < sizeof(wire_header);
}

std::byte* RecordBuilder::Place(const Member& member) {
  if (!InHeader(member)) return numbers_.data() + member.offset;
  return reinterpret_cast<std::byte*>(&header_) + member.offset;
}

RecordBuilder& RecordBuilder::SetNumber(absl::string_view name, uint64_t number) {
  const Member& member = Find(name);
  CHECK(member.shape == MemberShape::kNumber) << name << " is not a number";
  std::memcpy(Place(member), &number, member.size);
  return *this;
}

RecordBuilder& RecordBuilder::Set(absl::string_view name, absl::string_view text) {
  const Member& member = Find(name);
  CHECK(member.shape != MemberShape::kNumber) << name << " is a number";
  if (member.shape == MemberShape::kText) {
    CHECK_LE(text.size(), member.text_max) << name;
    texts_[&member] = std::string(text);
    return *this;
  }
  std::byte* place = Place(member);
  std::memset(place, 0, member.size);
  if (member.type == FieldType::kAddress) {
    const int family = absl::StrContains(text, ":") ? AF_INET6 : AF_INET;
    CHECK_EQ(inet_pton(family, std::string(text).c_str(), place), 1) << text;
    std::byte* family_place = Place(Find("family"));
    if (*family_place == std::byte{0}) *family_place = static_cast<std::byte>(family);
    return *this;
  }
  CHECK_LE(text.size(), member.size) << name;
  std::memcpy(place, text.data(), text.size());
  return *this;
}

RecordBuilder& RecordBuilder::SetArguments(absl::string_view member,
                                           const std::vector<std::string>& arguments) {
  std::string text;
  for (const std::string& argument : arguments) {
    text += argument;
    text += '\0';
  }
  return Set(member, text);
}

RecordBuilder& RecordBuilder::SetTruncated(absl::string_view member) {
  truncated_[&Find(member)] = true;
  return *this;
}

RecordBytes RecordBuilder::Build() const {
  RecordBytes record = numbers_;
  for (const Member& member : info_.members) {
    if (member.shape != MemberShape::kText) continue;
    const auto text = texts_.find(&member);
    const absl::string_view bytes = text == texts_.end() ? absl::string_view() : text->second;
    wire_text slot = {.offset = static_cast<__u16>(record.size()),
                      .length = static_cast<__u16>(bytes.size())};
    if (truncated_.count(&member) > 0) slot.length |= WIRE_TEXT_TRUNCATED;
    std::memcpy(record.data() + member.offset, &slot, sizeof(slot));
    Append(record, bytes);
  }
  wire_header header = header_;
  header.size = static_cast<__u32>(record.size());
  std::memcpy(record.data(), &header, sizeof(header));
  return record;
}

}  // namespace vedette
