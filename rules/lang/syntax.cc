// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/syntax.h"

#include <utility>

#include "rules/lang/parser.h"
#include "rules/lang/source_map.h"

namespace vedette {

SyntaxAnswer CheckSyntax(absl::string_view name, absl::string_view condition) {
  ParsedCondition parsed = ParseCondition(condition);
  if (parsed.expr != nullptr) return {ToText(*parsed.expr), std::nullopt};
  SourceMap sources;
  const uint32_t file = sources.Add(std::string(name), std::string(condition));
  SyntaxError& error = *parsed.error;
  const Place place{file, static_cast<uint32_t>(error.range.begin),
                    static_cast<uint32_t>(error.range.end)};
  return {"", sources.At(Severity::kError, place, std::move(error.message), std::move(error.hint))};
}

}  // namespace vedette
