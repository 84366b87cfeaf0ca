// SPDX-License-Identifier: Apache-2.0
//
// Asks sources what containers are, each on a thread of its own, so that one which hangs holds up
// nobody but those who need it. A request goes from source to source until one knows it all; what
// is known so far is told at once. A source that does not answer is left alone for a while.
#ifndef VEDETTE_INTEGRATIONS_RUNTIMES_CONTAINER_WORKER_H_
#define VEDETTE_INTEGRATIONS_RUNTIMES_CONTAINER_WORKER_H_

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "engine/enrich/container_infos.h"
#include "integrations/runtimes/runtime_source.h"

namespace vedette {

struct SourceCounts {
  std::string source;
  uint64_t found = 0, unknown = 0, failed = 0, skipped = 0;  // Skipped: left alone, or too busy.
  bool is_failing = false;  // The last attempt failed; a source that is not there does not.
  std::string why;          // Of the last failure.
};

// Any thread may call. Destruction waits for the requests under way, `patience` at most.
class ContainerWorker final : public ContainerFinder {
 public:
  struct Limits {
    size_t waiting_max = 512;  // Requests, at each source.
    absl::Duration patience = absl::Seconds(1);
    absl::Duration pause = absl::Seconds(10);  // After a failure.
    // A container that nobody knows is asked for again after that, then after twice that, ...: some
    // runtimes write down what they make when its first program runs already.
    absl::Duration retry = absl::Milliseconds(20);
    int retries_max = 5;
  };

  explicit ContainerWorker(std::vector<std::unique_ptr<RuntimeSource>> sources)
      : ContainerWorker(std::move(sources), Limits()) {}
  ContainerWorker(std::vector<std::unique_ptr<RuntimeSource>> sources, Limits limits);
  ~ContainerWorker() override;
  ContainerWorker(const ContainerWorker&) = delete;
  ContainerWorker& operator=(const ContainerWorker&) = delete;

  bool Request(ContainerRequest request) override;
  // What has been found out since the last call. Never blocks.
  std::vector<ContainerAnswer> Take();
  std::vector<SourceCounts> Counts() const;

 private:
  struct Job {
    ContainerRequest request;
    std::optional<ContainerInfo> info = std::nullopt;  // What is known so far.
    int retries = 0;
    absl::Time begin = absl::InfinitePast();  // Not before.
  };
  struct Lane {
    std::unique_ptr<RuntimeSource> source;
    std::deque<Job> jobs;
    SourceCounts counts;
    absl::Time paused_until = absl::InfinitePast();
    std::condition_variable changed;
    std::thread thread;  // Begins with the first job.
  };

  // With the lock held.
  void Pass(Job job, size_t lane);
  void Finish(Job job);
  // The next one whose time has come.
  std::optional<Job> Next(Lane& lane);
  void Run(Lane& lane, size_t number);
  void Note(Lane& lane, const absl::Status& status);
  void Tell(const Job& job, bool is_final);

  const Limits limits_;
  mutable std::mutex mu_;  // Guards all that follows, but for a lane's source.
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::vector<ContainerAnswer> answers_;
  bool stop_ = false;
};

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_RUNTIMES_CONTAINER_WORKER_H_
