// SPDX-License-Identifier: Apache-2.0
#include "integrations/sinks/registry.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/check.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "integrations/net/net_address.h"
#include "integrations/net/secret.h"
#include "integrations/sinks/selector.h"
#include "integrations/sinks/units.h"

namespace vedette {

#define SINK(name, doc) \
  namespace sinks {     \
  SinkSpec name();      \
  }
#include "integrations/sinks.def"
#undef SINK

namespace {

using Type = SinkOption::Type;

constexpr SinkOption kCommon[] = {
    {"name", Type::kText, "", "What it is called in counts and messages; its type unless given"},
    {"priority", Type::kChoice, "debug", "Only alerts of this priority and more urgent",
     "emergency|alert|critical|error|warning|notice|informational|debug"},
    {"rules", Type::kList, "", "Only alerts of rules with such a name; * is anything"},
    {"tags", Type::kList, "", "Only alerts with such a tag; * is anything"},
    {"rate_per_minute", Type::kCount, "0", "Send at most so many alerts a minute; 0: no limit"},
    {"batch", Type::kCount, "0", "Alerts sent at once; 0: what suits the sink"},
    {"timeout", Type::kDuration, "10s", "How long one attempt may take"},
    {"retry_max", Type::kDuration, "30s", "Longest pause between two attempts"},
    {"begin", Type::kChoice, "now", "With which alert of the store a new sink begins",
     "now|oldest"},
    {"events", Type::kList, "", "Carry these kinds of events as well; * is anything, ! takes away"},
    {"event_objects", Type::kList, "",
     "Of them only those on such a path or address; * is anything"},
    {"events_every", Type::kDuration, "1s", "Collect events for so long before they are sent"},
    {"heartbeat", Type::kDuration, "0", "Say that the host is watched so often; 0: never"},
    {"queue_bytes_max", Type::kSize, "8MiB", "Memory for alerts that are not in the store"},
    {"overflow", Type::kChoice, "drop_oldest", "Which alert is lost when that is full",
     "drop_oldest|drop_newest"},
};

// Behind the name of a sink, for its events: no sink of a configuration may be called so.
constexpr absl::string_view kEventsSuffix = "/events";

// Of a number, so that nothing computed from it can overflow.
constexpr uint64_t kCountMax = 1'000'000;

std::string Hint(absl::string_view name, const std::vector<absl::string_view>& known) {
  if (const auto match = ClosestMatch(name, known)) {
    return absl::StrCat("did you mean \"", *match, "\"?");
  }
  return absl::StrCat("known are: ", absl::StrJoin(known, ", "));
}

absl::Status CheckChoice(const SinkOption& option, absl::string_view value) {
  const std::vector<absl::string_view> choices = absl::StrSplit(option.choices, '|');
  for (const absl::string_view choice : choices) {
    if (value == choice) return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("expected one of: ", absl::StrJoin(choices, ", ")));
}

absl::Status CheckAbsolutePath(absl::string_view value) {
  if (absl::StartsWith(value, "/") && !absl::StrContains(value, '\0')) return absl::OkStatus();
  return absl::InvalidArgumentError("expected an absolute path");
}

// Neither the secret nor what may be one appears in the message.
absl::Status CheckSecret(absl::string_view value) { return SecretSource::Parse(value).status(); }

absl::Status CheckUrl(absl::string_view value) {
  const bool plain = absl::StartsWith(value, "http://") || absl::StartsWith(value, "https://");
  if (!plain) {
    if (CheckSecret(value).ok()) return absl::OkStatus();
    return absl::InvalidArgumentError(
        "expected http://..., https://..., or where to read it: file:/PATH or env:NAME");
  }
  const absl::string_view rest = value.substr(value.find("//") + 2);
  const absl::string_view host = rest.substr(0, rest.find_first_of("/?#"));
  if (host.empty()) return absl::InvalidArgumentError("expected a host behind //");
  if (absl::StrContains(host, '@')) {
    return absl::InvalidArgumentError(
        "a user or password in a URL would be seen; use the options for them");
  }
  const size_t colon = host.find(':', host.rfind(']') == host.npos ? 0 : host.rfind(']'));
  uint32_t port = 0;
  const bool good = colon == host.npos || (absl::SimpleAtoi(host.substr(colon + 1), &port) &&
                                           port > 0 && port <= 65535);
  if (!good) return absl::InvalidArgumentError("a port is a number from 1 to 65535");
  for (const char c : value) {
    if (static_cast<uint8_t>(c) <= 0x20 || c == 0x7f || c == '#') {
      return absl::InvalidArgumentError("a URL has no blanks, control characters or #");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckAddress(absl::string_view value) { return ParseAddress(value).status(); }

absl::Status CheckCount(absl::string_view value) {
  uint64_t number = 0;
  if (absl::SimpleAtoi(value, &number) && number <= kCountMax) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("expected a number from 0 to ", kCountMax));
}

// Of options that every sink has.
absl::Status CheckTimes(const SinkType& type, const SinkOptions& options) {
  const CheckedOptions common(kCommon, options);
  if (common.Duration("timeout") <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "sink ", type.name, ", option timeout: no attempt can end in no time; leave it out"));
  }
  const absl::Duration heartbeat = common.Duration("heartbeat");
  if (heartbeat > absl::ZeroDuration() && heartbeat < absl::Seconds(1)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "sink ", type.name, ", option heartbeat: expected at least 1s, or 0 for none"));
  }
  return absl::OkStatus();
}

