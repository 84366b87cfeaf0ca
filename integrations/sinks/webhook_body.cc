// SPDX-License-Identifier: Apache-2.0
// No unit test: http_sinks_test.cc looks at each body.
#include "integrations/sinks/webhook_body.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "base/text.h"
#include "integrations/format/json_writer.h"

namespace vedette {
namespace {

constexpr size_t kTitleMax = 140;  // Slack's headers take 150 characters.
constexpr size_t kTextMax = 2800;  // Slack's sections take 3000.
constexpr size_t kFactMax = 1000;

// Escapes make it longer, so they come first; the first cut bounds that work.
std::string Cut(absl::string_view text, size_t bytes_max) {
  const std::string whole = EscapeControl(TruncateUtf8(text, bytes_max));
  const absl::string_view kept = TruncateUtf8(whole, bytes_max);
  const bool is_cut = kept.size() < whole.size() || text.size() > bytes_max;
  return absl::StrCat(kept, is_cut ? "..." : "");
}

std::string Title(const Alert& alert) {
  return Cut(absl::StrCat(PriorityName(alert.priority), ": ", alert.rule), kTitleMax);
}

// What people want to know beside the message.
std::vector<std::pair<absl::string_view, std::string>> FactsOf(const Alert& alert) {
  std::vector<std::pair<absl::string_view, std::string>> facts;
  const auto add = [&](absl::string_view name, absl::string_view text) {
    if (!text.empty()) facts.emplace_back(name, Cut(text, kFactMax));
  };
  add("Host", alert.hostname);
  if (alert.container_id != "host") add("Container", alert.container_id);
  if (!alert.processes.empty()) {
    const AlertProcess& process = alert.processes[0];
    add("Process", absl::StrCat(process.exe_path, " (", process.pid, ")"));
    add("Command", process.command_line);
    add("User", process.user);
  }
  add("Object", alert.object);
  add("Why", alert.reason);
  add("Alert", alert.id);
  return facts;
}

void PlainText(absl::string_view text, JsonWriter& out) {
  out.Begin('{').Member("type", "plain_text").Member("text", text);
  out.Key("emoji").Raw("false").End('}');
}

}  // namespace

std::string SlackBody(const Alert& alert) {
  std::string body;
  JsonWriter out(body);
  const std::string message = Cut(alert.message, kTextMax);
  // The notification's text is read for mentions: < and > are what begins one.
  const std::string plain = absl::StrReplaceAll(absl::StrCat(Title(alert), ": ", message),
                                                {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}});
  out.Begin('{').Member("text", plain).Key("blocks").Begin('[');
  out.Begin('{').Member("type", "header").Key("text");
  PlainText(Title(alert), out);
  out.End('}');
  if (!message.empty()) {
    out.Begin('{').Member("type", "section").Key("text");
    PlainText(message, out);
    out.End('}');
  }
  out.Begin('{').Member("type", "section").Key("fields").Begin('[');
  for (const auto& [name, text] : FactsOf(alert)) {
    PlainText(absl::StrCat(name, ": ", text), out);
  }
  out.End(']').End('}').End(']').End('}');
  return body;
}

std::string TeamsBody(const Alert& alert) {
  std::string body;
  JsonWriter out(body);
  const auto run = [&out](absl::string_view text, bool bold) {
    out.Begin('{').Member("type", "RichTextBlock").Key("inlines").Begin('[').Begin('{');
    out.Member("type", "TextRun").Member("text", text);
    if (bold) out.Member("weight", "bolder").Member("size", "large");
    out.End('}').End(']').End('}');
  };
  out.Begin('{').Member("type", "message").Key("attachments").Begin('[').Begin('{');
  out.Member("contentType", "application/vnd.microsoft.card.adaptive").Key("content").Begin('{');
  out.Member("$schema", "http://adaptivecards.io/schemas/adaptive-card.json");
  out.Member("type", "AdaptiveCard").Member("version", "1.4").Key("body").Begin('[');
  run(Title(alert), true);
  run(Cut(alert.message, kTextMax), false);
  for (const auto& [name, text] : FactsOf(alert)) run(absl::StrCat(name, ": ", text), false);
  out.End(']').End('}').End('}').End(']').End('}');
  return body;
}

std::string MattermostBody(const Alert& alert) {
  std::string text = absl::StrCat(Title(alert), "\n", Cut(alert.message, kTextMax), "\n");
  for (const auto& [name, fact] : FactsOf(alert)) absl::StrAppend(&text, name, ": ", fact, "\n");
  // In a code block nothing is a mention or a link; only its end must not be there.
  text = absl::StrReplaceAll(text, {{"`", "'"}});
  std::string body;
  JsonWriter out(body);
  out.Begin('{').Member("text", absl::StrCat("```\n", text, "```")).End('}');
  return body;
}

std::string PagerDutyBody(const Alert& alert, const Secret& routing_key) {
  constexpr absl::string_view kSeverities[] = {"critical", "critical", "critical", "error",
                                               "warning",  "info",     "info",     "info"};
  std::string body;
  JsonWriter out(body);
  out.Begin('{').Member("routing_key", routing_key.Reveal());
  out.Member("event_action", "trigger").Member("dedup_key", alert.id);
  out.Member("client", "vedette").Key("payload").Begin('{');
  out.Key("summary").Text(
      Cut(absl::StrCat(PriorityName(alert.priority), ": ", alert.rule, ": ", alert.message), 1000));
  out.Key("source").Text(alert.hostname.empty() ? "unknown" : absl::string_view(alert.hostname));
  out.Member("severity", kSeverities[static_cast<size_t>(alert.priority) % std::size(kSeverities)]);
  out.Member("timestamp",
             absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", alert.time, absl::UTCTimeZone()));
  out.Member("component", alert.container_id).Member("class", alert.rule);
  std::string details;
  AppendJson(alert, details);
  out.Key("custom_details").Raw(details).End('}').End('}');
  return body;
}

}  // namespace vedette
