// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/service_requests.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace vedette {

bool MayAskForAProgram(absl::string_view socket) {
  // systemd listens on these on behalf of others, or answers by itself; nearly every program
  // connects to one of them.
  constexpr absl::string_view kPassive[] = {
      "/run/systemd/journal/",
      "/run/systemd/notify",
      "/run/systemd/userdb/",
      "/run/systemd/resolve/",
      "/run/systemd/io.system.",
      "/run/systemd/io.systemd.",
      "/run/udev/",
      "/run/nscd/",
      "/dev/log",
  };
  if (absl::StartsWith(socket, "/var/run/")) absl::ConsumePrefix(&socket, "/var");
  return std::none_of(std::begin(kPassive), std::end(kPassive),
                      [&](absl::string_view passive) { return absl::StartsWith(socket, passive); });
}

void ServiceRequests::RemoveOld(Requests& requests, uint64_t now_ns) const {
  while (!requests.empty() && requests.front()->time_ns + kWindowNs < now_ns) requests.pop_front();
}

void ServiceRequests::Add(uint64_t service, ServiceRequest request) {
  if (service == 0 || service == request.exec_id || !MayAskForAProgram(request.socket)) return;
  const auto [at, is_new] = services_.try_emplace(service);
  if (is_new) order_.push_back(service);
  Requests& requests = at->second;
  RemoveOld(requests, request.time_ns);
  requests.push_back(std::make_shared<const ServiceRequest>(std::move(request)));
  if (requests.size() > kPerServiceMax) requests.pop_front();
  while (services_.size() > kServicesMax) {
    services_.erase(order_.front());
    order_.pop_front();
  }
}

std::shared_ptr<const ServiceRequest> ServiceRequests::Find(uint64_t service, uint64_t child,
                                                            uint64_t now_ns) {
  const auto at = services_.find(service);
  if (at == services_.end()) return nullptr;
  RemoveOld(at->second, now_ns);
  std::shared_ptr<const ServiceRequest> latest;
  std::array<uint64_t, kPerServiceMax> askers{};
  uint32_t candidates = 0;
  for (const auto& request : at->second) {
    if (request->exec_id == child || request->time_ns > now_ns) continue;
    latest = request;
    const auto end = askers.begin() + candidates;
    if (std::find(askers.begin(), end, request->exec_id) == end) {
      askers[candidates++] = request->exec_id;
    }
  }
  if (latest == nullptr || candidates == 1) return latest;
  auto counted = std::make_shared<ServiceRequest>(*latest);
  counted->candidates = candidates;
  return counted;
}

}  // namespace vedette
