// SPDX-License-Identifier: Apache-2.0
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "cli/command.h"
#include "cli/config/config.h"
#include "cli/stop_signals.h"
#include "cli/top_view.h"
#include "integrations/status/status_server.h"

namespace vedette::commands {
namespace {

constexpr size_t kColumnsPlain = 80, kRowsPlain = 40;
constexpr absl::Duration kLook = absl::Milliseconds(100);

// The other screen of a terminal, and the cursor away; back again at the end.
constexpr absl::string_view kEnter = "\x1b[?1049h\x1b[?25l";
constexpr absl::string_view kLeave = "\x1b[?25h\x1b[?1049l";

struct Options {
  std::string socket = Config{}.status.socket;
  uint64_t interval = 1;  // Seconds.
  uint64_t count = 0;     // 0: without end.
};

struct Size {
  size_t columns, rows;
};

// Of the terminal as it is now.
Size SizeOf(const Screen& screen) {
  if (screen.columns == 0) return {kColumnsPlain, kRowsPlain};
  winsize size = {};
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0;
  return known ? Size{size.ws_col, size.ws_row - 1U} : Size{screen.columns, kRowsPlain};
}

absl::StatusOr<TopSnapshot> Ask(const Options& options) {
  ASSIGN_OR_RETURN(const StatusAnswer answer, AskStatus(options.socket, "/status.json"));
  if (answer.status != 200) {
    return absl::UnavailableError(absl::StrCat("the daemon answers ", answer.status));
  }
  return ParseTopSnapshot(answer.body);
}

// False: somebody has said stop.
bool Wait(StopSignals& signals, absl::Duration time) {
  const absl::Time end = absl::Now() + time;
  while (absl::Now() < end) {
    if (signals.Next().has_value()) return false;
    absl::SleepFor(std::min(kLook, end - absl::Now()));
  }
  return true;
}

absl::Status Show(const Options& options, StopSignals& signals, Io& io) {
  const bool live = io.screen().columns > 0;
  ASSIGN_OR_RETURN(TopSnapshot before, Ask(options));
  for (uint64_t page = 0; options.count == 0 || page < options.count; ++page) {
    if (!Wait(signals, absl::Seconds(options.interval)) || io.closed()) break;
    ASSIGN_OR_RETURN(TopSnapshot now, Ask(options));
    const Size size = SizeOf(io.screen());
    const std::string text = RenderTop(before, now, size.columns, size.rows);
    if (live) {
      // Each line wipes what was there, so nothing flickers.
      io.Print(absl::StrCat("\x1b[H", absl::StrReplaceAll(text, {{"\n", "\x1b[K\r\n"}}), "\x1b[J"));
    } else {
      io.Print(absl::StrCat(page == 0 ? "" : "\n", text));
    }
    before = std::move(now);
  }
  return absl::OkStatus();
}

ExitCode Top(const Options& options, Io& io) {
  auto signals = StopSignals::Take();
  if (!signals.ok()) return io.Fail(signals.status());
  const bool live = io.screen().columns > 0;
  if (live) io.Print(kEnter);
  const absl::Status status = Show(options, *signals, io);
  if (live) io.Print(kLeave);
  return status.ok() ? ExitCode::kDone : io.Fail(status);
}

}  // namespace

void top(Command& command) {
  auto options = std::make_shared<Options>();
  command.Option("--socket", options->socket, "PATH",
                 "Where the daemon answers (`status.socket` in its configuration)");
  command.Number("--interval", options->interval, {1, 3600}, "Seconds between two pages");
  command.Number("--count", options->count, {0, 1'000'000}, "Pages, then end; 0: until Ctrl-C");
  command.Examples({{"sudo vedette top", "Rates, rules, processes and sinks, every second"},
                    {"sudo vedette top --count 1 | cat", "One page, for a script or a ticket"}});
  command.Runs([options](Io& io) { return Top(*options, io); });
}

}  // namespace vedette::commands
