// SPDX-License-Identifier: Apache-2.0
#include "integrations/runtimes/container_worker.h"

#include <utility>

#include "absl/time/clock.h"

namespace vedette {

ContainerWorker::ContainerWorker(std::vector<std::unique_ptr<RuntimeSource>> sources, Limits limits)
    : limits_(limits) {
  for (std::unique_ptr<RuntimeSource>& source : sources) {
    auto lane = std::make_unique<Lane>();
    lane->counts.source = source->name();
    lane->source = std::move(source);
    lanes_.push_back(std::move(lane));
  }
}

ContainerWorker::~ContainerWorker() {
  {
    const std::lock_guard lock(mu_);
    stop_ = true;
    for (const auto& lane : lanes_) lane->changed.notify_all();
  }
  for (const auto& lane : lanes_) {
    if (lane->thread.joinable()) lane->thread.join();
  }
}

bool ContainerWorker::Request(ContainerRequest request) {
  const std::lock_guard lock(mu_);
  if (!lanes_.empty() && lanes_[0]->jobs.size() >= limits_.waiting_max) return false;
  Job job;
  job.request = std::move(request);
  Pass(std::move(job), 0);
  return true;
}

std::vector<ContainerAnswer> ContainerWorker::Take() {
  const std::lock_guard lock(mu_);
  return std::exchange(answers_, {});
}

std::vector<SourceCounts> ContainerWorker::Counts() const {
  const std::lock_guard lock(mu_);
  std::vector<SourceCounts> counts;
  for (const auto& lane : lanes_) counts.push_back(lane->counts);
  return counts;
}

// To the first source from `lane` on that may know it; the last one was the end.
void ContainerWorker::Pass(Job job, size_t lane) {
  for (; lane < lanes_.size(); ++lane) {
    Lane& at = *lanes_[lane];
    if (!at.source->Serves(job.request.runtime)) continue;
    if (at.jobs.size() >= limits_.waiting_max || absl::Now() < at.paused_until) {
      ++at.counts.skipped;
      continue;
    }
    at.jobs.push_back(std::move(job));
    if (!at.thread.joinable()) at.thread = std::thread([this, &at, lane] { Run(at, lane); });
    at.changed.notify_one();
    return;
  }
  Finish(std::move(job));
}

void ContainerWorker::Finish(Job job) {
  if (job.info || job.retries >= limits_.retries_max || lanes_.empty() ||
      lanes_[0]->jobs.size() >= limits_.waiting_max) {
    return Tell(job, true);
  }
  job.begin = absl::Now() + limits_.retry * (1 << job.retries++);
  Lane& first = *lanes_[0];
  if (!first.source->Serves(job.request.runtime)) return Tell(job, true);
  first.jobs.push_back(std::move(job));
  first.changed.notify_one();
}

void ContainerWorker::Tell(const Job& job, bool is_final) {
  answers_.push_back({.id = job.request.id, .info = job.info, .is_final = is_final});
}

void ContainerWorker::Note(Lane& lane, const absl::Status& status) {
  SourceCounts& counts = lane.counts;
  if (status.ok() || absl::IsNotFound(status)) {
    ++(status.ok() ? counts.found : counts.unknown);
    counts.is_failing = false;
    return;
  }
  ++counts.failed;
  counts.is_failing = true;
  counts.why = std::string(status.message());
  // A runtime without this service is not there; it does not hang.
  if (!absl::IsUnimplemented(status)) lane.paused_until = absl::Now() + limits_.pause;
}

std::optional<ContainerWorker::Job> ContainerWorker::Next(Lane& lane) {
  const absl::Time now = absl::Now();
  for (auto at = lane.jobs.begin(); at != lane.jobs.end(); ++at) {
    if (at->begin > now) continue;
    Job job = std::move(*at);
    lane.jobs.erase(at);
    return job;
  }
  return std::nullopt;
}

void ContainerWorker::Run(Lane& lane, size_t number) {
  std::unique_lock lock(mu_);
  while (!stop_) {
    std::optional<Job> next = Next(lane);
    if (!next) {
      const absl::Duration wait = lane.jobs.empty() ? absl::Hours(1) : limits_.retry / 2;
      lane.changed.wait_for(lock, absl::ToChronoMilliseconds(wait));
      continue;
    }
    Job& job = *next;
    if (absl::Now() < lane.paused_until) {
      ++lane.counts.skipped;
      Pass(std::move(job), number + 1);
      continue;
    }
    lock.unlock();
    absl::StatusOr<FoundContainer> found =
        lane.source->Find(job.request, absl::Now() + limits_.patience);
    if (found.ok()) {
      // What a later source says is more exact than the files.
      if (job.info) found->info.Complete(*job.info);
      found->info.Bound();
    }
    lock.lock();
    Note(lane, found.status());
    if (found.ok()) job.info = std::move(found->info);
    if (found.ok() && found->is_whole) {
      Tell(job, true);
      continue;
    }
    if (found.ok()) Tell(job, false);
    Pass(std::move(job), number + 1);
  }
}

}  // namespace vedette
