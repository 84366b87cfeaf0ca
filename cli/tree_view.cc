// SPDX-License-Identifier: Apache-2.0
#include "cli/tree_view.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/text.h"
#include "cli/table.h"

namespace vedette {
namespace {

constexpr size_t kFileColumns = 200;  // Of a line that goes to a file or a program.
constexpr size_t kTextColumnsMin = 20;
constexpr size_t kCommandColumnsMin = 8;
constexpr absl::string_view kBold = "\x1b[1m";
constexpr absl::string_view kRed = "\x1b[1;31m";
constexpr absl::string_view kReset = "\x1b[0m";

struct Strokes {
  absl::string_view branch, last, down, blank, alert, more, cut;
};
constexpr Strokes kBoxes = {"├─ ", "└─ ", "│  ", "   ", "⚠ ", "… more", "…"};
constexpr Strokes kAscii = {"|- ", "`- ", "|  ", "   ", "! ", "... more", "~"};

// 0: lines may be of any length.
size_t ColumnsOf(const TreeStyle& style) {
  if (style.full) return 0;
  return style.screen.columns > 0 ? style.screen.columns : kFileColumns;
}

// The end of a text of single-width characters.
absl::string_view LastColumns(absl::string_view text, size_t width) {
  size_t characters = 0;
  for (size_t at = text.size(); at-- > 0;) {
    const bool begins = (static_cast<unsigned char>(text[at]) & 0xc0) != 0x80;
    if (begins && ++characters == width) return text.substr(at);
  }
  return text;
}

class Drawing {
 public:
  Drawing(const TreeMarks& marks, const TreeStyle& style)
      : marks_(marks),
        style_(style),
        strokes_(style.screen.utf8 ? kBoxes : kAscii),
        columns_(ColumnsOf(style)) {}

  std::string Draw(const ProcessTree& tree) {
    std::string indent;
    if (tree.more_above) absl::StrAppend(&out_, strokes_.more, " above\n");
    for (size_t i = tree.ancestors.size(); i-- > 0;) {
      const bool first = i + 1 == tree.ancestors.size();
      if (i + 2 < tree.ancestors.size()) absl::StrAppend(&indent, strokes_.blank);
      // The same process with another program, or a child.
      const bool after_exec =
          !first && tree.ancestors[i].previous_exec_id == tree.ancestors[i + 1].exec_id;
      AppendLine(tree.ancestors[i], indent,
                 first ? "" : absl::StrCat(strokes_.last, after_exec ? "exec " : ""), false);
    }
    if (tree.ancestors.size() > 1) absl::StrAppend(&indent, strokes_.blank);
    AppendNode(tree.root, indent, tree.ancestors.empty() ? "" : strokes_.last, true);
    return std::move(out_);
  }

 private:
  void AppendNode(const TreeNode& node, const std::string& indent, absl::string_view stroke,
                  bool wanted) {
    AppendLine(node.process, indent, node.after_exec ? absl::StrCat(stroke, "exec ") : stroke,
               wanted);
    const std::string below = absl::StrCat(indent, Below(stroke));
    for (size_t i = 0; i < node.children.size(); ++i) {
      const bool last = i + 1 == node.children.size() && !node.more_children;
      AppendNode(node.children[i], below, last ? strokes_.last : strokes_.branch, false);
    }
    if (node.more_children) {
      absl::StrAppend(&out_, Narrow(absl::StrCat(below, strokes_.last)), strokes_.more, "\n");
    }
  }

  // What stands under a stroke: the line to the next one of the same parent, if there is one.
  absl::string_view Below(absl::string_view stroke) const {
    if (stroke.empty()) return "";
    return absl::StartsWith(stroke, strokes_.branch) ? strokes_.down : strokes_.blank;
  }

  // The strokes before a text take at most half of a line: of a deep tree the left part is cut.
  std::string Narrow(std::string strokes) const {
    if (columns_ == 0 || DisplayWidth(strokes) <= columns_ / 2) return strokes;
    return absl::StrCat(strokes_.cut, LastColumns(strokes, columns_ / 2 - 1));
  }

