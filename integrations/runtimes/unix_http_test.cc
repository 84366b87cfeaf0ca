// SPDX-License-Identifier: Apache-2.0
//
// UnixHttp and the sources on it, against a server of HTTP on a Unix socket and against gRPC's own.
#include "integrations/runtimes/unix_http.h"

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "containerd.grpc.pb.h"
#include "cri.grpc.pb.h"
#include "integrations/runtimes/runtime_source.h"

namespace vedette {
namespace {

namespace api = containerd::services::containers::v1;
namespace cri = runtime::v1;

class Folder {
 public:
  Folder() {
    std::string name = absl::StrCat(testing::TempDir(), "/unix-XXXXXX");
    path_ = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string Socket() const { return path_ + "/s"; }

 private:
  std::string path_;
};

// Answers each connection with one text, whatever is asked; empty: never.
class RawServer {
 public:
  RawServer(const std::string& path, std::function<std::string(const std::string&)> answer)
      : answer_(std::move(answer)) {
    listener_ = socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_EQ(listen(listener_, 8), 0);
    thread_ = std::thread([this] { Run(); });
  }
  ~RawServer() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }

 private:
  void Run() {
    std::vector<int> kept;
    while (true) {
      const int peer = accept(listener_, nullptr, nullptr);
      if (peer < 0) break;
      std::string request(4096, '\0');
      const ssize_t got = read(peer, request.data(), request.size());
      request.resize(got < 0 ? 0 : static_cast<size_t>(got));
      const std::string text = answer_(request);
      if (text.empty()) {
        kept.push_back(peer);
        continue;
      }
      EXPECT_GE(send(peer, text.data(), text.size(), MSG_NOSIGNAL), 0);
      close(peer);
    }
    for (const int peer : kept) close(peer);
  }

