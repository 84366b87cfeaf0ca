// SPDX-License-Identifier: Apache-2.0
//
// One request for each alert. With a key, each is signed: `sha256=` and the HMAC of the body (of
// its bytes before compression) in hexadecimal, as GitHub does it.
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "integrations/format/formats.h"
#include "integrations/format/message_template.h"
#include "integrations/sinks/http_sink.h"
#include "integrations/sinks/webhook_body.h"

namespace vedette {
namespace {

using Type = SinkOption::Type;

struct WebhookSettings {
  std::string preset, method, content_type, hmac_header;
  AlertFormat format = AlertFormat::kJson;
  std::optional<MessageTemplate> message;
  SecretSource hmac_key, routing_key;
};

std::string HmacSha256(const Secret& key, absl::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.Reveal().data(), static_cast<int>(key.Reveal().size()),
       reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest, &size);
  return absl::BytesToHexString({reinterpret_cast<const char*>(digest), size});
}

class Webhook : public HttpSink {
 public:
  Webhook(HttpSettings http, WebhookSettings settings)
      : HttpSink(std::move(http)), settings_(std::move(settings)) {}

 protected:
  absl::StatusOr<std::vector<HttpRequest>> Requests(absl::Span<const Alert> batch) override {
    std::vector<HttpRequest> requests;
    for (const Alert& alert : batch) {
      HttpRequest& request = requests.emplace_back();
      request.method = settings_.method;
      request.content_type = settings_.content_type;
      const absl::StatusOr<std::string> body = BodyOf(alert);
      if (!body.ok()) return absl::UnavailableError(body.status().message());
      request.body = *body;
      request.headers = {{"Idempotency-Key", alert.id}};
      if (!settings_.hmac_key.given()) continue;
      const absl::StatusOr<Secret> key = settings_.hmac_key.Read();
      if (!key.ok()) return absl::UnavailableError(key.status().message());
      request.headers.emplace_back(settings_.hmac_header,
                                   absl::StrCat("sha256=", HmacSha256(*key, request.body)));
    }
    return requests;
  }

 private:
  absl::StatusOr<std::string> BodyOf(const Alert& alert) const {
    if (settings_.message.has_value()) return settings_.message->Fill(alert);
    if (settings_.preset == "slack") return SlackBody(alert);
    if (settings_.preset == "teams") return TeamsBody(alert);
    if (settings_.preset == "mattermost") return MattermostBody(alert);
    if (settings_.preset == "pagerduty") {
      ASSIGN_OR_RETURN(const Secret key, settings_.routing_key.Read());
      return PagerDutyBody(alert, key);
    }
    std::string body;
    AppendAlert(settings_.format, alert, body);
    return body;
  }

  const WebhookSettings settings_;
};

const std::vector<SinkOption>& Options() {
  static const auto* const rows = WithHttpOptions({
      {"preset", Type::kChoice, "none", "Whose form the body has; none: `template` or `format`",
       "none|slack|teams|mattermost|pagerduty"},
      {"format", Type::kChoice, "json", "Form of the alert", kAlertFormats},
      {"template", Type::kTemplate, "", "JSON with {{name}} in it, instead of `format`"},
      {"method", Type::kChoice, "POST", "Of the request", "POST|PUT"},
      {"content_type", Type::kText, "application/json", "Of the request"},
      {"hmac_key", Type::kSecret, "", "Sign bodies with this key: file:/PATH or env:NAME"},
      {"hmac_header", Type::kText, "X-Vedette-Signature-256", "Where the signature stands"},
      {"routing_key", Type::kSecret, "", "PagerDuty's: file:/PATH or env:NAME"},
  });
  return *rows;
}

absl::StatusOr<WebhookSettings> SettingsOf(const CheckedOptions& options) {
  WebhookSettings settings;
  settings.preset = options.Text("preset");
  settings.format = AlertFormatOf(options.Text("format"));
  settings.method = options.Text("method");
  settings.content_type = options.Text("content_type");
  settings.hmac_header = options.Text("hmac_header");
  if (options.Has("template")) {
    if (settings.preset != "none") {
      return absl::InvalidArgumentError("`preset` and `template` are two forms of one body");
    }
    ASSIGN_OR_RETURN(settings.message, MessageTemplate::Parse(options.Text("template")));
  }
  if (options.Has("hmac_key")) {
    ASSIGN_OR_RETURN(settings.hmac_key, SecretSource::Parse(options.Text("hmac_key")));
  }
  if (options.Has("routing_key")) {
    ASSIGN_OR_RETURN(settings.routing_key, SecretSource::Parse(options.Text("routing_key")));
  } else if (settings.preset == "pagerduty") {
    return absl::InvalidArgumentError("preset pagerduty needs `routing_key`");
  }
  return settings;
}

absl::Status Check(const CheckedOptions& options) {
  RETURN_IF_ERROR(CheckHttpOptions(options));
  return SettingsOf(options).status();
}

absl::StatusOr<std::unique_ptr<Sink>> Make(const CheckedOptions& options) {
  ASSIGN_OR_RETURN(HttpSettings http, HttpSettingsOf(options));
  ASSIGN_OR_RETURN(WebhookSettings settings, SettingsOf(options));
  return std::make_unique<Webhook>(std::move(http), std::move(settings));
}

}  // namespace

namespace sinks {
SinkSpec webhook();
SinkSpec webhook() { return {.options = Options(), .make = Make, .batch_max = 1, .check = Check}; }
}  // namespace sinks

}  // namespace vedette
