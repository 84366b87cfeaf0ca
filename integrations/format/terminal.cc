// SPDX-License-Identifier: Apache-2.0
#include "integrations/format/terminal.h"

#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "base/display_width.h"
#include "base/text.h"

namespace vedette {
namespace {

constexpr size_t kTextBytesMax = 1024;  // Of one text: nobody reads more in a terminal.
constexpr size_t kChainMax = 8;         // Processes named in a line.

constexpr absl::string_view kReset = "\x1b[0m";
constexpr absl::string_view kBold = "\x1b[1m";
constexpr absl::string_view kDim = "\x1b[2m";

absl::string_view ColourOf(Priority priority) {
  switch (priority) {
    case Priority::kEmergency:
    case Priority::kAlert:
    case Priority::kCritical:
      return "\x1b[1;31m";  // Bold red.
    case Priority::kError:
      return "\x1b[31m";
    case Priority::kWarning:
      return "\x1b[33m";
    case Priority::kNotice:
      return "\x1b[36m";
    case Priority::kInformational:
    case Priority::kDebug:
      return "\x1b[2m";
  }
  return "";
}

std::string Harmless(absl::string_view text) {
  const absl::string_view shown = TruncateUtf8(text, kTextBytesMax);
  std::string out = EscapeControl(shown);
  if (shown.size() < text.size()) {
    absl::StrAppend(&out, " ... (", text.size() - shown.size(), " more bytes)");
  }
  return out;
}

// A part of a line, in quotes if it could be taken for several parts.
std::string Part(absl::string_view text) {
  std::string out = Harmless(text);
  const bool plain = !absl::StrContains(out, "  ") && out.find_first_of(">\"") == std::string::npos;
  return plain ? out : absl::StrCat("\"", absl::StrReplaceAll(out, {{"\"", "\\\""}}), "\"");
}

// Collects the lines of one alert.
class Lines {
 public:
  explicit Lines(const TerminalStyle& style) : colour_(style.colour), columns_(style.columns) {}

  std::string Painted(absl::string_view paint, absl::string_view text) const {
    return colour_ ? absl::StrCat(paint, text, kReset) : std::string(text);
  }
  void Add(absl::string_view line) { absl::StrAppend(&out_, line, "\n"); }
  // What stands behind `first` columns of a line, in lines that fit.
  std::string Wrapped(absl::string_view text, size_t first, size_t indent) const {
    return columns_ == 0 ? std::string(text) : WrapToWidth(text, columns_, first, indent);
  }
  void AddLabelled(absl::string_view label, absl::string_view text) {
    std::string padded(label);
    padded.resize(std::max<size_t>(padded.size(), 9), ' ');
    const size_t column = padded.size() + 4;
    Add(absl::StrCat("  ", Painted(kDim, padded), "  ", Wrapped(text, column, column)));
  }
  std::string Take() { return std::move(out_); }

