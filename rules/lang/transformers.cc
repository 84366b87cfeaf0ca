// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/transformers.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace vedette {
namespace {

constexpr size_t kArgumentsMax = 64;

// Makes a text that lives as long as the event, without memory of its own but a small buffer.
class TextMaker {
 public:
  explicit TextMaker(KeepText keep) : keep_(keep) {}

  void Append(char c) {
    if (used_ == buffer_.size()) Flush();
    buffer_[used_++] = c;
  }
  void Append(absl::string_view text) {
    Flush();
    Keep(text);
  }
  Value Finish() {
    Flush();
    return Value::Text({begin_, size_});
  }

 private:
  void Flush() { Keep({buffer_.data(), std::exchange(used_, 0)}); }
  void Keep(absl::string_view text) {
    if (text.empty()) return;
    const absl::string_view kept = keep_(text);
    if (begin_ == nullptr) begin_ = kept.data();
    size_ += kept.size();
  }

  KeepText keep_;
  std::array<char, 256> buffer_;
  size_t used_ = 0;
  const char* begin_ = nullptr;
  size_t size_ = 0;
};

// No value for one of them is no value at all.
template <typename Transform>
void TransformEach(const CallValues& call, Values& values, Transform transform) {
  Values given;
  call.evaluate(0, given);
  for (const Value& value : given) {
    const Value transformed = transform(value.text);
    if (!transformed.HasValue()) return values.Clear();
    values.Add(transformed);
  }
}

template <typename Change>
Value ChangeLetters(absl::string_view text, KeepText keep, Change change) {
  const auto stays = [&](char c) { return change(static_cast<unsigned char>(c)) == c; };
  if (std::all_of(text.begin(), text.end(), stays)) return Value::Text(text);
  TextMaker made(keep);
  for (const char c : text) made.Append(change(static_cast<unsigned char>(c)));
  return made.Finish();
}

void ToLower(const CallValues& call, Values& values) {
  TransformEach(call, values, [&](absl::string_view text) {
    return ChangeLetters(text, call.keep, absl::ascii_tolower);
  });
}

void ToUpper(const CallValues& call, Values& values) {
  TransformEach(call, values, [&](absl::string_view text) {
    return ChangeLetters(text, call.keep, absl::ascii_toupper);
  });
}

void Basename(const CallValues& call, Values& values) {
  TransformEach(call, values, [](absl::string_view path) {
    const size_t slash = path.rfind('/');
    return Value::Text(slash == absl::string_view::npos ? path : path.substr(slash + 1));
  });
}

int Base64Digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

// With or without the padding at the end. None for anything that is not base64.
Value DecodeBase64(absl::string_view text, KeepText keep) {
  for (int i = 0; i < 2 && !text.empty() && text.back() == '='; ++i) text.remove_suffix(1);
  if (text.size() % 4 == 1) return Value::None();
  TextMaker made(keep);
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const int digit = Base64Digit(c);
    if (digit < 0) return Value::None();
    bits = bits << 6 | static_cast<uint32_t>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    made.Append(static_cast<char>(bits >> count & 0xff));
  }
  return made.Finish();
}

void Base64(const CallValues& call, Values& values) {
  TransformEach(call, values,
                [&](absl::string_view text) { return DecodeBase64(text, call.keep); });
}

void Length(const CallValues& call, Values& values) {
  if (!call.first_is_list) {
    return TransformEach(call, values,
                         [](absl::string_view text) { return Value::Unsigned(text.size()); });
  }
  Values given;
  call.evaluate(0, given);
  if (!given.empty()) values.Add(Value::Unsigned(given.size()));
}

void Join(const CallValues& call, Values& values) {
  Values given;
  call.evaluate(0, given);
  if (given.empty()) return;
  const absl::string_view separator = given[0].text;
  call.evaluate(1, given);
  if (given.empty()) return;
  TextMaker made(call.keep);
  for (size_t i = 0; i < given.size(); ++i) {
    if (i > 0) made.Append(separator);
    made.Append(given[i].text);
  }
  values.Add(made.Finish());
}

// All arguments are worked out before the first is kept: they may keep texts of their own.
void Concat(const CallValues& call, Values& values) {
  std::array<absl::string_view, kArgumentsMax> texts;
  Values given;
  for (size_t i = 0; i < call.arguments; ++i) {
    call.evaluate(i, given);
    if (given.empty()) return;
    texts[i] = given[0].text;
  }
  TextMaker made(call.keep);
  for (size_t i = 0; i < call.arguments; ++i) made.Append(texts[i]);
  values.Add(made.Finish());
}

