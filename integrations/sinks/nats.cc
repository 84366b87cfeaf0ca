// SPDX-License-Identifier: Apache-2.0
//
// NATS JetStream by libnats: an alert counts as delivered when the stream has stored it. Its id is
// the message's, by which the stream drops what comes twice within its window for duplicates.
#include <nats/nats.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "integrations/format/formats.h"
#include "integrations/net/net_address.h"
#include "integrations/net/secret.h"
#include "integrations/sinks/registry.h"

namespace vedette {
namespace {

using Type = SinkOption::Type;

struct NatsSettings {
  std::string address, subject, stream, user, creds_path;
  bool tls = true;
  std::string ca_path, cert_path, key_path;
  SecretSource password, token;
  AlertFormat format = AlertFormat::kJson;
};

struct DestroyOptions {
  void operator()(natsOptions* options) const { natsOptions_Destroy(options); }
};
struct DestroyConnection {
  void operator()(natsConnection* connection) const { natsConnection_Destroy(connection); }
};
struct DestroyContext {
  void operator()(jsCtx* context) const { jsCtx_Destroy(context); }
};
struct DestroyAck {
  void operator()(jsPubAck* ack) const { jsPubAck_Destroy(ack); }
};

class Nats : public Sink {
 public:
  explicit Nats(NatsSettings settings) : settings_(std::move(settings)) {}
  ~Nats() override { Disconnect(); }

  absl::Status Deliver(absl::Span<const Alert> batch, absl::Time deadline) override {
    std::string data;
    return InOrder(batch, deadline, [&](const Alert& alert) {
      data.clear();
      AppendAlert(settings_.format, alert, data);
      return Publish(alert.id, data, deadline);
    });
  }

  absl::Status DeliverEvents(absl::Span<const DeliveredEvent> batch, absl::Time deadline) override {
    std::string data;
    return InOrder(batch, deadline, [&](const DeliveredEvent& event) {
      data.clear();
      AppendEvent(settings_.format, event, data);
      return Publish(event.id, data, deadline);
    });
  }
  absl::Status Flush() override { return absl::OkStatus(); }

 private:
  // Each waits for the stream's answer. A batch that comes again goes on behind what the stream has
  // stored of it: where the server is far away, one attempt may be too short for all.
  template <typename Item, typename PublishItem>
  absl::Status InOrder(absl::Span<const Item> batch, absl::Time deadline, PublishItem publish) {
    if (batch.empty()) return absl::OkStatus();
    RETURN_IF_ERROR(Connect(deadline));
    std::string name = absl::StrCat(batch.front().id, "/", batch.back().id, "/", batch.size());
    if (name != batch_) stored_ = 0;
    batch_ = std::move(name);
    for (; stored_ < batch.size(); ++stored_) {
      const absl::Status status = publish(batch[stored_]);
      if (absl::IsInvalidArgument(status)) batch_.clear();
      if (!status.ok()) return status;
    }
    batch_.clear();
    return absl::OkStatus();
  }

  absl::Status Unavailable(absl::string_view what, natsStatus status) const {
    return absl::UnavailableError(absl::StrCat("nats ", settings_.address, ": ", what, ": ",
                                               EscapeControl(natsStatus_GetText(status))));
  }

  void Disconnect() {
    context_.reset();
    connection_.reset();
  }

  absl::Status Connect(absl::Time deadline) {
    if (connection_ != nullptr && !natsConnection_IsClosed(connection_.get())) {
      return absl::OkStatus();
    }
    Disconnect();
    natsOptions* raw = nullptr;
    natsStatus status = natsOptions_Create(&raw);
    const std::unique_ptr<natsOptions, DestroyOptions> options(raw);
    if (status != NATS_OK) return Unavailable("options", status);
    RETURN_IF_ERROR(SetOptions(raw, deadline));
    natsConnection* connection = nullptr;
    status = natsConnection_Connect(&connection, raw);
    connection_.reset(connection);
    if (status != NATS_OK) {
      connection_.reset();
      return Unavailable("connect", status);
    }
    jsCtx* context = nullptr;
    status = natsConnection_JetStream(&context, connection, nullptr);
    context_.reset(context);
    if (status == NATS_OK) return absl::OkStatus();
    Disconnect();
    return Unavailable("JetStream", status);
  }

