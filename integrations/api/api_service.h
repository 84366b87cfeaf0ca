// SPDX-License-Identifier: Apache-2.0
//
// The service of vedette.proto: reads the store as any reader does, and asks the daemon at its
// sockets.
#ifndef VEDETTE_INTEGRATIONS_API_API_SERVICE_H_
#define VEDETTE_INTEGRATIONS_API_API_SERVICE_H_

#include <atomic>
#include <functional>

#include "grpcpp/server_context.h"
#include "integrations/api/api_backend.h"
#include "integrations/api/roles.h"
#include "vedette.grpc.pb.h"

namespace vedette {

// Streams and queries at once, of all connections; each holds a thread and a connection to the
// store.
inline constexpr int kApiStreamsMax = 32;

// Thread-safe. `backend` and `stopping` outlive it; when `stopping` becomes true, streams end.
class ApiService final : public v1::Vedette::Service {
 public:
  using RoleOf = std::function<ApiRole(const grpc::ServerContext&)>;
  ApiService(const ApiBackend& backend, RoleOf role_of, const std::atomic<bool>& stopping)
      : backend_(backend), role_of_(std::move(role_of)), stopping_(stopping) {}

  grpc::Status StreamAlerts(grpc::ServerContext* context, const v1::StreamAlertsRequest* request,
                            grpc::ServerWriter<v1::StreamAlertsResponse>* writer) override;
  grpc::Status StreamEvents(grpc::ServerContext* context, const v1::StreamEventsRequest* request,
                            grpc::ServerWriter<v1::StreamEventsResponse>* writer) override;
  grpc::Status Query(grpc::ServerContext* context, const v1::QueryRequest* request,
                     grpc::ServerWriter<v1::QueryResponse>* writer) override;
  grpc::Status ListRules(grpc::ServerContext* context, const v1::ListRulesRequest* request,
                         v1::ListRulesResponse* response) override;
  grpc::Status GetStatus(grpc::ServerContext* context, const v1::GetStatusRequest* request,
                         v1::GetStatusResponse* response) override;
  grpc::Status Enforce(grpc::ServerContext* context, const v1::EnforceRequest* request,
                       v1::EnforceResponse* response) override;
  grpc::Status Reload(grpc::ServerContext* context, const v1::ReloadRequest* request,
                      v1::ReloadResponse* response) override;

 private:
  grpc::Status Need(ApiRole role, const grpc::ServerContext& context) const;
  // False: the client or the server has had enough.
  bool Wait(const grpc::ServerContext& context) const;

  const ApiBackend& backend_;
  const RoleOf role_of_;
  const std::atomic<bool>& stopping_;
};

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_API_API_SERVICE_H_
