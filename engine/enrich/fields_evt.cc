// SPDX-License-Identifier: Apache-2.0
//
// evt.*: the act itself.
#include <fcntl.h>

#include <cstdio>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "engine/enrich/call_types.h"
#include "engine/enrich/event_members.h"
#include "engine/enrich/fields.h"
#include "engine/enrich/flag_names.h"
#include "engine/enrich/host_info.h"
#include "sensor/schema/classify.h"

namespace vedette {
namespace {

struct TimeParts {
  absl::CivilSecond second;
  long nanosecond;
};

// In UTC, so that a replay elsewhere gives the same text.
TimeParts PartsOf(absl::Time time) {
  const absl::CivilSecond second = absl::ToCivilSecond(time, absl::UTCTimeZone());
  const absl::Duration rest = time - absl::FromCivil(second, absl::UTCTimeZone());
  return {second, static_cast<long>(absl::ToInt64Nanoseconds(rest))};
}

// Falco counts an event without a result as done.
int64_t ResultOf(const Event& event) {
  return static_cast<int64_t>(NumberOf(event.view, MembersOf(event.view.kind()).result));
}

bool HasFlag(const Event& event, wire_flag flag) { return (event.view.header().flags & flag) != 0; }

uint32_t OpenFlagsOf(const Event& event) {
  return static_cast<uint32_t>(NumberOf(event.view, MembersOf(event.view.kind()).flags));
}

}  // namespace

void Get_evt_num(const Event& event, const FieldRef&, Values& values) {
  values.Add(Value::Unsigned(event.number));
}

void Get_evt_time(const Event& event, const FieldRef&, Values& values) {
  const TimeParts parts = PartsOf(event.time);
  char text[64];
  std::snprintf(text, sizeof(text), "%02d:%02d:%02d.%09ld", parts.second.hour(),
                parts.second.minute(), parts.second.second(), parts.nanosecond);
  values.Add(Value::Text(event.arena.Copy(text)));
}

void Get_evt_time_iso8601(const Event& event, const FieldRef&, Values& values) {
  const TimeParts parts = PartsOf(event.time);
  const absl::CivilSecond& at = parts.second;
  char text[96];
  std::snprintf(text, sizeof(text), "%04lld-%02d-%02dT%02d:%02d:%02d.%09ld+0000",
                static_cast<long long>(at.year()), at.month(), at.day(), at.hour(), at.minute(),
                at.second(), parts.nanosecond);
  values.Add(Value::Text(event.arena.Copy(text)));
}

void Get_evt_rawtime(const Event& event, const FieldRef&, Values& values) {
  values.Add(Value::Unsigned(static_cast<uint64_t>(absl::ToUnixNanos(event.time))));
}

void Get_evt_kind(const Event& event, const FieldRef&, Values& values) {
  values.Add(Value::Text(event.view.info().name));
}

void Get_evt_type(const Event& event, const FieldRef&, Values& values) {
  values.Add(TextValue(EventTypeOf(event.view)));
}

void Get_evt_category(const Event& event, const FieldRef&, Values& values) {
  values.Add(Value::Text(event.view.info().category));
}

void Get_evt_dir(const Event&, const FieldRef&, Values& values) { values.Add(Value::Text("<")); }

void Get_evt_res(const Event& event, const FieldRef&, Values& values) {
  values.Add(TextValue(ResultName(ResultOf(event))));
}

void Get_evt_failed(const Event& event, const FieldRef&, Values& values) {
  values.Add(Value::Bool(ResultOf(event) < 0));
}

void Get_evt_is_io_uring(const Event& event, const FieldRef&, Values& values) {
  values.Add(Value::Bool(HasFlag(event, WIRE_FLAG_IO_URING)));
}

void Get_evt_is_compat(const Event& event, const FieldRef&, Values& values) {
  values.Add(Value::Bool(HasFlag(event, WIRE_FLAG_COMPAT)));
}

void Get_evt_hostname(const Event& event, const FieldRef&, Values& values) {
  values.Add(TextValue(event.host.hostname()));
}

void Get_evt_source(const Event&, const FieldRef&, Values& values) {
  values.Add(Value::Text("syscall"));
}

void Get_evt_is_open_read(const Event& event, const FieldRef&, Values& values) {
  values.Add(Value::Bool((OpenMode(event.view) & CLASSIFY_READ) != 0));
}

void Get_evt_is_open_write(const Event& event, const FieldRef&, Values& values) {
  values.Add(Value::Bool((OpenMode(event.view) & CLASSIFY_WRITE) != 0));
}

void Get_evt_is_open_exec(const Event& event, const FieldRef&, Values& values) {
  constexpr uint64_t kExecutable = 0111;
  const EventMembers& members = MembersOf(event.view.kind());
  const bool made =
      NumberOf(event.view, members.created) != 0 || (OpenFlagsOf(event) & O_TMPFILE) == O_TMPFILE;
  const uint64_t mode = NumberOf(event.view, members.create_mode);
  values.Add(Value::Bool(made && (mode & kExecutable) != 0));
}

void Get_evt_arg_flags(const Event& event, const FieldRef&, Values& values) {
  ArenaText text(event.arena);
  ForEachOpenFlag(OpenFlagsOf(event), [&](absl::string_view name) { text.AppendItem("|", name); });
  values.Add(Value::Text(text.view()));
}

}  // namespace vedette
