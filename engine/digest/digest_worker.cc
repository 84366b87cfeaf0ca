// SPDX-License-Identifier: Apache-2.0
#include "engine/digest/digest_worker.h"

#include <openssl/evp.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/check.h"
#include "engine/digest/executable_file.h"

namespace vedette {
namespace {

constexpr size_t kPieceBytes = size_t{256} << 10;
constexpr size_t kOpenMax = 64;  // Descriptors held at a time.
constexpr int kNice = 10;        // What others want to do comes first.

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

}  // namespace

struct DigestWorker::Job {
  FileIdentity identity;
  ExecutableFile file;
  Context context;
};

DigestWorker::DigestWorker(DigestLimits limits)
    : limits_(limits), buffer_(kPieceBytes), thread_([this] { Run(); }) {}

DigestWorker::~DigestWorker() {
  {
    const std::lock_guard lock(mu_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

bool DigestWorker::Request(DigestRequest request) {
  {
    const std::lock_guard lock(mu_);
    if (requests_.size() >= limits_.waiting_max) return false;
    requests_.push_back(std::move(request));
  }
  changed_.notify_all();
  return true;
}

std::vector<DigestResult> DigestWorker::Take() {
  const std::lock_guard lock(mu_);
  return std::exchange(results_, {});
}

bool DigestWorker::Wait(std::vector<DigestRequest>& requests) {
  std::unique_lock lock(mu_);
  const auto has_work = [this] { return stop_ || (!requests_.empty() && open_.size() < kOpenMax); };
  if (open_.empty()) {
    changed_.wait(lock, has_work);
  } else {
    changed_.wait_until(lock, next_read_, has_work);
  }
  while (!requests_.empty() && open_.size() + requests.size() < kOpenMax) {
    requests.push_back(std::move(requests_.front()));
    requests_.pop_front();
  }
  return !stop_;
}

void DigestWorker::Run() {
  // Of this thread alone. Where it is not allowed the thread works all the same.
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNice);
  std::vector<DigestRequest> requests;
  while (Wait(requests)) {
    for (DigestRequest& request : requests) Open(std::move(request));
    requests.clear();
    if (!open_.empty() && std::chrono::steady_clock::now() >= next_read_) ReadPiece();
  }
}

void DigestWorker::Open(DigestRequest request) {
  auto job = std::make_unique<Job>();
  job->identity = request.file;
  const DigestState state = OpenExecutable(request, limits_.file_bytes_max, job->file);
  if (state != DigestState::kOk) return Finish(request.file, {.state = state});
  job->context.reset(EVP_MD_CTX_new());
  CHECK(job->context != nullptr);
  CHECK_EQ(EVP_DigestInit_ex(job->context.get(), EVP_sha256(), nullptr), 1);
  open_.push_back(std::move(job));
}

void DigestWorker::ReadPiece() {
  Job& job = *open_.front();
  const ssize_t got = read(job.file.fd.get(), buffer_.data(), buffer_.size());
  if (got < 0 && errno == EINTR) return;
  if (got > 0) {
    CHECK_EQ(EVP_DigestUpdate(job.context.get(), buffer_.data(), static_cast<size_t>(got)), 1);
    job.file.bytes_read += static_cast<uint64_t>(got);
    if (limits_.bytes_per_second > 0) {
      const double seconds =
          static_cast<double>(got) / static_cast<double>(limits_.bytes_per_second);
      next_read_ = std::max(next_read_, std::chrono::steady_clock::now()) +
                   std::chrono::nanoseconds(static_cast<int64_t>(seconds * 1e9));
    }
    if (job.file.bytes_read <= limits_.file_bytes_max) return;
  }
  ExeDigest digest{.state = DigestState::kUnreadable};
  if (got > 0) {
    digest.state = DigestState::kTooLarge;  // It has grown.
  } else if (got == 0) {
    const bool same = IsUnchanged(job.file);
    digest.state = same ? DigestState::kOk : DigestState::kGone;
    unsigned size = 0;
    CHECK_EQ(EVP_DigestFinal_ex(job.context.get(), digest.sha256.data(), &size), 1);
    CHECK_EQ(size, digest.sha256.size());
  }
  Finish(job.identity, digest);
  open_.pop_front();
}

void DigestWorker::Finish(const FileIdentity& file, const ExeDigest& digest) {
  const std::lock_guard lock(mu_);
  results_.push_back({file, digest});
}

}  // namespace vedette
