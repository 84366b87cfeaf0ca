// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/scalar_places.h"

#include <algorithm>

namespace vedette {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// A cursor over the source; reading past the end gives NUL, which no YAML text holds.
class Walker {
 public:
  Walker(absl::string_view source, size_t at) : source_(source), at_(at) {}

  char Next(size_t ahead = 0) const {
    return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0';
  }
  size_t at() const { return std::min(at_, source_.size()); }
  void Advance(size_t n) { at_ += n; }
  void SkipSpaces() {
    while (IsSpace(Next())) ++at_;
  }
  void SkipLine() {
    while (Next() != '\0' && Next() != '\n') ++at_;
  }
  // `&anchor` and `!tag`, and comments behind them.
  void SkipProperties() {
    while (Next() == '&' || Next() == '!' || Next() == '#') {
      if (Next() == '#') {
        SkipLine();
      } else {
        while (Next() != '\0' && !IsSpace(Next())) ++at_;
      }
      SkipSpaces();
    }
  }

 private:
  absl::string_view source_;
  size_t at_;
};

enum class Style { kPlain, kSingle, kDouble, kBlock };

Style SkipOpening(Walker& walker) {
  walker.SkipProperties();
  switch (walker.Next()) {
    case '"':
      walker.Advance(1);
      return Style::kDouble;
    case '\'':
      walker.Advance(1);
      return Style::kSingle;
    case '|':
    case '>':
      walker.SkipLine();
      return Style::kBlock;
    default:
      return Style::kPlain;
  }
}

// How many bytes of the source an escape in double quotes takes.
size_t EscapeLength(const Walker& walker) {
  switch (walker.Next(1)) {
    case 'x':
      return 4;
    case 'u':
      return 6;
    case 'U':
      return 10;
    default:
      return 2;
  }
}

size_t Utf8Length(char first) {
  const auto byte = static_cast<uint8_t>(first);
  if (byte < 0xc0) return 1;
  if (byte < 0xe0) return 2;
  return byte < 0xf0 ? 3 : 4;
}

// A backslash at the end of a line: the line goes on in the next one.
bool SkipContinuation(Walker& walker) {
  if (walker.Next() != '\\' || (walker.Next(1) != '\n' && walker.Next(1) != '\r')) return false;
  walker.Advance(1);
  walker.SkipSpaces();
  return true;
}

class Mapper {
 public:
  Mapper(absl::string_view source, uint32_t file, size_t begin, absl::string_view value)
      : walker_(source, begin), file_(file), value_(value), style_(SkipOpening(walker_)) {}

  bool Map(MappedText& text) {
    for (size_t i = 0; i < value_.size();) {
      if (style_ == Style::kDouble && SkipContinuation(walker_)) continue;
      const size_t taken =
          IsSpace(value_[i]) && walker_.Next() != '\\' ? MapSpace(i, text) : MapText(i, text);
      if (taken == 0) return false;
      i += taken;
    }
    return true;
  }

  // Behind the value, in quotes, with nothing left of the source.
  bool Unclosed() {
    while (style_ == Style::kDouble && SkipContinuation(walker_)) {
    }
    walker_.SkipSpaces();
    return (style_ == Style::kSingle || style_ == Style::kDouble) && walker_.Next() == '\0';
  }

 private:
  size_t MapSpace(size_t i, MappedText& text) {
    const absl::string_view space = value_.substr(i, 1);
    if (walker_.Next() == value_[i]) {
      text.AppendCopy(space, file_, walker_.at());
      walker_.Advance(1);
    } else {
      text.AppendFor(space, PlaceOf(1));  // A folded line end.
    }
    return 1;
  }

  // Zero if the texts differ.
  size_t MapText(size_t i, MappedText& text) {
    walker_.SkipSpaces();
    while (style_ == Style::kDouble && SkipContinuation(walker_)) {
    }
    if (style_ == Style::kDouble && walker_.Next() == '\\') {
      const size_t size = std::min(Utf8Length(value_[i]), value_.size() - i);
      return MapEscape(value_.substr(i, size), EscapeLength(walker_), text);
    }
    if (walker_.Next() != value_[i]) return 0;
    if (style_ == Style::kSingle && value_[i] == '\'') {
      return MapEscape(value_.substr(i, 1), 2, text);
    }
    text.AppendCopy(value_.substr(i, 1), file_, walker_.at());
    walker_.Advance(1);
    return 1;
  }

  size_t MapEscape(absl::string_view meaning, size_t length, MappedText& text) {
    text.AppendFor(meaning, PlaceOf(length));
    walker_.Advance(length);
    return meaning.size();
  }

  Place PlaceOf(size_t length) const {
    const auto begin = static_cast<uint32_t>(walker_.at());
    return {file_, begin, begin + static_cast<uint32_t>(length)};
  }

  Walker walker_;
  uint32_t file_;
  absl::string_view value_;
  Style style_;
};

}  // namespace

MappedText MapScalar(absl::string_view source, uint32_t file, size_t begin, absl::string_view value,
                     bool* unclosed) {
  MappedText text;
  const size_t line_end = std::min(source.find('\n', begin), source.size());
  const auto first = static_cast<uint32_t>(std::min(begin, source.size()));
  Place whole{file, first, std::max(static_cast<uint32_t>(line_end), first + 1)};
  Mapper mapper(source, file, begin, value);
  if (!mapper.Map(text)) {
    text = MappedText();
    text.AppendFor(value, whole);
  } else if (unclosed != nullptr) {
    *unclosed = mapper.Unclosed();
  }
  if (!value.empty()) {
    const size_t last = value.find_last_not_of(" \t\r\n");
    whole = text.At({0, last == absl::string_view::npos ? value.size() : last + 1});
  }
  text.SetWhole(whole);
  return text;
}

}  // namespace vedette
