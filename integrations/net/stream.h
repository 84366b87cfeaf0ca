// SPDX-License-Identifier: Apache-2.0
//
// A connection that bytes are written to: TCP, TLS over it, UDP, or a Unix socket. Never waits
// beyond a deadline.
#ifndef VEDETTE_INTEGRATIONS_NET_STREAM_H_
#define VEDETTE_INTEGRATIONS_NET_STREAM_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "integrations/net/net_address.h"

namespace vedette {

// TLS 1.2 or newer. The server's certificate and name are always verified.
struct TlsSettings {
  std::string ca_path;              // PEM; empty: those of the system.
  std::string cert_path, key_path;  // PEM; empty: we show none.
};

// Used by one thread at a time, in a process that ignores SIGPIPE: OpenSSL does not ask send(2) for
// silence.
class Stream {
 public:
  virtual ~Stream() = default;
  // All of it, or kUnavailable; then part of it may have been sent, and the stream is of no more
  // use. For datagrams: one; kInvalidArgument: too long for one.
  virtual absl::Status Write(absl::string_view bytes, absl::Time deadline) = 0;
  // Waits until the peer's kernel has acknowledged all of it. A peer that is gone: kUnavailable.
  // For datagrams: nothing to wait for.
  virtual absl::Status AwaitAcknowledged(absl::Time deadline) = 0;
  // Whether the peer has ended or reset the connection, as far as can be seen without waiting.
  virtual bool PeerHasGone() = 0;
};

// kUnavailable names the address: not reached by `deadline`, or a certificate that does not verify.
absl::StatusOr<std::unique_ptr<Stream>> ConnectTcp(const NetAddress& to, absl::Time deadline);
absl::StatusOr<std::unique_ptr<Stream>> ConnectTls(const NetAddress& to, const TlsSettings& tls,
                                                   absl::Time deadline);
absl::StatusOr<std::unique_ptr<Stream>> ConnectUdp(const NetAddress& to);
// A datagram socket, as /dev/log is.
absl::StatusOr<std::unique_ptr<Stream>> ConnectUnix(const std::string& path);

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_NET_STREAM_H_
