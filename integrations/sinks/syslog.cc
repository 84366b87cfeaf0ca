// SPDX-License-Identifier: Apache-2.0
//
// Syslog, RFC 5424: over a Unix socket or UDP one message a datagram, over TCP and TLS with octet
// counting (RFC 6587, RFC 5425).
//
// The protocol has no answer, so what a server had taken and not yet kept when it died would be
// gone. A batch counts as delivered when the server's kernel has acknowledged it; and what was sent
// over a connection in the seconds before it broke is sent again over the next one. Receivers know
// doubles by the alert's id.
#include <unistd.h>

#include <deque>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "integrations/format/formats.h"
#include "integrations/net/stream.h"
#include "integrations/sinks/registry.h"

namespace vedette {
namespace {

using Type = SinkOption::Type;

constexpr absl::Duration kDoubtful = absl::Seconds(3);  // Before a connection broke.
constexpr size_t kDoubtfulBytesMax = 1 << 20;

struct SyslogSettings {
  std::string transport, address, socket, app_name;
  TlsSettings tls;
  AlertFormat format;
  int facility;
};

// A name in the header: printable ASCII, "-" if nothing is left (RFC 5424, 6).
std::string HeaderName(absl::string_view text, size_t bytes_max) {
  std::string name;
  for (const char c : text.substr(0, bytes_max)) {
    const auto byte = static_cast<uint8_t>(c);
    name += byte > 0x20 && byte < 0x7f ? c : '_';
  }
  return name.empty() ? "-" : name;
}

class Syslog : public Sink {
 public:
  explicit Syslog(SyslogSettings settings) : settings_(std::move(settings)) {}

  absl::Status Deliver(absl::Span<const Alert> batch, absl::Time deadline) override {
    if (stream_ != nullptr && stream_->PeerHasGone()) stream_.reset();
    const absl::Status status = Send(batch, deadline);
    if (!status.ok() && !absl::IsInvalidArgument(status)) stream_.reset();
    return status;
  }
  absl::Status Flush() override { return absl::OkStatus(); }

 private:
  bool counts_octets() const {
    return settings_.transport == "tcp" || settings_.transport == "tls";
  }

  absl::Status Send(absl::Span<const Alert> batch, absl::Time deadline) {
    RETURN_IF_ERROR(Connect(deadline));
    if (!counts_octets()) {
      for (const Alert& alert : batch) RETURN_IF_ERROR(stream_->Write(Message(alert), deadline));
      return absl::OkStatus();
    }
    std::string frames;
    for (const Alert& alert : batch) {
      const std::string message = Message(alert);
      absl::StrAppend(&frames, message.size(), " ", message);
    }
    RETURN_IF_ERROR(stream_->Write(frames, deadline));
    RETURN_IF_ERROR(stream_->AwaitAcknowledged(deadline));
    Remember(std::move(frames));
    return absl::OkStatus();
  }

