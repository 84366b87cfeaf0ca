// SPDX-License-Identifier: Apache-2.0
#include "cli/tree_view.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/text.h"
#include "cli/table.h"

namespace vedette {
namespace {

constexpr size_t kTextBytesMax = 1024;
constexpr absl::string_view kBold = "\x1b[1m";
constexpr absl::string_view kRed = "\x1b[1;31m";
constexpr absl::string_view kReset = "\x1b[0m";

struct Strokes {
  absl::string_view branch, last, down, blank, alert, more;
};
constexpr Strokes kBoxes = {"├─ ", "└─ ", "│  ", "   ", "⚠ ", "… more"};
constexpr Strokes kAscii = {"|- ", "`- ", "|  ", "   ", "! ", "... more"};

class Drawing {
 public:
  Drawing(const TreeMarks& marks, const TreeStyle& style)
      : marks_(marks), style_(style), strokes_(style.screen.utf8 ? kBoxes : kAscii) {}

  std::string Draw(const ProcessTree& tree) {
    std::string indent;
    if (!tree.complete && !tree.ancestors.empty()) {
      absl::StrAppend(&out_, strokes_.more, " above\n");
    }
    for (size_t i = tree.ancestors.size(); i-- > 0;) {
      const bool first = i + 1 == tree.ancestors.size();
      if (i + 2 < tree.ancestors.size()) absl::StrAppend(&indent, strokes_.blank);
      AppendLine(tree.ancestors[i], indent, first ? "" : strokes_.last, false);
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
    std::string below = indent;
    if (!stroke.empty() && !wanted) {
      absl::StrAppend(&below, stroke == strokes_.last ? strokes_.blank : strokes_.down);
    } else if (!stroke.empty()) {
      absl::StrAppend(&below, strokes_.blank);
    }
    for (size_t i = 0; i < node.children.size(); ++i) {
      const bool last = i + 1 == node.children.size() && !node.more_children;
      AppendNode(node.children[i], below, last ? strokes_.last : strokes_.branch, false);
    }
    if (node.more_children) absl::StrAppend(&out_, below, strokes_.last, strokes_.more, "\n");
  }

  void AppendLine(const StoredProcess& process, const std::string& indent, absl::string_view stroke,
                  bool wanted) {
    std::string text = Describe(process);
    const auto marks = marks_.find(process.exec_id);
    std::string line = absl::StrCat(indent, stroke);
    if (style_.screen.columns > 0) {
      const size_t used = DisplayWidth(line) + (wanted ? 4 : 0);
      const size_t room = style_.screen.columns > used ? style_.screen.columns - used : 0;
      text = FitToWidth(text, std::max<size_t>(room, 20), style_.screen.utf8);
    }
    const bool bold = wanted && style_.screen.colour;
    absl::StrAppend(&out_, line, bold ? kBold : "", text, bold ? kReset : "", wanted ? " <--" : "",
                    "\n");
    if (marks == marks_.end()) return;
    const std::string below(DisplayWidth(line), ' ');
    for (const std::string& mark : marks->second) {
      absl::StrAppend(&out_, below, style_.screen.colour ? kRed : "", strokes_.alert,
                      EscapeControl(mark), style_.screen.colour ? kReset : "", "\n");
    }
  }

  // "nc(4431) alice 12:00:01 /usr/bin/nc -l 80 [exit 1 after 2s]"
  std::string Describe(const StoredProcess& process) const {
    std::vector<std::string> parts = {
        absl::StrCat(process.name.empty() ? "?" : process.name, "(", process.pid, ")")};
    if (!process.user.empty()) {
      parts.push_back(process.user);
    } else if (process.uid >= 0) {
      parts.push_back(absl::StrCat(process.uid));
    }
    const auto began = process.exec.has_value() ? process.exec : process.start;
    if (began.has_value()) parts.push_back(absl::FormatTime("%H:%M:%S", *began, style_.zone));
    const std::string& command = process.args.empty() ? process.exe_path : process.args;
    if (!command.empty()) parts.push_back(command);
    if (process.from_fork) parts.emplace_back("[forked]");
    const std::string end = HowItEnded(process);
    if (!end.empty()) parts.push_back(end);
    const std::string text = absl::StrJoin(parts, " ");
    return EscapeControl(TruncateUtf8(text, kTextBytesMax));
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
      absl::StrAppend(&how, " after ", absl::FormatDuration(absl::Trunc(lived, unit)));
    }
    return absl::StrCat("[", how, "]");
  }

  const TreeMarks& marks_;
  const TreeStyle& style_;
  const Strokes& strokes_;
  std::string out_;
};

}  // namespace

std::string DrawTree(const ProcessTree& tree, const TreeMarks& marks, const TreeStyle& style) {
  return Drawing(marks, style).Draw(tree);
}

}  // namespace vedette
