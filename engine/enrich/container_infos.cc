// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/container_infos.h"

#include <utility>

namespace vedette {

const ContainerInfo* ContainerInfos::Find(absl::string_view id) const {
  const auto at = entries_.find(id);
  return at == entries_.end() || !at->second.info ? nullptr : &*at->second.info;
}

bool ContainerInfos::IsFinal(absl::string_view id) const {
  const auto at = entries_.find(id);
  return at != entries_.end() && at->second.info && !at->second.is_asked;
}

bool ContainerInfos::Want(absl::string_view id, uint64_t now_ns, uint64_t deadline_ns) {
  const auto [at, is_new] = entries_.try_emplace(std::string(id));
  Entry& entry = at->second;
  if (is_new) {
    order_.emplace_back(id);
  } else if (entry.is_asked || entry.info || now_ns < entry.asked_ns + limits_.retry_ns) {
    return false;
  }
  entry.is_asked = true;
  entry.asked_ns = now_ns;
  entry.deadline_ns = deadline_ns;
  // One that nobody knew when it began: nothing waits for it a second time.
  if (is_new && deadline_ns > now_ns) {
    entry.is_awaited = true;
    ++awaited_;
  }
  MakeRoom();
  return true;
}

bool ContainerInfos::IsAwaitedEntry(absl::string_view id) const {
  const auto at = entries_.find(id);
  return at != entries_.end() && at->second.is_awaited;
}

bool ContainerInfos::Settle(ContainerAnswer answer, uint64_t now_ns) {
  const auto at = entries_.find(answer.id);
  if (at == entries_.end() || !at->second.is_asked) return false;
  Entry& entry = at->second;
  ++changes_;
  if (answer.info) {
    bytes_ -= entry.bytes;
    entry.bytes = answer.info->MemoryBytes();
    bytes_ += entry.bytes;
    entry.info = std::move(answer.info);
  }
  if (!answer.is_final) return false;
  entry.is_asked = false;
  entry.asked_ns = now_ns;
  StopAwaiting(entry);
  MakeRoom();
  return true;
}

std::vector<std::string> ContainerInfos::Expire(uint64_t now_ns) {
  std::vector<std::string> expired = std::exchange(evicted_, {});
  if (awaited_ == 0) return expired;
  for (auto& [id, entry] : entries_) {
    if (!entry.is_awaited || now_ns < entry.deadline_ns) continue;
    StopAwaiting(entry);
    expired.push_back(id);
  }
  return expired;
}

void ContainerInfos::GiveUp(absl::string_view id) {
  const auto at = entries_.find(id);
  if (at != entries_.end()) StopAwaiting(at->second);
}

void ContainerInfos::StopAwaiting(Entry& entry) {
  if (entry.is_awaited) --awaited_;
  entry.is_awaited = false;
}

// Never the newest one.
void ContainerInfos::MakeRoom() {
  while (order_.size() > 1 &&
         (entries_.size() > limits_.containers_max || bytes_ > limits_.bytes_max)) {
    const auto at = entries_.find(order_.front());
    if (at->second.is_awaited) evicted_.push_back(at->first);
    StopAwaiting(at->second);
    bytes_ -= at->second.bytes;
    ++changes_;
    entries_.erase(at);
    order_.pop_front();
  }
}

}  // namespace vedette