  std::string Fit(const std::string& text, size_t used) const {
    if (columns_ == 0) return text;
    const size_t room = columns_ > used ? columns_ - used : 0;
    return FitToWidth(text, std::max(room, kTextColumnsMin), style_.screen.utf8);
  }

  void AppendLine(const StoredProcess& process, const std::string& indent, absl::string_view stroke,
                  bool wanted) {
    const std::string line = Narrow(absl::StrCat(indent, stroke));
    const std::string text = Describe(process, DisplayWidth(line) + (wanted ? 4 : 0));
    const bool bold = wanted && style_.screen.colour;
    absl::StrAppend(&out_, line, bold ? kBold : "", text, bold ? kReset : "", wanted ? " <--" : "",
                    "\n");
    const auto marks = marks_.find(process.exec_id);
    if (marks == marks_.end()) return;
    const std::string below = Narrow(absl::StrCat(indent, Below(stroke)));
    for (const std::string& mark : marks->second) {
      const std::string shown = Fit(EscapeControl(mark), DisplayWidth(below) + 2);
      absl::StrAppend(&out_, below, style_.screen.colour ? kRed : "", strokes_.alert, shown,
                      style_.screen.colour ? kReset : "", "\n");
    }
  }

  // "nc(4431) alice 12:00:01 /usr/bin/nc -l 80 [exit 1 after 2s]". The arguments give way to what
  // stands behind them: who looks for the end of a process finds it in every line.
  std::string Describe(const StoredProcess& process, size_t used) const {
    std::vector<std::string> before = {
        absl::StrCat(process.name.empty() ? "?" : process.name, "(", process.pid, ")")};
    if (!process.user.empty()) {
      before.push_back(process.user);
    } else if (process.uid >= 0) {
      before.push_back(absl::StrCat(process.uid));
    }
    const auto began = process.exec.has_value() ? process.exec : process.start;
    if (began.has_value()) before.push_back(absl::FormatTime("%H:%M:%S", *began, style_.zone));
    std::string command = EscapeControl(process.args.empty() ? process.exe_path : process.args);
    std::string behind = process.from_fork ? " [forked]" : "";
    const std::string end = HowItEnded(process);
    if (!end.empty()) absl::StrAppend(&behind, " ", end);
    const std::string who = EscapeControl(absl::StrJoin(before, " "));
    if (columns_ > 0 && !command.empty()) {
      const size_t others = used + DisplayWidth(who) + 1 + DisplayWidth(behind);
      const size_t room = columns_ > others ? columns_ - others : 0;
      command = FitToWidth(command, std::max(room, kCommandColumnsMin), style_.screen.utf8);
    }
    return Fit(absl::StrCat(who, command.empty() ? "" : " ", command, behind), used);
  }

  static std::string HowItEnded(const StoredProcess& process) {
    std::string how;
    if (process.exit_signal.value_or(0) != 0) {
      how = absl::StrCat("signal ", *process.exit_signal);
    } else if (process.exit_status.has_value()) {
      how = absl::StrCat("exit ", *process.exit_status);
    } else {
      return "";
    }
    const auto began = process.exec.has_value() ? process.exec : process.start;
    if (began.has_value() && process.end.has_value() && *process.end >= *began) {
      const absl::Duration lived = *process.end - *began;
      const absl::Duration unit =
          lived < absl::Seconds(10) ? absl::Milliseconds(1) : absl::Seconds(1);
      const absl::Duration shown = absl::Trunc(lived, unit);
      absl::StrAppend(
          &how, " after ",
          shown == absl::ZeroDuration() ? "less than 1ms" : absl::FormatDuration(shown));
    }
    return absl::StrCat("[", how, "]");
  }

  const TreeMarks& marks_;
  const TreeStyle& style_;
  const Strokes& strokes_;
  const size_t columns_;
  std::string out_;
};

}  // namespace

std::string DrawTree(const ProcessTree& tree, const TreeMarks& marks, const TreeStyle& style) {
  return Drawing(marks, style).Draw(tree);
}

}  // namespace vedette
