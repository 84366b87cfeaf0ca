// SPDX-License-Identifier: Apache-2.0
//
// Read back by a reader of its own, made after the format's description and strict about it.
#include "cli/parquet_file.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include <cstring>
#include <map>
#include <optional>
#include <variant>

#include "cli/io.h"
#include "cli/parquet_rows.h"

namespace vedette {
namespace {

// A value of Thrift's compact protocol.
struct Thrift {
  std::variant<int64_t, std::string, std::vector<Thrift>, std::map<int, Thrift>> value;
  int64_t number() const { return std::get<int64_t>(value); }
  const std::string& text() const { return std::get<std::string>(value); }
  const std::vector<Thrift>& list() const { return std::get<std::vector<Thrift>>(value); }
  const Thrift& at(int id) const { return std::get<std::map<int, Thrift>>(value).at(id); }
  bool has(int id) const { return std::get<std::map<int, Thrift>>(value).contains(id); }
};

struct Reader {
  absl::string_view bytes;
  uint8_t Byte() {
    const auto byte = static_cast<uint8_t>(bytes.at(0));
    bytes.remove_prefix(1);
    return byte;
  }
  uint64_t Varint() {
    uint64_t number = 0;
    for (int shift = 0;; shift += 7) {
      const uint8_t byte = Byte();
      number |= uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) return number;
    }
  }
  std::string Take(size_t size) {
    const std::string taken(bytes.substr(0, size));
    EXPECT_EQ(taken.size(), size);
    bytes.remove_prefix(taken.size());
    return taken;
  }
  uint64_t LittleEndian(int size) {
    uint64_t number = 0;
    for (int i = 0; i < size; ++i) number |= uint64_t{Byte()} << (8 * i);
    return number;
  }
  Thrift Value(int type) {
    switch (type) {
      case 5:
      case 6: {
        const uint64_t zigzag = Varint();
        return {static_cast<int64_t>(zigzag >> 1) ^ -static_cast<int64_t>(zigzag & 1)};
      }
      case 8:
        return {Take(Varint())};
      case 9: {
        const uint8_t head = Byte();
        const size_t size = head >> 4 == 15 ? Varint() : head >> 4;
        std::vector<Thrift> list;
        for (size_t i = 0; i < size; ++i) list.push_back(Value(head & 15));
        return {list};
      }
      case 12: {
        std::map<int, Thrift> fields;
        int id = 0;
        while (const uint8_t head = Byte()) {
          EXPECT_NE(head >> 4, 0) << "ids differ by at most 15 here";
          id += head >> 4;
          fields[id] = Value(head & 15);
        }
        return {fields};
      }
      default:
        ADD_FAILURE() << "type " << type;
        return {};
    }
  }
};

using Cell = std::variant<std::monostate, int64_t, double, std::string>;
struct Table {
  std::vector<std::string> names;
  std::vector<int64_t> types, converted;  // -1: none.
  std::vector<size_t> group_rows;
  std::vector<std::vector<Cell>> columns;
};

Cell ReadCell(Reader& reader, int64_t type) {
  if (type == 2) return static_cast<int64_t>(reader.LittleEndian(8));
  if (type == 5) {
    const uint64_t bits = reader.LittleEndian(8);
    double real;
    std::memcpy(&real, &bits, sizeof(real));
    return real;
  }
  EXPECT_EQ(type, 6);
  return reader.Take(reader.LittleEndian(4));
}

void ReadChunk(const std::string& file, const Thrift& meta, std::vector<Cell>& column) {
  const auto offset = static_cast<size_t>(meta.at(9).number());
  Reader reader{absl::string_view(file).substr(offset)};
  const Thrift page = reader.Value(12);
  EXPECT_EQ(page.at(1).number(), 0) << "a data page";
  EXPECT_EQ(page.at(5).at(2).number(), 0) << "plain";
  EXPECT_EQ(page.at(5).at(3).number(), 3) << "runs";
  const auto rows = static_cast<size_t>(page.at(5).at(1).number());
  EXPECT_EQ(meta.at(5).number(), page.at(5).at(1).number());
  const std::string stored = reader.Take(static_cast<size_t>(page.at(3).number()));
  EXPECT_EQ(meta.at(7).number(),
            static_cast<int64_t>(reader.bytes.data() - file.data() - static_cast<int64_t>(offset)));
  std::string raw(static_cast<size_t>(page.at(2).number()), '\0');
  EXPECT_EQ(ZSTD_decompress(raw.data(), raw.size(), stored.data(), stored.size()), raw.size());
  Reader body{raw};
  const std::string levels = body.Take(body.LittleEndian(4));
  Reader packed{levels};
  EXPECT_EQ(packed.Varint(), ((rows + 7) / 8) << 1 | 1) << "one pack of bits";
  EXPECT_EQ(packed.bytes.size(), (rows + 7) / 8);
  for (size_t i = 0; i < rows; ++i) {
    const bool present = packed.bytes[i / 8] >> (i % 8) & 1;
    column.push_back(present ? ReadCell(body, meta.at(1).number()) : Cell());
  }
  EXPECT_TRUE(body.bytes.empty());
}

Table Read(const std::string& file) {
  Table table;
  EXPECT_EQ(file.substr(0, 4), "PAR1");
  EXPECT_EQ(file.substr(file.size() - 4), "PAR1");
  Reader size{absl::string_view(file).substr(file.size() - 8)};
  const uint64_t footer = size.LittleEndian(4);
  Reader reader{absl::string_view(file).substr(file.size() - 8 - footer, footer)};
  const Thrift meta = reader.Value(12);
  EXPECT_TRUE(reader.bytes.empty());
  const std::vector<Thrift>& schema = meta.at(2).list();
  EXPECT_EQ(schema.at(0).at(5).number(), static_cast<int64_t>(schema.size()) - 1);
  for (size_t i = 1; i < schema.size(); ++i) {
    table.names.push_back(schema[i].at(4).text());
    table.types.push_back(schema[i].at(1).number());
    table.converted.push_back(schema[i].has(6) ? schema[i].at(6).number() : -1);
    EXPECT_EQ(schema[i].at(3).number(), 1) << "may be null";
  }
  table.columns.resize(table.names.size());
  size_t rows = 0;
  for (const Thrift& group : meta.at(4).list()) {
    table.group_rows.push_back(static_cast<size_t>(group.at(3).number()));
    rows += table.group_rows.back();
    for (size_t i = 0; i < table.names.size(); ++i) {
      const Thrift& chunk = group.at(1).list().at(i).at(3);
      EXPECT_EQ(chunk.at(1).number(), table.types[i]);
      EXPECT_EQ(chunk.at(3).list().at(0).text(), table.names[i]);
      EXPECT_EQ(chunk.at(4).number(), 6) << "zstd";
      ReadChunk(file, chunk, table.columns[i]);
    }
  }
  EXPECT_EQ(meta.at(3).number(), static_cast<int64_t>(rows));
  return table;
}

SqlValue Integer(int64_t integer) { return {.type = SqlValue::Type::kInteger, .integer = integer}; }
SqlValue Real(double real) { return {.type = SqlValue::Type::kReal, .real = real}; }
SqlValue Text(absl::string_view text) { return {.type = SqlValue::Type::kText, .bytes = text}; }
SqlValue Blob(absl::string_view bytes) { return {.type = SqlValue::Type::kBlob, .bytes = bytes}; }

TEST(Parquet, EveryTypeAndNullAndHostileBytes) {
  CapturedIo io;
  const auto writer = NewParquetWriter(io);
  writer->Columns({"id", "share", "name", "raw", "mixed", "none", "id"});
  const SqlValue first[] = {Integer(-1), Real(0.5), Text("a\x1b\xff"), Blob({"\0\xff", 2}),
                            Integer(7),  {},        Integer(1)};
  const SqlValue second[] = {{}, Integer(2), {}, {}, Text("seven"), {}, Integer(2)};
  const SqlValue third[] = {Integer(INT64_MIN), {}, Text(""), Blob("x"), Real(0.25), {}, {}};
  for (const auto row : {absl::MakeSpan(first), absl::MakeSpan(second), absl::MakeSpan(third)}) {
    writer->Row(row);
  }
  writer->End();
  ASSERT_TRUE(writer->status().ok());
  const Table table = Read(io.out());
  EXPECT_EQ(table.names,
            (std::vector<std::string>{"id", "share", "name", "raw", "mixed", "none", "id_2"}));
  EXPECT_EQ(table.types, (std::vector<int64_t>{2, 5, 6, 6, 6, 6, 2}));
  EXPECT_EQ(table.converted, (std::vector<int64_t>{-1, -1, 0, -1, 0, 0, -1}));
  const Cell null;
  EXPECT_EQ(table.columns[0], (std::vector<Cell>{int64_t{-1}, null, INT64_MIN}));
  EXPECT_EQ(table.columns[1], (std::vector<Cell>{0.5, 2.0, null}));
  EXPECT_EQ(table.columns[2], (std::vector<Cell>{"a\x1b\xef\xbf\xbd", null, ""}));
  EXPECT_EQ(table.columns[3], (std::vector<Cell>{std::string("\0\xff", 2), null, "x"}));
  EXPECT_EQ(table.columns[4], (std::vector<Cell>{"7", "seven", "0.25"}));
  EXPECT_EQ(table.columns[5], (std::vector<Cell>{null, null, null}));
  EXPECT_EQ(table.columns[6], (std::vector<Cell>{int64_t{1}, int64_t{2}, null}));
}

TEST(Parquet, ManyRowsAndColumnsAreSeveralGroups) {
  CapturedIo io;
  const auto writer = NewParquetWriter(io);
  std::vector<std::string> names;
  for (int i = 0; i < 20; ++i) names.push_back(absl::StrCat("c", i));
  writer->Columns(names);
  for (int64_t row = 0; row < 70'000; ++row) {
    std::vector<SqlValue> values(20);
    for (int64_t i = 0; i < 20; ++i) {
      if ((row + i) % 3 != 0) values[static_cast<size_t>(i)] = Integer(row * i);
    }
    writer->Row(values);
  }
  writer->End();
  const Table table = Read(io.out());
  ASSERT_GT(table.group_rows.size(), 1U);
  for (int64_t i = 0; i < 20; ++i) {
    const std::vector<Cell>& column = table.columns[static_cast<size_t>(i)];
    ASSERT_EQ(column.size(), 70'000U);
    for (int64_t row = 0; row < 70'000; ++row) {
      ASSERT_EQ(column[static_cast<size_t>(row)], (row + i) % 3 != 0 ? Cell(row * i) : Cell());
    }
  }
}

TEST(Parquet, NoRows) {
  CapturedIo io;
  const auto writer = NewParquetWriter(io);
  writer->Columns({"a"});
  writer->End();
  const Table table = Read(io.out());
  EXPECT_EQ(table.names, std::vector<std::string>{"a"});
  EXPECT_TRUE(table.group_rows.empty());
}

TEST(Parquet, ALaterValueOfAnotherTypeSaysWhatToDo) {
  CapturedIo io;
  const auto writer = NewParquetWriter(io);
  writer->Columns({"n"});
  const SqlValue number[] = {Integer(1)}, text[] = {Text("one")};
  for (int i = 0; i < 65'536; ++i) writer->Row(number);
  writer->Row(text);
  writer->End();
  EXPECT_EQ(writer->status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(writer->status().message().find("CAST"), absl::string_view::npos);
  EXPECT_NE(writer->status().message().find("\"n\""), absl::string_view::npos);
}

}  // namespace
}  // namespace vedette
