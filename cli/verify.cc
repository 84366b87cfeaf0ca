// SPDX-License-Identifier: Apache-2.0
//
// No unit test: questions_test asks.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/text.h"
#include "cli/answer_flags.h"
#include "cli/command.h"
#include "cli/store_flags.h"
#include "integrations/format/json.h"

namespace vedette::commands {
namespace {

struct Options {
  std::string store, fleet;
  VerifyOptions verify;
  bool chain_only = false;
  bool json = false;
};

struct Report {
  ChainReport chain;
  std::optional<SegmentCheck> segments;  // None: only the chain was asked for.
  std::vector<DamagedSegment> damaged;
  std::vector<std::string> file;  // Of the file's own structure.
  bool ok() const { return chain.findings.empty() && damaged.empty() && file.empty(); }
};

std::string JsonList(absl::Span<const std::string> texts) {
  std::string list;
  for (const std::string& text : texts) {
    if (!list.empty()) list += ',';
    AppendJsonString(text, list);
  }
  return absl::StrCat("[", list, "]");
}

std::string SegmentsAsJson(const Report& report) {
  if (!report.segments.has_value()) return "null";
  std::string damaged;
  for (const DamagedSegment& each : report.damaged) {
    absl::StrAppend(&damaged, damaged.empty() ? "" : ",", "{\"segment\":", each.segment,
                    ",\"kind\":");
    AppendJsonString(each.kind, damaged);
    absl::StrAppend(&damaged, ",\"rows\":", each.rows, ",\"start_ns\":", each.start_ns,
                    ",\"end_ns\":", each.end_ns, ",\"why\":");
    AppendJsonString(each.why, damaged);
    damaged += '}';
  }
  const SegmentCheck& check = *report.segments;
  return absl::StrCat("{\"checked\":", check.segments, ",\"rows\":", check.rows,
                      ",\"bytes\":", check.bytes,
                      ",\"without_checksums\":", check.without_checksums, ",\"damaged\":[", damaged,
                      "],\"file\":", JsonList(report.file), "}");
}

std::string SegmentsAsText(const Report& report) {
  if (!report.segments.has_value()) return "";
  std::string text;
  for (const std::string& each : report.file) {
    absl::StrAppend(&text, "the file's structure is damaged: ", EscapeControl(each), "\n");
  }
  for (const DamagedSegment& each : report.damaged) {
    absl::StrAppend(&text, EscapeControl(Describe(each)), "\n");
  }
  const SegmentCheck& check = *report.segments;
  absl::StrAppend(&text, check.segments, " segments with ", check.rows,
                  " events and processes were read: ",
                  check.damaged == 0 ? std::string("they are as they were written")
                                     : absl::StrCat(check.damaged, " are damaged"),
                  "\n");
  if (check.without_checksums > 0) {
    absl::StrAppend(&text, check.without_checksums,
                    " of them are of an older Vedette and have no checksums: of them, only bytes"
                    " that make no sense are found\n");
  }
  return text;
}

std::string AsJson(const Report& whole) {
  const ChainReport& report = whole.chain;
  return absl::StrCat(
      "{\"ok\":", whole.ok() ? "true" : "false", ",\"links\":", report.links,
      ",\"alerts\":", report.alerts, ",\"gaps\":", report.gaps, ",\"changes\":", report.changes,
      ",\"suppressions\":", report.suppressions, ",\"removed_by_retention\":", report.removed,
      ",\"older_than_chain\":", report.before, ",\"checkpoints\":", report.checkpoints,
      ",\"unsigned_links\":", report.unsigned_links, ",\"head_link\":", report.head_link,
      ",\"head\":\"", report.head, "\",\"key\":\"", report.key,
      "\",\"findings\":", JsonList(report.findings), ",\"segments\":", SegmentsAsJson(whole),
      "}\n");
}

std::string AsText(const Report& whole) {
  const ChainReport& report = whole.chain;
  std::string text = SegmentsAsText(whole);
  for (const std::string& finding : report.findings) absl::StrAppend(&text, finding, "\n");
  absl::StrAppend(&text,
                  report.findings.empty() ? "nothing was changed: " : "the store was changed; ",
                  report.alerts, " alerts and ", report.gaps, " gaps, and ", report.changes,
                  " changes of alerts and ", report.suppressions, " acts of suppression, are in ",
                  report.links, " links, ", report.removed, " more were deleted by retention\n");
  if (report.before > 0) {
    absl::StrAppend(&text, "not protected: ", report.before,
                    " alerts and gaps that are older than the chain\n");
  }
  if (report.unsigned_links > 0) {
    absl::StrAppend(&text, "not signed yet: the last ", report.unsigned_links, " links\n");
  }
  if (report.head_link > 0) {
    absl::StrAppend(&text, "goes through the head that was seen elsewhere: link ", report.head_link,
                    ", with ", report.links - report.head_link, " links behind it\n");
  }
  return absl::StrCat(text, "head ", report.head,
                      " (compare it with what was seen elsewhere)\nkey ",
                      report.key.empty() ? "none" : report.key, " (", report.checkpoints,
                      report.checkpoints == 1 ? " checkpoint)\n" : " checkpoints)\n");
}

// As JSON and people write it; a beginning of it proves less than it seems to.
absl::Status CheckHash(absl::string_view option, std::string& hash) {
  absl::AsciiStrToLower(&hash);
  const bool is_hash = hash.size() == 64 && std::all_of(hash.begin(), hash.end(), [](char c) {
                         return absl::ascii_isxdigit(static_cast<unsigned char>(c));
                       });
  if (hash.empty() || is_hash) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(option, " wants all 64 hexadecimal digits, not \"", EscapeControl(hash), "\""));
}

ExitCode Verify(Options options, Io& io) {
  if (!options.fleet.empty()) {
    io.Complain(
        "the chain is in the store of each host, and so is what it is made of. The fleet has heads "
        "that it went through: chain_head in the column `alert` of alerts and heartbeats; on the "
        "host `vedette verify --head HEX` tells whether the store still goes through one "
        "(docs/fleet.md, Whether a host's store is what it was)");
    return ExitCode::kUsage;
  }
  for (auto [name, hash] :
       {std::pair{"--key", &options.verify.key}, std::pair{"--head", &options.verify.head}}) {
    const absl::Status status = CheckHash(name, *hash);
    if (status.ok()) continue;
    io.Fail(status);
    return ExitCode::kUsage;
  }
  auto store = OpenStore(options.store);
  if (!store.ok()) return io.Fail(store.status());
  Report report;
  auto chain = store->Verify(options.verify);
  if (!chain.ok()) return io.Fail(chain.status());
  report.chain = *std::move(chain);
  if (!options.chain_only) {
    const auto check = store->CheckSegments([&](const SegmentCheck&) { return !io.closed(); });
    if (!check.ok()) return io.Fail(check.status());
    report.segments = *check;
    report.damaged = store->Damaged();
    auto file = store->CheckFile();
    if (!file.ok()) return io.Fail(file.status());
    report.file = *std::move(file);
  }
  io.Print(options.json ? AsJson(report) : AsText(report));
  return report.ok() ? ExitCode::kDone : ExitCode::kFailed;
}

}  // namespace

void verify(Command& command) {
  auto options = std::make_shared<Options>();
  AddStoreFlag(command, options->store);
  command.Option(
      "--key", options->verify.key, "HEX",
      "The public key that must have signed; `vedette verify` shows it, keep it elsewhere");
  command.Option(
      "--head", options->verify.head, "HEX",
      "A head that was seen elsewhere (`chain_head` of an alert at a sink), through which"
      " the chain must go");
  command.Option("--fleet", options->fleet, "ADDRESS",
                 "Not possible: says how to compare with what the fleet has seen");
  command.Flag("--chain-only", options->chain_only,
               "Only alerts and gaps; the events, which have checksums, are not read");
  AddObjectFlag(command, options->json);
  command.Examples({
      {"vedette verify", "Are alerts, gaps and events as they were written?"},
      {"vedette verify --key 3b6a27bc... --json", "With the key that was noted on the first day"},
      {"vedette verify --head 9f86d081...", "Is what the SOC was sent still in the store?"},
  });
  command.Runs([options](Io& io) { return Verify(*options, io); });
}

}  // namespace vedette::commands
