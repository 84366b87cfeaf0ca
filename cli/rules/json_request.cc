// SPDX-License-Identifier: Apache-2.0
#include "cli/rules/json_request.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cli/line_reader.h"

namespace vedette {
namespace {

using Json = nlohmann::ordered_json;

// Deeper than any request goes.
constexpr int kDepthLimit = 32;

}  // namespace

absl::StatusOr<Json> ReadJsonObject(absl::string_view text) {
  bool too_deep = false;
  const auto shallow = [&](int depth, Json::parse_event_t, Json&) {
    too_deep = too_deep || depth > kDepthLimit;
    return !too_deep;  // What is below is not kept.
  };
  Json value;
  // The one door of this library's exceptions.
  try {
    value = Json::parse(text.begin(), text.end(), shallow);
  } catch (const Json::parse_error& error) {
    return absl::InvalidArgumentError(absl::StrCat("not JSON: wrong at byte ", error.byte));
  } catch (const Json::exception&) {
    return absl::InvalidArgumentError("not JSON: a number is out of range");
  }
  if (too_deep) {
    return absl::InvalidArgumentError(absl::StrCat("nested deeper than ", kDepthLimit, " levels"));
  }
  if (!value.is_object()) return absl::InvalidArgumentError("not a JSON object");
  return value;
}

absl::StatusOr<std::string> JsonText(const Json& object, const std::string& key) {
  const auto found = object.find(key);
  if (found == object.end()) {
    return absl::InvalidArgumentError(absl::StrCat("\"", key, "\" is missing"));
  }
  if (!found->is_string()) {
    return absl::InvalidArgumentError(absl::StrCat("\"", key, "\" is not a text"));
  }
  return found->get<std::string>();
}

std::string JsonLine(const Json& value) {
  return absl::StrCat(value.dump(-1, ' ', false, Json::error_handler_t::replace), "\n");
}

ExitCode AnswerLines(Io& io, const AnswerRequest& answer) {
  ExitCode code = ExitCode::kDone;
  LineReader reader(io, kRequestBytesMax);
  std::string line;
  while (!io.closed()) {
    const auto got = reader.Next(line);
    if (!got.ok()) return io.Fail(got.status());
    if (*got == LineReader::Got::kEnd) break;
    absl::StatusOr<Json> answered = absl::InvalidArgumentError("the line is longer than 16 MiB");
    if (*got == LineReader::Got::kLine) {
      absl::StatusOr<Json> request = ReadJsonObject(line);
      answered = request.ok() ? answer(*request) : request.status();
    }
    if (!answered.ok()) {
      code = ExitCode::kFailed;
      const std::string message(answered.status().message());
      answered = Json{{"result", "error"},
                      {"error", {{"input_line", reader.number()}, {"message", message}}}};
    }
    io.Print(JsonLine(*answered));
  }
  return code;
}

}  // namespace vedette
