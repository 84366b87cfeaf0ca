// SPDX-License-Identifier: Apache-2.0
//
// The codec against a plain model: rows go in, rows come out, whatever they are; and bytes that are
// no segment do no harm.
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "storage/segment_encoder.h"
#include "storage/segment_filter.h"
#include "storage/segment_reader.h"
#include "storage/test_segment.h"
#include "storage/test_store.h"

namespace vedette {
namespace {

using Row = std::vector<std::optional<std::string>>;  // The plain model: values as text.

std::unique_ptr<SegmentReader> Read(const EncodedSegment& segment) {
  return ValueOrDie(SegmentReader::Create(
      segment.head, [data = segment.data](uint64_t offset, size_t size, std::string& to) {
        if (offset > data.size() || size > data.size() - offset) {
          return absl::DataLossError("beyond the data");
        }
        to = data.substr(offset, size);
        return absl::OkStatus();
      }));
}

std::vector<Row> RowsOf(const std::vector<const ColumnData*>& columns) {
  std::vector<Row> rows(columns.empty() ? 0 : columns[0]->rows());
  for (const ColumnData* column : columns) {
    for (size_t row = 0; row < rows.size(); ++row) {
      if (column->IsNull(row)) {
        rows[row].push_back(std::nullopt);
      } else {
        rows[row].push_back(column->is_text ? std::string(column->Text(row))
                                            : std::to_string(column->numbers[row]));
      }
    }
  }
  return rows;
}

std::vector<Row> RowsOf(const std::vector<ColumnData>& columns) {
  std::vector<const ColumnData*> all;
  for (const ColumnData& column : columns) all.push_back(&column);
  return RowsOf(all);
}

std::vector<Row> RowsOf(SegmentReader& reader) {
  std::vector<const ColumnData*> all;
  // From the last one on: what a column refers to is decoded on the way.
  for (size_t i = reader.head().columns.size(); i > 0; --i) {
    all.insert(all.begin(), ValueOrDie(reader.Column(i - 1)));
  }
  return RowsOf(all);
}

// Columns of every character, and hints that are right, wrong or none.
struct Sample {
  std::vector<ColumnData> columns;
  std::vector<ColumnHint> hints;

