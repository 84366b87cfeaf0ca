// SPDX-License-Identifier: Apache-2.0
//
// One line of `--batch` input: a JSON object. Lines come from anywhere.
#ifndef VEDETTE_CLI_RULES_JSON_REQUEST_H_
#define VEDETTE_CLI_RULES_JSON_REQUEST_H_

#include <cstddef>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/exit_code.h"
#include "cli/io.h"

namespace vedette {

inline constexpr size_t kRequestBytesMax = 16 << 20;

// kInvalidArgument: not JSON (with the column), not an object, or nested too deeply.
absl::StatusOr<nlohmann::ordered_json> ReadJsonObject(absl::string_view text);

// The text at `key`; kInvalidArgument if it is missing or not a text.
absl::StatusOr<std::string> JsonText(const nlohmann::ordered_json& object, const std::string& key);

// On one line; bytes that are not UTF-8 are replaced.
std::string JsonLine(const nlohmann::ordered_json& value);

// Answers each line of standard input with one line, at once. A line that is no request is answered
// with {"result": "error", "error": {"input_line", "message"}} and makes the exit code kFailed in
// the end; the next line is read all the same.
using AnswerRequest =
    std::function<absl::StatusOr<nlohmann::ordered_json>(const nlohmann::ordered_json& request)>;
ExitCode AnswerLines(Io& io, const AnswerRequest& answer);

}  // namespace vedette

#endif  // VEDETTE_CLI_RULES_JSON_REQUEST_H_