// Short options as getopt(3) reads them: `nt:` knows -n, and -t with a value behind it or in the
// next word. Ends at `--` and at the first word that is no option; long options are passed over.
class Options {
 public:
  Options(absl::string_view known, absl::string_view wanted, Values& values)
      : known_(known), wanted_(wanted), values_(values) {}

  void Read(const Values& words) {
    for (size_t i = 0; i < words.size(); ++i) {
      const absl::string_view word = words[i].text;
      if (word == "--" || word.size() < 2 || word[0] != '-') break;
      if (word[1] != '-') ReadWord(word, words, i);
    }
    if (!wanted_.empty()) values_.Add(found_);
  }

 private:
  // -abc is -a -b -c, up to one that takes a value. Moves `at` on if that is the next word.
  void ReadWord(absl::string_view word, const Values& words, size_t& at) {
    for (size_t i = 1; i < word.size(); ++i) {
      const absl::string_view option = word.substr(i, 1);
      if (!IsKnown(option)) {
        Found("?", "?", Value::None());
      } else if (!TakesValue(option)) {
        Found(option, option, Value::None());
      } else if (i + 1 < word.size()) {
        return Found(option, option, Value::Text(word.substr(i + 1)));
      } else if (at + 1 < words.size()) {
        return Found(option, option, words[++at]);
      } else {
        return Found(option, "", Value::None());
      }
    }
  }

  bool IsKnown(absl::string_view option) const {
    return option != ":" && known_.find(option) != absl::string_view::npos;
  }
  bool TakesValue(absl::string_view option) const {
    for (size_t at = known_.find(option); at != absl::string_view::npos;
         at = known_.find(option, at + 1)) {
      if (at + 1 < known_.size() && known_[at + 1] == ':') return true;
    }
    return false;
  }

  // With an index only the last one of this name counts: its value, or else its name.
  void Found(absl::string_view option, absl::string_view name, const Value& value) {
    if (wanted_.empty()) {
      values_.Add(Value::Text(name));
      values_.Add(value);
    } else if (option == wanted_ && IsKnown(option)) {
      found_ = value.HasValue() ? value : Value::Text(name);
    }
  }

  const absl::string_view known_;
  const absl::string_view wanted_;
  Values& values_;
  Value found_;
};

// One text that stands for a list is cut at its blanks.
void CutAtBlanks(absl::string_view text, Values& words) {
  words.Clear();
  while (true) {
    while (!text.empty() && absl::ascii_isspace(static_cast<unsigned char>(text[0]))) {
      text.remove_prefix(1);
    }
    if (text.empty()) return;
    size_t end = 0;
    while (end < text.size() && !absl::ascii_isspace(static_cast<unsigned char>(text[end]))) ++end;
    words.Add(Value::Text(text.substr(0, end)));
    text.remove_prefix(end);
  }
}

void GetOptions(const CallValues& call, Values& values) {
  Values words;
  call.evaluate(1, words);
  if (words.empty()) return;
  const absl::string_view known = words[0].text;
  call.evaluate(0, words);
  if (words.empty()) return;
  if (!call.first_is_list) CutAtBlanks(words[0].text, words);
  Options(known, call.index, values).Read(words);
}

using enum Parameter;
using enum ResultShape;

// Rows are read as a table.
// clang-format off
constexpr Transformer kTransformers[] = {
    {"tolower", "tolower(field)", {kTexts, kTexts}, 1, 1, kSame, ToLower,
     "The text in lower case; ASCII letters only."},
    {"toupper", "toupper(field)", {kTexts, kTexts}, 1, 1, kSame, ToUpper,
     "The text in upper case; ASCII letters only."},
    {"b64", "b64(field)", {kTextsOrBytes, kTextsOrBytes}, 1, 1, kSame, Base64,
     "What the text is the base64 of; no value if it is not base64."},
    {"basename", "basename(field)", {kTexts, kTexts}, 1, 1, kSame, Basename,
     "What stands behind the last slash."},
    {"len", "len(field)", {kCountable, kCountable}, 1, 1, kCount, Length,
     "How many items a list has, how many bytes a text."},
    {"join", "join(separator, list)", {kText, kTextList}, 2, 2, ResultShape::kOneText, Join,
     "The items of the list, the separator between them."},
    {"concat", "concat(text, text, ...)", {kText, kText}, 2, kArgumentsMax, ResultShape::kOneText,
     Concat, "The texts one behind the other."},
    {"getopt", "getopt(list, options)[option]", {kWords, kText}, 2, 2, kTextListOrValue,
     GetOptions, "Short options and their values as getopt(3) finds them; [t]: the value of -t."},
};
// clang-format on

