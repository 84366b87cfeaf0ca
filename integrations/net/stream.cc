// SPDX-License-Identifier: Apache-2.0
// No unit test: sinks/syslog_test.cc drives each kind against servers.
#include "integrations/net/stream.h"

#include <linux/sockios.h>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "base/unix_socket.h"

namespace vedette {
namespace {

constexpr absl::Duration kAckLook = absl::Milliseconds(2);

absl::Status Unavailable(absl::string_view name, absl::string_view why) {
  return absl::UnavailableError(absl::StrCat(name, ": ", why));
}

// Until `fd` is ready for `events`; false: not by the deadline.
bool WaitFor(int fd, short events, absl::Time deadline) {
  while (true) {
    const int64_t left_ms = absl::ToInt64Milliseconds(deadline - absl::Now());
    pollfd wanted = {.fd = fd, .events = events, .revents = 0};
    const int ready = poll(&wanted, 1, static_cast<int>(std::clamp<int64_t>(left_ms, 0, 60'000)));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return true;  // The call that follows says what is wrong.
    if (left_ms <= 0) return false;
  }
}

class SocketStream : public Stream {
 public:
  SocketStream(OwnedFd fd, std::string name) : fd_(std::move(fd)), name_(std::move(name)) {}

  absl::Status Write(absl::string_view bytes, absl::Time deadline) override {
    while (!bytes.empty()) {
      const ssize_t done = send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (done >= 0) {
        bytes.remove_prefix(static_cast<size_t>(done));
      } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
        if (!WaitFor(fd_.get(), POLLOUT, deadline)) return Unavailable(name_, "it does not read");
      } else if (errno != EINTR) {
        return Unavailable(name_, strerrordesc_np(errno));
      }
    }
    return absl::OkStatus();
  }

  absl::Status AwaitAcknowledged(absl::Time deadline) override {
    while (true) {
      if (PeerHasGone()) return Unavailable(name_, "the connection has ended");
      int waiting = 0;
      if (ioctl(fd_.get(), SIOCOUTQ, &waiting) != 0 || waiting == 0) return absl::OkStatus();
      if (absl::Now() >= deadline) return Unavailable(name_, "it does not read");
      absl::SleepFor(kAckLook);
    }
  }

  bool PeerHasGone() override {
    char byte;
    const ssize_t got = recv(fd_.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (got == 0) return true;
    return got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR;
  }

 protected:
  int fd() const { return fd_.get(); }
  const std::string& name() const { return name_; }

 private:
  OwnedFd fd_;
  const std::string name_;
};

class DatagramStream : public SocketStream {
 public:
  using SocketStream::SocketStream;
  absl::Status Write(absl::string_view bytes, absl::Time deadline) override {
    while (send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0) {
      if (errno == EMSGSIZE) {
        return absl::InvalidArgumentError(
            absl::StrCat(name(), ": ", bytes.size(), " bytes are too many for one datagram"));
      }
      const bool later = errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS;
      if (!later && errno != EINTR) return Unavailable(name(), strerrordesc_np(errno));
      if (later && !WaitFor(fd(), POLLOUT, deadline))
        return Unavailable(name(), "it does not read");
    }
    return absl::OkStatus();
  }
  absl::Status AwaitAcknowledged(absl::Time) override { return absl::OkStatus(); }
  bool PeerHasGone() override { return false; }
};

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct FreeTls {
  void operator()(SSL* tls) const { SSL_free(tls); }
};
using Context = std::unique_ptr<SSL_CTX, FreeContext>;
using Tls = std::unique_ptr<SSL, FreeTls>;

// What OpenSSL says is wrong, and none of it left for the next call.
std::string TlsError(const SSL* tls) {
  const long verified = tls == nullptr ? X509_V_OK : SSL_get_verify_result(tls);
  const unsigned long error = ERR_get_error();
  ERR_clear_error();
  if (verified != X509_V_OK) {
    return absl::StrCat("certificate: ", X509_verify_cert_error_string(verified));
  }
  const char* reason = error == 0 ? nullptr : ERR_reason_error_string(error);
  return reason == nullptr ? "TLS: the connection has ended" : absl::StrCat("TLS: ", reason);
}

class TlsStream : public SocketStream {
 public:
  TlsStream(OwnedFd fd, std::string name, Context context, Tls tls)
      : SocketStream(std::move(fd), std::move(name)),
        context_(std::move(context)),
        tls_(std::move(tls)) {}
  ~TlsStream() override { SSL_shutdown(tls_.get()); }

  absl::Status Write(absl::string_view bytes, absl::Time deadline) override {
    while (!bytes.empty()) {
      ERR_clear_error();
      const int size = static_cast<int>(std::min<size_t>(bytes.size(), 16 << 10));
      const int done = SSL_write(tls_.get(), bytes.data(), size);
      if (done > 0) {
        bytes.remove_prefix(static_cast<size_t>(done));
        continue;
      }
      const int error = SSL_get_error(tls_.get(), done);
      const bool reads = error == SSL_ERROR_WANT_READ;
      if (!reads && error != SSL_ERROR_WANT_WRITE) {
        return Unavailable(name(), TlsError(tls_.get()));
      }
      if (!WaitFor(fd(), reads ? POLLIN : POLLOUT, deadline)) {
        return Unavailable(name(), "it does not read");
      }
    }
    return absl::OkStatus();
  }

  // Session tickets and the like come in, too: only reading tells them from an end.
  bool PeerHasGone() override {
    char byte;
    ERR_clear_error();
    const int got = SSL_read(tls_.get(), &byte, 1);
    if (got > 0) return false;  // Nothing that we asked for.
    const int error = SSL_get_error(tls_.get(), got);
    return error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE;
  }

 private:
  Context context_;
  Tls tls_;
};

std::string NameOf(const NetAddress& to) {
  const bool v6 = to.host.find(':') != std::string::npos;
  return v6 ? absl::StrCat("[", to.host, "]:", to.port) : absl::StrCat(to.host, ":", to.port);
}

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

// The first address that answers.
absl::StatusOr<OwnedFd> ConnectTo(const NetAddress& to, int type, absl::Time deadline) {
  addrinfo hints = {};
  hints.ai_socktype = type;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* raw = nullptr;
  const int rc = getaddrinfo(to.host.c_str(), to.port.c_str(), &hints, &raw);
  const std::unique_ptr<addrinfo, FreeAddresses> list(raw);
  if (rc != 0) return Unavailable(NameOf(to), gai_strerror(rc));
  int error = EADDRNOTAVAIL;
  for (const addrinfo* at = list.get(); at != nullptr; at = at->ai_next) {
    OwnedFd fd(socket(at->ai_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, at->ai_protocol));
    if (!fd.valid()) continue;
    error = connect(fd.get(), at->ai_addr, at->ai_addrlen) == 0 ? 0 : errno;
    if (error == EINPROGRESS) {
      socklen_t size = sizeof(error);
      if (!WaitFor(fd.get(), POLLOUT, deadline)) {
        error = ETIMEDOUT;
      } else if (getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
        error = errno;
      }
    }
    if (error == 0) return fd;
  }
  return Unavailable(NameOf(to), strerrordesc_np(error));
}

absl::StatusOr<Context> NewContext(const TlsSettings& settings) {
  Context context(SSL_CTX_new(TLS_client_method()));
  if (context == nullptr) return absl::UnavailableError("TLS: no memory");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_mode(context.get(),
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  const int trusted =
      settings.ca_path.empty()
          ? SSL_CTX_set_default_verify_paths(context.get())
          : SSL_CTX_load_verify_locations(context.get(), settings.ca_path.c_str(), nullptr);
  if (trusted != 1) return Unavailable(settings.ca_path, TlsError(nullptr));
  if (settings.cert_path.empty()) return context;
  if (SSL_CTX_use_certificate_chain_file(context.get(), settings.cert_path.c_str()) != 1) {
    return Unavailable(settings.cert_path, TlsError(nullptr));
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), settings.key_path.c_str(), SSL_FILETYPE_PEM) !=
      1) {
    return Unavailable(settings.key_path, TlsError(nullptr));
  }
  return context;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Stream>> ConnectTcp(const NetAddress& to, absl::Time deadline) {
  ASSIGN_OR_RETURN(OwnedFd fd, ConnectTo(to, SOCK_STREAM, deadline));
  return std::make_unique<SocketStream>(std::move(fd), NameOf(to));
}

absl::StatusOr<std::unique_ptr<Stream>> ConnectTls(const NetAddress& to, const TlsSettings& tls,
                                                   absl::Time deadline) {
  ASSIGN_OR_RETURN(Context context, NewContext(tls));
  ASSIGN_OR_RETURN(OwnedFd fd, ConnectTo(to, SOCK_STREAM, deadline));
  Tls session(SSL_new(context.get()));
  if (session == nullptr) return absl::UnavailableError("TLS: no memory");
  SSL_set_fd(session.get(), fd.get());
  // An address is verified as one, a name as one; only names are told to the server.
  X509_VERIFY_PARAM* const expected = SSL_get0_param(session.get());
  if (X509_VERIFY_PARAM_set1_ip_asc(expected, to.host.c_str()) != 1) {
    SSL_set1_host(session.get(), to.host.c_str());
    SSL_set_tlsext_host_name(session.get(), to.host.c_str());
  }
  ERR_clear_error();
  int rc;
  while ((rc = SSL_connect(session.get())) != 1) {
    const int error = SSL_get_error(session.get(), rc);
    const bool reads = error == SSL_ERROR_WANT_READ;
    if (!reads && error != SSL_ERROR_WANT_WRITE) {
      return Unavailable(NameOf(to), TlsError(session.get()));
    }
    if (!WaitFor(fd.get(), reads ? POLLIN : POLLOUT, deadline)) {
      return Unavailable(NameOf(to), "TLS: no answer in time");
    }
  }
  return std::make_unique<TlsStream>(std::move(fd), NameOf(to), std::move(context),
                                     std::move(session));
}

absl::StatusOr<std::unique_ptr<Stream>> ConnectUdp(const NetAddress& to) {
  ASSIGN_OR_RETURN(OwnedFd fd, ConnectTo(to, SOCK_DGRAM, absl::Now() + absl::Seconds(1)));
  return std::make_unique<DatagramStream>(std::move(fd), NameOf(to));
}

absl::StatusOr<std::unique_ptr<Stream>> ConnectUnix(const std::string& path) {
  const absl::StatusOr<sockaddr_un> at = UnixAddress(path);
  if (!at.ok()) return Unavailable(path, "the path is too long");
  OwnedFd fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.valid() || connect(fd.get(), reinterpret_cast<const sockaddr*>(&*at), sizeof(*at)) != 0) {
    return Unavailable(path, strerrordesc_np(errno));
  }
  return std::make_unique<DatagramStream>(std::move(fd), path);
}

}  // namespace vedette
