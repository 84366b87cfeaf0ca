// SPDX-License-Identifier: Apache-2.0
// No unit test: http_sinks_test.cc holds it against a server that checks the signature.
//
// S3-compatible object stores: each batch is an object of JSON lines, packed. The object's name is
// made of the batch, so one that comes twice replaces itself.
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/status_macros.h"
#include "integrations/format/formats.h"
#include "integrations/sinks/http_sink.h"

namespace vedette {
namespace {

using Type = SinkOption::Type;

// Only what needs no escape in a name.
std::string Plain(absl::string_view text) {
  std::string plain;
  for (const char c : text.substr(0, 100)) {
    const bool good = absl::ascii_isalnum(static_cast<uint8_t>(c)) || c == '-' || c == '_';
    plain += good ? c : '_';
  }
  return plain.empty() ? "_" : plain;
}

class S3 : public HttpSink {
 public:
  S3(HttpSettings settings, std::string prefix, AlertFormat format)
      : HttpSink(std::move(settings)), prefix_(std::move(prefix)), format_(format) {}

 protected:
  absl::StatusOr<std::vector<HttpRequest>> Requests(absl::Span<const Alert> batch) override {
    std::string lines;
    for (const Alert& alert : batch) {
      AppendAlert(format_, alert, lines);
      lines += '\n';
    }
    const Alert& first = batch[0];
    return Put(Plain(first.hostname), first.time, first.id, batch.size(), lines);
  }

  absl::StatusOr<std::vector<HttpRequest>> EventRequests(
      absl::Span<const DeliveredEvent> batch) override {
    std::string lines;
    for (const DeliveredEvent& event : batch) {
      AppendEvent(format_, event, lines);
      lines += '\n';
    }
    const DeliveredEvent& first = batch[0];
    return Put(absl::StrCat("events/", Plain(first.hostname)), first.time, first.id, batch.size(),
               lines);
  }

  std::vector<HttpRequest> Put(absl::string_view folder, absl::Time begin, absl::string_view id,
                               size_t count, absl::string_view lines) const {
    const std::string time = absl::FormatTime("%Y/%m/%d/%H%M%E3S", begin, absl::UTCTimeZone());
    return {{.method = "PUT",
             .path = absl::StrCat("/", prefix_, prefix_.empty() ? "" : "/", folder, "/", time, "-",
                                  Plain(id), "-", count, ".jsonl.gz"),
             .content_type = "application/gzip",
             .body = Gzip(lines)}};
  }

 private:
  const std::string prefix_;
  const AlertFormat format_;
};

const std::vector<SinkOption>& Options() {
  static const auto* const rows = WithHttpOptions({
      {"region", Type::kText, "us-east-1", "For the signature"},
      {"prefix", Type::kText, "vedette", "How names of objects begin"},
      {"format", Type::kChoice, "json", "Form of the lines", kAlertFormats},
  });
  return *rows;
}

absl::Status Check(const CheckedOptions& options) {
  RETURN_IF_ERROR(CheckHttpOptions(options));
  if (Plain(options.Text("region")) != options.Text("region")) {
    return absl::InvalidArgumentError("region: expected letters, digits and -, as in eu-central-1");
  }
  if (options.Has("prefix") && Plain(options.Text("prefix")) != options.Text("prefix")) {
    return absl::InvalidArgumentError("prefix: expected letters, digits, - and _");
  }
  if (options.Has("user") != options.Has("password")) {
    return absl::InvalidArgumentError(
        "user (the access key's id) and password (its secret) belong together");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Sink>> Make(const CheckedOptions& options) {
  ASSIGN_OR_RETURN(HttpSettings settings, HttpSettingsOf(options));
  if (options.Has("user")) {
    settings.aws_sigv4 = absl::StrCat("aws:amz:", options.Text("region"), ":s3");
  }
  settings.compress = false;  // The object is packed already.
  return std::make_unique<S3>(std::move(settings), options.Text("prefix"),
                              AlertFormatOf(options.Text("format")));
}

}  // namespace

namespace sinks {
SinkSpec s3();
SinkSpec s3() {
  return {.options = Options(),
          .make = Make,
          .batch_max = 1000,
          .check = Check,
          .make_events = Make,  // Under another name.
          .events_max = 5000};
}
}  // namespace sinks

}  // namespace vedette
