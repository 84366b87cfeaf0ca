// SPDX-License-Identifier: Apache-2.0
//
// Unix sockets that have a path.
#ifndef VEDETTE_BASE_UNIX_SOCKET_H_
#define VEDETTE_BASE_UNIX_SOCKET_H_

#include <sys/un.h>

#include <string>

#include "absl/status/statusor.h"
#include "base/file.h"

namespace vedette {

// kInvalidArgument: the path is longer than a socket's can be.
absl::StatusOr<sockaddr_un> UnixAddress(const std::string& path);

// A stream socket that listens there, does not block, and is for its owner alone. Its folder is
// made where missing; a socket that nobody answers at is replaced, anything else is not.
// kAlreadyExists: somebody listens.
absl::StatusOr<OwnedFd> ListenOnPath(const std::string& path);

// Removes the name of a Unix socket with it: whoever looks there finds that nobody listens. Other
// sockets are closed.
void CloseListener(OwnedFd fd);

}  // namespace vedette

#endif  // VEDETTE_BASE_UNIX_SOCKET_H_