  std::function<std::string(const std::string&)> answer_;
  int listener_ = -1;
  std::thread thread_;
};

std::string Http(absl::string_view status, absl::string_view body) {
  return absl::StrCat("HTTP/1.1 ", status, "\r\nConnection: close\r\nContent-Length: ", body.size(),
                      "\r\n\r\n", body);
}

absl::Time Soon() { return absl::Now() + absl::Seconds(5); }

TEST(UnixHttp, DockersApiIsAskedForTheContainer) {
  const Folder folder;
  std::string asked;
  const RawServer server(folder.Socket(), [&](const std::string& request) {
    asked = request.substr(0, request.find('\r'));
    if (absl::StrContains(asked, "/missing/")) return Http("404 Not Found", "{}");
    return Http("200 OK", R"({"Name": "/web", "Config": {"Image": "nginx"}})");
  });
  const auto source = MakeDockerSource("docker", folder.Socket());
  const auto found = source->Find({.id = "abc", .runtime = "docker", .cgroup = ""}, Soon());
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->info.name, "web");
  EXPECT_TRUE(found->is_whole);
  EXPECT_EQ(asked, "GET /containers/abc/json HTTP/1.1");
  const auto missing = source->Find({.id = "missing", .runtime = "docker", .cgroup = ""}, Soon());
  EXPECT_TRUE(absl::IsNotFound(missing.status())) << missing.status();
  EXPECT_TRUE(absl::IsNotFound(
      source->Find({.id = "a/../b", .runtime = "docker", .cgroup = ""}, Soon()).status()));
  EXPECT_TRUE(source->Probe(Soon()).ok());
}

TEST(UnixHttp, WhoHangsIsNotWaitedForBeyondTheDeadline) {
  const Folder folder;
  const RawServer server(folder.Socket(), [](const std::string&) { return std::string(); });
  UnixHttp http(folder.Socket());
  const absl::Time begin = absl::Now();
  EXPECT_TRUE(absl::IsUnavailable(http.Get("/x", begin + absl::Milliseconds(200)).status()));
  EXPECT_TRUE(absl::IsUnavailable(
      http.Call("/x", "m", "", absl::Now() + absl::Milliseconds(200)).status()));
  EXPECT_LT(absl::Now() - begin, absl::Seconds(3));
  EXPECT_TRUE(absl::IsUnavailable(http.Get("/x", begin).status())) << "no time left";
}

TEST(UnixHttp, WhatIsNoAnswerIsUnavailable) {
  const Folder folder;
  std::string answer;
  const RawServer server(folder.Socket(), [&](const std::string&) { return answer; });
  UnixHttp http(folder.Socket());
  const auto source = MakeDockerSource("docker", folder.Socket());
  for (const std::string& wrong :
       {std::string("nonsense\r\n\r\n"), Http("500 Oh", ""), Http("301 Moved", ""),
        Http("200 OK", std::string(2 << 20, 'x'))}) {
    answer = wrong;
    EXPECT_TRUE(absl::IsUnavailable(http.Get("/x", Soon()).status())) << wrong.substr(0, 30);
    EXPECT_TRUE(absl::IsUnavailable(http.Call("/x", "m", "", Soon()).status()));
  }
  answer = Http("200 OK", "no JSON");
  EXPECT_TRUE(absl::IsUnavailable(
      source->Find({.id = "a", .runtime = "docker", .cgroup = ""}, Soon()).status()));
}

TEST(UnixHttp, ASocketThatIsNotThereIsNoFailure) {
  EXPECT_TRUE(absl::IsNotFound(UnixHttp("/nonexistent/s").Get("/x", Soon()).status()));
  EXPECT_TRUE(absl::IsUnavailable(UnixHttp("/etc/passwd").Get("/x", Soon()).status()));
}

TEST(GrpcFrame, ThereAndBack) {
  for (const std::string& message :
       {std::string(), std::string("a\0b", 3), std::string(70'000, 'x')}) {
    const auto back = GrpcMessage(GrpcFrame(message));
    ASSERT_TRUE(back.ok());
    EXPECT_EQ(*back, message);
  }
  EXPECT_EQ(GrpcFrame("ab"), std::string("\0\0\0\0\2ab", 7));
  for (const std::string& wrong :
       {std::string(), std::string("\0\0\0\0", 4), std::string("\1\0\0\0\1a", 6),
        std::string("\0\0\0\0\2a", 6), std::string("\0\xff\xff\xff\xff", 5)}) {
    EXPECT_FALSE(GrpcMessage(wrong).ok());
  }
}

// As containerd's CRI answers.
class Cri : public cri::RuntimeService::Service {
 public:
  grpc::Status Version(grpc::ServerContext*, const cri::VersionRequest*,
                       cri::VersionResponse* response) override {
    response->set_runtime_name("containerd");
    return grpc::Status::OK;
  }
  grpc::Status ContainerStatus(grpc::ServerContext*, const cri::ContainerStatusRequest* request,
                               cri::ContainerStatusResponse* response) override {
    if (request->container_id() != "web-id") {
      return {grpc::StatusCode::NOT_FOUND, "an error occurred: not found"};
    }
    EXPECT_TRUE(request->verbose());
    cri::ContainerStatus& status = *response->mutable_status();
    status.mutable_metadata()->set_name("web");
    status.mutable_image()->set_image("docker.io/library/nginx:1.25");
    status.set_image_ref("docker.io/library/nginx@sha256:abc");
    status.set_started_at(17);
    (*status.mutable_labels())["app"] = "shop";
    cri::Mount& mount = *status.add_mounts();
    mount.set_container_path("/data");
    mount.set_host_path("/srv");
    mount.set_readonly(true);
    mount.set_propagation(1);
    (*response->mutable_info())["info"] =
        R"({"config": {"linux": {"security_context": {"privileged": true}}}})";
    return grpc::Status::OK;
  }
  grpc::Status ListContainers(grpc::ServerContext*, const cri::ListContainersRequest* request,
                              cri::ListContainersResponse* response) override {
    EXPECT_EQ(request->filter().id(), "web-id");
    response->add_containers()->set_pod_sandbox_id("pod-id");
    return grpc::Status::OK;
  }
  grpc::Status PodSandboxStatus(grpc::ServerContext*, const cri::PodSandboxStatusRequest* request,
                                cri::PodSandboxStatusResponse* response) override {
    if (request->pod_sandbox_id() != "pod-id") return {grpc::StatusCode::NOT_FOUND, ""};
    cri::PodSandboxStatus& status = *response->mutable_status();
    status.set_id("pod-id");
    status.mutable_metadata()->set_name("shop-1");
    status.mutable_metadata()->set_namespace_("prod");
    status.mutable_metadata()->set_uid("1-2");
    status.mutable_network()->set_ip("10.0.0.8");
    status.mutable_linux()->mutable_namespaces()->mutable_options()->set_network(2);
    (*status.mutable_labels())["team"] = "a";
    (*status.mutable_annotations())["kubectl.kubernetes.io/last-applied-configuration"] =
        R"({"spec": {"containers": [{"name": "web",
            "livenessProbe": {"exec": {"command": ["cat", "/live"]}}}]}})";
    return grpc::Status::OK;
  }
};

