// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
#include "sensor/schema/schema.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <type_traits>

#include "absl/strings/str_split.h"
#include "sensor/schema/context.h"
#include "sensor/schema/missing.h"

namespace vedette {
namespace {

using enum FieldType;

// Only the structs of one kind are in scope of their rows' expansion: `Record` names it.
#define MEMBER_NUM(ctype, member, type, rule, ecs, doc) \
  {#member,                                             \
   MemberShape::kNumber,                                \
   type,                                                \
   offsetof(Record, member),                            \
   sizeof(ctype),                                       \
   std::is_signed_v<ctype>,                             \
   0,                                                   \
   rule,                                                \
   ecs,                                                 \
   doc},
#define MEMBER_TEXT(member, max, type, rule, ecs, doc) \
  {#member,                                            \
   MemberShape::kText,                                 \
   type,                                               \
   offsetof(Record, member),                           \
   sizeof(wire_text),                                  \
   false,                                              \
   max,                                                \
   rule,                                               \
   ecs,                                                \
   doc},
#define MEMBER_BYTES(size, member, type, rule, ecs, doc) \
  {#member, MemberShape::kBytes, type, offsetof(Record, member), size, false, 0, rule, ecs, doc},

namespace header_rows {
using Record = wire_header;
constexpr Member kMembers[] = {HEADER_FIELDS(MEMBER_NUM, MEMBER_TEXT, MEMBER_BYTES)};
}  // namespace header_rows

#define KIND_ROWS(kind, ...)                                                                 \
  static_assert(std::has_unique_object_representations_v<wire_##kind>,                       \
                "padding would carry kernel stack bytes to user space");                     \
  namespace kind##_rows {                                                                    \
    using Record = wire_##kind;                                                              \
    constexpr Member kMembers[] = {WIRE_ROWS_##kind(MEMBER_NUM, MEMBER_TEXT, MEMBER_BYTES)}; \
  }
WIRE_EVENTS(KIND_ROWS)

#define KIND_INFO(kind, number, types, category, doc) \
  KindInfo{WIRE_##kind, #kind, types, category, doc, sizeof(wire_##kind), kind##_rows::kMembers},
// The lists of the families, one behind the other, in order of the numbers.
constexpr auto kKinds = [] {
  std::array kinds = {WIRE_EVENTS(KIND_INFO)};
  std::sort(kinds.begin(), kinds.end(),
            [](const KindInfo& a, const KindInfo& b) { return a.kind < b.kind; });
  return kinds;
}();

constexpr KindSet KindsOfCategory(absl::string_view category) {
  KindSet kinds = 0;
  for (const KindInfo& info : kKinds) {
    if (info.category == category) kinds |= KindBit(info.kind);
  }
  return kinds;
}
// Sets of kinds as the rows name them: a kind by its own name.
#define KIND_CONSTANT(kind, ...) [[maybe_unused]] constexpr KindSet kind = KindBit(WIRE_##kind);
WIRE_EVENTS(KIND_CONSTANT)
constexpr KindSet PROCESS = KindsOfCategory("process");
constexpr KindSet FILES = KindsOfCategory("file");
constexpr KindSet NETWORK = KindsOfCategory("net");
constexpr KindSet SYSTEM = KindsOfCategory("system");
constexpr KindSet SENSOR = sensor_drop | sensor_hook;  // No act of anybody.
constexpr KindSet ANY = PROCESS | FILES | NETWORK | SYSTEM | SENSOR;
// Acts on a file that has a descriptor, as Falco's fd.* fields want it.
constexpr KindSet FILE = file_open | file_receive | file_mmap | file_mprotect | file_access;
// Acts on what one path names, and on what two do.
constexpr KindSet ONE_PATH = file_open | file_unlink | file_mkdir | file_mknod | file_chmod |
                             file_chown | file_xattr | file_truncate | file_umount | process_root |
                             kernel_load;
constexpr KindSet TWO_PATHS = file_rename | file_link | file_symlink | file_mount;
constexpr KindSet TARGET = process_ptrace | process_signal;
constexpr KindSet EXEC = process_exec;
constexpr KindSet FORK = process_fork;
constexpr KindSet EXIT = process_exit;
// What a system call did, so that it has a result.
constexpr KindSet CALLS =
    ANY & ~(EXIT | process_coredump | process_helper | process_credentials | network_end | SENSOR);
constexpr KindSet NOTHING = 0;

// What the rows of fields say about arguments and uses (context.h).
struct ArgumentForm {
  FieldArgument argument;
  ArgumentShape shape;
};
constexpr ArgumentForm NONE = {FieldArgument::kNoArgument, ArgumentShape::kNumber};
constexpr ArgumentForm KEY = {FieldArgument::kRequiredArgument, ArgumentShape::kText};
constexpr ArgumentForm NUMBER_OR_NONE = {FieldArgument::kOptionalArgument, ArgumentShape::kNumber};
constexpr ArgumentForm KEY_OR_NONE = {FieldArgument::kOptionalArgument, ArgumentShape::kText};
struct Uses {
  int bits;
  bool is_list = false;
};
constexpr Uses ANYWHERE = {kAnywhere};
constexpr Uses LEFT_ONLY = {kNotOnTheRight | kNoTransformers};
constexpr Uses FILTER_ONLY = {kFilterOnly | kNotOnTheRight | kNoTransformers};
constexpr Uses PRINT_ONLY = {kPrintOnly};
constexpr Uses OLD = {kDeprecated};
constexpr Uses OLD_PRINT_ONLY = {kDeprecated | kPrintOnly};
constexpr Uses LIST = {kNotOnTheRight, true};

constexpr Field FromRow(absl::string_view name, FieldType type, ArgumentForm argument, Uses uses,
                        KindSet kinds, absl::string_view doc, FieldSource source, uint16_t index) {
  return {name,
          type,
          source,
          argument.argument,
          argument.shape,
          uses.is_list,
          source != FieldSource::kNothing,
          static_cast<uint8_t>(uses.bits),
          kinds,
          doc,
          nullptr,
          index};
}

enum ContextIndex : uint16_t {
#define CONTEXT_INDEX(id, ...) kContext_##id,
  CONTEXT_FIELDS(CONTEXT_INDEX)
};
#define CONTEXT_FIELD(id, name, type, argument, uses, kinds, doc) \
  FromRow(name, type, argument, uses, kinds, doc, FieldSource::kContext, kContext_##id),
constexpr Field kContextFields[] = {CONTEXT_FIELDS(CONTEXT_FIELD)};

#define MISSING_FIELD(name, type, argument, uses, doc) \
  FromRow(name, type, argument, uses, NOTHING, doc, FieldSource::kNothing, 0),
constexpr Field kMissingFields[] = {MISSING_FIELDS(MISSING_FIELD)};

constexpr Field FromArgument(absl::string_view name, FieldType type, Uses uses, KindSet kinds,
                             absl::string_view doc, uint16_t index) {
  return FromRow(name, type, NONE, uses, kinds, doc,
                 kinds == 0 ? FieldSource::kNothing : FieldSource::kArgument, index);
}
#define ARGUMENT_FIELDS(name, type, text_kinds, raw_kinds)                     \
  FromArgument("evt.arg." #name, kText, ANYWHERE, text_kinds,                  \
               "Argument \"" #name "\" of the call, as people read it",        \
               ArgumentIndex(kArgument_##name, false)),                        \
      FromArgument("evt.rawarg." #name, type, LEFT_ONLY, raw_kinds,            \
                   "Argument \"" #name "\" of the call, as the kernel has it", \
                   ArgumentIndex(kArgument_##name, true)),
constexpr Field kArgumentFields[] = {
    FromRow("evt.arg", kText, KEY, ANYWHERE, ANY,
            "[n]: the n-th argument of the call, from 0; [name]: the same as evt.arg.name",
            FieldSource::kArgument, ArgumentIndex(kEventArguments, false)),
    FromRow("evt.rawarg", kText, KEY, LEFT_ONLY, ANY,
            "[name]: the same as evt.rawarg.name, of its type", FieldSource::kArgument,
            ArgumentIndex(kEventArguments, true)),
    EVENT_ARGUMENTS(ARGUMENT_FIELDS)};

Field FromMember(const Member& member, FieldSource source, KindSet kinds) {
  Field field =
      FromRow(member.rule_name, member.type, NONE, ANYWHERE, kinds, member.doc, source, 0);
  field.member = &member;
  return field;
}

// A rule name that several kinds supply is one field; its member depends on the kind. One that
// context.h or arguments.h has is worked out, from this member too.
void AddEventField(std::vector<Field>& fields, const Member& member, EventKind kind) {
  for (Field& field : fields) {
    if (field.name != member.rule_name) continue;
    field.kinds |= KindBit(kind);
    return;
  }
  fields.push_back(FromMember(member, FieldSource::kEvent, KindBit(kind)));
}

std::vector<Field> MakeFields() {
  std::vector<Field> fields(std::begin(kContextFields), std::end(kContextFields));
  fields.insert(fields.end(), std::begin(kMissingFields), std::end(kMissingFields));
  fields.insert(fields.end(), std::begin(kArgumentFields), std::end(kArgumentFields));
  for (const Member& member : header_rows::kMembers) {
    if (!member.rule_name.empty()) {
      fields.push_back(FromMember(member, FieldSource::kHeader, ANY));
    }
  }
  for (const Member& member : process_exec_rows::kMembers) {
    if (!member.rule_name.empty()) {
      fields.push_back(FromMember(member, FieldSource::kProcess, ANY));
    }
  }
  for (const KindInfo& info : kKinds) {
    if (info.kind == WIRE_process_exec || info.kind == WIRE_process_seen) continue;
    for (const Member& member : info.members) {
      if (!member.rule_name.empty()) AddEventField(fields, member, info.kind);
    }
  }
  std::sort(fields.begin(), fields.end(),
            [](const Field& a, const Field& b) { return a.name < b.name; });
  uint16_t events = 0;
  for (Field& field : fields) {
    if (field.source == FieldSource::kEvent) field.index = events++;
  }
  return fields;
}

const std::vector<Field>& AllFields() {
  static const auto* const fields = new std::vector<Field>(MakeFields());
  return *fields;
}

}  // namespace

absl::string_view FieldTypeName(FieldType type) {
  switch (type) {
    case kUnsigned:
      return "unsigned";
    case kSigned:
      return "signed";
    case kBool:
      return "boolean";
    case kText:
      return "text";
    case kPath:
      return "path";
    case kArguments:
      return "arguments";
    case kAddress:
      return "address";
    case kNetwork:
      return "network";
    case kPort:
      return "port";
    case kBytes:
      return "bytes";
    case kDouble:
      return "number with a fraction";
    case kWallTime:
      return "time";
    case kBootTime:
      return "boot time";
    case kDuration:
      return "duration";
  }
  return "corrupt";
}

absl::Span<const KindInfo> Kinds() { return kKinds; }

const KindInfo* FindKind(uint16_t number) {
  static const auto* const by_number = [] {
    auto* table = new std::array<const KindInfo*, WIRE_KIND_LIMIT>{};
    for (const KindInfo& info : kKinds) (*table)[info.kind] = &info;
    return table;
  }();
  return number < WIRE_KIND_LIMIT ? (*by_number)[number] : nullptr;
}

const KindInfo* FindKindByName(absl::string_view name) {
  for (const KindInfo& info : kKinds) {
    if (info.name == name) return &info;
  }
  return nullptr;
}

absl::Span<const Member> HeaderMembers() { return header_rows::kMembers; }

KindSet RuleKinds() { return ANY; }

KindSet ActKinds() { return ANY & ~SENSOR; }

KindSet KindsOfType(absl::string_view evt_type) {
  KindSet kinds = 0;
  for (const KindInfo& info : kKinds) {
    for (absl::string_view type : absl::StrSplit(info.types, ',', absl::SkipEmpty())) {
      if (type == evt_type) kinds |= KindBit(info.kind);
    }
  }
  return kinds;
}

absl::string_view ArgumentName(EventArgument argument) {
#define ARGUMENT_NAME(name, ...) #name,
  static constexpr absl::string_view kNames[] = {EVENT_ARGUMENTS(ARGUMENT_NAME)};
  return argument < kEventArguments ? kNames[argument] : absl::string_view();
}

absl::Span<const Field> Fields() { return AllFields(); }

const Field* FindField(absl::string_view name) {
  const std::vector<Field>& fields = AllFields();
  const auto at =
      std::lower_bound(fields.begin(), fields.end(), name,
                       [](const Field& field, absl::string_view n) { return field.name < n; });
  return at != fields.end() && at->name == name ? &*at : nullptr;
}

FieldId IdOf(const Field& field) { return static_cast<FieldId>(&field - AllFields().data()); }

const Member* MemberOf(const Field& field, EventKind kind) {
  const KindInfo* info = FindKind(kind);
  if (info == nullptr) return nullptr;
  for (const Member& member : info->members) {
    if (member.rule_name == field.name) return &member;
  }
  return nullptr;
}

namespace {

const Member* FindByName(absl::Span<const Member> members, absl::string_view name) {
  for (const Member& member : members) {
    if (member.name == name) return &member;
  }
  return nullptr;
}

}  // namespace

const Member* FindMember(const KindInfo& info, absl::string_view name) {
  return FindByName(info.members, name);
}

const Member* FindHeaderMember(absl::string_view name) { return FindByName(HeaderMembers(), name); }

absl::string_view LossStageName(uint32_t stage) {
#define STAGE_NAME(name, number, doc) \
  if (stage == number) return #name;
  WIRE_LOSS_STAGES(STAGE_NAME)
  return "unknown";
}

absl::string_view LossStageDoc(uint32_t stage) {
#define STAGE_DOC(name, number, doc) \
  if (stage == number) return doc;
  WIRE_LOSS_STAGES(STAGE_DOC)
  return "unknown";
}

}  // namespace vedette
