// SPDX-License-Identifier: Apache-2.0
#include "rules/sigma/pattern.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "rules/lang/ast.h"

namespace vedette {
namespace {

struct Piece {
  enum class Kind : uint8_t { kByte, kAny, kOne } kind;
  char byte = 0;
};
using Pieces = std::vector<Piece>;

Pieces ReadPieces(absl::string_view text) {
  Pieces pieces;
  for (size_t i = 0; i < text.size(); ++i) {
    const char next = i + 1 < text.size() ? text[i + 1] : 0;
    if (text[i] == '\\' && (next == '*' || next == '?' || next == '\\')) {
      pieces.push_back({Piece::Kind::kByte, next});
      ++i;
    } else if (text[i] == '*') {
      pieces.push_back({Piece::Kind::kAny});
    } else if (text[i] == '?') {
      pieces.push_back({Piece::Kind::kOne});
    } else {
      pieces.push_back({Piece::Kind::kByte, text[i]});
    }
  }
  return pieces;
}

// Stars at the ends say where the text is.
SigmaPlace TrimStars(Pieces& pieces, SigmaPlace place) {
  bool open_start = place == SigmaPlace::kAnywhere || place == SigmaPlace::kEnd;
  bool open_end = place == SigmaPlace::kAnywhere || place == SigmaPlace::kStart;
  while (!pieces.empty() && pieces.back().kind == Piece::Kind::kAny) {
    pieces.pop_back();
    open_end = true;
  }
  const auto first = std::find_if(pieces.begin(), pieces.end(), [](const Piece& piece) {
    return piece.kind != Piece::Kind::kAny;
  });
  // Of stars alone nothing is left, and then both ends are open.
  open_start = open_start || first != pieces.begin() || (pieces.empty() && open_end);
  pieces.erase(pieces.begin(), first);
  if (open_start) return open_end ? SigmaPlace::kAnywhere : SigmaPlace::kEnd;
  return open_end ? SigmaPlace::kStart : SigmaPlace::kWhole;
}

std::string Literal(const Pieces& pieces) {
  std::string text;
  for (const Piece& piece : pieces) text += piece.byte;
  return text;
}

std::string Glob(const Pieces& pieces, SigmaPlace place) {
  std::string glob;
  if (place == SigmaPlace::kAnywhere || place == SigmaPlace::kEnd) glob += '*';
  for (const Piece& piece : pieces) {
    if (piece.kind == Piece::Kind::kAny) {
      glob += '*';
    } else if (piece.kind == Piece::Kind::kOne) {
      glob += '?';
    } else {
      if (absl::string_view("*?[]\\").find(piece.byte) != absl::string_view::npos) glob += '\\';
      glob += piece.byte;
    }
  }
  if (place == SigmaPlace::kAnywhere || place == SigmaPlace::kStart) glob += '*';
  return glob;
}

bool HasLetters(absl::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalpha(static_cast<unsigned char>(c)) || static_cast<uint8_t>(c) >= 0x80;
  });
}

absl::string_view OperatorOf(SigmaPlace place) {
  switch (place) {
    case SigmaPlace::kWhole:
      return "=";
    case SigmaPlace::kAnywhere:
      return "contains";
    case SigmaPlace::kStart:
      return "startswith";
    case SigmaPlace::kEnd:
      return "endswith";
  }
  return "corrupt";
}

}  // namespace

std::string CompareText(absl::string_view field, absl::string_view text, SigmaPlace place,
                        bool cased) {
  Pieces pieces = ReadPieces(text);
  place = TrimStars(pieces, place);
  const bool literal = std::all_of(pieces.begin(), pieces.end(), [](const Piece& piece) {
    return piece.kind == Piece::Kind::kByte;
  });
  if (pieces.empty() && place != SigmaPlace::kWhole) return absl::StrCat(field, " exists");
  if (literal && (cased || !HasLetters(Literal(pieces)))) {
    return absl::StrCat(field, " ", OperatorOf(place), " ", QuoteValue(Literal(pieces)));
  }
  if (literal && place == SigmaPlace::kAnywhere) {
    return absl::StrCat(field, " icontains ", QuoteValue(Literal(pieces)));
  }
  return absl::StrCat(field, cased ? " glob " : " iglob ", QuoteValue(Glob(pieces, place)));
}

// Ours must match all of the text.
std::string CompareRegex(absl::string_view field, absl::string_view regex,
                         absl::string_view flags) {
  const std::string inner =
      flags.empty() ? std::string(regex) : absl::StrCat("(?", flags, ":", regex, ")");
  return absl::StrCat(field, " regex ", QuoteValue(absl::StrCat("(?s:.*)(?:", inner, ")(?s:.*)")));
}

}  // namespace vedette
