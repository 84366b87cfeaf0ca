// SPDX-License-Identifier: Apache-2.0
//
// No unit test: segment_test reads back what this writes.
#include "storage/segment_encoder.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "base/check.h"
#include "storage/byte_code.h"
#include "storage/checksum.h"
#include "storage/compression.h"
#include "storage/number_index.h"
#include "storage/number_range.h"
#include "storage/segment_filter.h"
#include "storage/segment_head.h"
#include "storage/text_order.h"

namespace vedette {
namespace {

constexpr size_t kFewNumbers = 255, kFewNumbersRowsMin = 64;

// What `rows` numbers cost about, in bits: zstd finds the entropy of each byte.
struct Costs {
  uint64_t plain = 0, delta = 0, difference = ~uint64_t{0}, keyed = ~uint64_t{0};
};

class Encoder {
 public:
  Encoder(std::vector<ColumnData>& columns, absl::Span<const ColumnHint> hints)
      : columns_(columns), hints_(hints), rows_(columns.empty() ? 0 : columns[0].rows()) {
    head_.rows = static_cast<uint32_t>(rows_);
    head_.columns.resize(columns.size());
  }

  EncodedSegment Encode() {
    for (size_t i = 0; i < columns_.size(); ++i) {
      const int paths = hints_[i].resolved;
      if (paths >= 0 && HasUnresolved(columns_[i], columns_[static_cast<size_t>(paths)])) {
        filter_.Add(UnresolvedKey());
      }
    }
    // What others refer to comes first; its bytes are written in its turn all the same.
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].is_text && hints_[i].base < 0) SortTexts(columns_[i]);
    }
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].is_text || !hints_[i].is_identity) continue;
      MakeDictionary(columns_[i], rows_ / 2 + 1);  // Unless nearly all differ.
    }
    for (size_t i = 0; i < columns_.size(); ++i) EncodeColumn(i);
    EncodedSegment segment;
    AppendSegmentHead(head_, segment.head);
    segment.filter = filter_.Build();
    segment.data = std::move(data_);
    return segment;
  }

 private:
  // Sorted texts share their beginnings, which costs nothing then.
  static void SortTexts(ColumnData& column) {
    const TextSet& texts = column.texts;
    std::vector<uint32_t> order(texts.size() - 1);
    std::iota(order.begin(), order.end(), 1);
    SortByText(texts, order);
    std::vector<int64_t> number(texts.size());
    TextSet sorted;
    for (size_t i = 0; i < order.size(); ++i) {
      sorted.Append(texts[order[i]]);
      number[order[i]] = static_cast<int64_t>(i + 1);
    }
    for (int64_t& row : column.numbers) row = number[static_cast<size_t>(row)];
    column.texts = std::move(sorted);
  }

  // Fills codes and entries, unless there are more different numbers than `most`.
  void MakeDictionary(ColumnData& column, size_t most) {
    index_.Clear();
    column.codes.clear();
    column.codes.reserve(rows_);
    int64_t last = column.numbers[0];
    auto last_code = static_cast<int64_t>(index_.Code(static_cast<uint64_t>(last)));
    for (const int64_t number : column.numbers) {
      if (number != last) {
        last = number;
        last_code = static_cast<int64_t>(index_.Code(static_cast<uint64_t>(number)));
        if (index_.numbers().size() > most) break;
      }
      column.codes.push_back(last_code);
    }
    if (column.codes.size() == rows_) {
      column.entries = index_.numbers().size();
    } else {
      column.codes.clear();
    }
  }

  Stream Put(absl::string_view raw) { return Written(AppendCompressed(raw, data_), raw.size()); }

  // The last `stored` bytes of the data.
  Stream Written(size_t stored, size_t raw) const {
    return {.offset = 0,
            .stored = stored,
            .raw = raw,
            .check = Checksum(absl::string_view(data_).substr(data_.size() - stored))};
  }

  // Of numbers that are meant unsigned.
  Planes PutPlanes(absl::Span<const uint64_t> numbers) {
    Planes planes;
    if (numbers.empty()) return planes;
    const auto [least, most] = std::minmax_element(numbers.begin(), numbers.end());
    const uint64_t min = *least;
    planes.min = static_cast<int64_t>(min);
    planes.width = static_cast<uint8_t>((Bits(*most - min) + 7) / 8);
    raw_.resize(planes.width * numbers.size());
    char* to = raw_.data();
    for (unsigned shift = 0; shift < planes.width * 8u; shift += 8) {
      for (const uint64_t number : numbers) *to++ = static_cast<char>((number - min) >> shift);
    }
    planes.bytes = Written(AppendCompressedPieces(raw_, numbers.size(), data_), raw_.size());
    return planes;
  }
  Planes PutPlanes(absl::Span<const int64_t> numbers) {
    // Shifted, so that the order of signed numbers is that of unsigned ones.
    constexpr uint64_t kShift = uint64_t{1} << 63;
    shifted_.resize(numbers.size());
    for (size_t i = 0; i < numbers.size(); ++i) {
      shifted_[i] = static_cast<uint64_t>(numbers[i]) ^ kShift;
    }
    Planes planes = PutPlanes(absl::Span<const uint64_t>(shifted_));
    planes.min = static_cast<int64_t>(static_cast<uint64_t>(planes.min) ^ kShift);
    if (numbers.empty()) planes.min = 0;
    return planes;
  }

  void EncodeColumn(size_t index) {
    const ColumnData& column = columns_[index];
    ColumnHead& head = head_.columns[index];
    head.is_text = column.is_text;
    head.all_null = column.is_text ? column.texts.size() == 1
                                   : !column.nulls.empty() &&
                                         std::all_of(column.nulls.begin(), column.nulls.end(),
                                                     [](uint8_t null) { return null != 0; });
    if (head.all_null) return;
    if (column.is_text) {
      EncodeTexts(index);
    } else {
      EncodeNulls(column, head);
      RangeWithoutNulls(column, head);
    }
    ChooseCoding(index);
    if (!column.is_text) FilterNumbers(index);
  }

  void EncodeNulls(const ColumnData& column, ColumnHead& head) {
    if (std::none_of(column.nulls.begin(), column.nulls.end(), [](uint8_t n) { return n != 0; })) {
      return;
    }
    head.has_nulls = true;
    std::string bits((rows_ + 7) / 8, '\0');
    for (size_t row = 0; row < rows_; ++row) {
      if (column.nulls[row] != 0) {
        bits[row / 8] = static_cast<char>(bits[row / 8] | 1 << (row % 8));
      }
    }
    head.nulls = Put(bits);
  }

  void RangeWithoutNulls(const ColumnData& column, ColumnHead& head) const {
    if (AllEqual(column.numbers)) {
      head.min = head.max = column.numbers[0];
      return;
    }
    if (!head.has_nulls) {
      const auto [least, most] = RangeOf(column.numbers);
      head.min = least;
      head.max = most;
      return;
    }
    bool any = false;
    for (size_t row = 0; row < rows_; ++row) {
      if (column.IsNull(row)) continue;
      const int64_t number = column.numbers[row];
      head.min = any ? std::min(head.min, number) : number;
      head.max = any ? std::max(head.max, number) : number;
      any = true;
    }
  }

  // Texts that the base has too get its numbers; only the others are sorted and stored.
  void EncodeTexts(size_t index) {
    ColumnData& column = columns_[index];
    ColumnHead& head = head_.columns[index];
    const int base = hints_[index].base;
    std::vector<uint32_t> own;
    if (base < 0) {
      own.resize(column.texts.size() - 1);
      std::iota(own.begin(), own.end(), 1);
      FilterTexts(index, own);
      return PutTexts(column.texts, own, head);
    }
    const TextSet& there = columns_[static_cast<size_t>(base)].texts;
    std::vector<int64_t> number(column.texts.size(), 0);
    for (uint32_t i = 1; i < column.texts.size(); ++i) {
      const std::optional<uint32_t> found = there.Find(column.texts[i]);
      if (found.has_value()) {
        number[i] = int64_t{*found};
      } else {
        own.push_back(i);
      }
    }
    SortByText(column.texts, own);
    const bool shares = own.size() + 1 < column.texts.size();
    const size_t first = shares ? there.size() : 1;
    if (shares) head.base = base;
    for (size_t i = 0; i < own.size(); ++i) number[own[i]] = static_cast<int64_t>(first + i);
    for (int64_t& row : column.numbers) row = number[static_cast<size_t>(row)];
    FilterTexts(index, own);
    PutTexts(column.texts, own, head);
  }

  void PutTexts(const TextSet& texts, absl::Span<const uint32_t> own, ColumnHead& head) {
    std::string lengths, bytes;
    absl::string_view before;
    for (const uint32_t number : own) {
      const absl::string_view text = texts[number];
      const size_t shared = SharedBeginning(text, before);
      AppendVarint(shared, lengths);
      AppendVarint(text.size() - shared, lengths);
      bytes.append(text.data() + shared, text.size() - shared);
      before = text;
    }
    head.texts = static_cast<uint32_t>(own.size());
    head.lengths = Put(lengths);
    head.bytes = Put(bytes);
  }

  void ChooseCoding(size_t index) {
    const ColumnData& column = columns_[index];
    ColumnHead& head = head_.columns[index];
    const std::vector<int64_t>& numbers = column.numbers;
    if (AllEqual(numbers)) {
      head.coding = NumberCoding::kConstant;
      head.first = numbers[0];
      return;
    }
    if (IsSameAs(index, hints_[index].difference)) {
      return PutDistances(column, head, NumberCoding::kDifference,
                          static_cast<size_t>(hints_[index].difference));
    }
    for (const int other : hints_[index].per_entry) {
      if (TryPerEntry(index, static_cast<size_t>(other))) return;
    }
    if (head.base >= 0 && TryExcept(index)) return;
    if (column.entries > 0) return PutDictionary(column, head);
    const auto [least, most] = RangeOf(numbers);
    const uint64_t range = static_cast<uint64_t>(most) - static_cast<uint64_t>(least);
    if (range < 256) return PutPlain(column, head);
    if (!column.is_text && HasFewNumbers(index)) return PutDictionary(column, head);
    const Costs costs = CostsOf(index, least);
    const uint64_t best = std::min({costs.plain, costs.delta, costs.difference, costs.keyed});
    // The simpler one unless another gains an eighth.
    if (costs.plain - costs.plain / 8 <= best) return PutPlain(column, head);
    if (best == costs.difference) {
      const auto other = static_cast<size_t>(hints_[index].difference);
      return PutDistances(column, head, NumberCoding::kDifference, other);
    }
    if (best == costs.keyed) {
      return PutDistances(column, head, NumberCoding::kKeyed,
                          static_cast<size_t>(hints_[index].keyed));
    }
    PutDistances(column, head, NumberCoding::kDelta, index);
  }

  // Flags, modes, sizes of buffers: a byte a row says which it is.
  bool HasFewNumbers(size_t index) {
    if (rows_ < kFewNumbersRowsMin) return false;
    MakeDictionary(columns_[index], kFewNumbers);
    return columns_[index].entries > 0;
  }

  // Most of the texts are those that the base has in the same row.
  bool TryExcept(size_t index) {
    ColumnHead& head = head_.columns[index];
    const std::vector<int64_t>& numbers = columns_[index].numbers;
    const std::vector<int64_t>& there = columns_[static_cast<size_t>(head.base)].numbers;
    std::string bits((rows_ + 7) / 8, '\0');
    std::vector<int64_t> others;
    for (size_t row = 0; row < rows_; ++row) {
      if (numbers[row] == there[row]) continue;
      bits[row / 8] = static_cast<char>(bits[row / 8] | 1 << (row % 8));
      others.push_back(numbers[row]);
    }
    if (others.size() > rows_ / 2) return false;
    head.coding = NumberCoding::kExcept;
    head.reference = head.base;
    head.entries = static_cast<uint32_t>(others.size());
    head.differs = Put(bits);
    head.planes = PutPlanes(absl::Span<const int64_t>(others));
    return true;
  }

  void PutPlain(const ColumnData& column, ColumnHead& head) {
    head.coding = NumberCoding::kPlain;
    head.planes = PutPlanes(absl::Span<const int64_t>(column.numbers));
  }

  void PutDictionary(const ColumnData& column, ColumnHead& head) {
    std::vector<int64_t> entries(column.entries);
    for (size_t row = 0; row < rows_; ++row) {
      entries[static_cast<size_t>(column.codes[row])] = column.numbers[row];
    }
    head.coding = NumberCoding::kDictionary;
    head.entries = static_cast<uint32_t>(entries.size());
    head.planes = PutPlanes(absl::Span<const int64_t>(entries));
    head.codes = PutPlanes(absl::Span<const int64_t>(column.codes));
  }

  // The dictionary that rows of `other` point into: its codes, and how many entries it has.
  const std::vector<int64_t>* CodesOf(size_t other, size_t& entries) const {
    const ColumnData& column = columns_[other];
    if (column.is_text) {
      // With a base, its numbers are not its own any more; without texts it is in no data.
      entries = column.texts.size();
      return hints_[other].base >= 0 || entries == 1 ? nullptr : &column.numbers;
    }
    entries = column.entries;
    return entries == 0 || head_.columns[other].coding != NumberCoding::kDictionary ? nullptr
                                                                                    : &column.codes;
  }

  bool TryPerEntry(size_t index, size_t other) {
    size_t entries = 0;
    if (other >= index && !columns_[other].is_text) return false;
    const std::vector<int64_t>* const codes = CodesOf(other, entries);
    if (codes == nullptr || entries - entries / 4 > rows_) return false;
    const std::vector<int64_t>& numbers = columns_[index].numbers;
    std::vector<int64_t> values(entries, 0);
    std::vector<uint8_t> known(entries, 0);
    for (size_t row = 0; row < rows_; ++row) {
      const auto code = static_cast<size_t>((*codes)[row]);
      if (known[code] != 0 && values[code] != numbers[row]) return false;
      known[code] = 1;
      values[code] = numbers[row];
    }
    ColumnHead& head = head_.columns[index];
    head.coding = NumberCoding::kPerEntry;
    head.reference = static_cast<int>(other);
    head.entries = static_cast<uint32_t>(entries);
    head.planes = PutPlanes(absl::Span<const int64_t>(values));
    return true;
  }

  Costs CostsOf(size_t index, int64_t least) {
    const std::vector<int64_t>& numbers = columns_[index].numbers;
    Costs costs;
    for (size_t row = 0; row < rows_; ++row) {
      costs.plain += Bits(static_cast<uint64_t>(numbers[row]) - static_cast<uint64_t>(least));
      costs.delta += Bits(Distance(numbers[row], row == 0 ? numbers[0] : numbers[row - 1]));
    }
    const auto cost_by = [&](NumberCoding coding, int other) {
      uint64_t cost = 0;
      Distances(numbers, coding, static_cast<size_t>(other));
      const uint64_t min = *std::min_element(distances_.begin(), distances_.end());
      for (const uint64_t distance : distances_) cost += Bits(distance - min);
      return cost;
    };
    if (const int other = hints_[index].difference; Refers(index, other)) {
      costs.difference = cost_by(NumberCoding::kDifference, other);
    }
    if (const int other = hints_[index].keyed; Refers(index, other)) {
      costs.keyed = cost_by(NumberCoding::kKeyed, other);
    }
    return costs;
  }

  // Whether `other` can be decoded without column `index`. What has been encoded refers back only,
  // or does not refer here.
  bool Refers(size_t index, int other) const {
    if (other < 0 || columns_[static_cast<size_t>(other)].is_text) return false;
    return static_cast<size_t>(other) < index || hints_[static_cast<size_t>(other)].keyed < 0;
  }

  bool IsSameAs(size_t index, int other) const {
    return Refers(index, other) &&
           columns_[index].numbers == columns_[static_cast<size_t>(other)].numbers;
  }

  void Distances(const std::vector<int64_t>& numbers, NumberCoding coding, size_t other) {
    distances_.resize(rows_);
    if (coding == NumberCoding::kDelta) {
      for (size_t row = 0; row < rows_; ++row) {
        distances_[row] = row == 0 ? 0 : Distance(numbers[row], numbers[row - 1]);
      }
      return;
    }
    const std::vector<int64_t>& there = columns_[other].numbers;
    if (coding == NumberCoding::kDifference) {
      for (size_t row = 0; row < rows_; ++row) {
        distances_[row] = Distance(numbers[row], there[row]);
      }
      return;
    }
    index_.Clear();
    std::vector<int64_t> last;
    for (size_t row = 0; row < rows_; ++row) {
      const size_t key = index_.Code(static_cast<uint64_t>(there[row]));
      if (key == last.size()) last.push_back(0);
      distances_[row] = Distance(numbers[row], last[key]);
      last[key] = numbers[row];
    }
  }

  void PutDistances(const ColumnData& column, ColumnHead& head, NumberCoding coding, size_t other) {
    Distances(column.numbers, coding, other);
    head.coding = coding;
    head.first = column.numbers[0];
    head.reference = static_cast<int>(other);
    head.planes = PutPlanes(absl::Span<const uint64_t>(distances_));
  }

  // `own`: in their order, those that the base does not have.
  void FilterTexts(size_t index, absl::Span<const uint32_t> own) {
    const ColumnHint& hint = hints_[index];
    if (!hint.in_filter) return;
    head_.columns[index].in_filter = true;
    head_.columns[index].has_folders = hint.has_folders;
    const TextSet& texts = columns_[index].texts;
    filter_.AddTexts(texts, own, hint.has_folders);
    if (head_.columns[index].base < 0) return;
    // Keys of texts do not say of which column they are: what the base has added is there.
    const ColumnHint& base = hints_[static_cast<size_t>(hint.base)];
    if (base.in_filter && (base.has_folders || !hint.has_folders)) return;
    std::vector<uint32_t> all(texts.size() - 1);
    std::iota(all.begin(), all.end(), 1);
    SortByText(texts, all);
    filter_.AddTexts(texts, all, hint.has_folders);
  }

  void FilterNumbers(size_t index) {
    ColumnHead& head = head_.columns[index];
    if (!hints_[index].in_filter || head.coding == NumberCoding::kConstant) return;
    const ColumnData& column = columns_[index];
    head.in_filter = true;
    if (column.entries > 0) {
      // Of dictionaries the entries are all there is.
      std::vector<uint8_t> done(column.entries, 0);
      for (size_t row = 0; row < rows_; ++row) {
        uint8_t& is_done = done[static_cast<size_t>(column.codes[row])];
        if (is_done != 0 || column.IsNull(row)) continue;
        is_done = 1;
        filter_.Add(NumberKey(index, column.numbers[row]));
      }
      return;
    }
    recent_.fill({0, false});
    for (size_t row = 0; row < rows_; ++row) {
      if (column.IsNull(row)) continue;
      const int64_t number = column.numbers[row];
      Recent& recent = recent_[static_cast<uint64_t>(number) % recent_.size()];
      if (recent.is_set && recent.number == number) continue;
      recent = {number, true};
      filter_.Add(NumberKey(index, number));
    }
  }

  struct Recent {
    int64_t number;
    bool is_set;
  };

  std::vector<ColumnData>& columns_;
  const absl::Span<const ColumnHint> hints_;
  const size_t rows_;
  SegmentHead head_;
  FilterBuilder filter_;
  std::string data_, raw_;
  std::vector<uint64_t> distances_, shifted_;
  NumberIndex index_;
  std::array<Recent, 1024> recent_{};  // Numbers that need not be added again.
};

}  // namespace

EncodedSegment EncodeSegment(std::vector<ColumnData>& columns, absl::Span<const ColumnHint> hints) {
  CHECK_EQ(columns.size(), hints.size());
  return Encoder(columns, hints).Encode();
}

}  // namespace vedette