absl::Status CheckEvents(const SinkType& type, const SinkOptions& options) {
  const CheckedOptions common(kCommon, options);
  const std::vector<std::string> kinds = common.List("events");
  if (kinds.empty()) {
    if (!common.Has("event_objects")) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat(
        "sink ", type.name, ": event_objects says which of `events`; name their kinds there"));
  }
  if (type.spec.make_events == nullptr) {
    std::vector<absl::string_view> able;
    for (const SinkType& row : SinkTypes()) {
      if (row.spec.make_events != nullptr) able.push_back(row.name);
    }
    return absl::InvalidArgumentError(absl::StrCat(
        "sink ", type.name, " carries alerts alone; events go to: ", absl::StrJoin(able, ", ")));
  }
  const std::string need(type.spec.events_need);
  if (!need.empty() && !options.contains(need)) {
    return absl::InvalidArgumentError(
        absl::StrCat("sink ", type.name, " needs the option \"", need,
                     "\" to carry events: ", FindSinkOption(type, need)->doc));
  }
  const absl::Status known = EventSelectorOf(kinds, {}).status();
  if (known.ok()) return known;
  return absl::InvalidArgumentError(
      absl::StrCat("sink ", type.name, ", option events: ", known.message()));
}

}  // namespace

absl::Span<const SinkType> SinkTypes() {
  static const auto* const types = new std::vector<SinkType>{
#define SINK(name, doc) {#name, doc, sinks::name()},
#include "integrations/sinks.def"
#undef SINK
  };
  return *types;
}

const SinkType* FindSinkType(absl::string_view name) {
  for (const SinkType& type : SinkTypes()) {
    if (type.name == name) return &type;
  }
  return nullptr;
}

absl::Span<const SinkOption> CommonSinkOptions() { return kCommon; }

std::string SinkName(absl::string_view type, const SinkOptions& options) {
  const auto name = options.find("name");
  return name == options.end() || name->second.empty() ? std::string(type) : name->second;
}

const SinkOption* FindSinkOption(const SinkType& type, absl::string_view name) {
  for (const absl::Span<const SinkOption> rows : {type.spec.options, CommonSinkOptions()}) {
    for (const SinkOption& option : rows) {
      if (option.name == name) return &option;
    }
  }
  return nullptr;
}

std::string SinkTypeHint(absl::string_view type) {
  std::vector<absl::string_view> known;
  for (const SinkType& row : SinkTypes()) known.push_back(row.name);
  return Hint(type, known);
}

std::string SinkOptionHint(const SinkType& type, absl::string_view option) {
  std::vector<absl::string_view> known;
  for (const SinkOption& row : type.spec.options) known.push_back(row.name);
  for (const SinkOption& row : kCommon) known.push_back(row.name);
  return Hint(option, known);
}

absl::Status CheckSinkOption(const SinkOption& option, absl::string_view value) {
  switch (option.type) {
    case Type::kText:
    case Type::kTemplate:
    case Type::kList:
      return absl::OkStatus();
    case Type::kAbsolutePath:
      return value.empty() && option.default_value.empty() ? absl::OkStatus()
                                                           : CheckAbsolutePath(value);
    case Type::kSecret:
      return value.empty() && option.default_value.empty() ? absl::OkStatus() : CheckSecret(value);
    case Type::kUrl:
      return value.empty() && option.default_value.empty() ? absl::OkStatus() : CheckUrl(value);
    case Type::kAddress:
      return value.empty() && option.default_value.empty() ? absl::OkStatus() : CheckAddress(value);
    case Type::kSize:
      return ParseByteSize(value).status();
    case Type::kCount:
      return CheckCount(value);
    case Type::kDuration:
      return ParseInterval(value).status();
    case Type::kChoice:
      return CheckChoice(option, value);
  }
  return absl::InternalError("corrupt option type");
}

