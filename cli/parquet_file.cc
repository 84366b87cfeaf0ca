// SPDX-License-Identifier: Apache-2.0
#include "cli/parquet_file.h"

#include <zstd.h>

#include <cstring>
#include <utility>

namespace vedette {
namespace {

constexpr absl::string_view kMagic = "PAR1";

// Numbers of parquet.thrift.
enum PhysicalType { kInt64 = 2, kDouble = 5, kByteArray = 6 };
enum Repetition { kOptional = 1 };
enum ConvertedType { kUtf8 = 0 };
enum Encoding { kPlain = 0, kRle = 3 };
enum Codec { kZstd = 6 };
enum PageType { kDataPage = 0 };

PhysicalType Physical(ParquetType type) {
  switch (type) {
    case ParquetType::kInteger:
      return kInt64;
    case ParquetType::kReal:
      return kDouble;
    case ParquetType::kText:
    case ParquetType::kBytes:
      return kByteArray;
  }
  return kByteArray;
}

void AppendVarint(uint64_t number, std::string& to) {
  for (; number >= 0x80; number >>= 7) to += static_cast<char>(number | 0x80);
  to += static_cast<char>(number);
}

void AppendLittleEndian(uint64_t number, int bytes, std::string& to) {
  for (int i = 0; i < bytes; ++i) to += static_cast<char>(number >> (8 * i));
}

// A struct of Thrift's compact protocol:
// https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
class ThriftStruct {
 public:
  void Integer(int id, int64_t number, bool wide = true) {
    Field(id, wide ? kI64 : kI32);
    AppendInteger(number);
  }
  void Narrow(int id, int64_t number) { Integer(id, number, /*wide=*/false); }
  void Text(int id, absl::string_view text) {
    Field(id, kBinary);
    AppendText(text);
  }
  void Struct(int id, const ThriftStruct& inner) {
    Field(id, kStruct);
    bytes_ += inner.Ended();
  }
  void Integers(int id, absl::Span<const int> numbers) {
    List(id, kI32, numbers.size());
    for (const int number : numbers) AppendInteger(number);
  }
  void Texts(int id, absl::Span<const absl::string_view> texts) {
    List(id, kBinary, texts.size());
    for (const absl::string_view text : texts) AppendText(text);
  }
  void Structs(int id, absl::Span<const ThriftStruct> structs) {
    List(id, kStruct, structs.size());
    for (const ThriftStruct& each : structs) bytes_ += each.Ended();
  }
  std::string Ended() const { return bytes_ + '\0'; }

 private:
  enum Type { kI32 = 5, kI64 = 6, kBinary = 8, kList = 9, kStruct = 12 };

  // Fields come in the order of their ids, which differ by at most 15.
  void Field(int id, Type type) {
    bytes_ += static_cast<char>((id - last_id_) << 4 | type);
    last_id_ = id;
  }
  void List(int id, Type type, size_t size) {
    Field(id, kList);
    if (size < 15) {
      bytes_ += static_cast<char>(size << 4 | type);
    } else {
      bytes_ += static_cast<char>(0xf0 | type);
      AppendVarint(size, bytes_);
    }
  }
  void AppendInteger(int64_t number) {
    AppendVarint(static_cast<uint64_t>(number) << 1 ^ static_cast<uint64_t>(number >> 63), bytes_);
  }
  void AppendText(absl::string_view text) {
    AppendVarint(text.size(), bytes_);
    bytes_.append(text.data(), text.size());
  }

