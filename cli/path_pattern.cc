// SPDX-License-Identifier: Apache-2.0
#include "cli/path_pattern.h"

#include <algorithm>
#include <map>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace vedette {
namespace {

constexpr size_t kDigitsMin = 4;  // "1.4.2" is a version, "20240501" a date, "4431" a process.
constexpr size_t kHexMin = 8;     // Hashes and parts of UUIDs.
constexpr size_t kRandomMin = 6;  // mktemp(1) needs three X at least, and all use six or more.

bool IsAlnum(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)); }
bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }
bool IsLower(char c) { return absl::ascii_islower(static_cast<unsigned char>(c)); }
bool IsUpper(char c) { return absl::ascii_isupper(static_cast<unsigned char>(c)); }

size_t DigitsIn(absl::string_view run) {
  return static_cast<size_t>(std::count_if(run.begin(), run.end(), IsDigit));
}

// Two sorts of letters and digits, and not a word that begins with a capital.
bool LooksRandom(absl::string_view run) {
  if (run.size() < kRandomMin) return false;
  const size_t digits = DigitsIn(run);
  const size_t upper = static_cast<size_t>(std::count_if(run.begin() + 1, run.end(), IsUpper));
  const bool has_lower = std::any_of(run.begin(), run.end(), IsLower);
  return (upper > 0 && has_lower) ||
         (digits > 0 && digits < run.size() && (upper > 0 || has_lower));
}

// A run of letters and digits.
bool Varies(absl::string_view run, bool alone, bool temporary) {
  const size_t digits = DigitsIn(run);
  if (digits == run.size() && (alone || digits >= kDigitsMin)) return true;
  const bool is_hex = std::all_of(run.begin(), run.end(), [](char c) {
    return absl::ascii_isxdigit(static_cast<unsigned char>(c)) && !IsUpper(c);
  });
  if (is_hex && digits > 0 && run.size() >= kHexMin) return true;
  return temporary && LooksRandom(run);
}

// How many bytes of a UUID the text begins with: all of them, or none.
size_t UuidSize(absl::string_view text) {
  constexpr absl::string_view kShape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  if (text.size() < kShape.size()) return 0;
  for (size_t i = 0; i < kShape.size(); ++i) {
    const bool fits = kShape[i] == '-' ? text[i] == '-'
                                       : absl::ascii_isxdigit(static_cast<unsigned char>(text[i]));
    if (!fits) return 0;
  }
  return kShape.size();
}

std::string GeneralisePart(absl::string_view part, bool temporary) {
  std::string pattern;
  for (size_t i = 0; i < part.size();) {
    if (const size_t uuid = UuidSize(part.substr(i)); uuid > 0) {
      pattern.push_back('*');
      i += uuid;
      continue;
    }
    size_t end = i;
    while (end < part.size() && IsAlnum(part[end])) ++end;
    if (end == i) {
      const char c = part[i++];
      const bool odd = !absl::ascii_isprint(static_cast<unsigned char>(c)) ||
                       absl::string_view("\"'\\[]*?").find(c) != absl::string_view::npos;
      pattern.push_back(odd ? '?' : c);
      continue;
    }
    const absl::string_view run = part.substr(i, end - i);
    if (Varies(run, run.size() == part.size(), temporary)) {
      if (!absl::EndsWith(pattern, "*")) pattern.push_back('*');
    } else {
      pattern.append(run.data(), run.size());
    }
    i = end;
  }
  return pattern;
}

bool IsTemporary(absl::string_view path) {
  for (const absl::string_view folder :
       {"/tmp/", "/var/tmp/", "/dev/shm/", "/run/", "/var/cache/", "/var/lib/"}) {
    if (absl::StartsWith(path, folder)) return true;
  }
  return false;
}

}  // namespace

std::string GeneralisePath(absl::string_view path) {
  const bool temporary = IsTemporary(path);
  std::vector<std::string> parts;
  for (const absl::string_view part : absl::StrSplit(path, '/')) {
    parts.push_back(GeneralisePart(part, temporary));
  }
  return absl::StrJoin(parts, "/");
}

bool IsPattern(absl::string_view path) {
  return path.find_first_of("*?") != absl::string_view::npos;
}

std::set<std::string> FoldFolders(std::set<std::string> patterns) {
  while (true) {
    std::map<std::string, std::vector<std::string>> folders;
    for (const std::string& pattern : patterns) {
      const size_t slash = pattern.rfind('/');
      // At least two folders deep.
      if (slash == std::string::npos || pattern.find('/', 1) >= slash) continue;
      folders[pattern.substr(0, slash)].push_back(pattern);
    }
    bool folded = false;
    for (const auto& [folder, inside] : folders) {
      if (inside.size() <= kPathsPerFolder) continue;
      for (const std::string& pattern : inside) patterns.erase(pattern);
      patterns.insert(absl::StrCat(folder, "/*"));
      folded = true;
    }
    if (!folded) return patterns;
  }
}

}  // namespace vedette
