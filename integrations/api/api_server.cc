// SPDX-License-Identifier: Apache-2.0
#include "integrations/api/api_server.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "base/unix_socket.h"
#include "grpcpp/grpcpp.h"
#include "grpcpp/server_posix.h"
#include "integrations/api/api_service.h"
#include "integrations/net/net_address.h"
#include "integrations/status/status_server.h"

namespace vedette {
namespace {

constexpr int kMessageBytesMax = 64 << 10;
constexpr int kThreadsMax = 64;
constexpr int kStopLookMs = 100;
constexpr size_t kPemBytesMax = 1 << 20;
constexpr std::chrono::seconds kGrace(1);  // For calls, when the server ends.

// What all servers have in common. Pings keep an idle stream from hanging on a peer that is gone.
void Limit(grpc::ServerBuilder& builder) {
  grpc::ResourceQuota quota("vedette-api");
  quota.SetMaxThreads(kThreadsMax);
  quota.Resize(size_t{64} << 20);
  builder.SetResourceQuota(quota);
  builder.SetMaxReceiveMessageSize(kMessageBytesMax);
  builder.SetSyncServerOption(grpc::ServerBuilder::NUM_CQS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::MIN_POLLERS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::MAX_POLLERS, 2);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
}

// The name in the verified certificate of whoever calls; empty if there is none.
std::string CommonNameOf(const grpc::ServerContext& context) {
  const auto auth = context.auth_context();
  if (auth == nullptr || !auth->IsPeerAuthenticated()) return "";
  const auto names = auth->FindPropertyValues("x509_common_name");
  return names.size() == 1 ? std::string(names[0].data(), names[0].size()) : "";
}

absl::StatusOr<std::string> ReadPem(absl::string_view option, const std::string& path) {
  if (path.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("api.listen needs api.", option, ": it is served with certificates alone"));
  }
  return ReadFile(path, kPemBytesMax);
}

absl::Status CheckKeyIsSecret(const std::string& path) {
  struct stat status = {};
  if (stat(path.c_str(), &status) != 0) return absl::ErrnoToStatus(errno, path);
  if ((status.st_mode & 077) == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(path, ": others may read the key; chmod 600 it"));
}

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> TlsCredentials(
    const ApiServerOptions& options) {
  grpc::SslServerCredentialsOptions tls(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  grpc::SslServerCredentialsOptions::PemKeyCertPair pair;
  ASSIGN_OR_RETURN(pair.cert_chain, ReadPem("cert_file", options.cert_file));
  ASSIGN_OR_RETURN(pair.private_key, ReadPem("key_file", options.key_file));
  ASSIGN_OR_RETURN(tls.pem_root_certs, ReadPem("ca_file", options.ca_file));
  RETURN_IF_ERROR(CheckKeyIsSecret(options.key_file));
  tls.pem_key_cert_pairs.push_back(std::move(pair));
  return grpc::SslServerCredentials(tls);
}

}  // namespace

struct ApiServer::State {
  // One service and server for each role of the Unix socket, and one for the address.
  struct Served {
    std::unique_ptr<ApiService> service;
    std::unique_ptr<grpc::Server> server;
  };

  absl::Status ServeSocket() {
    ASSIGN_OR_RETURN(listener, ListenOnPath(options.socket));
    if (chmod(options.socket.c_str(), 0666) != 0) return absl::ErrnoToStatus(errno, options.socket);
    for (Served* served : {&read, &operate}) {
      const ApiRole role = served == &read ? ApiRole::kRead : ApiRole::kOperate;
      served->service = std::make_unique<ApiService>(
          backend, [role](const grpc::ServerContext&) { return role; }, stopping);
      grpc::ServerBuilder builder;
      Limit(builder);
      builder.RegisterService(served->service.get());
      served->server = builder.BuildAndStart();
      if (served->server == nullptr) return absl::InternalError("the API's server does not start");
    }
    thread = std::thread([this] { Accept(); });
    return absl::OkStatus();
  }

  absl::Status ServeAddress() {
    RETURN_IF_ERROR(ParseAddress(options.address).status());
    ASSIGN_OR_RETURN(const auto credentials, TlsCredentials(options));
    address.service = std::make_unique<ApiService>(
        backend,
        [this](const grpc::ServerContext& context) {
          return RoleOfCertificate(options.roles, CommonNameOf(context));
        },
        stopping);
    grpc::ServerBuilder builder;
    Limit(builder);
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    int port = 0;
    builder.AddListeningPort(options.address, credentials, &port);
    builder.RegisterService(address.service.get());
    address.server = builder.BuildAndStart();
    if (address.server == nullptr || port == 0) {
      return absl::UnavailableError(
          absl::StrCat(options.address,
                       ": cannot be listened on, or its key and certificates do "
                       "not go together"));
    }
    return absl::OkStatus();
  }

  void Accept() {
    while (!stopping) {
      pollfd wanted = {listener.get(), POLLIN, 0};
      if (poll(&wanted, 1, kStopLookMs) <= 0) continue;
      OwnedFd fd(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
      if (!fd.valid()) continue;
      const ApiPeer peer = PeerOf(fd.get());
      const ApiRole role = RoleOfPeer(options.roles, peer);
      if (role == ApiRole::kNone) {
        LOG_DEBUG("user ", peer.uid, " has no role in the API and was hung up on");
        continue;
      }
      const Served& served = role == ApiRole::kRead ? read : operate;
      grpc::AddInsecureChannelFromFd(served.server.get(), fd.Release());
    }
  }

  ~State() {
    stopping = true;
    if (thread.joinable()) thread.join();
    const auto deadline = std::chrono::system_clock::now() + kGrace;
    for (const Served* served : {&read, &operate, &address}) {
      if (served->server != nullptr) served->server->Shutdown(deadline);
    }
    CloseListener(std::move(listener));
  }

  ApiServerOptions options;
  ApiBackend backend;
  std::atomic<bool> stopping = false;
  OwnedFd listener;
  Served read, operate, address;
  std::thread thread;
};

ApiServer::ApiServer(std::unique_ptr<State> state) : state_(std::move(state)) {}
ApiServer::~ApiServer() = default;

absl::StatusOr<std::unique_ptr<ApiServer>> ApiServer::Start(const ApiServerOptions& options,
                                                            ApiBackend backend) {
  auto state = std::make_unique<State>();
  state->options = options;
  state->backend = std::move(backend);
  if (!options.socket.empty()) RETURN_IF_ERROR(state->ServeSocket());
  if (!options.address.empty()) RETURN_IF_ERROR(state->ServeAddress());
  return std::unique_ptr<ApiServer>(new ApiServer(std::move(state)));
}

}  // namespace vedette
