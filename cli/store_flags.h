// SPDX-License-Identifier: Apache-2.0
//
// What the commands that read the store have in common.
#ifndef VEDETTE_CLI_STORE_FLAGS_H_
#define VEDETTE_CLI_STORE_FLAGS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cli/command.h"
#include "storage/queries.h"

namespace vedette {

// `--store PATH`; left empty it is the one that `vedette run` writes.
void AddStoreFlag(Command& command, std::string& path);
absl::StatusOr<StoreReader> OpenStore(const std::string& path);
// What is meant where the option is left empty: as the configuration of `vedette run` says.
absl::StatusOr<std::string> StorePath(const std::string& path);
absl::StatusOr<std::string> ControlSocketPath(const std::string& path);

// Says on standard error which segments could not be read whole, if any.
void WarnOfDamage(const std::vector<DamagedSegment>& damaged, Io& io);
// The same of replays that have not come to their end: a part of a recording looks like a whole
// one.
void WarnOfUnfinished(StoreReader& store, Io& io);
// Says on standard error that something is missing in the store's history of that time, if so, and
// which segments could not be read whole.
void WarnOfGaps(StoreReader& store, Io& io, absl::Time from = absl::InfinitePast(),
                absl::Time to = absl::InfiniteFuture());

}  // namespace vedette

#endif  // VEDETTE_CLI_STORE_FLAGS_H_
