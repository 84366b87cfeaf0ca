// SPDX-License-Identifier: Apache-2.0
//
// Standard output. It may be a pipe that nobody reads, or a terminal that somebody has stopped:
// poll(2) before each small write, so that the deadline holds. Its flags are shared with other
// programs, so O_NONBLOCK is not ours to set.
#include "integrations/sinks/console.h"

#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "integrations/format/json.h"
#include "integrations/format/terminal.h"
#include "integrations/sinks/registry.h"
#include "integrations/sinks/write_error.h"

namespace vedette {
namespace {

using Type = SinkOption::Type;

constexpr SinkOption kOptions[] = {
    {"format", Type::kChoice, "terminal", "Text for people, or one JSON object per line",
     "terminal|json"},
    {"colour", Type::kChoice, "auto", "auto: on a terminal, unless NO_COLOR is set",
     "auto|always|never"},
};

constexpr size_t kPendingMax = size_t{1} << 20;  // Bytes kept of batches that were given up.

class ConsoleSink : public Sink {
 public:
  ConsoleSink(int fd, const ConsoleSettings& settings) : fd_(fd), json_(settings.json) {
    style_.colour = settings.colour;
  }

  absl::Status Deliver(absl::Span<const Alert> batch, absl::Time deadline) override {
    if (batch.empty()) return absl::OkStatus();
    // A batch that comes again goes on where it stopped: no line is cut or printed twice.
    const std::string key = absl::StrCat(batch.front().id, "/", batch.size());
    if (pending_.empty() || key != pending_key_) {
      if (pending_.size() > kPendingMax) RETURN_IF_ERROR(WritePending(deadline));
      for (const Alert& alert : batch) Append(alert);
      pending_key_ = key;
    }
    return WritePending(deadline);
  }

  absl::Status Flush() override { return WritePending(absl::Now() + absl::Milliseconds(100)); }

 private:
  void Append(const Alert& alert) {
    if (json_) {
      AppendJson(alert, pending_);
      pending_ += '\n';
    } else {
      pending_ += FormatTerminal(alert, style_);
    }
  }

  absl::Status WritePending(absl::Time deadline) {
    size_t written = 0;
    absl::Status status;
    while (written < pending_.size() && status.ok()) {
      status = WaitForRoom(deadline);
      if (!status.ok()) break;
      // After POLLOUT a pipe takes PIPE_BUF bytes without blocking.
      const size_t size = std::min<size_t>(pending_.size() - written, PIPE_BUF);
      const ssize_t done = write(fd_, pending_.data() + written, size);
      if (done >= 0) {
        written += static_cast<size_t>(done);
      } else if (errno != EINTR) {
        status = WriteError(errno, "standard output");
      }
    }
    pending_.erase(0, written);
    // What cannot be written later must not come before the next batch either.
    if (!status.ok() && !absl::IsUnavailable(status)) pending_.clear();
    return status;
  }

  absl::Status WaitForRoom(absl::Time deadline) const {
    while (true) {
      const int64_t left_ms = absl::ToInt64Milliseconds(deadline - absl::Now());
      pollfd wanted = {.fd = fd_, .events = POLLOUT, .revents = 0};
      const int timeout = static_cast<int>(std::clamp<int64_t>(left_ms, 0, 60'000));
      const int ready = poll(&wanted, 1, timeout);
      if (ready > 0) return absl::OkStatus();  // Errors show in write(2).
      if (ready < 0 && errno != EINTR) return WriteError(errno, "standard output");
      if (left_ms <= 0) return absl::UnavailableError("standard output: nobody reads it");
    }
  }

  const int fd_;
  const bool json_;
  TerminalStyle style_;
  std::string pending_;  // Bytes of the batch `pending_key_` that have not been written.
  std::string pending_key_;
};

absl::StatusOr<std::unique_ptr<Sink>> Make(const CheckedOptions& options) {
  const std::string colour = options.Text("colour");
  const bool painted = colour == "always" || (colour == "auto" && WantsColour(STDOUT_FILENO));
  return NewConsoleSink(STDOUT_FILENO,
                        {.json = options.Text("format") == "json", .colour = painted});
}

}  // namespace

std::unique_ptr<Sink> NewConsoleSink(int fd, const ConsoleSettings& settings) {
  return std::make_unique<ConsoleSink>(fd, settings);
}

namespace sinks {
SinkSpec console();
SinkSpec console() { return {kOptions, Make, 64, false}; }
}  // namespace sinks

}  // namespace vedette