class Containerd : public api::Containers::Service {
 public:
  grpc::Status Get(grpc::ServerContext* context, const api::GetContainerRequest* request,
                   api::GetContainerResponse* response) override {
    const auto at = context->client_metadata().find("containerd-namespace");
    if (at == context->client_metadata().end()) {
      return {grpc::StatusCode::FAILED_PRECONDITION, "namespace is required"};
    }
    if (at->second != "default" || request->id() != "web") return {grpc::StatusCode::NOT_FOUND, ""};
    api::ContainerRecord& record = *response->mutable_container();
    record.set_id("web");
    record.set_image("docker.io/library/alpine:3");
    (*record.mutable_labels())["app"] = "shop";
    record.mutable_spec()->set_value(R"({"linux": {"namespaces": [{"type": "pid"}]}})");
    record.mutable_created_at()->set_seconds(5);
    return grpc::Status::OK;
  }
};

class GrpcSources : public testing::Test {
 protected:
  GrpcSources() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("unix:" + folder_.Socket(), grpc::InsecureServerCredentials());
    builder.RegisterService(&cri_);
    builder.RegisterService(&containerd_);
    server_ = builder.BuildAndStart();
  }
  ~GrpcSources() override { server_->Shutdown(); }

  const Folder folder_;
  Cri cri_;
  Containerd containerd_;
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(GrpcSources, CriSaysWhatTheContainerAndItsPodAre) {
  const auto source = MakeCriSource(folder_.Socket());
  EXPECT_TRUE(source->Probe(Soon()).ok());
  const auto found = source->Find({.id = "web-id", .runtime = "cri", .cgroup = ""}, Soon());
  ASSERT_TRUE(found.ok()) << found.status();
  const ContainerInfo& info = found->info;
  EXPECT_EQ(info.name, "web");
  EXPECT_EQ(info.image, "docker.io/library/nginx:1.25");
  EXPECT_EQ(info.image_digest, "sha256:abc");
  EXPECT_EQ(info.start_ns, 17);
  EXPECT_EQ(info.privileged, true);
  EXPECT_EQ(info.host_network, true);
  EXPECT_EQ(info.host_pid, false);
  EXPECT_EQ(info.pod_sandbox_id, "pod-id");
  EXPECT_EQ(info.pod_name, "shop-1");
  EXPECT_EQ(info.pod_namespace, "prod");
  EXPECT_EQ(info.pod_uid, "1-2");
  EXPECT_EQ(info.pod_ip, "10.0.0.8");
  EXPECT_EQ(*FindLabel(info.labels, "app"), "shop");
  EXPECT_EQ(*FindLabel(info.pod_labels, "team"), "a");
  EXPECT_EQ(info.liveness_probe, (std::vector<std::string>{"cat", "/live"}));
  ASSERT_EQ(info.mounts.size(), 1u);
  EXPECT_EQ(info.mounts[0].propagation, "rslave");
  EXPECT_FALSE(info.mounts[0].writable);
}

TEST_F(GrpcSources, ASandboxIsAContainerToo) {
  const auto source = MakeCriSource(folder_.Socket());
  const auto found = source->Find({.id = "pod-id", .runtime = "cri", .cgroup = ""}, Soon());
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->info.name, "POD");
  EXPECT_EQ(found->info.pod_name, "shop-1");
  const auto none = source->Find({.id = "none", .runtime = "cri", .cgroup = ""}, Soon());
  EXPECT_TRUE(absl::IsNotFound(none.status())) << none.status();
}

TEST_F(GrpcSources, ContainerdsOwnApi) {
  const auto source = MakeContainerdSource(folder_.Socket(), "/nonexistent");
  EXPECT_TRUE(source->Probe(Soon()).ok());
  const auto found = source->Find({.id = "web", .runtime = "containerd", .cgroup = ""}, Soon());
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->info.name, "web");
  EXPECT_EQ(found->info.image, "docker.io/library/alpine:3");
  EXPECT_EQ(found->info.host_pid, false);
  EXPECT_EQ(found->info.start_ns, 5'000'000'000);
  const auto none = source->Find({.id = "none", .runtime = "containerd", .cgroup = ""}, Soon());
  EXPECT_TRUE(absl::IsNotFound(none.status())) << none.status();
}

TEST_F(GrpcSources, AMethodThatIsNotThereIsSaid) {
  UnixHttp http(folder_.Socket());
  const absl::Status said = http.Call("/no.Such/Method", "", "", Soon()).status();
  EXPECT_TRUE(absl::IsUnimplemented(said)) << said;
}

}  // namespace
}  // namespace vedette
