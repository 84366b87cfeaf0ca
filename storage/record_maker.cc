// SPDX-License-Identifier: Apache-2.0
//
// No unit test: history_test makes records of every kind again.
#include "storage/record_maker.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/str_split.h"
#include "base/status_macros.h"
#include "sensor/schema/wire.h"
#include "storage/event_block.h"

namespace vedette {
namespace {

constexpr uint8_t kMappedPrefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

IpAddress ParseAddress(absl::string_view text) {
  IpAddress address;
  const std::string copy(text);
  address.is_v6 = copy.find(':') != std::string::npos;
  inet_pton(address.is_v6 ? AF_INET6 : AF_INET, copy.c_str(), address.bytes.data());
  return address;
}

std::vector<IpAddress> AddressesOf(const ColumnData& data) {
  std::vector<IpAddress> addresses(data.texts.size());
  for (size_t i = 1; i < addresses.size(); ++i) addresses[i] = ParseAddress(data.texts[i]);
  return addresses;
}

void PutNumber(const Member& member, int64_t number, char* record) {
  std::memcpy(record + member.offset, &number, std::min<size_t>(member.size, sizeof(number)));
}

// An IPv4 address of an IPv6 socket was written in IPv6's clothes.
void PutAddress(const Member& member, const IpAddress& address, uint64_t family, char* record) {
  char* const to = record + member.offset;
  if (address.is_v6 || family != AF_INET6) {
    std::memcpy(to, address.bytes.data(), address.is_v6 ? 16 : 4);
    return;
  }
  std::memcpy(to, kMappedPrefix, sizeof(kMappedPrefix));
  std::memcpy(to + sizeof(kMappedPrefix), address.bytes.data(), 4);
}

}  // namespace

absl::StatusOr<RecordMaker> RecordMaker::Create(EventBatch& batch) {
  return Create(batch.info().kind, [&](size_t index) { return batch.Column(index); });
}

absl::StatusOr<RecordMaker> RecordMaker::Create(EventKind kind, ColumnAt column_at) {
  RecordMaker maker(*FindKind(kind));
  maker.family_ = FindMember(*maker.info_, "family");
  const std::vector<EventColumn>& columns = EventColumns(kind);
  for (size_t i = 0; i < columns.size(); ++i) {
    const EventColumn& column = columns[i];
    if (column.source == ColumnSource::kId || column.source == ColumnSource::kTime) continue;
    ASSIGN_OR_RETURN(const ColumnData* const data, column_at(i));
    if (column.source == ColumnSource::kRecordFlags) maker.flags_ = data;
    if (column.source == ColumnSource::kTruncated) maker.truncated_ = data;
    if (column.source == ColumnSource::kLane) maker.lanes_ = data;
    if (column.source == ColumnSource::kSplit) maker.texts_.back().split = data;
    if (column.member == nullptr || column.source == ColumnSource::kSplit) continue;
    Part part{&column, data, nullptr, {}};
    if (column.member->shape == MemberShape::kText) {
      maker.texts_.push_back(std::move(part));
      continue;
    }
    if (column.source == ColumnSource::kNetwork && data->is_text) {
      part.addresses = AddressesOf(*data);
    }
    maker.parts_.push_back(std::move(part));
  }
  maker.truncated_bits_.assign(maker.truncated_->texts.size(), 0);
  for (size_t i = 1; i < maker.truncated_bits_.size(); ++i) {
    for (const absl::string_view name : absl::StrSplit(maker.truncated_->texts[i], ' ')) {
      for (size_t text = 0; text < maker.texts_.size(); ++text) {
        if (maker.texts_[text].column->member->name != name) continue;
        maker.truncated_bits_[i] |= uint64_t{1} << text;
      }
    }
  }
  return maker;
}

void RecordMaker::Append(uint32_t row, absl::string_view exe_sha256, std::string& to) const {
  const size_t begin = to.size();
  to.resize(begin + info_->size);
  char* const record = to.data() + begin;
  for (const Part& part : parts_) {
    const Member& member = *part.column->member;
    if (member.shape == MemberShape::kNumber) {
      PutNumber(member, part.data->numbers[row], record);
    } else if (member.type != FieldType::kAddress) {
      const absl::string_view text = part.data->Text(row);
      text.copy(record + member.offset, member.size);
    }
  }
  uint64_t family = 0;
  if (family_ != nullptr) std::memcpy(&family, record + family_->offset, family_->size);
  for (const Part& part : parts_) {
    if (part.addresses.empty() || part.data->numbers[row] == 0) continue;
    const auto number = static_cast<size_t>(part.data->numbers[row]);
    PutAddress(*part.column->member, part.addresses[number], family, record);
  }
  uint64_t truncated = truncated_bits_[static_cast<size_t>(truncated_->numbers[row])];
  for (const Part& part : texts_) {
    AppendText(part, row, begin, truncated & 1, to);
    truncated >>= 1;
  }
  if (!exe_sha256.empty()) AppendDigest(exe_sha256, begin, to);
  wire_header start;
  std::memcpy(&start, to.data() + begin, sizeof(start));
  start.size = static_cast<uint32_t>(to.size() - begin);
  start.kind = static_cast<uint16_t>(info_->kind);
  start.lane = lanes_->numbers[row] == WIRE_LANE_BULK ? WIRE_LANE_BULK : WIRE_LANE_CRITICAL;
  start.flags = static_cast<uint8_t>(flags_->numbers[row]);
  std::fill(std::begin(start.survivors), std::end(start.survivors), ~uint64_t{0});
  std::memcpy(to.data() + begin, &start, sizeof(start));
}

void RecordMaker::AppendDigest(absl::string_view exe_sha256, size_t begin, std::string& to) const {
  constexpr char kSha256 = 5;  // 1 + HASH_ALGO_SHA256 of linux/hash_info.h
  const Member* const algorithm = FindMember(*info_, "exe_digest_algorithm");
  const Member* const digest = FindMember(*info_, "exe_digest");
  if (algorithm == nullptr || digest == nullptr || to[begin + algorithm->offset] != 0 ||
      to.size() - begin + exe_sha256.size() > WIRE_RECORD_MAX) {
    return;
  }
  to[begin + algorithm->offset] = kSha256;
  const wire_text slot = {.offset = static_cast<__u16>(to.size() - begin),
                          .length = static_cast<__u16>(exe_sha256.size())};
  std::memcpy(to.data() + begin + digest->offset, &slot, sizeof(slot));
  to.append(exe_sha256.data(), exe_sha256.size());
}

void RecordMaker::AppendText(const Part& part, uint32_t row, size_t begin, uint64_t truncated,
                             std::string& to) const {
  const Member& member = *part.column->member;
  const size_t at = to.size();
  const absl::string_view text = part.data->Text(row);
  if (part.split == nullptr) {
    to.append(text.data(), text.size());
  } else {
    AppendSplitArguments(text, part.split->Text(row), to);
  }
  const size_t room = WIRE_RECORD_MAX - (at - begin);
  const size_t length = std::min({to.size() - at, size_t{member.text_max}, room});
  to.resize(at + length);
  const wire_text slot = {
      .offset = static_cast<__u16>(at - begin),
      .length = static_cast<__u16>(length | (truncated != 0 ? WIRE_TEXT_TRUNCATED : 0))};
  std::memcpy(to.data() + begin + member.offset, &slot, sizeof(slot));
}

}  // namespace vedette
