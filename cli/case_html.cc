// SPDX-License-Identifier: Apache-2.0
// No unit test: case_test makes pages out of hostile texts and reads them.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/text.h"
#include "cli/alert_printer.h"
#include "cli/case_report.h"
#include "cli/case_style.h"
#include "cli/when.h"

namespace vedette {
namespace {

constexpr size_t kTextMax = 4096;  // Bytes of one text: the whole one is in the JSON.

// The only way of a text into the page. Control bytes and marks that reorder text are visible,
// what is no UTF-8 too, and nothing of it can end an element or an attribute.
std::string Html(absl::string_view text) {
  const absl::string_view shown = TruncateUtf8(text, kTextMax);
  std::string html = absl::StrReplaceAll(
      EscapeControl(shown),
      {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}});
  if (shown.size() < text.size()) {
    absl::StrAppend(&html, " … (", text.size() - shown.size(), " more bytes)");
  }
  return html;
}

// All times of a page are UTC: it is read anywhere.
std::string Iso(absl::Time time) { return ShownTime(time, absl::UTCTimeZone()); }

// A value out of the store.
std::string Cell(absl::string_view text) { return Html(ShownIfTime(text, absl::UTCTimeZone())); }

std::string Words(absl::string_view name) { return absl::StrReplaceAll(name, {{"_", " "}}); }

class Page {
 public:
  explicit Page(const CaseReport& report) : report_(report), alert_(report.stored.alert) {}

  std::string Make() {
    Head();
    Overview();
    Matches();
    Process();
    Tree();
    Timeline();
    Evidence();
    Rows("files", "Files that its lineage touched", report_.files);
    Rows("destinations", "Whom its lineage talked to", report_.destinations);
    Fields();
    State();
    Gaps();
    Chain();
    Foot();
    return std::move(html_);
  }

 private:
  template <typename... Parts>
  void Add(const Parts&... parts) {
    absl::StrAppend(&html_, parts...);
  }
  void Open(const char* id, absl::string_view title) {
    Add("<section id=\"", id, "\"><h2>", title, "</h2>\n");
  }
  void Close() { Add("</section>\n"); }
  void Fact(absl::string_view name, absl::string_view value) {
    if (!value.empty()) Add("<dt>", Html(name), "</dt><dd>", Cell(value), "</dd>\n");
  }
  void Titles(const std::vector<std::string>& titles) {
    Add("<table><thead><tr>");
    for (const std::string& title : titles) Add("<th>", Html(Words(title)), "</th>");
    Add("</tr></thead><tbody>\n");
  }
  void EndTable() { Add("</tbody></table>\n"); }

  void Head() {
    Add("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
        "'unsafe-inline'\">\n<meta name=\"viewport\" content=\"width=device-width,"
        "initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<title>",
        Html(alert_.rule), " - case ", Html(alert_.id), "</title>\n<style>", kCaseStyle,
        "</style></head><body>\n<header>");
    Add("<span class=\"badge p", static_cast<int>(alert_.priority), "\">",
        PriorityName(alert_.priority), "</span><span class=\"badge\">",
        Html(StateText(report_.stored.state)), "</span>");
    for (const std::string& id : alert_.attack) {
      Add("<span class=\"badge\">", Html(id), "</span>");
    }
    Add("<h1>", Html(alert_.rule), "</h1>\n<p class=\"lead\">", Html(alert_.message),
        "</p>\n<nav>");
    constexpr const char* kPlaces[][2] = {{"why", "Why"},
                                          {"process", "Process"},
                                          {"tree", "Tree"},
                                          {"timeline", "Timeline"},
                                          {"files", "Files"},
                                          {"destinations", "Destinations"},
                                          {"gaps", "What is missing"},
                                          {"chain", "Proof"}};
    for (const auto& place : kPlaces) Add("<a href=\"#", place[0], "\">", place[1], "</a>");
    Add("</nav></header>\n<main>\n");
  }

  void Overview() {
    Open("overview", "What happened");
    Add("<dl>\n");
    Fact("time", Iso(alert_.time));
    Fact("host", alert_.hostname);
    Fact("container", alert_.container_id);
    if (!alert_.processes.empty()) {
      const AlertProcess& actor = alert_.processes.front();
      Fact("process", absl::StrCat(actor.name, "(", actor.pid, ") ", actor.exe_path));
      Fact("command", actor.command_line);
      Fact("user", actor.user);
    }
    Fact("object", alert_.object);
    Fact("event", absl::StrCat(alert_.event_kind, " by ", alert_.event_type));
    Fact("why now", alert_.reason);
    Fact("decision", alert_.verdict);
    Fact("alert", alert_.id);
    for (const std::string& reference : alert_.references) Fact("reference", reference);
    Add("</dl>\n");
    Close();
  }