absl::Status CheckSink(absl::string_view type, const SinkOptions& options) {
  const SinkType* found = FindSinkType(type);
  if (found == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("unknown sink \"", type, "\"; ", SinkTypeHint(type)));
  }
  for (const auto& [name, value] : options) {
    const SinkOption* option = FindSinkOption(*found, name);
    if (option == nullptr) {
      return absl::InvalidArgumentError(absl::StrCat("sink ", type, " has no option \"", name,
                                                     "\"; ", SinkOptionHint(*found, name)));
    }
    const absl::Status checked = CheckSinkOption(*option, value);
    if (!checked.ok()) {
      // Where a secret's place is expected, somebody may have put the secret.
      const bool secret = option->type == Type::kSecret || option->type == Type::kUrl;
      const std::string shown = secret ? "" : absl::StrCat(": \"", value, "\"");
      return absl::InvalidArgumentError(
          absl::StrCat("sink ", type, ", option ", name, shown, ": ", checked.message()));
    }
  }
  for (const SinkOption& option : found->spec.options) {
    if (option.default_value == kRequired && !options.contains(std::string(option.name))) {
      return absl::InvalidArgumentError(
          absl::StrCat("sink ", type, " needs the option \"", option.name, "\": ", option.doc));
    }
  }
  if (IsEventSinkName(SinkName(type, options))) {
    return absl::InvalidArgumentError(absl::StrCat("sink ", type, ", option name: what ends with ",
                                                   kEventsSuffix, " is the events' of another"));
  }
  RETURN_IF_ERROR(CheckTimes(*found, options));
  RETURN_IF_ERROR(CheckEvents(*found, options));
  if (found->spec.check == nullptr) return absl::OkStatus();
  const absl::Status whole = found->spec.check(CheckedOptions(found->spec.options, options));
  if (whole.ok()) return whole;
  return absl::InvalidArgumentError(absl::StrCat("sink ", type, ": ", whole.message()));
}

absl::StatusOr<std::unique_ptr<Sink>> MakeSink(absl::string_view type, const SinkOptions& options) {
  RETURN_IF_ERROR(CheckSink(type, options));
  const SinkSpec& spec = FindSinkType(type)->spec;
  return spec.make(CheckedOptions(spec.options, options));
}

absl::StatusOr<std::unique_ptr<Sink>> MakeEventSink(absl::string_view type,
                                                    const SinkOptions& options) {
  RETURN_IF_ERROR(CheckSink(type, options));
  const SinkSpec& spec = FindSinkType(type)->spec;
  CHECK(spec.make_events != nullptr) << type;  // CheckSink() has refused it.
  return spec.make_events(CheckedOptions(spec.options, options));
}

std::string EventSinkName(absl::string_view name) { return absl::StrCat(name, kEventsSuffix); }

bool IsEventSinkName(absl::string_view name) { return absl::EndsWith(name, kEventsSuffix); }

CheckedOptions::CheckedOptions(absl::Span<const SinkOption> rows, const SinkOptions& values)
    : rows_(rows) {
  for (const SinkOption& row : rows) {
    const auto given = values.find(std::string(row.name));
    values_[std::string(row.name)] =
        given == values.end() ? std::string(row.default_value) : given->second;
  }
}

const std::string& CheckedOptions::Value(absl::string_view name, SinkOption::Type type) const {
  for (const SinkOption& row : rows_) {
    if (row.name == name && row.type == type) return values_.find(std::string(name))->second;
  }
  CHECK(false) << "no option " << name << " of this type";
}

std::string CheckedOptions::Text(absl::string_view name) const {
  for (const SinkOption& row : rows_) {
    if (row.name == name) return Value(name, row.type);
  }
  return Value(name, Type::kText);
}

std::vector<std::string> CheckedOptions::List(absl::string_view name) const {
  return absl::StrSplit(Value(name, Type::kList), '\n', absl::SkipWhitespace());
}

uint64_t CheckedOptions::Number(absl::string_view name) const {
  for (const SinkOption& row : rows_) {
    if (row.name != name || row.type != Type::kCount) continue;
    uint64_t number = 0;
    CHECK(absl::SimpleAtoi(Value(name, Type::kCount), &number));
    return number;
  }
  const absl::StatusOr<uint64_t> bytes = ParseByteSize(Value(name, Type::kSize));
  CHECK(bytes.ok());
  return *bytes;
}

absl::Duration CheckedOptions::Duration(absl::string_view name) const {
  const absl::StatusOr<absl::Duration> duration = ParseInterval(Value(name, Type::kDuration));
  CHECK(duration.ok());
  return *duration;
}

}  // namespace vedette