  std::string bytes_;
  int last_id_ = 0;
};

// Which rows have a value, one bit each, in the hybrid of runs and packed bits: as one pack.
std::string Levels(const std::vector<bool>& present) {
  const size_t bytes = (present.size() + 7) / 8;
  std::string packed;
  AppendVarint(bytes << 1 | 1, packed);
  const size_t begin = packed.size();
  packed.resize(begin + bytes);
  for (size_t i = 0; i < present.size(); ++i) {
    if (present[i]) packed[begin + i / 8] |= static_cast<char>(1 << (i % 8));
  }
  return packed;
}

bool Compress(absl::string_view raw, std::string& to) {
  to.resize(ZSTD_compressBound(raw.size()));
  const size_t size =
      ZSTD_compress(to.data(), to.size(), raw.data(), raw.size(), ZSTD_CLEVEL_DEFAULT);
  if (ZSTD_isError(size)) return false;
  to.resize(size);
  return true;
}

}  // namespace

void ParquetValues::Add(int64_t integer) {
  present_.push_back(true);
  AppendLittleEndian(static_cast<uint64_t>(integer), 8, plain_);
}

void ParquetValues::Add(double real) {
  uint64_t bits;
  std::memcpy(&bits, &real, sizeof(bits));
  present_.push_back(true);
  AppendLittleEndian(bits, 8, plain_);
}

void ParquetValues::Add(absl::string_view bytes) {
  present_.push_back(true);
  AppendLittleEndian(bytes.size(), 4, plain_);
  plain_.append(bytes.data(), bytes.size());
}

ParquetFile::ParquetFile(std::vector<ParquetColumn> columns)
    : columns_(std::move(columns)), written_(kMagic.size()) {}

std::string ParquetFile::Head() const { return std::string(kMagic); }

absl::StatusOr<std::string> ParquetFile::RowGroup(absl::Span<const ParquetValues> values) {
  std::string group;
  std::vector<Chunk> chunks;
  for (const ParquetValues& column : values) {
    const std::string levels = Levels(column.present());
    std::string page, stored;
    AppendLittleEndian(levels.size(), 4, page);
    page += levels;
    page.append(column.plain().data(), column.plain().size());
    if (!Compress(page, stored)) return absl::InternalError("zstd has no memory to compress");
    ThriftStruct data, header;
    data.Narrow(1, static_cast<int64_t>(column.rows()));
    data.Narrow(2, kPlain);
    data.Narrow(3, kRle);
    data.Narrow(4, kRle);
    header.Narrow(1, kDataPage);
    header.Narrow(2, static_cast<int64_t>(page.size()));
    header.Narrow(3, static_cast<int64_t>(stored.size()));
    header.Struct(5, data);
    const std::string head = header.Ended();
    chunks.push_back({.offset = written_ + group.size(),
                      .rows = column.rows(),
                      .plain_bytes = head.size() + page.size(),
                      .stored_bytes = head.size() + stored.size()});
    group += head;
    group += stored;
  }
  groups_.push_back(std::move(chunks));
  written_ += group.size();
  return group;
}

std::string ParquetFile::Tail() const {
  std::vector<ThriftStruct> schema(1), groups;
  schema[0].Text(4, "rows");
  schema[0].Narrow(5, static_cast<int64_t>(columns_.size()));
  for (const ParquetColumn& column : columns_) {
    ThriftStruct& element = schema.emplace_back();
    element.Narrow(1, Physical(column.type));
    element.Narrow(3, kOptional);
    element.Text(4, column.name);
    if (column.type == ParquetType::kText) element.Narrow(6, kUtf8);
  }
  uint64_t rows = 0;
  for (const std::vector<Chunk>& chunks : groups_) {
    std::vector<ThriftStruct> columns;
    uint64_t plain_bytes = 0;
    for (size_t i = 0; i < chunks.size(); ++i) {
      const Chunk& chunk = chunks[i];
      ThriftStruct meta;
      meta.Narrow(1, Physical(columns_[i].type));
      meta.Integers(2, {kPlain, kRle});
      meta.Texts(3, {columns_[i].name});
      meta.Narrow(4, kZstd);
      meta.Integer(5, static_cast<int64_t>(chunk.rows));
      meta.Integer(6, static_cast<int64_t>(chunk.plain_bytes));
      meta.Integer(7, static_cast<int64_t>(chunk.stored_bytes));
      meta.Integer(9, static_cast<int64_t>(chunk.offset));
      columns.emplace_back();
      columns.back().Integer(2, static_cast<int64_t>(chunk.offset));
      columns.back().Struct(3, meta);
      plain_bytes += chunk.plain_bytes;
    }
    ThriftStruct& group = groups.emplace_back();
    group.Structs(1, columns);
    group.Integer(2, static_cast<int64_t>(plain_bytes));
    group.Integer(3, static_cast<int64_t>(chunks[0].rows));
    rows += chunks[0].rows;
  }
  ThriftStruct file;
  file.Narrow(1, 1);
  file.Structs(2, schema);
  file.Integer(3, static_cast<int64_t>(rows));
  file.Structs(4, groups);
  file.Text(6, "vedette version " VEDETTE_VERSION " (build release)");
  std::string tail = file.Ended();
  AppendLittleEndian(tail.size(), 4, tail);
  tail.append(kMagic.data(), kMagic.size());
  return tail;
}

}  // namespace vedette