  void Matches() {
    Open("why", "Why the rule matched");
    if (alert_.matched.empty()) Add("<p class=\"soft\">The store does not say.</p>\n");
    const auto count =
        static_cast<size_t>(std::count_if(alert_.matched.begin(), alert_.matched.end(),
                                          [](const AlertMatch& match) { return match.holds; }));
    if (count > 0) MatchesThat(true);
    // Exceptions are many, and are asked for when somebody doubts them.
    if (const size_t others = alert_.matched.size() - count; others > 0) {
      Add("<details", count == 0 ? " open" : "", "><summary>", others,
          others == 1 ? " comparison" : " comparisons", " that must not hold, and ",
          others == 1 ? "does" : "do", " not</summary>\n");
      MatchesThat(false);
      Add("</details>\n");
    }
    Close();
  }
  void MatchesThat(bool hold) {
    Titles({"comparison", "value that it saw"});
    for (const AlertMatch& match : alert_.matched) {
      if (match.holds != hold) continue;
      Add("<tr><td class=\"m\">", hold ? "" : "<b>not</b> ", Html(match.predicate),
          "</td><td class=\"m\">", Html(match.value), "</td></tr>\n");
    }
    EndTable();
  }

  void Process() {
    Open("process", "The process");
    if (!report_.process.has_value()) {
      Add("<p class=\"soft\">The store does not know the process any more; the alert has:</p>\n");
      Titles({"name", "pid", "executable", "command", "user"});
      for (const AlertProcess& process : alert_.processes) {
        Add("<tr><td>", Html(process.name), "</td><td>", process.pid, "</td><td class=\"m\">",
            Html(process.exe_path), "</td><td class=\"m\">", Html(process.command_line),
            "</td><td>", Html(process.user), "</td></tr>\n");
      }
      EndTable();
      return Close();
    }
    Add("<dl class=\"two\">\n");
    for (const ProcessReport::Fact& fact : report_.process->facts) {
      Fact(Words(fact.name), fact.value);
    }
    Add("</dl>\n");
    Close();
  }

  void Node(const StoredProcess& process, bool acted) {
    Add("<li>", acted ? "<b>" : "", Html(process.name.empty() ? "?" : process.name), "(",
        process.pid, ")", acted ? "</b>" : "", " <span class=\"soft\">",
        Html(process.args.empty() ? process.exe_path : process.args), "</span>");
    const auto marks = report_.marks.find(process.exec_id);
    if (marks == report_.marks.end()) return;
    for (const std::string& mark : marks->second) {
      Add("<br><span class=\"hit\">⚠ ", Html(mark), "</span>");
    }
  }
  void Below(const TreeNode& node) {
    if (!node.children.empty()) {
      Add("<ul>");
      for (const TreeNode& child : node.children) {
        Node(child.process, false);
        Below(child);
        Add("</li>\n");
      }
      Add("</ul>");
    }
    if (node.more_children) Add(" <span class=\"soft\">… more</span>");
  }

  void Tree() {
    Open("tree", "Who started whom");
    if (!report_.tree.has_value()) {
      Add("<p class=\"soft\">The store does not know the process any more.</p>\n");
      return Close();
    }
    const ProcessTree& tree = *report_.tree;
    Add("<ul class=\"tree\">");
    if (tree.more_above) Add("<li class=\"soft\">… more above</li>");
    for (size_t i = tree.ancestors.size(); i-- > 0;) {
      Node(tree.ancestors[i], false);
      Add("<ul>");
    }
    Node(tree.root.process, true);
    Below(tree.root);
    Add("</li>");
    for (size_t i = 0; i < tree.ancestors.size(); ++i) Add("</ul></li>");
    Add("</ul>\n");
    Close();
  }

  void Timeline() {
    Open("timeline", "Timeline");
    Add("<p class=\"soft\">What the process, all that descend from it, and its ancestors "
        "themselves did from ",
        Iso(report_.from), " to ", Iso(report_.to),
        "; blue: kept only because of the alert.</p>\n");
    Titles({"time", "event", "process", "object", "result", "of"});
    const StoreRows& rows = report_.timeline;
    for (size_t i = 0; i < rows.rows.size(); ++i) {
      const std::string part = rows.Text(i, "part");
      const bool alert = part == "alert", before = part == "before";
      Add("<tr",
          alert    ? " class=\"alert\""
          : before ? " class=\"before\""
                   : "",
          "><td class=\"n\">", Cell(rows.Text(i, "time")), "</td><td>", Html(rows.Text(i, "kind")),
          "</td><td>", Html(rows.Text(i, "name")));
      if (!rows.At(i, "pid").is_null()) Add("(", Html(rows.Text(i, "pid")), ")");
      Add("</td><td class=\"m\">", Html(rows.Text(i, "object")), "</td><td>",
          Html(rows.Text(i, "result")), "</td><td class=\"soft n\">", Html(part), "</td></tr>\n");
    }
    EndTable();
    if (rows.more || rows.rows.empty()) {
      Add("<p class=\"soft\">", rows.more ? "There is more than fits here." : "Nothing is kept.",
          "</p>\n");
    }
    Close();
  }

