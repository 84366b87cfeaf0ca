// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/diagnostics.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/text.h"

namespace vedette {
namespace {

// A tab is one column of the source and has to stay one on the terminal.
std::string ForTerminal(absl::string_view text) {
  return EscapeControl(absl::StrReplaceAll(text, {{"\t", " "}}));
}

// Columns on a terminal, as far as code points tell.
size_t Width(absl::string_view utf8) {
  return static_cast<size_t>(std::count_if(
      utf8.begin(), utf8.end(), [](char c) { return (static_cast<uint8_t>(c) & 0xc0) != 0x80; }));
}

void AppendSource(const Diagnostic& d, std::string& out) {
  const absl::string_view line = d.source;
  const std::string number = absl::StrCat(d.line);
  const std::string margin(std::max<size_t>(number.size(), 5), ' ');
  const std::string cut = d.source_offset > 0 ? "..." : "";
  absl::StrAppend(&out, absl::string_view(margin).substr(number.size()), number, " | ", cut,
                  ForTerminal(line), "\n");
  if (d.column == 0 || d.column - 1 < d.source_offset) return;
  const size_t begin = std::min<size_t>(d.column - 1 - d.source_offset, line.size());
  const std::string before = ForTerminal(line.substr(0, begin));
  const std::string marked = ForTerminal(line.substr(begin, d.length));
  const size_t tail = std::max<size_t>(Width(marked), 1) - 1;
  absl::StrAppend(&out, margin, " | ", std::string(cut.size() + Width(before), ' '), "^",
                  std::string(tail, '~'), "\n");
}

}  // namespace

absl::string_view SeverityName(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return "error";
    case Severity::kWarning:
      return "warning";
  }
  return "corrupt";
}

void Diagnostics::Add(Diagnostic diagnostic) {
  ++(diagnostic.severity == Severity::kError ? errors_ : warnings_);
  if (list_.size() < kCapacity) list_.push_back(std::move(diagnostic));
}

void Diagnostics::Append(const Diagnostics& others) {
  const size_t room = kCapacity - list_.size();
  const size_t taken = std::min(room, others.list_.size());
  list_.insert(list_.end(), others.list_.begin(),
               others.list_.begin() + static_cast<ptrdiff_t>(taken));
  errors_ += others.errors_;
  warnings_ += others.warnings_;
}

void Diagnostics::Sort(const std::vector<std::string>& files) {
  absl::flat_hash_map<std::string, size_t> order;
  for (const std::string& file : files) order.try_emplace(file, order.size());
  for (const Diagnostic& d : list_) order.try_emplace(d.file, order.size());
  const auto key = [&](const Diagnostic& d) {
    return std::make_tuple(order[d.file], d.line, d.column, d.severity);
  };
  std::stable_sort(list_.begin(), list_.end(),
                   [&](const Diagnostic& a, const Diagnostic& b) { return key(a) < key(b); });
  const auto same = [&](const Diagnostic& a, const Diagnostic& b) {
    if (key(a) != key(b) || a.message != b.message) return false;
    --(b.severity == Severity::kError ? errors_ : warnings_);
    return true;
  };
  list_.erase(std::unique(list_.begin(), list_.end(), same), list_.end());
}

std::string ToText(const Diagnostic& d) {
  std::string out = ForTerminal(d.file);
  if (d.line > 0) absl::StrAppend(&out, ":", d.line);
  if (d.line > 0 && d.column > 0) absl::StrAppend(&out, ":", d.column);
  absl::StrAppend(&out, ": ", SeverityName(d.severity), ": ", ForTerminal(d.message), "\n");
  if (d.line > 0) AppendSource(d, out);
  if (!d.hint.empty()) absl::StrAppend(&out, "  hint: ", ForTerminal(d.hint), "\n");
  return out;
}

std::string Diagnostics::ToText() const {
  std::string out;
  for (const Diagnostic& d : list_) out += vedette::ToText(d);
  const size_t lost = errors_ + warnings_ - list_.size();
  if (lost > 0) absl::StrAppend(&out, lost, " more errors and warnings are not shown\n");
  return out;
}

std::string ToJson(const Diagnostic& d) {
  nlohmann::ordered_json one;
  const absl::string_view severity = SeverityName(d.severity);
  one["severity"] = std::string(severity.data(), severity.size());
  one["file"] = d.file;
  one["line"] = d.line;
  one["column"] = d.column;
  one["length"] = d.length;
  one["message"] = d.message;
  one["source"] = d.source;
  one["hint"] = d.hint;
  // Bytes that are not UTF-8 are replaced: dump() throws otherwise.
  return one.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string Diagnostics::ToJson() const {
  std::string all = "[";
  absl::string_view separator;
  for (const Diagnostic& d : list_) {
    absl::StrAppend(&all, separator, vedette::ToJson(d));
    separator = ",";
  }
  return all + "]";
}

}  // namespace vedette
