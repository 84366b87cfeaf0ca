// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_INTEGRATIONS_FORMAT_JSON_WRITER_H_
#define VEDETTE_INTEGRATIONS_FORMAT_JSON_WRITER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "integrations/format/json.h"

namespace vedette {

// JSON from left to right, without a tree; sets the commas. Keys are ours: they are not escaped.
// Not thread-safe; `to` outlives it.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& to) : to_(to) {}

  JsonWriter& Begin(char bracket) {  // '{' or '['
    Separate();
    to_ += bracket;
    comma_ = false;
    return *this;
  }
  JsonWriter& End(char bracket) {
    to_ += bracket;
    comma_ = true;
    return *this;
  }
  JsonWriter& Key(absl::string_view key) {
    Separate();
    absl::StrAppend(&to_, "\"", key, "\":");
    comma_ = false;
    return *this;
  }
  JsonWriter& Text(absl::string_view text) {
    Separate();
    AppendJsonString(text, to_);
    comma_ = true;
    return *this;
  }
  JsonWriter& Number(int64_t number) { return Raw(absl::StrCat(number)); }
  // What is JSON already.
  JsonWriter& Raw(absl::string_view json) {
    Separate();
    to_.append(json.data(), json.size());
    comma_ = true;
    return *this;
  }
  JsonWriter& Texts(const std::vector<std::string>& texts) {
    Begin('[');
    for (const std::string& text : texts) Text(text);
    return End(']');
  }

  // A key with its value; nothing for an empty text.
  JsonWriter& Member(absl::string_view key, absl::string_view text) {
    return text.empty() ? *this : Key(key).Text(text);
  }
  JsonWriter& Member(absl::string_view key, int64_t number) { return Key(key).Number(number); }

 private:
  void Separate() {
    if (comma_) to_ += ',';
    comma_ = false;
  }
  std::string& to_;
  bool comma_ = false;
};

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_FORMAT_JSON_WRITER_H_
