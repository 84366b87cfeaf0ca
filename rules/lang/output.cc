// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/output.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "rules/lang/check_parser.h"
#include "rules/lang/field_names.h"
#include "rules/lang/operand_reader.h"
#include "rules/lang/scanner.h"

namespace vedette {
namespace {

constexpr uint32_t kWidthMax = 1000;

class Reader {
 public:
  Reader(const MappedText& text, Reporter& reporter, std::vector<Problem>& problems)
      : text_(text), reporter_(reporter), scan_(text.text()), problems_(problems) {}

  std::vector<OutputPart> Read() {
    while (!scan_.AtEnd()) {
      const absl::string_view rest = scan_.rest();
      const absl::string_view plain = rest.substr(0, rest.find('%'));
      absl::StrAppend(&part_.text, plain);
      scan_.GoTo(scan_.at() + plain.size());
      if (scan_.AtEnd()) break;
      if (scan_.Take("%%")) {
        part_.text += '%';
      } else {
        scan_.Take("%");
        ReadField();
      }
    }
    if (!part_.text.empty()) parts_.push_back(std::move(part_));
    return std::move(parts_);
  }

 private:
  void ReadField() {
    const size_t percent = scan_.at() - 1;
    const uint32_t width = TakeWidth();
    const size_t begin = scan_.at();
    FieldName name;
    name.name = std::string(scan_.TakeFieldName());
    if (name.name.empty()) {
      if (!ReadTransformer(width)) {
        scan_.GoTo(percent + 1);
        part_.text += '%';
      }
      return;
    }
    if (scan_.NextIs('[') && !TakeArgument(name)) return;
    name.range = {begin, scan_.at()};
    FieldRef field;
    if (std::optional<FieldError> error =
            ResolveField(name, reporter_, field, FieldPlace::kOutput)) {
      Report(name.range, std::move(error->message), std::move(error->hint), error->unknown);
      return;
    }
    part_.field.push_back(std::move(field));
    part_.width = width;
    parts_.push_back(std::exchange(part_, {}));
  }

  // False where none begins. What is wrong with one has been said.
  bool ReadTransformer(uint32_t width) {
    const size_t begin = scan_.at();
    CheckParser parser(scan_);
    const std::optional<Call> call = parser.ParseTransformer();
    if (const std::optional<SyntaxError>& error = parser.error()) {
      Report(error->range, error->message, error->hint);
      scan_.GoTo(std::max(scan_.at(), begin + 1));
      return true;
    }
    if (!call) return false;
    Operand operand;
    if (auto error = ReadCall(*call, Side::kLeft, reporter_, operand)) {
      Report(error->range, std::move(error->message), std::move(error->hint), error->unknown_name);
      return true;
    }
    part_.call = std::make_shared<const Operand>(std::move(operand));
    part_.call_text = ToText(*call);
    part_.width = width;
    parts_.push_back(std::exchange(part_, {}));
    return true;
  }

  uint32_t TakeWidth() {
    uint32_t width = 0;
    while (!scan_.AtEnd() && absl::ascii_isdigit(static_cast<unsigned char>(scan_.rest()[0]))) {
      width = std::min(width * 10 + static_cast<uint32_t>(scan_.rest()[0] - '0'), kWidthMax);
      scan_.GoTo(scan_.at() + 1);
    }
    return width;
  }

  bool TakeArgument(FieldName& name) {
    const size_t open = scan_.at();
    const size_t close = scan_.rest().find(']');
    if (close == absl::string_view::npos || close == 1) {
      Report({open, open + 1},
             close == 1 ? "expected an argument in the brackets" : "this bracket is not closed");
      scan_.Take("[");
      return false;
    }
    name.argument = std::string(scan_.rest().substr(1, close - 1));
    scan_.GoTo(open + close + 1);
    return true;
  }

  void Report(TextRange range, std::string message, std::string hint = "", bool unknown = false) {
    reporter_.Note(problems_, text_.At(range), std::move(message), std::move(hint), unknown);
  }

  const MappedText& text_;
  Reporter& reporter_;
  Scanner scan_;
  std::vector<Problem>& problems_;
  std::vector<OutputPart> parts_;
  OutputPart part_;
};

}  // namespace

std::vector<OutputPart> ParseOutput(const MappedText& text, Reporter& reporter,
                                    std::vector<Problem>& problems) {
  const MappedText trimmed = text.Trimmed();
  return Reader(trimmed, reporter, problems).Read();
}

}  // namespace vedette
