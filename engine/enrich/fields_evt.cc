// SPDX-License-Identifier: Apache-2.0
//
// evt.*: the act itself.
#include <fcntl.h>

#include <array>
#include <cstdio>

#include "absl/time/time.h"
#include "engine/enrich/arguments.h"
#include "engine/enrich/call_types.h"
#include "engine/enrich/event_members.h"
#include "engine/enrich/fields.h"
#include "engine/enrich/flag_names.h"
#include "engine/enrich/host_info.h"
#include "sensor/schema/classify.h"

namespace vedette {
namespace {

enum class Fraction { kNone, kNanoseconds };

// Whatever the year is, the text fits.
using TimeBuffer = std::array<char, 96>;

size_t PutTime(const absl::TimeZone::CivilInfo& at, Fraction fraction, char* to, size_t size) {
  const int clock =
      std::snprintf(to, size, "%02d:%02d:%02d", at.cs.hour(), at.cs.minute(), at.cs.second());
  if (fraction == Fraction::kNone) return static_cast<size_t>(clock);
  const auto nanoseconds = static_cast<long>(absl::ToInt64Nanoseconds(at.subsecond));
  const int rest =
      std::snprintf(to + clock, size - static_cast<size_t>(clock), ".%09ld", nanoseconds);
  return static_cast<size_t>(clock + rest);
}

size_t PutDate(const absl::TimeZone::CivilInfo& at, char* to, size_t size) {
  return static_cast<size_t>(std::snprintf(to, size, "%04lld-%02d-%02d",
                                           static_cast<long long>(at.cs.year()), at.cs.month(),
                                           at.cs.day()));
}

absl::string_view ClockText(const Event& event, Fraction fraction) {
  TimeBuffer text;
  const size_t size = PutTime(event.host.zone().At(event.time), fraction, text.data(), text.size());
  return event.arena.Copy({text.data(), size});
}

absl::string_view LocalText(absl::Time time, const Event& event, Fraction fraction) {
  TimeBuffer text;
  const absl::TimeZone::CivilInfo at = event.host.zone().At(time);
  size_t size = PutDate(at, text.data(), text.size());
  text[size++] = ' ';
  size += PutTime(at, fraction, text.data() + size, text.size() - size);
  return event.arena.Copy({text.data(), size});
}

constexpr uint64_t kSecond = 1'000'000'000;

uint64_t WallNs(const Event& event) { return static_cast<uint64_t>(absl::ToUnixNanos(event.time)); }

// Records of several CPUs may come slightly out of order: never below 0.
uint64_t NsSince(const Event& event, uint64_t then_ns) {
  const uint64_t now_ns = event.view.header().time_ns;
  return then_ns == 0 || then_ns > now_ns ? 0 : now_ns - then_ns;
}

// Falco's events of calls say what they returned; an exit is none.
int64_t ResultOf(const Event& event) {
  if (event.view.kind() == WIRE_process_fork) return event.view.As<wire_process_fork>().child_pid;
  return static_cast<int64_t>(NumberOf(event.view, MembersOf(event.view.kind()).result));
}

bool HasFlag(const Event& event, wire_flag flag) { return (event.view.header().flags & flag) != 0; }

uint32_t OpenFlagsOf(const Event& event) {
  return static_cast<uint32_t>(NumberOf(event.view, MembersOf(event.view.kind()).flags));
}

// Of a call that opens something.
bool IsOpen(const Event& event) { return MembersOf(event.view.kind()).flags != nullptr; }

}  // namespace

absl::string_view DateText(absl::Time time, const Event& event) {
  return LocalText(time, event, Fraction::kNanoseconds);
}

void Get_evt_num(const Event& event, const FieldRef&, Values& values) {
  values.Add(Value::Unsigned(event.number));
}

void Get_evt_time(const Event& event, const FieldRef&, Values& values) {
  values.Add(Value::Text(ClockText(event, Fraction::kNanoseconds)));
}

void Get_evt_time_s(const Event& event, const FieldRef&, Values& values) {
  values.Add(Value::Text(ClockText(event, Fraction::kNone)));
}

void Get_evt_outputtime(const Event& event, const FieldRef& ref, Values& values) {
  Get_evt_time(event, ref, values);
}

void Get_evt_datetime(const Event& event, const FieldRef&, Values& values) {
  values.Add(Value::Text(DateText(event.time, event)));
}

void Get_evt_datetime_s(const Event& event, const FieldRef&, Values& values) {
  values.Add(Value::Text(LocalText(event.time, event, Fraction::kNone)));
}

// In UTC, as the field's definition wants.
void Get_evt_time_iso8601(const Event& event, const FieldRef&, Values& values) {
  TimeBuffer text;
  const absl::TimeZone::CivilInfo at = absl::UTCTimeZone().At(event.time);
  size_t size = PutDate(at, text.data(), text.size());
  text[size++] = 'T';
  size += PutTime(at, Fraction::kNanoseconds, text.data() + size, text.size() - size);
  values.Add(Value::Text(event.arena.Join(absl::string_view(text.data(), size), "+0000")));
}

void Get_evt_rawtime_s(const Event& event, const FieldRef&, Values& values) {
  values.Add(Value::Unsigned(WallNs(event) / kSecond));
}

void Get_evt_rawtime_ns(const Event& event, const FieldRef&, Values& values) {
  values.Add(Value::Unsigned(WallNs(event) % kSecond));
}

void Get_evt_reltime(const Event& event, const FieldRef&, Values& values) {
  values.Add(Value::Unsigned(NsSince(event, event.first_ns)));
}

void Get_evt_reltime_s(const Event& event, const FieldRef&, Values& values) {
  values.Add(Value::Unsigned(NsSince(event, event.first_ns) / kSecond));
}

void Get_evt_reltime_ns(const Event& event, const FieldRef&, Values& values) {
  values.Add(Value::Unsigned(NsSince(event, event.first_ns) % kSecond));
}

void Get_evt_deltatime(const Event& event, const FieldRef&, Values& values) {
  values.Add(Value::Unsigned(NsSince(event, event.previous_ns)));
}

void Get_evt_deltatime_s(const Event& event, const FieldRef&, Values& values) {
  values.Add(Value::Unsigned(NsSince(event, event.previous_ns) / kSecond));
}

void Get_evt_deltatime_ns(const Event& event, const FieldRef&, Values& values) {
  values.Add(Value::Unsigned(NsSince(event, event.previous_ns) % kSecond));
}

void Get_evt_rawtime(const Event& event, const FieldRef&, Values& values) {
  values.Add(Value::Unsigned(WallNs(event)));
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
  values.Add(Value::Bool(IsOpen(event) && (OpenMode(event.view) & CLASSIFY_READ) != 0));
}

void Get_evt_is_open_write(const Event& event, const FieldRef&, Values& values) {
  values.Add(Value::Bool(IsOpen(event) && (OpenMode(event.view) & CLASSIFY_WRITE) != 0));
}

void Get_evt_is_open_exec(const Event& event, const FieldRef&, Values& values) {
  constexpr uint64_t kExecutable = 0111;
  const EventMembers& members = MembersOf(event.view.kind());
  const bool made =
      NumberOf(event.view, members.created) != 0 || (OpenFlagsOf(event) & O_TMPFILE) == O_TMPFILE;
  const uint64_t mode = NumberOf(event.view, members.create_mode);
  values.Add(Value::Bool(made && (mode & kExecutable) != 0));
}

void Get_evt_is_open_create(const Event& event, const FieldRef&, Values& values) {
  values.Add(Value::Bool(NumberOf(event.view, MembersOf(event.view.kind()).created) != 0));
}

void Get_evt_type_is(const Event& event, const FieldRef& ref, Values& values) {
  if (ref.index >= 0) return;  // Falco's number of an event: ours have none.
  values.Add(Value::Unsigned(EventTypeOf(event.view) == ref.argument ? 1 : 0));
}

void Get_syscall_type(const Event& event, const FieldRef& ref, Values& values) {
  Get_evt_type(event, ref, values);
}

void Get_evt_args(const Event& event, const FieldRef&, Values& values) {
  values.Add(TextValue(AllArguments(event)));
}

void Get_evt_info(const Event& event, const FieldRef& ref, Values& values) {
  Get_evt_args(event, ref, values);
}

void Get_evt_rawres(const Event& event, const FieldRef&, Values& values) {
  values.Add(Value::Signed(ResultOf(event)));
}

void Get_evt_abspath(const Event& event, const FieldRef& ref, Values& values) {
  if (!ref.argument.empty()) return;  // src and dst are of calls with two paths.
  const absl::string_view type = EventTypeOf(event.view);
  if (type == "openat" || type == "openat2") values.Add(TextValue(AskedPath(event)));
  const bool opened = ResultOf(event) >= 0;
  if (type == "open_by_handle_at" && opened) values.Add(TextValue(FilePath(event)));
}

}  // namespace vedette
