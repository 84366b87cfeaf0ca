// SPDX-License-Identifier: Apache-2.0
#include "rules/classify/field_map.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "rules/classify/mode_fields.h"
#include "rules/classify/trait_fields.h"
#include "rules/lang/operators.h"
#include "sensor/schema/calls.h"

namespace vedette {
namespace {

constexpr KindSet kEveryKind = ~KindSet{0};
constexpr KindSet kOpen = KindBit(WIRE_file_open);
constexpr KindSet kConnect = KindBit(WIRE_network_connect);
constexpr KindSet kAccept = KindBit(WIRE_network_accept);
// The own address is the one that the act names.
constexpr KindSet kOwnNamed = KindBit(WIRE_network_bind) | KindBit(WIRE_network_listen);
constexpr KindSet kPeerNamed = kConnect | kAccept | KindBit(WIRE_network_send) |
                               KindBit(WIRE_network_receive) | KindBit(WIRE_network_dns) |
                               KindBit(WIRE_network_end);
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
// Two names: the old one is the path, the new one the target.
constexpr KindSet kFromPath = KindBit(WIRE_file_rename) | KindBit(WIRE_file_link);
constexpr KindSet kToPath = KindBit(WIRE_file_symlink) | KindBit(WIRE_file_mount);

struct FieldRow;
using Mapper = Approximation (*)(const FieldRow& row, const Predicate& predicate, EventKind kind);

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
Approximation MapValue(const FieldRow& row, const Predicate& predicate, EventKind) {
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

// The longest judged text of a trie. A longer one can only stand for its beginning.
size_t JudgedMax(classify_dimension dimension) {
  return dimension == CLASSIFY_exe ? CLASSIFY_EXE_MAX - 1 : CLASSIFY_PATH_MAX - 1;
}

// A field that is the path. A judged path has no NUL, and one of an object is never empty; without
// a program there is no exe. A glob is known by the text in front of its first special character.
Approximation MapPath(const FieldRow& row, const Predicate& predicate, EventKind) {
  const Operator& op = *predicate.op;
  const size_t judged_max = JudgedMax(row.dimension);
  // All texts that are a value.
  auto all = DimensionSet::All(Lookup::kPrefix);
  if (row.no_value != nullptr) all = ~DimensionSet::Of(Lookup::kPrefix, {row.no_value()});
  if (!op.takes_value) return {row.dimension, all, all};
  const bool is_glob = op.name == "glob";
  const Decides decides = DecidesOf(op);
  if (decides == Decides::kNothing && !is_glob) return Unknown(row.dimension);
  std::vector<std::string> known;
  std::vector<std::string> beginnings;
  for (const Literal& literal : predicate.literals) {
    if (literal.text.find('\0') != std::string::npos) continue;
    if (is_glob || literal.text.size() > judged_max) {
      const size_t size = is_glob ? literal.text.find_first_of("*?[\\") : literal.text.size();
      beginnings.push_back(literal.text.substr(0, std::min(size, judged_max)));
    } else {
      known.push_back(decides == Decides::kExact ? PathKey(literal.text) : literal.text);
    }
  }
  const auto sure = DimensionSet::Of(Lookup::kPrefix, std::move(known));
  const auto may = sure | DimensionSet::Of(Lookup::kPrefix, std::move(beginnings));
  if (op.negative) return {row.dimension, ~sure & all, ~may & all};
  return {row.dimension, may & all, sure & all};
}

std::string NoExe() { return PathKey(""); }

// The last part of a path. Empty for the root: no value.
Approximation MapName(const FieldRow& row, const Predicate& predicate, EventKind) {
  const Operator& op = *predicate.op;
  const auto none = DimensionSet::Of(Lookup::kHash, {NameKey("")});
  if (!op.takes_value) return {row.dimension, ~none, ~none};
  if (DecidesOf(op) != Decides::kExact) return Unknown(row.dimension);
  std::vector<std::string> known;
  std::vector<std::string> cut;
  for (const Literal& literal : predicate.literals) {
    if (absl::string_view(literal.text).find_first_of(absl::string_view("/\0", 2)) !=
        std::string::npos)
      continue;
    (literal.text.size() < CLASSIFY_NAME_MAX ? known : cut).push_back(NameKey(literal.text));
  }
  const auto sure = DimensionSet::Of(Lookup::kHash, std::move(known)) & ~none;
  const auto may = sure | DimensionSet::Of(Lookup::kHash, std::move(cut));
  if (op.negative) return {row.dimension, ~sure & ~none, ~may & ~none};
  return {row.dimension, may, sure};
}

// The address of one end, or networks that it may be in.
Approximation MapAddress(const FieldRow& row, const Predicate& predicate, EventKind) {
  const Operator& op = *predicate.op;
  const auto none = DimensionSet::Of(Lookup::kPrefix, {std::string(kNoAddressKey)});
  if (!op.takes_value) return {row.dimension, ~none, ~none};
  if (DecidesOf(op) != Decides::kExact) return Unknown(row.dimension);
  const bool is_network = predicate.type() == FieldType::kNetwork;
  std::vector<std::string> keys;
  for (const Literal& literal : predicate.literals) {
    const size_t bits = is_network ? literal.prefix_bits : literal.address.is_v6 ? 128 : 32;
    keys.push_back(AddressKey(literal.address, bits));
  }
  const auto in = DimensionSet::Of(Lookup::kPrefix, std::move(keys));
  const auto holds = op.negative ? ~in & ~none : in;
  return {row.dimension, holds, holds};
}

// The directory of a path: its text up to the last slash, or of a directory all of it. That there
// is no further slash is beyond a trie, so nothing is ever sure.
Approximation MapDirectory(const FieldRow& row, const Predicate& predicate, EventKind) {
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
    if (directory.size() > JudgedMax(row.dimension)) {
      keys.emplace_back(directory.substr(0, JudgedMax(row.dimension)));
    } else {
      keys.push_back(PathKey(directory));
      keys.push_back(std::string(directory) + "/");
    }
  }
  return {row.dimension, DimensionSet::Of(Lookup::kPrefix, std::move(keys)),
          DimensionSet::None(Lookup::kPrefix)};
}

// Whether it is in a container: only comparisons with "host" come here (trait_fields.cc).
Approximation MapScope(const FieldRow& row, const Predicate& predicate, EventKind) {
  const Operator& op = *predicate.op;
  std::vector<std::string> keys;
  if (!op.takes_value || op.holds(Value::Text("host"), predicate)) {
    keys.push_back(HashKey(uint32_t{CLASSIFY_HOST}));
  }
  if (!op.takes_value || op.negative) keys.push_back(HashKey(uint32_t{CLASSIFY_CONTAINER}));
  const auto holds = DimensionSet::Of(Lookup::kHash, std::move(keys));
  return {row.dimension, holds, holds};
}

// The call in progress, if the kind can come from it, else the kind's first type: what
// EventTypeOf() of engine/enrich says.
Approximation MapType(const FieldRow& row, const Predicate& predicate, EventKind kind) {
  const std::vector<absl::string_view> types =
      absl::StrSplit(FindKind(kind)->types, ',', absl::SkipEmpty());
  const auto holds = [&](absl::string_view type) {
    return !predicate.op->takes_value || predicate.op->holds(Value::Text(type), predicate);
  };
  const auto count = static_cast<size_t>(std::count_if(types.begin(), types.end(), holds));
  if (count == 0 || count == types.size()) {
    const auto set =
        count == 0 ? DimensionSet::None(Lookup::kIndex) : DimensionSet::All(Lookup::kIndex);
    return {CLASSIFY_mode, set, set};
  }
  const bool otherwise = holds(types.front());
  std::vector<std::string> keys;
  for (const Call& call : Calls()) {
    const bool is_type = std::find(types.begin(), types.end(), call.name) != types.end();
    if (!is_type || holds(call.name) == otherwise) continue;
    for (const bool compat : {false, true}) {
      const int32_t number = call.Number(NativeCalls(compat));
      if (number >= 0) keys.push_back(CallKey(number, compat));
    }
  }
  auto set = DimensionSet::Of(Lookup::kHash, std::move(keys));
  if (otherwise) set = ~set;
  return {row.dimension, set, set};
}

constexpr FieldRow kFieldRows[] = {
    {"proc.name", kEveryKind, CLASSIFY_comm, MapValue, CommKey, ZeroKey, true},
    {"user.uid", kEveryKind, CLASSIFY_user, MapValue, UserKey, nullptr, false},
    {"container.id", kEveryKind, CLASSIFY_scope, MapScope, nullptr, nullptr, false},
    {"container.full_id", kEveryKind, CLASSIFY_scope, MapScope, nullptr, nullptr, false},
    {"container.type", kEveryKind, CLASSIFY_scope, MapScope, nullptr, nullptr, false},
    {"evt.type", kEveryKind, CLASSIFY_call, MapType, nullptr, nullptr, false},
    // As the kernel asks about it; once it runs, it is what is known of the process.
    {"proc.exepath", KindBit(WIRE_process_exec), CLASSIFY_path, MapPath, nullptr, nullptr, false},
    {"proc.exepath", kEveryKind, CLASSIFY_exe, MapPath, nullptr, NoExe, true},
    {"fd.name", kDescriptor, CLASSIFY_path, MapPath, nullptr, nullptr, false},
    {"fd.filename", kDescriptor, CLASSIFY_name, MapName, nullptr, nullptr, false},
    {"fd.directory", kDescriptor, CLASSIFY_path, MapDirectory, nullptr, nullptr, false},
    {"fs.path.name", kOnePath, CLASSIFY_path, MapPath, nullptr, nullptr, false},
    {"fs.path.source", kFromPath, CLASSIFY_path, MapPath, nullptr, nullptr, false},
    {"fs.path.target", kToPath, CLASSIFY_path, MapPath, nullptr, nullptr, false},
    {"fs.path.target", kFromPath, CLASSIFY_target, MapPath, nullptr, nullptr, false},
    {"fd.rport", kNetwork, CLASSIFY_port, MapValue, PortKey, ZeroKey, false},
    {"fd.lport", kNetwork, CLASSIFY_own_port, MapValue, PortKey, ZeroKey, false},
    // Who connects is the client. Of datagrams and ends of connections the ports decide who is.
    {"fd.sport", kConnect, CLASSIFY_port, MapValue, PortKey, ZeroKey, false},
    {"fd.cport", kConnect, CLASSIFY_own_port, MapValue, PortKey, ZeroKey, true},
    {"fd.sport", kAccept | kOwnNamed, CLASSIFY_own_port, MapValue, PortKey, ZeroKey, true},
    {"fd.cport", kAccept, CLASSIFY_port, MapValue, PortKey, ZeroKey, false},
    {"fd.rip", kPeerNamed, CLASSIFY_address, MapAddress, nullptr, nullptr, false},
    {"fd.rnet", kPeerNamed, CLASSIFY_address, MapAddress, nullptr, nullptr, false},
    {"fd.sip", kConnect | kOwnNamed, CLASSIFY_address, MapAddress, nullptr, nullptr, false},
    {"fd.snet", kConnect | kOwnNamed, CLASSIFY_address, MapAddress, nullptr, nullptr, false},
    {"fd.cip", kAccept, CLASSIFY_address, MapAddress, nullptr, nullptr, false},
    {"fd.cnet", kAccept, CLASSIFY_address, MapAddress, nullptr, nullptr, false},
    {"fd.lip", kOwnNamed, CLASSIFY_address, MapAddress, nullptr, nullptr, false},
    {"fd.lnet", kOwnNamed, CLASSIFY_address, MapAddress, nullptr, nullptr, false},
};

const FieldRow* FindRow(const Field& field, EventKind kind) {
  for (const FieldRow& row : kFieldRows) {
    if (row.field == field.name && (row.kinds & KindBit(kind)) != 0) return &row;
  }
  return nullptr;
}

// A row's dimension could decide more than it does: what is missing.
std::string WhyRowIsUnsure(const FieldRow& row, const Predicate& predicate) {
  const absl::string_view op = predicate.op->name;
  if (row.map == MapDirectory) {
    return "the kernel compares beginnings of paths: what lies deeper begins alike";
  }
  if (op == "glob" && row.map == MapPath) {
    return "of a pattern the kernel compares what stands before the first special character";
  }
  const bool prefix = row.map == MapPath && predicate.op->decides == Decides::kPrefix;
  if (DecidesOf(*predicate.op) != Decides::kExact && !prefix) {
    return absl::StrCat("the kernel compares ", row.field,
                        row.map == MapPath ? " as a whole or by its beginning" : " as a whole",
                        ", not with ", op);
  }
  if (row.map == MapValue) return "the kernel cannot tell port 0 from none";
  const size_t longest = row.map == MapName ? CLASSIFY_NAME_MAX - 1 : JudgedMax(row.dimension);
  return absl::StrCat("the kernel compares at most ", longest, " bytes of ", row.field);
}

}  // namespace

std::optional<std::string> CommKey(const Literal& literal) {
  if (literal.text.size() > WIRE_COMM_SIZE || literal.text.find('\0') != std::string::npos) {
    return std::nullopt;
  }
  return HashKey(literal.text);
}

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

std::string NameKey(absl::string_view name) {
  std::string key(name.substr(0, CLASSIFY_NAME_MAX));
  key.resize(CLASSIFY_NAME_MAX);
  return key;
}

std::string CallKey(int32_t number, bool compat) {
  std::string key(WIRE_COMM_SIZE, '\0');
  classify_call_key(number, compat ? WIRE_FLAG_COMPAT : 0, reinterpret_cast<uint8_t*>(key.data()));
  return key;
}

std::string AddressKey(const IpAddress& address, size_t prefix_bits) {
  std::string key(1, address.is_v6 ? '6' : '4');
  for (size_t bit = 0; bit < prefix_bits; ++bit) {
    key.push_back((address.bytes[bit / 8] >> (7 - bit % 8) & 1) != 0 ? '1' : '0');
  }
  return key;
}

bool IsJudgedPath(absl::string_view path) {
  return !path.empty() && path.size() <= JudgedMax(CLASSIFY_path) &&
         path.find('\0') == absl::string_view::npos;
}

bool IsJudgedName(absl::string_view path) { return IsJudgedPath(path) && path.front() == '/'; }

bool IsJudgedExe(absl::string_view path) {
  return path.size() <= JudgedMax(CLASSIFY_exe) && path.find('\0') == absl::string_view::npos;
}

Approximation Approximate(const Predicate& predicate, EventKind kind, Decider decider) {
  if (!predicate.IsPlain()) return Unknown(CLASSIFY_mode);
  const Field& field = predicate.field.field();
  if ((field.kinds & KindBit(kind)) == 0) {
    // No value, so no comparison holds.
    return {CLASSIFY_mode, DimensionSet::None(Lookup::kIndex), DimensionSet::None(Lookup::kIndex)};
  }
  if (const auto traits = ApproximateTraits(predicate, kind, decider)) return *traits;
  if (!predicate.field.argument.empty()) return Unknown(CLASSIFY_mode);
  if (const FieldRow* row = FindRow(field, kind)) return row->map(*row, predicate, kind);
  if (const auto modes = ApproximateModes(predicate, kind)) {
    return {CLASSIFY_mode, DimensionSet::OfBits(modes->may), DimensionSet::OfBits(modes->sure)};
  }
  return Unknown(CLASSIFY_mode);
}

std::string WhyWidened(const Predicate& predicate, EventKind kind) {
  if (Approximate(predicate, kind).exact()) return "";
  if (!predicate.IsPlain()) return "it is worked out for each event, which only user space does";
  const Field& field = predicate.field.field();
  const FieldRow* row = FindRow(field, kind);
  if (row != nullptr && predicate.field.argument.empty()) return WhyRowIsUnsure(*row, predicate);
  const std::string why = WhyTraitsAreWidened(predicate, kind);
  if (!why.empty()) return why;
  if (predicate.field.argument.empty() && ApproximateModes(predicate, kind)) {
    return absl::StrCat("the kernel tells some values of ", field.name, " from others, not all");
  }
  return absl::StrCat("only user space knows ", field.name);
}

}  // namespace vedette