 private:
  const bool colour_;
  const size_t columns_;
  std::string out_;
};

std::string ProcessLine(const Alert& alert) {
  std::string line = FormatProcessChain(alert);
  const AlertProcess& process = alert.processes.front();
  if (!process.exe_path.empty()) absl::StrAppend(&line, "  ", Part(process.exe_path));
  if (!process.user.empty()) absl::StrAppend(&line, "  user ", Part(process.user));
  return line;
}

// "14:00:00.123  download  file_open  curl(4431)  /tmp/x"
std::string EvidenceLine(const AlertEvidence& evidence, const absl::TimeZone& zone) {
  std::string line = absl::FormatTime("%H:%M:%E3S", evidence.time, zone);
  if (!evidence.step.empty()) absl::StrAppend(&line, "  ", Part(evidence.step));
  absl::StrAppend(&line, "  ", Part(evidence.event_kind), "  ", Part(evidence.process.name), "(",
                  evidence.process.pid, ")");
  if (!evidence.object.empty()) absl::StrAppend(&line, "  ", Part(evidence.object));
  return line;
}

std::string IdLine(const Alert& alert) {
  std::string line = Harmless(alert.id);
  absl::string_view separator = "  ";
  for (const std::string& tag : alert.tags) {
    absl::StrAppend(&line, separator, Harmless(tag));
    separator = " ";
  }
  return line;
}

std::string VerdictText(absl::string_view verdict) {
  if (verdict == "denied") return "denied: it has not happened";
  if (verdict == "killed") return "killed, and denied: it has not happened";
  if (verdict == "killed_late") return "killed: it may have happened";
  if (verdict == "would_deny") return "would have been denied: the rule only monitors";
  if (verdict == "would_kill") return "would have been killed: the rule only monitors";
  return Harmless(verdict);
}

}  // namespace

bool WantsColour(int fd) {
  const char* no_colour = std::getenv("NO_COLOR");
  if (no_colour != nullptr && *no_colour != '\0') return false;
  const char* terminal = std::getenv("TERM");
  if (terminal == nullptr || absl::string_view(terminal) == "dumb") return false;
  return isatty(fd) == 1;
}

std::string FormatProcessChain(const Alert& alert) {
  std::string chain;
  const size_t count = alert.processes.size();
  for (size_t i = count; i-- > 0;) {
    const bool left_out = count > kChainMax && i >= kChainMax - 1 && i < count - 1;
    if (left_out) {
      if (i == kChainMax - 1) absl::StrAppend(&chain, " > (", count - kChainMax, " more)");
      continue;
    }
    const AlertProcess& process = alert.processes[i];
    absl::StrAppend(&chain, chain.empty() ? "" : " > ", Part(process.name), "(", process.pid, ")");
  }
  return chain;
}

std::string FormatTerminal(const Alert& alert, const TerminalStyle& style) {
  Lines lines(style);
  std::string priority(PriorityName(alert.priority));
  priority.resize(std::max<size_t>(priority.size(), 8), ' ');
  const std::string time =
      absl::StrCat(absl::FormatTime("%Y-%m-%d %H:%M:%E3S", alert.time, style.zone),
                   style.zone == absl::UTCTimeZone() ? "Z" : "");
  const size_t behind = time.size() + priority.size() + 4;
  lines.Add(absl::StrCat(
      lines.Painted(kDim, time), "  ", lines.Painted(ColourOf(alert.priority), priority), "  ",
      lines.Painted(kBold, lines.Wrapped(Harmless(alert.rule), behind, behind))));
  if (!alert.message.empty()) {
    lines.Add(absl::StrCat("  ", lines.Wrapped(Harmless(alert.message), 2, 4)));
  }
  if (!alert.processes.empty()) {
    lines.AddLabelled("process", ProcessLine(alert));
    const std::string& command = alert.processes.front().command_line;
    if (!command.empty()) lines.AddLabelled("command", Harmless(command));
  }
  if (!alert.object.empty()) lines.AddLabelled("object", Harmless(alert.object));
  if (!alert.container_id.empty() && alert.container_id != "host") {
    lines.AddLabelled("container", Harmless(alert.container_id));
  }
  if (!alert.reason.empty()) lines.AddLabelled("why", Harmless(alert.reason));
  for (const AlertEvidence& evidence : alert.evidence) {
    lines.AddLabelled(&evidence == alert.evidence.data() ? "evidence" : "",
                      EvidenceLine(evidence, style.zone));
  }
  if (!alert.verdict.empty()) {
    lines.AddLabelled("verdict", VerdictText(alert.verdict));
  } else if (alert.action != Action::kAlert) {
    lines.AddLabelled("action", absl::StrCat(ActionName(alert.action),
                                             " (not done: the kernel did not decide this one)"));
  }
  lines.AddLabelled("alert", IdLine(alert));
  return lines.Take();
}

}  // namespace vedette
