// SPDX-License-Identifier: Apache-2.0
//
// Kafka by librdkafka: an idempotent producer that waits for all replicas. The alert's host is the
// key, so a host's alerts stay in order in one partition; its id is a header.
#include <librdkafka/rdkafka.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "integrations/format/formats.h"
#include "integrations/net/secret.h"
#include "integrations/sinks/registry.h"

namespace vedette {
namespace {

using Type = SinkOption::Type;

struct KafkaSettings {
  std::string brokers, topic, client_id, compression;
  std::string security, ca_path, cert_path, key_path, mechanism, user;
  SecretSource password;
  AlertFormat format = AlertFormat::kJson;
};

struct Destroy {
  void operator()(rd_kafka_t* kafka) const {
    // What is in flight has been given up by Deliver(), or there is nothing.
    rd_kafka_purge(kafka, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_destroy(kafka);
  }
};
struct DestroyConf {
  void operator()(rd_kafka_conf_t* conf) const { rd_kafka_conf_destroy(conf); }
};

// What has become of one batch; its messages point to it.
struct Batch {
  size_t reports = 0;
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
};

// Called by rd_kafka_poll() on the sink's thread.
void OnReport(rd_kafka_t*, const rd_kafka_message_t* message, void*) {
  auto* batch = static_cast<Batch*>(message->_private);
  ++batch->reports;
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) batch->error = message->err;
}

// The message itself is at fault; all else may pass.
bool IsRefusal(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE || error == RD_KAFKA_RESP_ERR_INVALID_MSG ||
         error == RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE || error == RD_KAFKA_RESP_ERR_INVALID_RECORD;
}

class Kafka : public Sink {
 public:
  explicit Kafka(KafkaSettings settings) : settings_(std::move(settings)) {}

  absl::Status Deliver(absl::Span<const Alert> batch, absl::Time deadline) override {
    std::string value;
    return Send(batch.size(), deadline, [&](size_t i, Batch& state) {
      value.clear();
      AppendAlert(settings_.format, batch[i], value);
      return Produce({batch[i].hostname, "alert_id", batch[i].id, batch[i].time, value}, state);
    });
  }

  absl::Status DeliverEvents(absl::Span<const DeliveredEvent> batch, absl::Time deadline) override {
    std::string value;
    return Send(batch.size(), deadline, [&](size_t i, Batch& state) {
      const DeliveredEvent& event = batch[i];
      value.clear();
      AppendEvent(settings_.format, event, value);
      return Produce({event.hostname, "event_id", event.id, event.time, value}, state);
    });
  }
  absl::Status Flush() override { return absl::OkStatus(); }

 private:
  struct Message {
    absl::string_view key, id_name, id;
    absl::Time time;
    absl::string_view value;
  };

  absl::Status Send(size_t count, absl::Time deadline,
                    absl::FunctionRef<absl::Status(size_t, Batch&)> produce) {
    if (kafka_ == nullptr) RETURN_IF_ERROR(Open());
    Batch state;
    size_t produced = 0;
    absl::Status status;
    while (produced < count && (status = produce(produced, state)).ok()) ++produced;
    while (state.reports < produced && absl::Now() < deadline) {
      rd_kafka_poll(kafka_.get(), 10);
    }
    if (state.reports < produced) {
      // They would be sent later, and their reports come to a batch that is gone.
      const std::string why = LastWords();
      rd_kafka_purge(kafka_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
      while (state.reports < produced) rd_kafka_poll(kafka_.get(), 10);
      kafka_.reset();
      return absl::UnavailableError(
          absl::StrCat("kafka ", settings_.brokers, ": not acknowledged in time", why));
    }
    if (!status.ok()) return status;
    return StatusOf(state.error);
  }

  absl::Status StatusOf(rd_kafka_resp_err_t error) {
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return absl::OkStatus();
    const std::string text =
        absl::StrCat("kafka ", settings_.brokers, ": ", EscapeControl(rd_kafka_err2str(error)));
    if (IsRefusal(error)) return absl::InvalidArgumentError(text);
    // An idempotent producer that has lost its order says so once and is of no more use.
    kafka_.reset();
    return absl::UnavailableError(text);
  }

  absl::Status Open() {
    std::unique_ptr<rd_kafka_conf_t, DestroyConf> conf(rd_kafka_conf_new());
    const absl::StatusOr<Secret> password = settings_.password.Read();
    if (!password.ok()) return absl::UnavailableError(password.status().message());
    const std::pair<const char*, std::string> values[] = {
        {"bootstrap.servers", settings_.brokers},
        {"client.id", settings_.client_id},
        {"enable.idempotence", "true"},
        {"acks", "all"},
        {"compression.codec", settings_.compression},
        {"linger.ms", "2"},
        {"message.max.bytes", "4000000"},
        {"socket.keepalive.enable", "true"},
        {"log.connection.close", "false"},
        {"security.protocol", settings_.security},
        {"ssl.ca.location", settings_.ca_path},
        {"ssl.certificate.location", settings_.cert_path},
        {"ssl.key.location", settings_.key_path},
        {"sasl.mechanism", settings_.mechanism},
        {"sasl.username", settings_.user},
        {"sasl.password", password->Reveal()},
    };
    char error[512] = {};
    for (const auto& [name, value] : values) {
      if (value.empty()) continue;
      if (rd_kafka_conf_set(conf.get(), name, value.c_str(), error, sizeof(error)) !=
          RD_KAFKA_CONF_OK) {
        return absl::UnavailableError(absl::StrCat("kafka: ", name, " cannot be set"));
      }
    }
    rd_kafka_conf_set_dr_msg_cb(conf.get(), OnReport);
    rd_kafka_conf_set_opaque(conf.get(), this);
    rd_kafka_conf_set_log_cb(conf.get(), nullptr);
    rd_kafka_conf_set_error_cb(conf.get(), [](rd_kafka_t*, int code, const char* why, void* self) {
      static_cast<Kafka*>(self)->last_error_ = absl::StrCat(
          rd_kafka_err2name(static_cast<rd_kafka_resp_err_t>(code)), ": ", EscapeControl(why));
    });
    kafka_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), error, sizeof(error)));
    if (kafka_ == nullptr) return absl::UnavailableError(absl::StrCat("kafka: ", error));
    static_cast<void>(conf.release());  // The producer's now.
    return absl::OkStatus();
  }

