// SPDX-License-Identifier: Apache-2.0
//
// Reads executables and makes their digests, on a thread of its own and at its own pace: matching
// never waits for it. The file is opened through /proc/PID/exe as soon as the request is seen,
// which also reaches what was deleted, replaced or only in memory, and read later. Of a program
// that has ended by then, one in a system folder is opened by its path. Either way the file has to
// be the one that the kernel named, in the same state of its content.
#ifndef VEDETTE_ENGINE_DIGEST_DIGEST_WORKER_H_
#define VEDETTE_ENGINE_DIGEST_DIGEST_WORKER_H_

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/file.h"
#include "engine/enrich/exe_digests.h"

namespace vedette {

struct DigestLimits {
  uint64_t file_bytes_max = uint64_t{256} << 20;   // A larger file is not read.
  uint64_t bytes_per_second = uint64_t{64} << 20;  // In the long run; 0: no limit.
  size_t waiting_max = 1024;                       // Requests that have not been looked at.
};

struct DigestResult {
  FileIdentity file;
  ExeDigest digest;
};

// Any thread may call; destruction ends the thread within the read of one piece (256 KiB).
class DigestWorker final : public DigestMaker {
 public:
  explicit DigestWorker(DigestLimits limits);
  ~DigestWorker() override;
  DigestWorker(const DigestWorker&) = delete;
  DigestWorker& operator=(const DigestWorker&) = delete;

  bool Request(DigestRequest request) override;
  // What has been made since the last call. Never blocks.
  std::vector<DigestResult> Take();

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Job;

  void Run();
  // Waits until there is something to do; false: the end.
  bool Wait(std::vector<DigestRequest>& requests);
  void Open(DigestRequest request);
  void ReadPiece();
  void Finish(const FileIdentity& file, const ExeDigest& digest);

  const DigestLimits limits_;
  std::mutex mu_;  // Guards what follows, up to the line.
  std::condition_variable changed_;
  std::deque<DigestRequest> requests_;
  std::vector<DigestResult> results_;
  bool stop_ = false;
  // The thread's own.
  std::deque<std::unique_ptr<Job>> open_;
  Time next_read_{};
  std::vector<std::byte> buffer_;
  std::thread thread_;  // Last: it uses all of the above.
};

}  // namespace vedette

#endif  // VEDETTE_ENGINE_DIGEST_DIGEST_WORKER_H_