  absl::Status Connect(absl::Time deadline) {
    if (stream_ != nullptr) return absl::OkStatus();
    if (settings_.transport == "unix") {
      ASSIGN_OR_RETURN(stream_, ConnectUnix(settings_.socket));
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(const NetAddress to, ParseAddress(settings_.address));
    if (settings_.transport == "udp") {
      ASSIGN_OR_RETURN(stream_, ConnectUdp(to));
      return absl::OkStatus();
    }
    const bool tls = settings_.transport == "tls";
    auto stream = tls ? ConnectTls(to, settings_.tls, deadline) : ConnectTcp(to, deadline);
    ASSIGN_OR_RETURN(stream_, std::move(stream));
    for (const Sent& sent : doubtful_) {
      if (sent.time + kDoubtful < last_sent_) continue;
      RETURN_IF_ERROR(stream_->Write(sent.frames, deadline));
    }
    RETURN_IF_ERROR(stream_->AwaitAcknowledged(deadline));
    Forget();
    // Now they are in doubt again: this connection can break, too.
    if (!doubtful_.empty()) last_sent_ = absl::Now();
    for (Sent& sent : doubtful_) sent.time = last_sent_;
    return absl::OkStatus();
  }

  void Remember(std::string frames) {
    last_sent_ = absl::Now();
    doubtful_bytes_ += frames.size();
    doubtful_.push_back({last_sent_, std::move(frames)});
    Forget();
  }

  // What was sent too long before the last of all.
  void Forget() {
    if (doubtful_.empty()) return;
    while (doubtful_.front().time + kDoubtful < last_sent_ || doubtful_bytes_ > kDoubtfulBytesMax) {
      doubtful_bytes_ -= doubtful_.front().frames.size();
      doubtful_.pop_front();
      if (doubtful_.empty()) return;
    }
  }

  std::string Message(const Alert& alert) const {
    // Our priorities are syslog's severities, in its order.
    const int priority = settings_.facility * 8 + static_cast<int>(alert.priority);
    std::string message =
        absl::StrCat("<", priority, ">1 ",
                     absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", alert.time, absl::UTCTimeZone()), " ",
                     HeaderName(alert.hostname, 255), " ", HeaderName(settings_.app_name, 48), " ",
                     getpid(), " ", HeaderName(alert.id, 32), " - ");
    AppendAlert(settings_.format, alert, message);
    return message;
  }

  struct Sent {
    absl::Time time;
    std::string frames;
  };

  const SyslogSettings settings_;
  std::unique_ptr<Stream> stream_;
  std::deque<Sent> doubtful_;
  size_t doubtful_bytes_ = 0;
  absl::Time last_sent_ = absl::InfinitePast();
};

constexpr SinkOption kOptions[] = {
    {"transport", Type::kChoice, "unix", "How to reach the server", "unix|udp|tcp|tls"},
    {"socket", Type::kAbsolutePath, "/dev/log", "Of `transport: unix`"},
    {"address", Type::kAddress, "", "HOST:PORT, for the other transports"},
    {"format", Type::kChoice, "json", "Form of the message", kAlertFormats},
    {"facility", Type::kChoice, "authpriv", "Syslog's facility",
     "user|daemon|auth|authpriv|local0|local1|local2|local3|local4|local5|local6|local7"},
    {"app_name", Type::kText, "vedette", "APP-NAME in the header"},
    {"ca_file", Type::kAbsolutePath, "", "TLS: PEM file of authorities; else the system's"},
    {"cert_file", Type::kAbsolutePath, "", "TLS: our certificate (PEM), for servers that ask"},
    {"key_file", Type::kAbsolutePath, "", "TLS: its key (PEM)"},
};

int FacilityOf(absl::string_view name) {
  if (name == "user") return 1;
  if (name == "daemon") return 3;
  if (name == "auth") return 4;
  if (name == "authpriv") return 10;
  return 16 + (name.back() - '0');
}

absl::Status Check(const CheckedOptions& options) {
  const std::string transport = options.Text("transport");
  if (transport != "unix" && !options.Has("address")) {
    return absl::InvalidArgumentError(
        absl::StrCat("transport ", transport, " needs `address`, as in siem.example.org:6514"));
  }
  if (options.Has("cert_file") != options.Has("key_file")) {
    return absl::InvalidArgumentError("cert_file and key_file belong together");
  }
  if (options.Has("ca_file") && transport != "tls") {
    return absl::InvalidArgumentError("certificates are for `transport: tls`");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Sink>> Make(const CheckedOptions& options) {
  return std::make_unique<Syslog>(SyslogSettings{
      .transport = options.Text("transport"),
      .address = options.Text("address"),
      .socket = options.Text("socket"),
      .app_name = options.Text("app_name"),
      .tls = {options.Text("ca_file"), options.Text("cert_file"), options.Text("key_file")},
      .format = AlertFormatOf(options.Text("format")),
      .facility = FacilityOf(options.Text("facility"))});
}

}  // namespace

namespace sinks {
SinkSpec syslog();
SinkSpec syslog() { return {.options = kOptions, .make = Make, .check = Check}; }
}  // namespace sinks

}  // namespace vedette