  absl::Status SetOptions(natsOptions* options, absl::Time deadline) const {
    const absl::StatusOr<Secret> password = settings_.password.Read();
    if (!password.ok()) return absl::UnavailableError(password.status().message());
    const absl::StatusOr<Secret> token = settings_.token.Read();
    if (!token.ok()) return absl::UnavailableError(token.status().message());
    ASSIGN_OR_RETURN(const NetAddress address, ParseAddress(settings_.address));
    const int64_t left_ms = absl::ToInt64Milliseconds(deadline - absl::Now());
    const std::string url = absl::StrCat(settings_.tls ? "tls://" : "nats://", settings_.address);
    natsStatus status = natsOptions_SetURL(options, url.c_str());
    const auto set = [&status](natsStatus next) { status = status == NATS_OK ? next : status; };
    set(natsOptions_SetName(options, "vedette"));
    set(natsOptions_SetTimeout(options, std::clamp<int64_t>(left_ms, 1, 5000)));
    set(natsOptions_SetAllowReconnect(options, false));  // Patience is the lane's.
    if (settings_.tls) {
      set(natsOptions_SetSecure(options, true));
      set(natsOptions_SetExpectedHostname(options, address.host.c_str()));
      if (!settings_.ca_path.empty()) {
        set(natsOptions_LoadCATrustedCertificates(options, settings_.ca_path.c_str()));
      }
      if (!settings_.cert_path.empty()) {
        set(natsOptions_LoadCertificatesChain(options, settings_.cert_path.c_str(),
                                              settings_.key_path.c_str()));
      }
    }
    if (!settings_.user.empty()) {
      set(natsOptions_SetUserInfo(options, settings_.user.c_str(), password->Reveal().c_str()));
    }
    if (!token->empty()) set(natsOptions_SetToken(options, token->Reveal().c_str()));
    if (!settings_.creds_path.empty()) {
      set(natsOptions_SetUserCredentialsFromFiles(options, settings_.creds_path.c_str(), nullptr));
    }
    return status == NATS_OK ? absl::OkStatus() : Unavailable("options", status);
  }

  absl::Status Publish(absl::string_view message_id, absl::string_view data, absl::Time deadline) {
    const absl::Status status = PublishOne(message_id, data, deadline);
    if (absl::IsUnavailable(status)) Disconnect();
    return status;
  }

  absl::Status PublishOne(absl::string_view message_id, absl::string_view data,
                          absl::Time deadline) {
    const int64_t left_ms = absl::ToInt64Milliseconds(deadline - absl::Now());
    if (left_ms <= 0) return Unavailable("publish", NATS_TIMEOUT);
    jsPubOptions options;
    jsPubOptions_Init(&options);
    options.MaxWait = left_ms;
    // Becomes a header: our ids are hexadecimal, but nothing else may get there either.
    std::string id;
    for (const char c : message_id) {
      if (absl::ascii_isalnum(static_cast<uint8_t>(c))) id += c;
    }
    options.MsgId = id.empty() ? nullptr : id.c_str();
    options.ExpectStream = settings_.stream.empty() ? nullptr : settings_.stream.c_str();
    jsErrCode code = static_cast<jsErrCode>(0);
    jsPubAck* raw = nullptr;
    const natsStatus status =
        js_Publish(&raw, context_.get(), settings_.subject.c_str(), data.data(),
                   static_cast<int>(data.size()), &options, &code);
    const std::unique_ptr<jsPubAck, DestroyAck> ack(raw);
    if (status == NATS_OK) return absl::OkStatus();
    if (status == NATS_MAX_PAYLOAD || code == JSStreamMessageExceedsMaximumErr) {
      return absl::InvalidArgumentError(absl::StrCat("nats ", settings_.address, ": ", data.size(),
                                                     " bytes are more than it takes"));
    }
    if (status == NATS_NO_RESPONDERS) {
      return absl::UnavailableError(absl::StrCat("nats ", settings_.address,
                                                 ": no stream takes the subject ",
                                                 settings_.subject, "; make one that does"));
    }
    return Unavailable(absl::StrCat("publish (JetStream error ", static_cast<int>(code), ")"),
                       status);
  }

