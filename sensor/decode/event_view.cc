// SPDX-License-Identifier: Apache-2.0
//
// The first door of foreign bytes. Offsets and sizes are checked here once, by the tables of the
// schema; every reader below copies out of the record (no alignment is assumed) and trusts the
// check.
#include "sensor/decode/event_view.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/check.h"

namespace vedette {
namespace {

constexpr uint16_t kLengthMask = static_cast<uint16_t>(~WIRE_TEXT_TRUNCATED);

wire_text ReadSlot(absl::Span<const std::byte> bytes, const Member& member) {
  wire_text slot;
  std::memcpy(&slot, bytes.data() + member.offset, sizeof(slot));
  return slot;
}

// The beginning of wire_header: the same for every record.
struct HeaderStart {
  uint32_t size;
  uint16_t kind;
  uint8_t lane;
};
static_assert(offsetof(HeaderStart, kind) == offsetof(wire_header, kind));
static_assert(offsetof(HeaderStart, lane) == offsetof(wire_header, lane));

// What Parse() checks of a kind, close together: every record comes through here.
struct Check {
  struct Text {
    uint16_t at = 0;
    uint16_t longest = 0;
  };
  static constexpr size_t kTextsMax = 16;

  const KindInfo* info = nullptr;
  size_t size = 0;
  size_t text_count = 0;
  std::array<Text, kTextsMax> texts;
};

const Check* CheckOf(uint16_t kind) {
  static const auto* const by_kind = [] {
    auto* table = new std::array<Check, WIRE_KIND_LIMIT>{};
    for (const KindInfo& info : Kinds()) {
      Check& check = (*table)[info.kind];
      check.info = &info;
      check.size = info.size;
      for (const Member& member : info.members) {
        if (member.shape != MemberShape::kText) continue;
        CHECK_LT(check.text_count, Check::kTextsMax);
        check.texts[check.text_count++] = {member.offset, member.text_max};
      }
    }
    return table;
  }();
  if (kind >= WIRE_KIND_LIMIT || (*by_kind)[kind].info == nullptr) return nullptr;
  return &(*by_kind)[kind];
}

// A slot without a text may say anything about its place: nobody reads there.
bool TextFits(absl::Span<const std::byte> bytes, size_t begin, const Check::Text& text) {
  wire_text slot;
  std::memcpy(&slot, bytes.data() + text.at, sizeof(slot));
  const size_t length = slot.length & kLengthMask;
  if (length == 0) return true;
  return length <= text.longest && slot.offset >= begin && slot.offset + length <= bytes.size();
}

// The member that says of which family the kind's addresses and ports are, by kind; null where none
// does.
const Member* FamilyMember(EventKind kind) {
  static const auto* const by_kind = [] {
    auto* table = new std::array<const Member*, WIRE_KIND_LIMIT>{};
    for (const KindInfo& info : Kinds()) (*table)[info.kind] = FindMember(info, "family");
    return table;
  }();
  return (*by_kind)[kind];
}

constexpr uint8_t kMappedPrefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

// An IPv4 address in IPv6's clothes (::ffff:a.b.c.d) is what the peer sees: IPv4. Falco reads it so
// as well.
IpAddress ReadAddress(const std::byte* at, uint64_t family) {
  IpAddress address;
  std::array<uint8_t, WIRE_ADDRESS_SIZE> raw;
  std::memcpy(raw.data(), at, raw.size());
  const bool mapped = std::equal(std::begin(kMappedPrefix), std::end(kMappedPrefix), raw.begin());
  if (family == AF_INET) {
    std::copy_n(raw.begin(), 4, address.bytes.begin());
  } else if (mapped) {
    std::copy_n(raw.begin() + 12, 4, address.bytes.begin());
  } else {
    address.is_v6 = true;
    address.bytes = raw;
  }
  return address;
}

Value NumberAsValue(FieldType type, uint64_t number) {
  switch (type) {
    case FieldType::kSigned:
      return Value::Signed(static_cast<int64_t>(number));
    case FieldType::kBool:
      return Value::Bool(number != 0);
    case FieldType::kUnsigned:
    case FieldType::kPort:
    case FieldType::kWallTime:
    case FieldType::kBootTime:
    case FieldType::kDuration:
      return Value::Unsigned(number);
    case FieldType::kBytes:
    case FieldType::kDouble:
    case FieldType::kText:
    case FieldType::kPath:
    case FieldType::kArguments:
    case FieldType::kAddress:
    case FieldType::kNetwork:
      return Value::None();  // No number: the schema has no such row.
  }
  return Value::None();
}

}  // namespace

std::optional<EventView> EventView::Parse(absl::Span<const std::byte> bytes) {
  if (bytes.size() < sizeof(wire_header) || bytes.size() > WIRE_RECORD_MAX) return std::nullopt;
  HeaderStart start;
  std::memcpy(&start, bytes.data(), sizeof(start));
  if (start.size != bytes.size() || start.lane >= WIRE_LANES) return std::nullopt;
  const Check* check = CheckOf(start.kind);
  if (check == nullptr || bytes.size() < check->size) return std::nullopt;
  for (size_t i = 0; i < check->text_count; ++i) {
    if (!TextFits(bytes, check->size, check->texts[i])) return std::nullopt;
  }
  return std::optional<EventView>(std::in_place, Checked(), bytes, check->info);
}

absl::string_view EventView::comm() const {
  const char* text = reinterpret_cast<const char*>(header_.comm);
  return {text, strnlen(text, WIRE_COMM_SIZE)};
}

uint64_t EventView::Number(const Member& member) const {
  const std::byte* at = bytes_.data() + member.offset;
  uint64_t number = 0;
  std::memcpy(&number, at, std::min<size_t>(member.size, sizeof(number)));
  if (!member.is_signed || member.size >= sizeof(number)) return number;
  const int unused_bits = 64 - 8 * member.size;
  return static_cast<uint64_t>(static_cast<int64_t>(number << unused_bits) >> unused_bits);
}

absl::string_view EventView::Text(const Member& member) const {
  const char* base = reinterpret_cast<const char*>(bytes_.data());
  switch (member.shape) {
    case MemberShape::kText: {
      const wire_text slot = ReadSlot(bytes_, member);
      const size_t length = slot.length & kLengthMask;
      return length == 0 ? absl::string_view() : absl::string_view(base + slot.offset, length);
    }
    case MemberShape::kBytes:
      return {base + member.offset, strnlen(base + member.offset, member.size)};
    case MemberShape::kNumber:
      return {};
  }
  return {};
}

bool EventView::Truncated(const Member& member) const {
  return member.shape == MemberShape::kText &&
         (ReadSlot(bytes_, member).length & WIRE_TEXT_TRUNCATED) != 0;
}

Value EventView::Get(const Member& member) const {
  const bool of_network = member.type == FieldType::kAddress ||
                          member.type == FieldType::kNetwork || member.type == FieldType::kPort;
  if (of_network) {
    const Member* family_member = FamilyMember(kind());
    const uint64_t family = family_member == nullptr ? 0 : Number(*family_member);
    if (family != AF_INET && family != AF_INET6) return Value::None();
    if (member.type == FieldType::kPort) return Value::Unsigned(Number(member));
    return Value::Address(ReadAddress(bytes_.data() + member.offset, family));
  }
  if (member.shape == MemberShape::kNumber) return NumberAsValue(member.type, Number(member));
  if (member.type == FieldType::kArguments) return Value::None();
  const absl::string_view text = Text(member);
  return text.empty() ? Value::None() : Value::Text(text);
}

void EventView::CopyOut(void* to, size_t size) const {
  CHECK_EQ(size, info_->size);
  std::memcpy(to, bytes_.data(), size);
}

}  // namespace vedette