bool IsText(const Operand& operand) {
  return operand.type == FieldType::kText || operand.type == FieldType::kPath;
}

bool Fits(const Operand& operand, Parameter parameter) {
  const bool is_bytes = operand.type == FieldType::kBytes;
  switch (parameter) {
    case kTexts:
    case kWords:
      return IsText(operand);
    case kTextsOrBytes:
      return IsText(operand) || is_bytes;
    case kCountable:
      return operand.is_list || IsText(operand) || is_bytes;
    case Parameter::kText:
      return IsText(operand) && !operand.is_list;
    case kTextList:
      return IsText(operand) && operand.is_list;
  }
  return false;
}

absl::string_view ParameterName(Parameter parameter) {
  switch (parameter) {
    case kTexts:
      return "a text";
    case kTextsOrBytes:
      return "a text or bytes";
    case kCountable:
      return "a list, a text or bytes";
    case Parameter::kText:
      return "one text";
    case kTextList:
      return "a list of texts";
    case kWords:
      return "a list of texts or a text";
  }
  return "corrupt";
}

std::string CountOf(const Transformer& transformer) {
  const size_t least = transformer.arguments_min;
  return absl::StrCat(
      least < transformer.arguments_max && transformer.takes_many() ? "at least " : "", least,
      least == 1 ? " argument" : " arguments");
}

void SetResult(Operand& call) {
  switch (call.transformer->result) {
    case kSame:
      call.type = call.operands[0].type;
      call.is_list = call.operands[0].is_list;
      return;
    case kCount:
      call.type = FieldType::kUnsigned;
      call.is_list = false;
      return;
    case ResultShape::kOneText:
      call.type = FieldType::kText;
      call.is_list = false;
      return;
    case kTextListOrValue:
      call.type = FieldType::kText;
      call.is_list = call.text.empty();
      return;
  }
}

}  // namespace

absl::Span<const Transformer> Transformers() { return kTransformers; }

const Transformer* FindTransformer(absl::string_view name) {
  const auto* const found =
      std::find_if(std::begin(kTransformers), std::end(kTransformers),
                   [&](const Transformer& transformer) { return transformer.name == name; });
  return found == std::end(kTransformers) ? nullptr : found;
}

std::string DescribeType(FieldType type, bool is_list) {
  return absl::StrCat(is_list ? "a list of " : "", FieldTypeName(type));
}

std::optional<CallError> TypeCall(Operand& call) {
  const Transformer& transformer = *call.transformer;
  const size_t count = call.operands.size();
  const std::string usage = absl::StrCat("it is used as ", transformer.usage);
  if (count > transformer.arguments_max && count > kArgumentsMax) {
    return CallError{
        absl::StrCat(transformer.name, "() takes at most ", kArgumentsMax, " arguments"), usage};
  }
  if (count < transformer.arguments_min || count > transformer.arguments_max) {
    return CallError{
        absl::StrCat(transformer.name, "() takes ", CountOf(transformer), ", not ", count), usage};
  }
  if (!call.text.empty() && !transformer.takes_index()) {
    return CallError{absl::StrCat(transformer.name, "() takes nothing in brackets"), usage};
  }
  if (call.text.size() > 1) {
    return CallError{absl::StrCat(transformer.name, "() takes one letter in its brackets"), usage};
  }
  for (size_t i = 0; i < count; ++i) {
    const Parameter parameter = transformer.parameters[std::min<size_t>(i, 1)];
    const Operand& operand = call.operands[i];
    if (Fits(operand, parameter)) continue;
    const std::string which = transformer.takes_many() ? absl::StrCat(" as argument ", i + 1) : "";
    return CallError{absl::StrCat(transformer.name, "() takes ", ParameterName(parameter), which,
                                  ", not ", DescribeType(operand.type, operand.is_list)),
                     usage};
  }
  SetResult(call);
  return std::nullopt;
}

}  // namespace vedette
