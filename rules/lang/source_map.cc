// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/source_map.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace vedette {
namespace {

// A longer line is shown in part: this much of it, and this much of that in front of the place.
constexpr size_t kShownBytesMax = 200;
constexpr size_t kShownBefore = 60;

uint32_t Narrow(size_t n) { return static_cast<uint32_t>(n); }

}  // namespace

uint32_t SourceMap::Add(std::string name, std::string text) {
  CHECK_LT(text.size(), size_t{UINT32_MAX});
  File file{std::move(name), std::move(text), {0}};
  for (size_t i = 0; i < file.text.size(); ++i) {
    if (file.text[i] == '\n') file.lines.push_back(Narrow(i + 1));
  }
  files_.push_back(std::move(file));
  return Narrow(files_.size() - 1);
}

std::vector<std::string> SourceMap::Names() const {
  std::vector<std::string> names;
  for (const File& file : files_) names.push_back(file.name);
  return names;
}

uint32_t SourceMap::LineOf(const Place& place) const {
  const std::vector<uint32_t>& lines = files_[place.file].lines;
  const auto after = std::upper_bound(lines.begin(), lines.end(), place.begin);
  return Narrow(static_cast<size_t>(after - lines.begin()));
}

Diagnostic SourceMap::At(Severity severity, const Place& place, std::string message,
                         std::string hint) const {
  const File& file = files_[place.file];
  const uint32_t line = LineOf(place);
  const size_t begin = file.lines[line - 1];
  size_t end = line < file.lines.size() ? file.lines[line] : file.text.size();
  while (end > begin && (file.text[end - 1] == '\n' || file.text[end - 1] == '\r')) --end;

  const size_t at = std::min<size_t>(place.begin, file.text.size());
  const size_t stop = std::clamp<size_t>(place.end, at, std::max(at, end));
  size_t shown = begin;
  if (end - begin > kShownBytesMax && at - begin > kShownBefore) shown = at - kShownBefore;
  const size_t shown_size = end > shown ? std::min(end - shown, kShownBytesMax) : 0;
  return {.severity = severity,
          .file = file.name,
          .line = line,
          .column = Narrow(at - begin + 1),
          .length = std::max<uint32_t>(Narrow(stop - at), 1),
          .message = std::move(message),
          .source = file.text.substr(shown, shown_size),
          .source_offset = Narrow(shown - begin),
          .hint = std::move(hint)};
}

void MappedText::AppendCopy(absl::string_view text, uint32_t file, size_t begin) {
  if (text.empty()) return;
  const Place place{file, Narrow(begin), Narrow(begin + text.size())};
  Piece* last = pieces_.empty() ? nullptr : &pieces_.back();
  if (last != nullptr && last->is_copy && last->place.file == file && last->place.end == begin) {
    last->place.end = place.end;
  } else {
    pieces_.push_back({text_.size(), place, true});
  }
  text_.append(text.data(), text.size());
}

void MappedText::AppendFor(absl::string_view text, const Place& place) {
  if (text.empty()) return;
  pieces_.push_back({text_.size(), place, false});
  text_.append(text.data(), text.size());
}

void MappedText::Append(const MappedText& other, TextRange range) {
  const Piece* piece = other.Find(range.begin);
  for (size_t at = range.begin; at < range.end; ++piece) {
    const bool last = piece + 1 == other.pieces_.data() + other.pieces_.size();
    const size_t stop = std::min(range.end, last ? other.text_.size() : (piece + 1)->at);
    const absl::string_view part = absl::string_view(other.text_).substr(at, stop - at);
    if (piece->is_copy) {
      AppendCopy(part, piece->place.file, piece->place.begin + (at - piece->at));
    } else {
      AppendFor(part, piece->place);
    }
    at = stop;
  }
}

const MappedText::Piece* MappedText::Find(size_t at) const {
  const auto after = std::upper_bound(pieces_.begin(), pieces_.end(), at,
                                      [](size_t a, const Piece& piece) { return a < piece.at; });
  return after == pieces_.begin() ? nullptr : &*(after - 1);
}

Place MappedText::At(TextRange range) const {
  if (text_.empty()) return whole_;
  const auto place_of = [this](size_t at) {
    const Piece* piece = Find(at);
    if (!piece->is_copy) return piece->place;
    const uint32_t begin = piece->place.begin + Narrow(at - piece->at);
    return Place{piece->place.file, begin, begin + 1};
  };
  if (range.begin >= text_.size()) {
    const Place last = place_of(text_.size() - 1);
    return {last.file, last.end, last.end + 1};
  }
  Place place = place_of(range.begin);
  if (range.end <= range.begin) return place;
  const Place last = place_of(std::min(range.end, text_.size()) - 1);
  if (last.file == place.file && last.end > place.begin) place.end = last.end;
  return place;
}

MappedText MappedText::Trimmed() const {
  constexpr char kBlanks[] = " \t\b\r\n";
  MappedText trimmed;
  trimmed.SetWhole(whole_);
  const size_t begin = text_.find_first_not_of(kBlanks);
  if (begin == std::string::npos) return trimmed;
  trimmed.Append(*this, {begin, text_.find_last_not_of(kBlanks) + 1});
  return trimmed;
}

}  // namespace vedette
