// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The event schema at run time: the kinds of events, the members of their records, and the fields
// that rules may name, as tables expanded from the macro rows. Everything that prints, stores,
// decodes or checks events walks these tables. All of it is constant: any thread may read it.
#ifndef VEDETTE_SENSOR_SCHEMA_SCHEMA_H_
#define VEDETTE_SENSOR_SCHEMA_SCHEMA_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sensor/schema/arguments.h"
#include "sensor/schema/layout.h"
#include "sensor/schema/value.h"

namespace vedette {

using EventKind = wire_kind;  // WIRE_process_exec, ...

// A set of event kinds: bit n is kind n.
using KindSet = uint64_t;
constexpr KindSet KindBit(EventKind kind) { return KindSet{1} << kind; }

enum class MemberShape : uint8_t { kNumber, kText, kBytes };

// A member of a record's struct: one NUM, TEXT or BYTES row.
struct Member {
  absl::string_view name;  // C name, and the column's name in the store.
  MemberShape shape;
  FieldType type;
  uint16_t offset;  // From the start of the record.
  uint16_t size;    // Bytes; of the wire_text slot for texts.
  bool is_signed;
  uint16_t text_max;            // Longest text, kText only.
  absl::string_view rule_name;  // Empty: not a field of rules.
  absl::string_view ecs_name;   // Empty: ECS has none.
  absl::string_view doc;
};

struct KindInfo {
  EventKind kind;
  absl::string_view name;      // "file_open"
  absl::string_view types;     // Values of evt.type, joined by commas; the first stands in.
  absl::string_view category;  // "process", "file", "net", "system"; "internal": no act
  absl::string_view doc;
  uint16_t size;                     // Of the struct: where the texts' bytes may begin.
  absl::Span<const Member> members;  // Of this kind, without the header's.
};

// In order of their numbers. FindKind: null for a number or name that is not a kind.
absl::Span<const KindInfo> Kinds();
const KindInfo* FindKind(uint16_t number);
const KindInfo* FindKindByName(absl::string_view name);
absl::Span<const Member> HeaderMembers();
// Kinds that rules can match: acts, and what the sensor says of itself.
KindSet RuleKinds();
// Kinds of acts: those that hooks report.
KindSet ActKinds();
// Kinds for which evt.type can have the value; 0 for one that no kind produces.
KindSet KindsOfType(absl::string_view evt_type);

enum class FieldSource : uint8_t {
  kHeader,    // A member of the header.
  kEvent,     // A member of the record of some kinds.
  kProcess,   // A member of the process's last process_exec or process_seen record.
  kContext,   // Worked out by engine/enrich (context.h).
  kArgument,  // An argument of the call, by engine/enrich (arguments.h).
  kNothing,   // Falco has it, nothing supplies it yet (missing.h): it never has a value.
};
enum class FieldArgument : uint8_t { kNoArgument, kOptionalArgument, kRequiredArgument };
// What may stand in the brackets: `proc.aname[2]` a number, `proc.env[HOME]` any text.
enum class ArgumentShape : uint8_t { kNumber, kText };

// Where a field may not be used; a set of bits.
enum FieldUse : uint8_t {
  kAnywhere = 0,
  kFilterOnly = 1,      // In conditions, not in outputs.
  kPrintOnly = 2,       // In outputs, not in conditions.
  kNotOnTheRight = 4,   // Not in val().
  kNoTransformers = 8,  // Not as a transformer's argument.
  kDeprecated = 16,     // Anywhere, but there is something better.
};

using FieldId = uint16_t;  // Index into Fields().

struct Field {
  absl::string_view name;  // "proc.name"
  FieldType type;
  FieldSource source;
  FieldArgument argument;
  ArgumentShape argument_shape;
  bool is_list;   // Its values are one list: `in` wants all of them in the set.
  bool supplied;  // False: it never has a value (kNothing).
  uint8_t uses;   // enum FieldUse
  KindSet kinds;  // For which it can have a value.
  absl::string_view doc;
  // kHeader and kProcess: the member. kEvent: use MemberOf. Others: null.
  const Member* member;
  // kContext: index of the row in CONTEXT_FIELDS. kArgument: ArgumentIndex(). kEvent: counts the
  // fields of this source.
  uint16_t index;

  bool Has(FieldUse use) const { return (uses & use) != 0; }
};

enum EventArgument : uint16_t {
#define ARGUMENT_NUMBER(name, ...) kArgument_##name,
  EVENT_ARGUMENTS(ARGUMENT_NUMBER) kEventArguments  // How many; stands for "any, by its number".
#undef ARGUMENT_NUMBER
};
// evt.arg.NAME and evt.rawarg.NAME; with kEventArguments evt.arg[n] and evt.rawarg.
constexpr uint16_t ArgumentIndex(EventArgument argument, bool raw) {
  return static_cast<uint16_t>(argument * 2 + (raw ? 1 : 0));
}
absl::string_view ArgumentName(EventArgument argument);  // "flags"

// All fields of rules, sorted by name.
absl::Span<const Field> Fields();
// Null if there is no such field. The id of a field is its place in Fields().
const Field* FindField(absl::string_view name);
FieldId IdOf(const Field& field);
// The member that supplies a kEvent field for this kind, or null.
const Member* MemberOf(const Field& field, EventKind kind);

// A field as a rule names it: `proc.aname[2]` is {id of proc.aname, "2"}.
struct FieldRef {
  FieldId id = 0;
  std::string argument;  // Empty: none.
  int32_t index = -1;    // The argument as a number, -1 if it is not one.
  const Field& field() const { return Fields()[id]; }
  friend bool operator==(const FieldRef&, const FieldRef&) = default;
};

// The member of the kind, or of every record, with this C name; null if there is none.
const Member* FindMember(const KindInfo& info, absl::string_view name);
const Member* FindHeaderMember(absl::string_view name);

// "ring_full", ... and what it means, for enum wire_loss_stage; "unknown" for other numbers.
absl::string_view LossStageName(uint32_t stage);
absl::string_view LossStageDoc(uint32_t stage);

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SCHEMA_SCHEMA_H_
