// SPDX-License-Identifier: Apache-2.0
//
// What people write into a store, on its way to the one writer: over the control socket while a
// daemon has it, else straight into the file.
#ifndef VEDETTE_CLI_STORE_REQUEST_H_
#define VEDETTE_CLI_STORE_REQUEST_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cli/control_socket.h"
#include "storage/event_store.h"
#include "storage/queries.h"

namespace vedette {

// A line for the control socket: parts, escaped and with tabs between them.
std::string JoinParts(const std::vector<std::string>& parts);
// Nothing if it is malformed. Safe on any bytes.
std::optional<std::vector<std::string>> SplitParts(absl::string_view line);

// As realpath() gives it: daemon and command may write it differently.
std::string CanonicalPath(const std::string& path);

// 32 hex digits that nobody else has.
std::string NewRequestName();

// For the daemon: where what is asked goes, and what it knows of users.
struct StoreRequestContext {
  std::string store_path;
  EventStore* store = nullptr;  // Null: there is none.
  absl::Time now;
  std::function<std::string(uint32_t uid)> user_name;
};
// "error: ...\n" if the daemon writes to another store than `path`, else empty.
std::string RefuseOtherStore(const std::string& path, const StoreRequestContext& context);

// Who does something.
struct Author {
  uint32_t login_uid, uid;
  std::string name;  // Of the first, or of the second if nobody logged in.
};
Author AuthorOf(const ControlPeer& peer, const StoreRequestContext& context);
Author ThisAuthor();     // Whoever runs this process.
template <typename Act>  // AlertChange, SuppressionAct.
void SetAuthor(Author author, Act& act) {
  act.login_uid = author.login_uid;
  act.uid = author.uid;
  act.user = std::move(author.name);
}

// Who has logged in to the process, as the kernel keeps it: kNoLoginUid if nobody.
uint32_t LoginUidOf(int pid);

// For a command: does it, and returns when it is on disk.
struct StoreRequest {
  std::string line;                     // For a daemon.
  std::function<absl::Status()> write;  // Without one; kFailedPrecondition: there may be one.
  std::string is_written;               // SQL with a row as soon as it is on disk.
};
absl::Status CarryOut(const StoreRequest& request, const std::string& socket, StoreReader& reader);

}  // namespace vedette

#endif  // VEDETTE_CLI_STORE_REQUEST_H_
