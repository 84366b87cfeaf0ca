// SPDX-License-Identifier: Apache-2.0
//
// No unit test: segment_test writes and reads heads through the codec, right and damaged ones.
#include "storage/segment_head.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "storage/byte_code.h"
#include "storage/segment_damage.h"

namespace vedette {
namespace {

enum Flag : uint8_t { kIsText = 1, kHasNulls = 2, kAllNull = 4, kInFilter = 8, kHasFolders = 16 };

class HeadReader {
 public:
  explicit HeadReader(absl::string_view bytes) : in_(bytes) {}

  bool Read(SegmentHead& head) {
    has_checksums_ = head.HasChecksums();
    head.rows = static_cast<uint32_t>(in_.Bounded(kSegmentRowsMax));
    const uint64_t columns = in_.Bounded(kSegmentColumnsMax);
    if (head.rows == 0) in_.Fail();
    for (uint64_t i = 0; in_.ok() && i < columns; ++i) {
      head.columns.push_back(Column(head.rows, columns, static_cast<int>(i)));
    }
    head.data_bytes = offset_;
    return in_.ok() && in_.AtEnd() && BasesAreSimple(head);
  }

 private:
  static bool BasesAreSimple(const SegmentHead& head) {
    for (const ColumnHead& column : head.columns) {
      if (column.base < 0) continue;
      const ColumnHead& base = head.columns[static_cast<size_t>(column.base)];
      if (!base.is_text || base.base >= 0) return false;
    }
    return true;
  }

  Stream OfSize(uint64_t raw) {
    Stream stream{.offset = offset_, .stored = in_.Bounded(raw), .raw = raw};
    if (has_checksums_ && stream.stored > 0) stream.check = in_.Fixed32();
    offset_ += stream.stored;
    return stream;
  }

  Planes OfNumbers(uint64_t count) {
    Planes planes;
    planes.min = in_.Signed();
    planes.width = static_cast<uint8_t>(in_.Bounded(8));
    planes.bytes = OfSize(planes.width * count);
    return planes;
  }

  int Other(uint64_t columns, int self) {
    const auto other = static_cast<int>(in_.Bounded(columns - 1));
    if (other == self) in_.Fail();
    return other;
  }

  ColumnHead Column(uint64_t rows, uint64_t columns, int self) {
    ColumnHead column;
    const uint8_t flags = in_.Byte();
    column.is_text = (flags & kIsText) != 0;
    column.has_nulls = (flags & kHasNulls) != 0;
    column.all_null = (flags & kAllNull) != 0;
    column.in_filter = (flags & kInFilter) != 0;
    column.has_folders = (flags & kHasFolders) != 0;
    if (column.all_null) return column;
    if (column.is_text) {
      if (const uint64_t base = in_.Bounded(columns); base != 0) {
        column.base = static_cast<int>(base - 1);
        if (column.base == self) in_.Fail();
      }
      column.texts = static_cast<uint32_t>(in_.Bounded(rows));
      column.lengths = OfSize(in_.Bounded(uint64_t{20} * column.texts));
      column.bytes = OfSize(in_.Bounded(kColumnTextMax));
    } else {
      if (column.has_nulls) column.nulls = OfSize((rows + 7) / 8);
      column.min = in_.Signed();
      column.max = static_cast<int64_t>(static_cast<uint64_t>(column.min) + in_.Varint());
    }
    Numbers(column, rows, columns, self);
    return column;
  }

  void Numbers(ColumnHead& column, uint64_t rows, uint64_t columns, int self) {
    column.coding =
        static_cast<NumberCoding>(in_.Bounded(static_cast<uint64_t>(kNumberCodingLast)));
    switch (column.coding) {
      case NumberCoding::kConstant:
        column.first = in_.Signed();
        break;
      case NumberCoding::kPlain:
        column.planes = OfNumbers(rows);
        break;
      case NumberCoding::kDelta:
        column.first = in_.Signed();
        column.planes = OfNumbers(rows);
        break;
      case NumberCoding::kDifference:
      case NumberCoding::kKeyed:
        column.reference = Other(columns, self);
        column.planes = OfNumbers(rows);
        break;
      case NumberCoding::kDictionary:
        column.entries = static_cast<uint32_t>(in_.Bounded(rows));
        column.planes = OfNumbers(column.entries);
        column.codes = OfNumbers(rows);
        break;
      case NumberCoding::kPerEntry:
        column.reference = Other(columns, self);
        column.entries = static_cast<uint32_t>(in_.Bounded(2 * kSegmentRowsMax + 2));
        column.planes = OfNumbers(column.entries);
        break;
      case NumberCoding::kExcept:
        if (column.base < 0) in_.Fail();
        column.reference = column.base;
        column.entries = static_cast<uint32_t>(in_.Bounded(rows));
        column.differs = OfSize((rows + 7) / 8);
        column.planes = OfNumbers(column.entries);
        break;
    }
  }