  void Evidence() {
    if (alert_.evidence.empty()) return;
    Open("evidence", "Events that led to it");
    Titles({"time", "step", "event", "process", "object"});
    for (const AlertEvidence& evidence : alert_.evidence) {
      Add("<tr><td class=\"n\">", Iso(evidence.time), "</td><td>", Html(evidence.step), "</td><td>",
          Html(evidence.event_kind), "</td><td>", Html(evidence.process.name), "(",
          evidence.process.pid, ")</td><td class=\"m\">", Html(evidence.object), "</td></tr>\n");
    }
    EndTable();
    Close();
  }

  void Rows(const char* id, const char* title, const StoreRows& rows) {
    Open(id, title);
    if (rows.rows.empty()) {
      Add("<p class=\"soft\">None that is kept.</p>\n");
      return Close();
    }
    Titles(rows.columns);
    for (const std::vector<StoreCell>& row : rows.rows) {
      Add("<tr>");
      for (const StoreCell& cell : row) {
        Add(&cell == row.data() ? "<td class=\"m\">" : "<td>", Cell(cell.text), "</td>");
      }
      Add("</tr>\n");
    }
    EndTable();
    if (rows.more) Add("<p class=\"soft\">There are more than fit here.</p>\n");
    Close();
  }

  void Fields() {
    Open("fields", "Fields of the alert");
    Titles({"field", "value"});
    for (const AlertField& field : alert_.fields) {
      Add("<tr><td class=\"n\">", Html(field.name), "</td><td class=\"m\">",
          Html(field.json == AlertField::Json::kNull ? "" : field.text), "</td></tr>\n");
    }
    EndTable();
    Close();
  }

  void State() {
    if (report_.stored.state.changes.empty()) return;
    Open("state", "What was done about it");
    Titles({"time", "who", "what", "comment"});
    for (const AlertChange& change : report_.stored.state.changes) {
      Add("<tr><td class=\"n\">", Iso(change.time), "</td><td>", Html(change.user), "</td><td>",
          AlertActionName(change.action), " ", Html(change.value), "</td><td>",
          Html(change.comment), "</td></tr>\n");
    }
    EndTable();
    Close();
  }

  void Gaps() {
    Open("gaps", "What is missing");
    if (report_.gaps.rows.empty()) {
      Add("<p class=\"good\">Nothing was lost between ", Iso(report_.from), " and ",
          Iso(report_.to), ".</p>\n");
      Add("<p class=\"soft\">What no rule and no recording setting asks for is not kept, and is no "
          "loss.</p>\n");
      return Close();
    }
    Add("<p class=\"bad\">In this time something was lost: what is not here may have "
        "happened.</p>\n");
    Titles(report_.gaps.columns);
    for (const std::vector<StoreCell>& row : report_.gaps.rows) {
      Add("<tr>");
      for (const StoreCell& cell : row) Add("<td>", Cell(cell.text), "</td>");
      Add("</tr>\n");
    }
    EndTable();
    Close();
  }

  void Chain() {
    const ChainReport& chain = report_.chain;
    Open("chain", "Whether this is what was written");
    if (report_.of_fleet) {
      Add("<p>This was asked of the fleet; the chain is in the store of the host. There <code>"
          "vedette verify --head ",
          Html(alert_.chain_head),
          "</code> tells whether the store still goes through this alert.</p>\n");
      return Close();
    }
    if (chain.findings.empty()) {
      Add("<p class=\"good\">The store's chain of alerts and gaps verifies.</p>\n");
    }
    for (const std::string& finding : chain.findings) {
      Add("<p class=\"bad\">", Html(finding), "</p>\n");
    }
    Add("<dl>\n");
    if (chain.head_link > 0) {
      Fact("alert is link", absl::StrCat(chain.head_link, " of ", chain.links));
    }
    Fact("hash at the alert", alert_.chain_head);
    Fact("head of the chain", chain.head);
    Fact("signed with key", chain.key);
    if (chain.unsigned_links > 0) {
      Fact("not signed yet", absl::StrCat("the last ", chain.unsigned_links, " links"));
    }
    Add("</dl>\n<p class=\"soft\"><code>vedette verify --head ",
        Html(alert_.chain_head.empty() ? chain.head : alert_.chain_head),
        "</code> tells later whether the store still goes through it.</p>\n");
    Close();
  }

  void Foot() {
    Add("</main>\n<footer>Vedette ", Html(report_.version), ", made ", Iso(report_.made), " from ",
        Html(report_.store_path),
        ". Control bytes and what is no UTF-8 are shown as \\xNN.</footer>"
        "\n</body></html>\n");
  }

  const CaseReport& report_;
  const Alert& alert_;
  std::string html_;
};

}  // namespace

std::string CaseHtml(const CaseReport& report) { return Page(report).Make(); }

}  // namespace vedette