  absl::Status Produce(const Message& message, Batch& batch) {
    const std::string id_name(message.id_name);
    const rd_kafka_resp_err_t error = rd_kafka_producev(
        kafka_.get(), RD_KAFKA_V_TOPIC(settings_.topic.c_str()),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_VALUE(const_cast<char*>(message.value.data()), message.value.size()),
        RD_KAFKA_V_KEY(const_cast<char*>(message.key.data()), message.key.size()),
        RD_KAFKA_V_TIMESTAMP(absl::ToUnixMillis(message.time)),
        RD_KAFKA_V_HEADER(id_name.c_str(), message.id.data(),
                          static_cast<ssize_t>(message.id.size())),
        RD_KAFKA_V_OPAQUE(&batch), RD_KAFKA_V_END);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return absl::OkStatus();
    const std::string text = absl::StrCat("kafka: ", rd_kafka_err2str(error));
    if (IsRefusal(error)) return absl::InvalidArgumentError(text);
    return absl::UnavailableError(text);
  }

  std::string LastWords() const {
    return last_error_.empty() ? "" : absl::StrCat(" (", last_error_, ")");
  }

  const KafkaSettings settings_;
  std::unique_ptr<rd_kafka_t, Destroy> kafka_;
  std::string last_error_;
};

constexpr SinkOption kOptions[] = {
    {"brokers", Type::kText, kRequired, "HOST:PORT, several separated by commas"},
    {"topic", Type::kText, "vedette-alerts", "Where alerts go"},
    {"events_topic", Type::kText, "vedette-events", "Where events go"},
    {"format", Type::kChoice, "json", "Form of the messages", kAlertFormats},
    {"client_id", Type::kText, "vedette", "For the broker's logs and quotas"},
    {"compression", Type::kChoice, "lz4", "Of batches", "none|gzip|snappy|lz4|zstd"},
    {"security", Type::kChoice, "ssl", "The protocol; plaintext only where nobody else listens",
     "ssl|sasl_ssl|sasl_plaintext|plaintext"},
    {"ca_file", Type::kAbsolutePath, "", "PEM file of authorities; else the system's"},
    {"cert_file", Type::kAbsolutePath, "", "Our certificate (PEM), for brokers that ask"},
    {"key_file", Type::kAbsolutePath, "", "Its key (PEM)"},
    {"mechanism", Type::kChoice, "SCRAM-SHA-512", "Of SASL", "PLAIN|SCRAM-SHA-256|SCRAM-SHA-512"},
    {"user", Type::kText, "", "For SASL"},
    {"password", Type::kSecret, "", "For SASL: file:/PATH or env:NAME"},
};

absl::Status Check(const CheckedOptions& options) {
  const bool sasl = options.Text("security").substr(0, 4) == "sasl";
  if (sasl && !(options.Has("user") && options.Has("password"))) {
    return absl::InvalidArgumentError("SASL needs `user` and `password`");
  }
  if (!sasl && options.Has("user")) {
    return absl::InvalidArgumentError("`user` is for security sasl_ssl and sasl_plaintext");
  }
  if (options.Has("cert_file") != options.Has("key_file")) {
    return absl::InvalidArgumentError("cert_file and key_file belong together");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Sink>> MakeFor(const CheckedOptions& options,
                                              absl::string_view topic) {
  KafkaSettings settings;
  settings.brokers = options.Text("brokers");
  settings.topic = options.Text(topic);
  settings.client_id = options.Text("client_id");
  settings.compression = options.Text("compression");
  settings.security = options.Text("security");
  settings.ca_path = options.Text("ca_file");
  settings.cert_path = options.Text("cert_file");
  settings.key_path = options.Text("key_file");
  settings.format = AlertFormatOf(options.Text("format"));
  if (options.Has("password")) {
    settings.mechanism = options.Text("mechanism");
    settings.user = options.Text("user");
    ASSIGN_OR_RETURN(settings.password, SecretSource::Parse(options.Text("password")));
  }
  return std::make_unique<Kafka>(std::move(settings));
}

absl::StatusOr<std::unique_ptr<Sink>> Make(const CheckedOptions& options) {
  return MakeFor(options, "topic");
}

absl::StatusOr<std::unique_ptr<Sink>> MakeEvents(const CheckedOptions& options) {
  return MakeFor(options, "events_topic");
}

}  // namespace

namespace sinks {
SinkSpec kafka();
SinkSpec kafka() {
  return {.options = kOptions,
          .make = Make,
          .batch_max = 500,
          .check = Check,
          .make_events = MakeEvents,
          .events_max = 2000};
}
}  // namespace sinks

}  // namespace vedette