  ByteReader in_;
  bool has_checksums_ = false;
  uint64_t offset_ = 0;
};

void AppendStream(const Stream& stream, std::string& to) {
  AppendVarint(stream.stored, to);
  if (stream.stored > 0) AppendFixed32(stream.check, to);
}

void AppendPlanes(const Planes& planes, std::string& to) {
  AppendSigned(planes.min, to);
  AppendVarint(planes.width, to);
  AppendStream(planes.bytes, to);
}

void AppendNumbers(const ColumnHead& column, std::string& to) {
  AppendVarint(static_cast<uint64_t>(column.coding), to);
  switch (column.coding) {
    case NumberCoding::kConstant:
      AppendSigned(column.first, to);
      break;
    case NumberCoding::kPlain:
      AppendPlanes(column.planes, to);
      break;
    case NumberCoding::kDelta:
      AppendSigned(column.first, to);
      AppendPlanes(column.planes, to);
      break;
    case NumberCoding::kDifference:
    case NumberCoding::kKeyed:
      AppendVarint(static_cast<uint64_t>(column.reference), to);
      AppendPlanes(column.planes, to);
      break;
    case NumberCoding::kDictionary:
      AppendVarint(column.entries, to);
      AppendPlanes(column.planes, to);
      AppendPlanes(column.codes, to);
      break;
    case NumberCoding::kPerEntry:
      AppendVarint(static_cast<uint64_t>(column.reference), to);
      AppendVarint(column.entries, to);
      AppendPlanes(column.planes, to);
      break;
    case NumberCoding::kExcept:
      AppendVarint(column.entries, to);
      AppendStream(column.differs, to);
      AppendPlanes(column.planes, to);
      break;
  }
}

}  // namespace

absl::StatusOr<SegmentHead> ParseSegmentHead(absl::string_view bytes) {
  const uint8_t version = bytes.empty() ? 0 : static_cast<uint8_t>(bytes[0]);
  if (version == 0 || version > kSegmentVersion) {
    return SegmentDamage(
        absl::StrCat("it is of version ", version, ", this program knows up to ", kSegmentVersion));
  }
  SegmentHead head;
  head.version = version;
  if (!HeadReader(bytes.substr(1)).Read(head)) return SegmentDamage("its head makes no sense");
  return head;
}

std::vector<const Stream*> SegmentHead::Streams() const {
  std::vector<const Stream*> streams;
  for (const ColumnHead& column : columns) {
    for (const Stream* const stream :
         {&column.nulls, &column.lengths, &column.bytes, &column.differs, &column.planes.bytes,
          &column.codes.bytes}) {
      streams.push_back(stream);
    }
  }
  return streams;
}

void AppendSegmentHead(const SegmentHead& head, std::string& to) {
  to.push_back(static_cast<char>(kSegmentVersion));
  AppendVarint(head.rows, to);
  AppendVarint(head.columns.size(), to);
  for (const ColumnHead& column : head.columns) {
    to.push_back(
        static_cast<char>((column.is_text ? kIsText : 0) | (column.has_nulls ? kHasNulls : 0) |
                          (column.all_null ? kAllNull : 0) | (column.in_filter ? kInFilter : 0) |
                          (column.has_folders ? kHasFolders : 0)));
    if (column.all_null) continue;
    if (column.is_text) {
      AppendVarint(static_cast<uint64_t>(column.base + 1), to);
      AppendVarint(column.texts, to);
      AppendVarint(column.lengths.raw, to);
      AppendStream(column.lengths, to);
      AppendVarint(column.bytes.raw, to);
      AppendStream(column.bytes, to);
    } else {
      if (column.has_nulls) AppendStream(column.nulls, to);
      AppendSigned(column.min, to);
      AppendVarint(static_cast<uint64_t>(column.max) - static_cast<uint64_t>(column.min), to);
    }
    AppendNumbers(column, to);
  }
}

}  // namespace vedette
