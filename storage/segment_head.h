// SPDX-License-Identifier: Apache-2.0
//
// The head of a segment: how each of its columns is coded and where its bytes are in the data.
// docs/store-format.md describes the bytes. A head is read as if an attacker had written it.
#ifndef VEDETTE_STORAGE_SEGMENT_HEAD_H_
#define VEDETTE_STORAGE_SEGMENT_HEAD_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace vedette {

// Version 1 has no kExcept, version 2 no checksums.
inline constexpr uint8_t kSegmentVersion = 3, kSegmentVersionOfChecksums = 3;
inline constexpr size_t kSegmentRows = 16'384;     // Of a full one.
inline constexpr size_t kSegmentRowsMax = 65'536;  // Of any that is read.
inline constexpr size_t kSegmentColumnsMax = 512;
inline constexpr uint64_t kColumnTextMax = 64 << 20;  // Bytes of a column's different texts.

// A piece of the data. `raw` bytes once it is decompressed; as many as `stored`: it is not
// compressed.
struct Stream {
  uint64_t offset = 0, stored = 0, raw = 0;
  uint32_t check = 0;  // The checksum of what is stored.
};

// Numbers as a least one and what is above it, in `width` bytes each: first all lowest bytes, then
// all second ones, ... Width 0: all are `min`.
struct Planes {
  int64_t min = 0;
  uint8_t width = 0;
  Stream bytes;
};

// How the numbers of a column (of a text column: the numbers of its texts) are kept.
enum class NumberCoding : uint8_t {
  kConstant,    // All are `first`.
  kPlain,       // planes
  kDelta,       // `first`, then zigzag codes of each one's distance from the one before it.
  kDifference,  // Zigzag codes of the distance from the same row of column `reference`.
  kKeyed,       // As kDelta, but from the last row with the same number in column `reference`.
  kDictionary,  // `planes` has `entries` numbers, `codes` which of them each row has.
  kPerEntry,    // `planes` has a number for each entry of the dictionary of column `reference`.
  kExcept,      // Of texts: as column `base`, but where a bit of `differs` says otherwise; those
                // rows have the `entries` numbers in `planes`.
};
inline constexpr auto kNumberCodingLast = NumberCoding::kExcept;

struct ColumnHead {
  bool is_text = false;
  bool all_null = false;
  bool in_filter = false;  // Its values are; of paths their folders, too, if has_folders.
  bool has_folders = false;
  bool has_nulls = false;
  Stream nulls;              // Numbers: a bit for each row. Texts: number 0 is NULL.
  int64_t min = 0, max = 0;  // Of the numbers that are not NULL. Not for texts.
  // Texts, front coded: `lengths` has for each how many bytes it shares with the one before it, and
  // how many follow, which are in `bytes`. Numbers 1 and up; those of column `base` come first.
  int base = -1;
  uint32_t texts = 0;
  Stream lengths, bytes;
  NumberCoding coding = NumberCoding::kConstant;
  int reference = -1;
  int64_t first = 0;
  uint32_t entries = 0;
  Planes planes, codes;
  Stream differs;
};

struct SegmentHead {
  uint8_t version = kSegmentVersion;
  uint32_t rows = 0;
  std::vector<ColumnHead> columns;
  uint64_t data_bytes = 0;  // Of all streams; they lie one behind the other.

  bool HasChecksums() const { return version >= kSegmentVersionOfChecksums; }
  // In their order; also those without bytes.
  std::vector<const Stream*> Streams() const;
};

// kDataLoss: these bytes are no head, or of a version that this program does not know.
absl::StatusOr<SegmentHead> ParseSegmentHead(absl::string_view bytes);
// `offset`s are not written: they follow from the order. Of kSegmentVersion, whatever `head` says.
void AppendSegmentHead(const SegmentHead& head, std::string& to);

}  // namespace vedette

#endif  // VEDETTE_STORAGE_SEGMENT_HEAD_H_