  ColumnData& Add(bool is_text, ColumnHint hint = {}) {
    columns.emplace_back().is_text = is_text;
    hints.push_back(std::move(hint));
    return columns.back();
  }
};

Sample MakeSample(std::mt19937_64& random, size_t rows) {
  Sample sample;
  const auto numbers = [&](ColumnHint hint, auto value) {
    ColumnData& column = sample.Add(false, std::move(hint));
    for (size_t row = 0; row < rows; ++row) column.AddNumber(value(row));
  };
  const auto texts = [&](ColumnHint hint, auto value) {
    ColumnData& column = sample.Add(true, std::move(hint));
    for (size_t row = 0; row < rows; ++row) column.AddText(value(row));
  };
  int64_t time = 1'700'000'000'000'000'000;
  numbers({}, [&](size_t) { return time += static_cast<int64_t>(random() % 1'000'000); });  // 0
  const std::vector<int64_t> times = sample.columns[0].numbers;
  numbers({.difference = 0}, [&](size_t row) { return times[row] - 1'600'000'000'000'000'000; });
  const int64_t identities[] = {-7'000'000'000'000'000'000, 5, 0, 1'234'567'890'123'456'789};
  numbers({.is_identity = true, .in_filter = true},
          [&](size_t) { return identities[random() % 4]; });  // 2
  numbers({.per_entry = {2}, .in_filter = true},
          [&](size_t row) { return sample.columns[2].numbers[row] % 1000; });
  numbers({}, [&](size_t) { return static_cast<int64_t>(random() % 2); });  // 4
  std::vector<int64_t> counters(2, 1'000'000);
  counters[1] = 1 << 30;
  numbers({.keyed = 4}, [&](size_t row) {
    return ++counters[static_cast<size_t>(sample.columns[4].numbers[row])];
  });
  numbers({}, [&](size_t) { return static_cast<int64_t>(random()); });
  numbers({.per_entry = {2}}, [](size_t) { return std::numeric_limits<int64_t>::min(); });
  texts({.per_entry = {2}, .in_filter = true, .has_folders = true}, [&](size_t) {  // 8
    return absl::StrCat("/usr/lib/Folder", random() % 9, "/file", random() % 300);
  });
  texts({.base = 8}, [&](size_t row) {
    return random() % 4 == 0 ? absl::StrCat("other", row)
                             : std::string(sample.columns[8].Text(row));
  });
  numbers({.per_entry = {2, 8}},
          [&](size_t row) { return sample.columns[8].numbers[row] * 1'000'000'007; });
  texts({}, [&](size_t row) { return row % 3 == 0 ? std::string("a\0\xff", 3) : ""; });
  sample.Add(false);
  sample.Add(true);
  for (size_t row = 0; row < rows; ++row) {
    sample.columns[12].AddNull();
    sample.columns[13].AddNull();
  }
  constexpr int64_t kFlags[] = {0, 0x80000, 0x241, 0x280241};
  ColumnData& sparse = sample.Add(false, {.in_filter = true});
  for (size_t row = 0; row < rows; ++row) {
    if (random() % 3 == 0) {
      sparse.AddNull();
    } else {
      sparse.AddNumber(static_cast<int64_t>(random() % 1000));
    }
  }
  numbers({}, [&](size_t) { return kFlags[random() % 4]; });  // 15
  return sample;
}

TEST(Segment, RowsComeBackAsTheyWere) {
  std::mt19937_64 random(1);
  for (const size_t rows : {1, 2, 7, 100, 5000, 16384}) {
    Sample sample = MakeSample(random, rows);
    const std::vector<Row> before = RowsOf(sample.columns);
    const EncodedSegment segment = EncodeSegment(sample.columns, sample.hints);
    const auto reader = Read(segment);
    EXPECT_EQ(RowsOf(*reader), before) << rows;
    EXPECT_EQ(reader->head().data_bytes, segment.data.size());
  }
}

// A plane of random bytes must not cost the one of few values beside it its short codes.
TEST(Segment, PlanesAreCompressedEachOnItsOwn) {
  std::mt19937_64 random(6);
  Sample sample;
  ColumnData& column = sample.Add(false);
  for (size_t row = 0; row < 16384; ++row) {
    column.AddNumber(static_cast<int64_t>(random() % 256 + (random() % 8 == 0 ? 256 : 0)));
  }
  const EncodedSegment segment = EncodeSegment(sample.columns, sample.hints);
  EXPECT_LT(segment.data.size(), 16384 * 21 / 16) << "8 bits, and 0.54 for one in eight";
}

TEST(Segment, WrongHintsDoNoHarm) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 20; ++round) {
    Sample sample = MakeSample(random, 300);
    for (size_t i = 0; i < sample.hints.size(); ++i) {
      const auto other = static_cast<int>(i == 0 ? 0 : random() % i);
      if (i == 0) continue;
      sample.hints[i] = {
          .difference = other, .is_identity = random() % 2 == 0, .in_filter = random() % 2 == 0};
      sample.hints[i].per_entry = {other};
    }
    const std::vector<Row> before = RowsOf(sample.columns);
    EXPECT_EQ(RowsOf(*Read(EncodeSegment(sample.columns, sample.hints))), before);
  }
}

TEST(Segment, CodingsThatFitAreChosen) {
  std::mt19937_64 random(3);
  Sample sample = MakeSample(random, 16384);
  const EncodedSegment segment = EncodeSegment(sample.columns, sample.hints);
  const auto reader = Read(segment);
  const auto coding = [&](size_t column) { return reader->head().columns[column].coding; };
  EXPECT_EQ(coding(0), NumberCoding::kDelta);
  EXPECT_EQ(coding(1), NumberCoding::kDifference);
  EXPECT_EQ(coding(2), NumberCoding::kDictionary);
  EXPECT_EQ(coding(3), NumberCoding::kPerEntry);
  EXPECT_EQ(coding(5), NumberCoding::kKeyed);
  EXPECT_EQ(coding(7), NumberCoding::kConstant);
  EXPECT_EQ(reader->head().columns[9].base, 8);
  EXPECT_EQ(coding(9), NumberCoding::kExcept);
  EXPECT_EQ(coding(10), NumberCoding::kPerEntry);
  EXPECT_EQ(coding(15), NumberCoding::kDictionary);
}

TEST(Segment, FilterNeverForgetsAndSeldomInvents) {
  std::mt19937_64 random(4);
  Sample sample = MakeSample(random, 4000);
  const std::vector<ColumnData> columns = sample.columns;
  const std::string filter = EncodeSegment(sample.columns, sample.hints).filter;
  for (size_t row = 0; row < 4000; ++row) {
    EXPECT_TRUE(FilterMayHave(filter, NumberKey(2, columns[2].numbers[row])));
    EXPECT_TRUE(FilterMayHave(filter, NumberKey(3, columns[3].numbers[row])));
    EXPECT_TRUE(FilterMayHave(filter, TextKey(columns[8].Text(row))));
    if (!columns[14].IsNull(row)) {
      EXPECT_TRUE(FilterMayHave(filter, NumberKey(14, columns[14].numbers[row])));
    }
  }
  EXPECT_TRUE(FilterMayHave(filter, FolderKey("/")));
  EXPECT_TRUE(FilterMayHave(filter, FolderKey("/usr/lib/")));
  EXPECT_TRUE(FilterMayHave(filter, FolderKey("/usr/lib/folder3/"))) << "in small letters";
  int invented = 0;
  for (int64_t i = 1000; i < 11'000; ++i) invented += FilterMayHave(filter, NumberKey(14, i));
  EXPECT_LT(invented, 400);
  EXPECT_TRUE(FilterMayHave("", NumberKey(0, 1)));
}

TEST(Segment, PlainPathsHaveNothingToBeTakenOut) {
  for (const char* path : {"/a", "/etc/shadow", "/root/.ssh/id", "/a/..b/c.", "/..."}) {
    EXPECT_TRUE(IsPlainPath(path)) << path;
  }
  for (const char* path :
       {"", "a", "./a", "/", "//a", "/a//b", "/a/./b", "/../a", "/a/..", "/a/"}) {
    EXPECT_FALSE(IsPlainPath(path)) << path;
  }
}

// The filter says that there is a name of which it does not know the path; and only then.
TEST(Segment, NamesThatAreNoPathsYetAreMarked) {
  for (const auto& [name, path, marked] :
       {std::tuple("../shadow", "", true), {"/etc/shadow", "", false}, {"../x", "/etc/x", false}}) {
    Sample sample;
    ColumnData& names = sample.Add(true, {.resolved = 1, .in_filter = true});
    for (int row = 0; row < 100; ++row) names.AddText(row == 50 ? name : "/etc/passwd");
    ColumnData& paths = sample.Add(true, {.in_filter = true});
    for (int row = 0; row < 100; ++row) paths.AddText(row == 50 ? path : "/etc/passwd");
    const std::string filter = EncodeSegment(sample.columns, sample.hints).filter;
    EXPECT_EQ(FilterMayHave(filter, UnresolvedKey()), marked) << name << " " << path;
  }
}

// Reads whatever can be read, and returns how much that was.
size_t ReadAll(const EncodedSegment& segment) {
  const auto reader =
      SegmentReader::Create(segment.head, [&](uint64_t offset, size_t size, std::string& to) {
        if (offset > segment.data.size() || size > segment.data.size() - offset) {
          return absl::DataLossError("beyond the data");
        }
        to = segment.data.substr(offset, size);
        return absl::OkStatus();
      });
  if (!reader.ok()) return 0;
  size_t sum = 0;
  for (size_t i = 0; i < (*reader)->head().columns.size(); ++i) {
    const auto column = (*reader)->Column(i);
    if (!column.ok()) {
      EXPECT_TRUE(absl::IsDataLoss(column.status())) << column.status();
      continue;
    }
    for (size_t row = 0; row < (*column)->rows(); ++row) {
      sum += (*column)->is_text ? (*column)->Text(row).size() : 1;
    }
  }
  return sum;
}

TEST(Segment, DamagedBytesAreRefusedOrReadButNeverTrusted) {
  std::mt19937_64 random(5);
  Sample sample = MakeSample(random, 64);
  const EncodedSegment good = EncodeSegment(sample.columns, sample.hints);
  EXPECT_GT(ReadAll(good), 0u);
  for (int round = 0; round < 3000; ++round) {
    EncodedSegment bad = good;
    for (std::string* bytes : {&bad.head, &bad.data}) {
      for (uint64_t changes = random() % 3; changes > 0; --changes) {
        (*bytes)[random() % bytes->size()] = static_cast<char>(random());
      }
      if (random() % 16 == 0) bytes->resize(random() % bytes->size());
    }
    ReadAll(bad);
    bad.head = WithRightChecksums(bad.head, bad.data);
    ReadAll(bad);
  }
}

TEST(Segment, ColumnsThatReferToEachOtherAreRefused) {
  SegmentHead head;
  head.rows = 1;
  head.columns.resize(2);
  for (int i = 0; i < 2; ++i) {
    head.columns[static_cast<size_t>(i)].coding = NumberCoding::kDifference;
    head.columns[static_cast<size_t>(i)].reference = 1 - i;
  }
  EncodedSegment segment;
  AppendSegmentHead(head, segment.head);
  const auto reader = Read(segment);
  EXPECT_TRUE(absl::IsDataLoss(reader->Column(0).status()));
}

}  // namespace
}  // namespace vedette
