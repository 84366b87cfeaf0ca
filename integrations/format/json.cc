// SPDX-License-Identifier: Apache-2.0
//
// Written by hand: the keys are fixed, so a tree of them would be built for nothing. json_test
// holds every line against a parser.
#include "integrations/format/json.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "integrations/format/formats.h"
#include "integrations/format/paged_text.h"

namespace vedette {
namespace {

// The code point that `text` begins with and its length; length 0 if it is not valid UTF-8.
struct CodePoint {
  uint32_t value = 0;
  size_t length = 0;
};

bool IsContinuation(char c) { return (static_cast<uint8_t>(c) & 0xc0) == 0x80; }

CodePoint DecodeMultibyte(absl::string_view text) {
  const auto first = static_cast<uint8_t>(text[0]);
  const size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return {};
  uint32_t value = first & (0xffU >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if (!IsContinuation(text[i])) return {};
    value = (value << 6) | (static_cast<uint8_t>(text[i]) & 0x3fU);
  }
  const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  const bool surrogate = value >= 0xd800 && value <= 0xdfff;
  if (overlong || surrogate || value > 0x10ffff) return {};
  return {value, length};
}

// Valid in JSON, and still nothing that should reach a terminal or an editor unseen.
bool WantsEscape(uint32_t value) {
  return (value >= 0x7f && value <= 0x9f) || value == 0xad || value == 0x61c ||
         (value >= 0x200b && value <= 0x200f) || (value >= 0x2028 && value <= 0x202e) ||
         (value >= 0x2060 && value <= 0x206f) || value == 0xfeff ||
         (value >= 0xfff0 && value <= 0xfffb) || (value >= 0xe0000 && value <= 0xe0fff);
}

void AppendEscape(uint32_t value, PagedText& to) {
  if (value > 0xffff) {
    const uint32_t above = value - 0x10000;
    AppendEscape(0xd800 + (above >> 10), to);
    AppendEscape(0xdc00 + (above & 0x3ff), to);
    return;
  }
  char text[] = {'\\', 'u', 0, 0, 0, 0};
  for (size_t i = 5; i > 1; --i, value >>= 4) text[i] = "0123456789abcdef"[value & 15];
  to.append(text, sizeof(text));
}

void AppendAsciiSpecial(char c, PagedText& to) {
  switch (c) {
    case '"':
      to += "\\\"";
      break;
    case '\\':
      to += "\\\\";
      break;
    case '\n':
      to += "\\n";
      break;
    case '\r':
      to += "\\r";
      break;
    case '\t':
      to += "\\t";
      break;
    default:
      AppendEscape(static_cast<uint8_t>(c), to);
  }
}

bool IsPlain(char c) {
  const auto byte = static_cast<uint8_t>(c);
  return byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\';
}

// The top bit of a byte of it is set if the byte is below 0x20, above 0x7e, a quote or a backslash;
// it may be set as well behind a byte that is one.
uint64_t OddBytes(uint64_t word) {
  constexpr uint64_t kOnes = 0x0101010101010101, kTops = 0x8080808080808080;
  const uint64_t quote = word ^ (kOnes * '"'), slash = word ^ (kOnes * '\\'),
                 del = word ^ (kOnes * 0x7f);
  return (word | (word - kOnes * 0x20) | (quote - kOnes) | (slash - kOnes) | (del - kOnes)) & kTops;
}

uint64_t WordAt(const char* bytes) {
  uint64_t word;
  memcpy(&word, bytes, sizeof(word));
  return word;
}

// Nearly always: eight bytes at a time, the last eight once more rather than what is left one by
// one; of a shorter text two halves that overlap.
bool IsAllPlain(absl::string_view text) {
  const char* const bytes = text.data();
  const size_t size = text.size();
  if (size >= 8) {
    uint64_t odd = OddBytes(WordAt(bytes + size - 8));
    for (size_t at = 0; at + 8 < size; at += 8) odd |= OddBytes(WordAt(bytes + at));
    return odd == 0;
  }
  if (size >= 4) {
    uint32_t begin, end;
    memcpy(&begin, bytes, sizeof(begin));
    memcpy(&end, bytes + size - 4, sizeof(end));
    return OddBytes(begin | uint64_t{end} << 32) == 0;
  }
  for (size_t i = 0; i < size; ++i) {
    if (!IsPlain(bytes[i])) return false;
  }
  return true;
}

// How many of the first bytes are plain. The byte by byte look decides.
size_t PlainPrefix(absl::string_view text) {
  size_t plain = 0;
  while (plain + 8 <= text.size() && OddBytes(WordAt(text.data() + plain)) == 0) plain += 8;
  while (plain < text.size() && IsPlain(text[plain])) ++plain;
  return plain;
}

void AppendDigits(uint64_t number, int digits, PagedText& to) {
  char text[20];
  for (int i = digits - 1; i >= 0; --i, number /= 10)
    text[i] = static_cast<char>('0' + number % 10);
  to.append(text, static_cast<size_t>(digits));
}

// "12:00:00.123456789", of UTC. absl's civil times take ten times as long.
void AppendClock(absl::Time time, PagedText& to) {
  constexpr int64_t kDay = 86'400, kNanoseconds = 1'000'000'000;
  const int64_t since = absl::ToUnixNanos(time);
  const int64_t ns = (since % kNanoseconds + kNanoseconds) % kNanoseconds;
  const int64_t second = (((since - ns) / kNanoseconds) % kDay + kDay) % kDay;
  AppendDigits(static_cast<uint64_t>(second / 3600), 2, to);
  to += ':';
  AppendDigits(static_cast<uint64_t>(second / 60 % 60), 2, to);
  to += ':';
  AppendDigits(static_cast<uint64_t>(second % 60), 2, to);
  to += '.';
  AppendDigits(static_cast<uint64_t>(ns), 9, to);
}

void AppendEscaped(absl::string_view text, PagedText& to);
void AppendText(absl::string_view text, PagedText& to);

// `key` is ours and needs no escape: `,"key":`, in one piece, because there are many.
template <size_t size>
void Key(const char (&key)[size], PagedText& to) {
  char piece[size + 3] = {',', '"'};
  memcpy(piece + 2, key, size - 1);
  piece[size + 1] = '"';
  piece[size + 2] = ':';
  to.append(piece, sizeof(piece));
}

void AppendNumber(uint64_t number, PagedText& to) {
  char text[20];
  size_t at = sizeof(text);
  do {
    text[--at] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number > 0);
  to.append(text + at, sizeof(text) - at);
}

void TextOrNull(absl::string_view text, PagedText& to) {
  if (text.empty()) {
    to += "null";
  } else {
    AppendText(text, to);
  }
}

void AppendExecId(uint64_t exec_id, PagedText& to) {
  if (exec_id == 0) {
    to += "null";
  } else {
    char text[18];
    text[0] = text[17] = '"';
    for (size_t i = 16; i > 0; --i, exec_id >>= 4) text[i] = "0123456789abcdef"[exec_id & 15];
    to.append(text, sizeof(text));
  }
}

void AppendField(const AlertField& field, PagedText& to) {
  AppendText(field.name, to);
  to.append(":", 1);
  using Json = AlertField::Json;
  const bool literal =
      (field.json == Json::kNumber && IsJsonNumber(field.text)) ||
      (field.json == Json::kBool && (field.text == "true" || field.text == "false"));
  if (field.json == Json::kNull) {
    to += "null";
  } else if (literal) {
    to += field.text;
  } else {
    AppendText(field.text, to);  // Several numbers joined by commas come here, too.
  }
}

void AppendProcess(const AlertProcess& process, PagedText& to) {
  to += "{\"exec_id\":";
  AppendExecId(process.exec_id, to);
  Key("pid", to);
  if (process.pid < 0) to += '-';
  AppendNumber(
      process.pid < 0 ? 0 - static_cast<uint64_t>(process.pid) : static_cast<uint64_t>(process.pid),
      to);
  Key("name", to);
  AppendText(process.name, to);
  Key("exe_path", to);
  TextOrNull(process.exe_path, to);
  Key("command_line", to);
  TextOrNull(process.command_line, to);
  Key("user", to);
  TextOrNull(process.user, to);
  to += '}';
}

// `open`, the items separated by commas, `close`.
template <typename List, typename Append>
void AppendAll(char open, char close, const List& list, PagedText& to, Append append) {
  to += open;
  bool first = true;
  for (const auto& item : list) {
    if (!first) to += ',';
    first = false;
    append(item, to);
  }
  to += close;
}

// Digits only, at least one.
bool SkipDigits(absl::string_view& text) {
  size_t count = 0;
  while (count < text.size() && absl::ascii_isdigit(static_cast<uint8_t>(text[count]))) ++count;
  text.remove_prefix(count);
  return count > 0;
}

bool Skip(absl::string_view& text, absl::string_view one_of) {
  if (text.empty() || one_of.find(text[0]) == absl::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

void AppendTexts(const std::vector<std::string>& texts, PagedText& to) {
  AppendAll('[', ']', texts, to,
            [](const std::string& text, PagedText& out) { AppendText(text, out); });
}

// By hand: absl::FormatTime takes as long as all the rest of an alert.
void AppendTime(absl::Time time, PagedText& to) {
  // Nanoseconds fit, and the year has four digits.
  if (time < absl::FromUnixSeconds(-9'000'000'000) ||
      time >= absl::FromUnixSeconds(9'000'000'000)) {
    AppendText(absl::FormatTime("%Y-%m-%dT%H:%M:%E9SZ", time, absl::UTCTimeZone()), to);
    return;
  }
  // From a day before all of these, so that the division rounds down.
  constexpr int64_t kDay = 86'400, kDaysBefore = 200'000;
  const int64_t days = (absl::ToUnixSeconds(time) + kDaysBefore * kDay) / kDay - kDaysBefore;
  const absl::CivilDay civil = absl::CivilDay() + days;
  to += '"';
  AppendDigits(static_cast<uint64_t>(civil.year()), 4, to);
  to += '-';
  AppendDigits(static_cast<uint64_t>(civil.month()), 2, to);
  to += '-';
  AppendDigits(static_cast<uint64_t>(civil.day()), 2, to);
  to += 'T';
  AppendClock(time, to);
  to += "Z\"";
}

void AppendEvent(absl::string_view kind, absl::string_view type, uint64_t number, PagedText& to) {
  to += "{\"kind\":";
  AppendText(kind, to);
  Key("type", to);
  AppendText(type, to);
  Key("number", to);
  AppendNumber(number, to);
  to += '}';
}

void AppendEvidence(const AlertEvidence& evidence, PagedText& to) {
  to += "{\"step\":";
  TextOrNull(evidence.step, to);
  Key("time", to);
  AppendTime(evidence.time, to);
  Key("event", to);
  AppendEvent(evidence.event_kind, evidence.event_type, evidence.event_number, to);
  Key("process", to);
  AppendProcess(evidence.process, to);
  Key("object", to);
  TextOrNull(evidence.object, to);
  to += '}';
}

void AppendMatch(const AlertMatch& match, PagedText& to) {
  to += "{\"predicate\":";
  AppendText(match.predicate, to);
  Key("value", to);
  AppendText(match.value, to);
  Key("holds", to);
  to += match.holds ? "true}" : "false}";
}

// What the rule says beside its condition.
void AppendExtensions(const Alert& alert, PagedText& to) {
  Key("action", to);
  AppendText(ActionName(alert.action), to);
  Key("mode", to);
  AppendText(ActionModeName(alert.mode), to);
  Key("verdict", to);
  TextOrNull(alert.verdict, to);
  Key("references", to);
  AppendTexts(alert.references, to);
  Key("attack", to);
  AppendTexts(alert.attack, to);
  Key("reason", to);
  TextOrNull(alert.reason, to);
  Key("evidence", to);
  AppendAll('[', ']', alert.evidence, to, AppendEvidence);
  Key("matched", to);
  AppendAll('[', ']', alert.matched, to, AppendMatch);
  Key("prehistory", to);
  AppendNumber(alert.prehistory.size(), to);
  Key("chain_head", to);
  TextOrNull(alert.chain_head, to);
  Key("repeats", to);
  AppendNumber(alert.repeats, to);
  Key("repeats_of", to);
  TextOrNull(alert.repeats_of, to);
}

}  // namespace

bool IsJsonNumber(absl::string_view text) {
  Skip(text, "-");
  const bool zero = !text.empty() && text[0] == '0';
  if (zero) {
    text.remove_prefix(1);
  } else if (!SkipDigits(text)) {
    return false;
  }
  if (Skip(text, ".") && !SkipDigits(text)) return false;
  if (Skip(text, "eE")) {
    Skip(text, "+-");
    if (!SkipDigits(text)) return false;
  }
  return text.empty();
}

void AppendJsonString(absl::string_view text, std::string& to) {
  PagedText out(to);
  AppendText(text, out);
}

namespace {

void AppendText(absl::string_view text, PagedText& to) {
  to += '"';
  if (IsAllPlain(text)) {  // Nearly always.
    to.append(text.data(), text.size());
  } else {
    AppendEscaped(text, to);
  }
  to += '"';
}

void AppendEscaped(absl::string_view text, PagedText& to) {
  while (!text.empty()) {
    const size_t plain = PlainPrefix(text);
    to.append(text.data(), plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    if (static_cast<uint8_t>(text[0]) < 0x80) {
      AppendAsciiSpecial(text[0], to);
      text.remove_prefix(1);
      continue;
    }
    const CodePoint point = DecodeMultibyte(text);
    if (point.length == 0) {
      to += "\xef\xbf\xbd";
      text.remove_prefix(1);
      continue;
    }
    if (WantsEscape(point.value)) {
      AppendEscape(point.value, to);
    } else {
      to.append(text.data(), point.length);
    }
    text.remove_prefix(point.length);
  }
}

// Falco's keys, without the closing brace.
void AppendFalcoKeys(const Alert& alert, PagedText& to) {
  const absl::string_view priority = PriorityName(alert.priority);
  const absl::Time local = alert.time + alert.utc_offset;
  to += "{\"hostname\":";
  AppendText(alert.hostname, to);
  Key("output", to);
  to += '"';
  AppendClock(local, to);
  to += ": ";
  to.append(priority.data(), priority.size());
  to += ' ';
  AppendEscaped(alert.message, to);
  to += '"';
  Key("output_fields", to);
  AppendAll('{', '}', alert.fields, to, AppendField);
  Key("priority", to);
  AppendText(priority, to);
  Key("rule", to);
  AppendText(alert.rule, to);
  Key("source", to);
  to += "\"syscall\"";
  Key("tags", to);
  AppendTexts(alert.tags, to);
  Key("time", to);
  AppendTime(alert.time, to);
}

}  // namespace

void AppendOutputFields(const Alert& alert, std::string& line) {
  PagedText to(line);
  AppendAll('{', '}', alert.fields, to, AppendField);
}

void AppendFalcoJson(const Alert& alert, std::string& line) {
  PagedText to(line);
  AppendFalcoKeys(alert, to);
  to += '}';
}

void AppendJson(const Alert& alert, std::string& line) {
  PagedText to(line);
  AppendFalcoKeys(alert, to);
  Key("id", to);
  AppendText(alert.id, to);
  Key("message", to);
  AppendText(alert.message, to);
  Key("event", to);
  AppendEvent(alert.event_kind, alert.event_type, alert.event_number, to);
  Key("exec_id", to);
  AppendExecId(alert.exec_id, to);
  Key("processes", to);
  AppendAll('[', ']', alert.processes, to, AppendProcess);
  Key("object", to);
  TextOrNull(alert.object, to);
  Key("container", to);
  to += "{\"id\":";
  TextOrNull(alert.container_id, to);
  to += '}';
  AppendExtensions(alert, to);
  to += '}';
}

std::string FormatJson(const Alert& alert) {
  std::string out;
  out.reserve(2048);
  AppendJson(alert, out);
  return out;
}

}  // namespace vedette
