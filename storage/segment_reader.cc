// SPDX-License-Identifier: Apache-2.0
//
// No unit test: segment_test reads what the encoder wrote, and what it did not.
#include "storage/segment_reader.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/status_macros.h"
#include "storage/byte_code.h"
#include "storage/checksum.h"
#include "storage/compression.h"
#include "storage/segment_damage.h"

namespace vedette {
namespace {

int64_t Sum(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}

template <size_t kWidth>
void JoinPlanes(const char* raw, int64_t min, std::vector<int64_t>& to) {
  const size_t count = to.size();
  for (size_t i = 0; i < count; ++i) {
    uint64_t number = 0;
    for (size_t plane = 0; plane < kWidth; ++plane) {
      number |= uint64_t{static_cast<uint8_t>(raw[plane * count + i])} << (8 * plane);
    }
    to[i] = Sum(min, static_cast<int64_t>(number));
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<SegmentReader>> SegmentReader::Create(absl::string_view bytes,
                                                                     ReadData read) {
  ASSIGN_OR_RETURN(SegmentHead head, ParseSegmentHead(bytes));
  return std::unique_ptr<SegmentReader>(new SegmentReader(std::move(head), std::move(read)));
}

SegmentReader::SegmentReader(SegmentHead head, ReadData read)
    : head_(std::move(head)), read_(std::move(read)), columns_(head_.columns.size()) {}

absl::StatusOr<const ColumnData*> SegmentReader::Column(size_t index) {
  Entry& entry = columns_[index];
  if (entry.state == State::kBusy) return SegmentDamage("a column refers to itself");
  if (entry.state == State::kNo) {
    entry.state = State::kBusy;
    const absl::Status status = Decode(index);
    entry.state = status.ok() ? State::kDone : State::kNo;
    RETURN_IF_ERROR(status);
    bytes_ += entry.data.Bytes();
  }
  return &entry.data;
}

absl::Status SegmentReader::Check() {
  if (!head_.HasChecksums()) {
    for (size_t i = 0; i < columns_.size(); ++i) RETURN_IF_ERROR(Column(i).status());
    return absl::OkStatus();
  }
  for (const Stream* const stream : head_.Streams()) RETURN_IF_ERROR(ReadStored(*stream));
  return absl::OkStatus();
}

absl::Status SegmentReader::Decode(size_t index) {
  const ColumnHead& head = head_.columns[index];
  ColumnData data;
  data.is_text = head.is_text;
  data.numbers.assign(rows(), 0);
  if (head.all_null) {
    if (!head.is_text) data.nulls.assign(rows(), 1);
  } else {
    if (head.is_text) RETURN_IF_ERROR(ReadTexts(head, data));
    RETURN_IF_ERROR(ReadNumbers(head, data));
    if (head.has_nulls) RETURN_IF_ERROR(ReadNulls(head, data));
  }
  if (data.is_text) {
    const auto texts = static_cast<uint64_t>(data.texts.size());
    for (const int64_t number : data.numbers) {
      if (static_cast<uint64_t>(number) >= texts) return SegmentDamage("a text that is not there");
    }
  }
  columns_[index].data = std::move(data);
  return absl::OkStatus();
}

absl::Status SegmentReader::ReadStored(const Stream& stream) {
  if (stream.stored == 0) {
    stored_.clear();
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(read_(stream.offset, stream.stored, stored_));
  if (stored_.size() != stream.stored) return SegmentDamage("it is cut");
  if (head_.HasChecksums() && Checksum(stored_) != stream.check) {
    return SegmentDamage(kWrongChecksum);
  }
  return absl::OkStatus();
}

absl::Status SegmentReader::ReadStream(const Stream& stream, std::string& raw) {
  if (stream.raw == 0) {
    raw.clear();
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(ReadStored(stream));
  if (!Decompress(stored_, stream.raw, raw)) return SegmentDamage("it cannot be decompressed");
  return absl::OkStatus();
}

absl::Status SegmentReader::ReadPlanes(const Planes& planes, size_t count,
                                       std::vector<int64_t>& to) {
  to.assign(count, planes.min);
  if (planes.width == 0 || count == 0) return absl::OkStatus();
  RETURN_IF_ERROR(ReadStream(planes.bytes, raw_));
  if (raw_.size() != planes.width * count) return SegmentDamage("numbers are missing");
  using Join = void (*)(const char*, int64_t, std::vector<int64_t>&);
  constexpr Join kJoin[] = {JoinPlanes<1>, JoinPlanes<2>, JoinPlanes<3>, JoinPlanes<4>,
                            JoinPlanes<5>, JoinPlanes<6>, JoinPlanes<7>, JoinPlanes<8>};
  kJoin[planes.width - 1](raw_.data(), planes.min, to);
  return absl::OkStatus();
}

absl::Status SegmentReader::ReadNulls(const ColumnHead& head, ColumnData& data) {
  if (data.is_text) return SegmentDamage("texts have no nulls of their own");
  RETURN_IF_ERROR(ReadStream(head.nulls, raw_));
  if (raw_.size() * 8 < rows()) return SegmentDamage("nulls are missing");
  data.nulls.resize(rows());
  for (size_t row = 0; row < rows(); ++row) {
    data.nulls[row] = (raw_[row / 8] >> (row % 8)) & 1;
    if (data.nulls[row] != 0) data.numbers[row] = 0;
  }
  return absl::OkStatus();
}

absl::Status SegmentReader::ReadTexts(const ColumnHead& head, ColumnData& data) {
  if (head.base >= 0) {
    ASSIGN_OR_RETURN(const ColumnData* const base, Column(static_cast<size_t>(head.base)));
    data.texts = base->texts;
  }
  std::string lengths, bytes;
  RETURN_IF_ERROR(ReadStream(head.lengths, lengths));
  RETURN_IF_ERROR(ReadStream(head.bytes, bytes));
  ByteReader length(lengths), rest(bytes);
  std::string text;
  for (uint32_t i = 0; i < head.texts; ++i) {
    const uint64_t shared = length.Bounded(text.size());
    const absl::string_view suffix = rest.Bytes(length.Varint());
    if (!length.ok() || !rest.ok()) return SegmentDamage("a text is cut");
    // Texts that share much can be far more than their bytes.
    if (data.texts.bytes() + shared + suffix.size() > 2 * kColumnTextMax) {
      return SegmentDamage("its texts are too long");
    }
    text.resize(shared);
    text.append(suffix.data(), suffix.size());
    data.texts.Append(text);
  }
  return absl::OkStatus();
}

absl::Status SegmentReader::ReadNumbers(const ColumnHead& head, ColumnData& data) {
  switch (head.coding) {
    case NumberCoding::kConstant:
      data.numbers.assign(rows(), head.first);
      return absl::OkStatus();
    case NumberCoding::kPlain:
      return ReadPlanes(head.planes, rows(), data.numbers);
    case NumberCoding::kDelta:
    case NumberCoding::kDifference:
    case NumberCoding::kKeyed:
      return ReadDistances(head, data);
    case NumberCoding::kDictionary:
    case NumberCoding::kPerEntry:
      return ReadByEntry(head, data);
    case NumberCoding::kExcept:
      return ReadExcept(head, data);
  }
  return SegmentDamage("a coding that is none");  // Parse() lets none through.
}

absl::Status SegmentReader::ReadDistances(const ColumnHead& head, ColumnData& data) {
  const ColumnData* other = nullptr;
  if (head.coding != NumberCoding::kDelta) {
    ASSIGN_OR_RETURN(other, Column(static_cast<size_t>(head.reference)));
  }
  std::vector<int64_t>& numbers = data.numbers;
  RETURN_IF_ERROR(ReadPlanes(head.planes, rows(), numbers));
  absl::flat_hash_map<int64_t, int64_t> last;
  int64_t before = head.first;
  for (size_t row = 0; row < rows(); ++row) {
    const int64_t distance = UnZigZag(static_cast<uint64_t>(numbers[row]));
    if (head.coding == NumberCoding::kDelta) {
      before = numbers[row] = Sum(before, distance);
    } else if (head.coding == NumberCoding::kDifference) {
      numbers[row] = Sum(other->numbers[row], distance);
    } else {
      int64_t& key = last[other->numbers[row]];
      key = numbers[row] = Sum(key, distance);
    }
  }
  return absl::OkStatus();
}

absl::Status SegmentReader::ReadByEntry(const ColumnHead& head, ColumnData& data) {
  const std::vector<int64_t>* codes = &data.codes;
  size_t entries = head.entries;
  if (head.coding == NumberCoding::kDictionary) {
    RETURN_IF_ERROR(ReadPlanes(head.codes, rows(), data.codes));
    data.entries = entries;
  } else {
    ASSIGN_OR_RETURN(const ColumnData* const other, Column(static_cast<size_t>(head.reference)));
    codes = other->is_text ? &other->numbers : &other->codes;
    if (codes->size() != rows() ||
        entries != (other->is_text ? other->texts.size() : other->entries)) {
      return SegmentDamage("a dictionary is missing");
    }
  }
  std::vector<int64_t> values;
  RETURN_IF_ERROR(ReadPlanes(head.planes, entries, values));
  for (size_t row = 0; row < rows(); ++row) {
    const auto code = static_cast<uint64_t>((*codes)[row]);
    if (code >= values.size()) return SegmentDamage("an entry that is not there");
    data.numbers[row] = values[code];
  }
  return absl::OkStatus();
}

absl::Status SegmentReader::ReadExcept(const ColumnHead& head, ColumnData& data) {
  ASSIGN_OR_RETURN(const ColumnData* const other, Column(static_cast<size_t>(head.reference)));
  std::vector<int64_t> others;
  RETURN_IF_ERROR(ReadPlanes(head.planes, head.entries, others));
  RETURN_IF_ERROR(ReadStream(head.differs, raw_));
  if (raw_.size() * 8 < rows()) return SegmentDamage("the rows that differ are missing");
  size_t at = 0;
  for (size_t row = 0; row < rows(); ++row) {
    const bool differs = ((raw_[row / 8] >> (row % 8)) & 1) != 0;
    if (differs && at == others.size()) return SegmentDamage("a row that differs is missing");
    data.numbers[row] = differs ? others[at++] : other->numbers[row];
  }
  return absl::OkStatus();
}

}  // namespace vedette