  const NatsSettings settings_;
  std::unique_ptr<natsConnection, DestroyConnection> connection_;
  std::unique_ptr<jsCtx, DestroyContext> context_;
  std::string batch_;  // The last one, if it is to come again, and
  size_t stored_ = 0;  // how many of it the stream has.
};

constexpr SinkOption kOptions[] = {
    {"address", Type::kAddress, kRequired, "HOST:PORT"},
    {"subject", Type::kText, "vedette.alerts", "Where alerts go; a stream must take it"},
    {"events_subject", Type::kText, "vedette.events", "Where events go; a stream must take it"},
    {"stream", Type::kText, "", "The stream that must take it; any unless given"},
    {"format", Type::kChoice, "json", "Form of the messages", kAlertFormats},
    {"tls", Type::kChoice, "true", "false only where nobody else listens", "true|false"},
    {"ca_file", Type::kAbsolutePath, "", "PEM file of authorities; else the system's"},
    {"cert_file", Type::kAbsolutePath, "", "Our certificate (PEM), for servers that ask"},
    {"key_file", Type::kAbsolutePath, "", "Its key (PEM)"},
    {"user", Type::kText, "", "For the server's password"},
    {"password", Type::kSecret, "", "Where it is: file:/PATH or env:NAME"},
    {"token", Type::kSecret, "", "Where the token is: file:/PATH or env:NAME"},
    {"creds_file", Type::kAbsolutePath, "", "A user's credentials, as nsc writes them"},
};

absl::Status Check(const CheckedOptions& options) {
  for (const absl::string_view name : {"subject", "events_subject"}) {
    const std::string subject = options.Text(name);
    const bool good = !subject.empty() && std::all_of(subject.begin(), subject.end(), [](char c) {
      return static_cast<uint8_t>(c) > 0x20 && c != 0x7f && c != '*' && c != '>';
    });
    if (!good) {
      return absl::InvalidArgumentError(absl::StrCat(name, ": expected words joined by dots"));
    }
  }
  if (options.Has("cert_file") != options.Has("key_file")) {
    return absl::InvalidArgumentError("cert_file and key_file belong together");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Sink>> MakeFor(const CheckedOptions& options,
                                              absl::string_view subject) {
  NatsSettings settings;
  settings.address = options.Text("address");
  settings.subject = options.Text(subject);
  settings.stream = options.Text("stream");
  settings.user = options.Text("user");
  settings.creds_path = options.Text("creds_file");
  settings.tls = options.Text("tls") == "true";
  settings.ca_path = options.Text("ca_file");
  settings.cert_path = options.Text("cert_file");
  settings.key_path = options.Text("key_file");
  settings.format = AlertFormatOf(options.Text("format"));
  for (const auto& [name, to] :
       {std::pair{"password", &settings.password}, std::pair{"token", &settings.token}}) {
    if (!options.Has(name)) continue;
    ASSIGN_OR_RETURN(*to, SecretSource::Parse(options.Text(name)));
  }
  return std::make_unique<Nats>(std::move(settings));
}

absl::StatusOr<std::unique_ptr<Sink>> Make(const CheckedOptions& options) {
  return MakeFor(options, "subject");
}

absl::StatusOr<std::unique_ptr<Sink>> MakeEvents(const CheckedOptions& options) {
  return MakeFor(options, "events_subject");
}

}  // namespace

namespace sinks {
SinkSpec nats();
SinkSpec nats() {
  return {.options = kOptions,
          .make = Make,
          .check = Check,
          .make_events = MakeEvents,
          .events_max = 500};
}
}  // namespace sinks

}  // namespace vedette
