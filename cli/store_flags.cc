// SPDX-License-Identifier: Apache-2.0
#include "cli/store_flags.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "cli/config/config.h"
#include "cli/config/config_files.h"
#include "cli/when.h"

namespace vedette {
namespace {

constexpr size_t kGapsShown = 5;  // And damaged segments.

std::string Sentence(const Gap& gap, absl::TimeZone zone) {
  if (gap.stage == "not_running") {
    return absl::StrCat("note: nobody was watching between ", ShownSecond(gap.from, zone), " and ",
                        ShownSecond(gap.to, zone), "\n");
  }
  const std::string from = ShownSecond(gap.from, zone), to = ShownSecond(gap.to, zone);
  return absl::StrCat("note: ", gap.count, " ", EscapeControl(gap.kind),
                      gap.kind.empty() ? "" : " ", gap.count == 1 ? "record is" : "records are",
                      " missing ", from == to ? "at " : absl::StrCat("between ", from, " and "), to,
                      " (", EscapeControl(gap.stage), ")\n");
}

absl::StatusOr<Config> UsualConfig() {
  const std::string file(kConfigPath);
  if (access(file.c_str(), R_OK) == 0) return LoadConfig(file);
  return Config();
}

}  // namespace

void AddStoreFlag(Command& command, std::string& path) {
  command.Option("--store", path, "PATH", "The store; else the one that `vedette run` writes");
}

absl::StatusOr<std::string> StorePath(const std::string& path) {
  if (!path.empty()) return path;
  ASSIGN_OR_RETURN(const Config config, UsualConfig());
  return config.store.path;
}

absl::StatusOr<std::string> ControlSocketPath(const std::string& path) {
  if (!path.empty()) return path;
  ASSIGN_OR_RETURN(const Config config, UsualConfig());
  return config.enforce.socket;
}

absl::StatusOr<StoreReader> OpenStore(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string chosen, StorePath(path));
  return StoreReader::Open(chosen);
}

void WarnOfDamage(const std::vector<DamagedSegment>& damaged, Io& io) {
  for (size_t i = 0; i < std::min(damaged.size(), kGapsShown); ++i) {
    io.PrintError(absl::StrCat("warning: ", EscapeControl(Describe(damaged[i])),
                               "; the answer lacks its rows, or values of them\n"));
  }
  if (damaged.size() > kGapsShown) {
    io.PrintError(
        absl::StrCat("warning: and ", damaged.size() - kGapsShown, " more damaged segments\n"));
  }
  if (!damaged.empty()) {
    io.PrintError("warning: `vedette verify` reads the whole store and lists what is damaged\n");
  }
}

void WarnOfUnfinished(StoreReader& store, Io& io) {
  // A store of an older Vedette has no such column, and no such runs.
  store
      .Query(
          "SELECT run FROM runs WHERE recording IS NOT NULL AND end_ns IS NULL", {},
          [](absl::Span<const std::string>) {},
          [&](absl::Span<const SqlValue> row) {
            io.PrintError(absl::StrCat("note: run ", row[0].integer,
                                       " is a replay that has not come to its end: the store has a"
                                       " part of its recording\n"));
            return true;
          })
      .status()
      .IgnoreError();
}

void WarnOfGaps(StoreReader& store, Io& io, absl::Time from, absl::Time to) {
  WarnOfDamage(store.Damaged(), io);
  WarnOfUnfinished(store, io);
  const auto gaps = store.Gaps(from, to);
  if (!gaps.ok()) return;  // The question itself has been answered.
  const size_t first = gaps->size() - std::min(gaps->size(), kGapsShown);
  if (first > 0) {
    io.PrintError(absl::StrCat("note: the history has ", first,
                               " earlier gaps; `vedette gaps` lists them\n"));
  }
  for (size_t i = first; i < gaps->size(); ++i) io.PrintError(Sentence((*gaps)[i], io.zone()));
}

}  // namespace vedette
