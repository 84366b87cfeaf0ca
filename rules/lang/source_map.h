// SPDX-License-Identifier: Apache-2.0
//
// Where a byte of a condition came from. A condition is folded by YAML, joined by appends and has
// lists pasted into it; every diagnostic must still point at the line that a person wrote.
#ifndef VEDETTE_RULES_LANG_SOURCE_MAP_H_
#define VEDETTE_RULES_LANG_SOURCE_MAP_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "rules/lang/diagnostics.h"

namespace vedette {

// Bytes [begin, end) of a file of the SourceMap.
struct Place {
  uint32_t file = 0;
  uint32_t begin = 0;
  uint32_t end = 0;
};

// Bytes [begin, end) of some text.
struct TextRange {
  size_t begin = 0;
  size_t end = 0;
};

// The files that are being loaded. A file is below 4 GiB.
class SourceMap {
 public:
  uint32_t Add(std::string name, std::string text);
  size_t size() const { return files_.size(); }
  const std::string& name(uint32_t file) const { return files_[file].name; }
  const std::string& text(uint32_t file) const { return files_[file].text; }
  std::vector<std::string> Names() const;
  uint32_t LineOf(const Place& place) const;  // From 1.
  Diagnostic At(Severity severity, const Place& place, std::string message,
                std::string hint = "") const;

 private:
  struct File {
    std::string name;
    std::string text;
    std::vector<uint32_t> lines;  // Where each begins.
  };
  std::vector<File> files_;
};

// Text of which each byte knows its place.
class MappedText {
 public:
  // `text` is a copy of the file's bytes from `begin` on.
  void AppendCopy(absl::string_view text, uint32_t file, size_t begin);
  // `text` stands for `place` as a whole: an escape, a separator.
  void AppendFor(absl::string_view text, const Place& place);
  void Append(const MappedText& other, TextRange range);
  void Append(const MappedText& other) { Append(other, {0, other.text_.size()}); }
  // Where the text is as a whole, for complaints about all of it.
  void SetWhole(const Place& place) { whole_ = place; }

  const std::string& text() const { return text_; }
  bool empty() const { return text_.empty(); }
  const Place& whole() const { return whole_; }
  // Behind the end of the text: the place behind its last byte.
  Place At(TextRange range) const;
  MappedText Trimmed() const;  // Without blanks and line ends around it.

 private:
  struct Piece {
    size_t at;  // In text_; it ends where the next one begins.
    Place place;
    bool is_copy;  // Byte for byte, or as a whole.
  };
  const Piece* Find(size_t at) const;

  std::string text_;
  std::vector<Piece> pieces_;
  Place whole_;
};

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_SOURCE_MAP_H_
