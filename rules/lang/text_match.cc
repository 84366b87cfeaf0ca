// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/text_match.h"

#include <cstddef>
#include <cstdint>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace vedette {
namespace {

constexpr size_t kNone = absl::string_view::npos;

char Fold(char c, Case letters) {
  return letters == Case::kExact ? c : absl::ascii_tolower(static_cast<unsigned char>(c));
}

struct CharacterClass {
  absl::string_view name;
  bool (*holds)(unsigned char);
};
constexpr CharacterClass kClasses[] = {
    {"alpha", absl::ascii_isalpha}, {"digit", absl::ascii_isdigit},
    {"alnum", absl::ascii_isalnum}, {"upper", absl::ascii_isupper},
    {"lower", absl::ascii_islower}, {"space", absl::ascii_isspace},
    {"blank", absl::ascii_isblank}, {"punct", absl::ascii_ispunct},
    {"print", absl::ascii_isprint}, {"graph", absl::ascii_isgraph},
    {"cntrl", absl::ascii_iscntrl}, {"xdigit", absl::ascii_isxdigit},
};

bool InClass(absl::string_view name, char c, Case letters) {
  const auto byte = static_cast<unsigned char>(c);
  const bool any_case = letters == Case::kIgnored && (name == "upper" || name == "lower");
  for (const CharacterClass& known : kClasses) {
    if (known.name != name) continue;
    return known.holds(byte) || (any_case && absl::ascii_isalpha(byte));
  }
  return false;
}

// One letter of a bracket, which a backslash may protect. Moves `at` behind it.
char TakeLetter(absl::string_view pattern, size_t& at) {
  if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
  return pattern[at++];
}

// `at` is behind the opening bracket. Gives the place behind the closing one, kNone if there is
// none.
size_t MatchBracket(absl::string_view pattern, size_t at, char c, Case letters, bool& matched) {
  const bool negative = at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^');
  if (negative) ++at;
  bool found = false;
  for (bool first = true; at < pattern.size(); first = false) {
    if (pattern[at] == ']' && !first) {
      matched = found != negative;
      return at + 1;
    }
    if (absl::StartsWith(pattern.substr(at), "[:")) {
      const size_t end = pattern.find(":]", at + 2);
      if (end != kNone) {
        found = found || InClass(pattern.substr(at + 2, end - at - 2), c, letters);
        at = end + 2;
        continue;
      }
    }
    const char low = Fold(TakeLetter(pattern, at), letters);
    char high = low;
    if (at + 1 < pattern.size() && pattern[at] == '-' && pattern[at + 1] != ']') {
      ++at;
      high = Fold(TakeLetter(pattern, at), letters);
    }
    const auto byte = static_cast<uint8_t>(Fold(c, letters));
    found = found || (static_cast<uint8_t>(low) <= byte && byte <= static_cast<uint8_t>(high));
  }
  return kNone;
}

// Matches one character against the pattern at `at`. Gives the place behind what was used, kNone if
// it does not match.
size_t MatchOne(absl::string_view pattern, size_t at, char c, Case letters) {
  const char p = pattern[at++];
  if (p == '?') return at;
  if (p == '[') {
    bool matched = false;
    const size_t end = MatchBracket(pattern, at, c, letters, matched);
    if (end != kNone) return matched ? end : kNone;
  }
  if (p == '\\') {
    if (at == pattern.size()) return kNone;
    return Fold(pattern[at], letters) == Fold(c, letters) ? at + 1 : kNone;
  }
  return Fold(p, letters) == Fold(c, letters) ? at : kNone;
}

// The next component of a path, slashes in front of it skipped; empty at the end.
absl::string_view TakeComponent(absl::string_view& path) {
  while (!path.empty() && path[0] == '/') path.remove_prefix(1);
  const absl::string_view component = path.substr(0, path.find('/'));
  path.remove_prefix(component.size());
  return component;
}

}  // namespace

// Only the last star needs to be tried again: what an earlier one could reach, the last one can
// too.
bool MatchGlob(absl::string_view pattern, absl::string_view text, Case letters) {
  size_t p = 0, t = 0;
  size_t star = kNone, star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = ++p;
      star_text = t;
      continue;
    }
    const size_t next = p < pattern.size() ? MatchOne(pattern, p, text[t], letters) : kNone;
    if (next != kNone) {
      p = next;
      ++t;
    } else if (star != kNone) {
      p = star;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool MatchPathPrefix(absl::string_view pattern, absl::string_view path) {
  if (pattern.empty() || path.empty() || (pattern[0] == '/') != (path[0] == '/')) return false;
  while (true) {
    const absl::string_view wanted = TakeComponent(pattern);
    if (wanted.empty()) return true;
    const absl::string_view component = TakeComponent(path);
    if (component.empty() || !MatchGlob(wanted, component)) return false;
  }
}

bool IsUtf8(absl::string_view text) {
  const auto byte_at = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  for (size_t i = 0; i < text.size();) {
    const uint8_t first = byte_at(i);
    if (first < 0x80) {
      ++i;
      continue;
    }
    if (first < 0xc2 || first > 0xf4) return false;
    const size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (length > text.size() - i) return false;
    // What the second byte may be: after these four the range is smaller.
    const uint8_t low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    const uint8_t high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (byte_at(i + 1) < low || byte_at(i + 1) > high) return false;
    for (size_t j = 2; j < length; ++j) {
      if ((byte_at(i + j) & 0xc0) != 0x80) return false;
    }
    i += length;
  }
  return true;
}

bool ContainsIgnoringCase(absl::string_view text, absl::string_view part) {
  for (size_t at = 0; at + part.size() <= text.size(); ++at) {
    if (absl::EqualsIgnoreCase(text.substr(at, part.size()), part)) return true;
  }
  return false;
}

}  // namespace vedette
