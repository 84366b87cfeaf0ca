// SPDX-License-Identifier: Apache-2.0
#include "rules/classify/field_map.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "rules/classify/mode_fields.h"
#include "rules/lang/operators.h"

namespace vedette {
namespace {

constexpr KindSet kEveryKind = ~KindSet{0};
constexpr KindSet kOpen = KindBit(WIRE_file_open);
constexpr KindSet kConnect = KindBit(WIRE_network_connect);
constexpr KindSet kNetwork = kConnect | KindBit(WIRE_network_socket) | KindBit(WIRE_network_bind) |
                             KindBit(WIRE_network_listen) | KindBit(WIRE_network_accept) |
                             KindBit(WIRE_network_send) | KindBit(WIRE_network_receive) |
                             KindBit(WIRE_network_dns) | KindBit(WIRE_network_end);
// Kinds whose `path` is the field, as the kernel looked it up: fs.path.name of an open is the name
// that was asked for.
constexpr KindSet kDescriptor = kOpen | KindBit(WIRE_file_receive) | KindBit(WIRE_file_mmap) |
                                KindBit(WIRE_file_mprotect) | KindBit(WIRE_file_access);
constexpr KindSet kOnePath = KindBit(WIRE_file_unlink) | KindBit(WIRE_file_mkdir) |
                             KindBit(WIRE_file_mknod) | KindBit(WIRE_file_chmod) |
                             KindBit(WIRE_file_chown) | KindBit(WIRE_file_xattr) |
                             KindBit(WIRE_file_truncate) | KindBit(WIRE_file_umount) |
                             KindBit(WIRE_process_root) | KindBit(WIRE_kernel_load);
constexpr KindSet kFromPath = KindBit(WIRE_file_rename) | KindBit(WIRE_file_link);
constexpr KindSet kToPath = KindBit(WIRE_file_symlink) | KindBit(WIRE_file_mount);

struct FieldRow;
using Mapper = Approximation (*)(const FieldRow& row, const Predicate& predicate);

struct FieldRow {
  absl::string_view field;
  KindSet kinds;
  classify_dimension dimension;
  Mapper map;
  // Hash dimensions: the key of a literal, or none if no act can have the value.
  std::optional<std::string> (*key)(const Literal& literal);
  std::string (*no_value)();  // The key for which the field may be without a value; null: never is.
  bool no_value_is_sure;      // With that key it certainly is.
};

Lookup LookupOf(classify_dimension dimension) { return Dimensions()[dimension].lookup; }

Approximation Unknown(classify_dimension dimension) {
  const Lookup lookup = LookupOf(dimension);
  return {dimension, DimensionSet::All(lookup), DimensionSet::None(lookup)};
}

// How the operator relates the value to the literals, where `!=` is the negation of kExact.
Decides DecidesOf(const Operator& op) {
  return op.negative && op.name == "!=" ? Decides::kExact : op.decides;
}

std::optional<std::string> CommKey(const Literal& literal) {
  if (literal.text.size() > WIRE_COMM_SIZE || literal.text.find('\0') != std::string::npos) {
    return std::nullopt;
  }
  return HashKey(literal.text);
}

std::optional<std::string> UserKey(const Literal& literal) {
  if (literal.number > std::numeric_limits<uint32_t>::max()) return std::nullopt;
  return HashKey(static_cast<uint32_t>(literal.number));
}

std::optional<std::string> PortKey(const Literal& literal) {
  if (literal.number > std::numeric_limits<uint16_t>::max()) return std::nullopt;
  return HashKey(static_cast<uint32_t>(literal.number));
}

std::string ZeroKey() { return std::string(WIRE_COMM_SIZE, '\0'); }

// A field that is one value of a hash dimension.
Approximation MapValue(const FieldRow& row, const Predicate& predicate) {
  const Operator& op = *predicate.op;
  DimensionSet holds = DimensionSet::All(Lookup::kHash);  // If there is a value.
  if (op.takes_value) {
    if (DecidesOf(op) != Decides::kExact) return Unknown(row.dimension);
    std::vector<std::string> keys;
    for (const Literal& literal : predicate.literals) {
      if (std::optional<std::string> key = row.key(literal)) keys.push_back(*std::move(key));
    }
    holds = DimensionSet::Of(Lookup::kHash, std::move(keys));
    if (op.negative) holds = ~holds;
  }
  if (row.no_value == nullptr) return {row.dimension, holds, holds};
  const DimensionSet sure = holds & ~DimensionSet::Of(Lookup::kHash, {row.no_value()});
  return {row.dimension, row.no_value_is_sure ? sure : holds, sure};
}

// The longest judged path. A longer text can only stand for its beginning.
constexpr size_t kJudgedMax = CLASSIFY_PATH_MAX - 1;
bool IsTooLong(absl::string_view text) { return text.size() > kJudgedMax; }

// A field that is the path. A judged path is never empty and has no NUL. A glob is known by the
// text in front of its first special character.
Approximation MapPath(const FieldRow& row, const Predicate& predicate) {
  const Operator& op = *predicate.op;
  const auto all = DimensionSet::All(Lookup::kPrefix);
  if (!op.takes_value) return {row.dimension, all, all};
  const bool is_glob = op.name == "glob";
  const Decides decides = DecidesOf(op);
  if (decides == Decides::kNothing && !is_glob) return Unknown(row.dimension);
  std::vector<std::string> known;
  std::vector<std::string> beginnings;
  for (const Literal& literal : predicate.literals) {
    if (literal.text.find('\0') != std::string::npos) continue;
    if (is_glob || IsTooLong(literal.text)) {
      const size_t size = is_glob ? literal.text.find_first_of("*?[\\") : literal.text.size();
      beginnings.push_back(literal.text.substr(0, std::min(size, kJudgedMax)));
    } else {
      known.push_back(decides == Decides::kExact ? PathKey(literal.text) : literal.text);
    }
  }
  const auto sure = DimensionSet::Of(Lookup::kPrefix, std::move(known));
  const auto may = sure | DimensionSet::Of(Lookup::kPrefix, std::move(beginnings));
  if (op.negative) return {row.dimension, ~sure, ~may};
  return {row.dimension, may, sure};
}

// The directory of a path: its text up to the last slash, or of a directory all of it. That there
// is no further slash is beyond a trie, so nothing is ever sure.
Approximation MapDirectory(const FieldRow& row, const Predicate& predicate) {
  const Operator& op = *predicate.op;
  if (!op.takes_value || op.decides != Decides::kExact || op.negative) {
    return Unknown(row.dimension);
  }
  std::vector<std::string> keys;
  for (const Literal& literal : predicate.literals) {
    absl::string_view directory = literal.text;
    while (!directory.empty() && directory.back() == '/') directory.remove_suffix(1);
    // The root, and whatever a path without a slash is said to be in.
    if (directory.empty() || directory == ".") return Unknown(row.dimension);
    if (IsTooLong(directory)) {
      keys.emplace_back(directory.substr(0, kJudgedMax));
    } else {
      keys.push_back(PathKey(directory));
      keys.push_back(std::string(directory) + "/");
    }
  }
  return {row.dimension, DimensionSet::Of(Lookup::kPrefix, std::move(keys)),
          DimensionSet::None(Lookup::kPrefix)};
}

constexpr FieldRow kFieldRows[] = {
    {"proc.name", kEveryKind, CLASSIFY_comm, MapValue, CommKey, ZeroKey, true},
    {"user.uid", kEveryKind, CLASSIFY_user, MapValue, UserKey, nullptr, false},
    {"fd.name", kDescriptor, CLASSIFY_path, MapPath, nullptr, nullptr, false},
    {"fd.directory", kDescriptor, CLASSIFY_path, MapDirectory, nullptr, nullptr, false},
    // As the kernel asks about it; once it runs, the path is not looked up.
    {"proc.exepath", KindBit(WIRE_process_exec), CLASSIFY_path, MapPath, nullptr, nullptr, false},
    {"fs.path.name", kOnePath, CLASSIFY_path, MapPath, nullptr, nullptr, false},
    {"fs.path.source", kFromPath, CLASSIFY_path, MapPath, nullptr, nullptr, false},
    {"fs.path.target", kToPath, CLASSIFY_path, MapPath, nullptr, nullptr, false},
    {"fd.rport", kNetwork, CLASSIFY_port, MapValue, PortKey, ZeroKey, false},
    // Of other kinds the server can be the own side, whose port the kernel does not look up.
    {"fd.sport", kConnect, CLASSIFY_port, MapValue, PortKey, ZeroKey, false},
};

}  // namespace

std::string HashKey(absl::string_view comm) {
  std::string key(comm.substr(0, WIRE_COMM_SIZE));
  key.resize(WIRE_COMM_SIZE);
  return key;
}

std::string HashKey(uint32_t number) {
  std::string key(WIRE_COMM_SIZE, '\0');
  for (size_t i = 0; i < sizeof(number); ++i) {
    key[i] = static_cast<char>(static_cast<uint8_t>(number >> (8 * i)));
  }
  return key;
}

std::string PathKey(absl::string_view path) {
  std::string key(path);
  key.push_back('\0');
  return key;
}

bool IsJudgedPath(absl::string_view path) {
  return !path.empty() && !IsTooLong(path) && path.find('\0') == absl::string_view::npos;
}

Approximation Approximate(const Predicate& predicate, EventKind kind) {
  if (!predicate.IsPlain()) return Unknown(CLASSIFY_mode);
  const Field& field = predicate.field.field();
  if ((field.kinds & KindBit(kind)) == 0) {
    // No value, so no comparison holds.
    return {CLASSIFY_mode, DimensionSet::None(Lookup::kIndex), DimensionSet::None(Lookup::kIndex)};
  }
  if (!predicate.field.argument.empty()) return Unknown(CLASSIFY_mode);
  for (const FieldRow& row : kFieldRows) {
    if (row.field == field.name && (row.kinds & KindBit(kind)) != 0) return row.map(row, predicate);
  }
  if (const auto modes = ApproximateModes(predicate, kind)) {
    return {CLASSIFY_mode, DimensionSet::OfBits(modes->may), DimensionSet::OfBits(modes->sure)};
  }
  return Unknown(CLASSIFY_mode);
}

}  // namespace vedette
