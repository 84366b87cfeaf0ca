// SPDX-License-Identifier: Apache-2.0
#include "storage/mark_queue.h"

#include <algorithm>
#include <utility>

namespace vedette {
namespace {

void Put(StoreMark mark, std::vector<StoreMark>& to) {
  const auto same = std::find_if(to.begin(), to.end(),
                                 [&](const StoreMark& other) { return other.key == mark.key; });
  if (same == to.end()) {
    to.push_back(std::move(mark));
  } else {
    *same = std::move(mark);
  }
}

}  // namespace

void MarkQueue::Offer(StoreMark mark, const Place& accepted) {
  // A later one of the same key says more; of another key it may only come later.
  const bool same = !waiting_.empty() && waiting_.back().mark.key == mark.key &&
                    waiting_.back().behind.events == accepted.events &&
                    waiting_.back().behind.alerts == accepted.alerts;
  if (same || (waiting_.size() >= kMax && waiting_.back().mark.key == mark.key)) {
    waiting_.pop_back();
  }
  waiting_.push_back({std::move(mark), accepted});
}

void MarkQueue::Take(const Place& taken, std::vector<StoreMark>& to) {
  while (!waiting_.empty() && waiting_.front().behind.events <= taken.events &&
         waiting_.front().behind.alerts <= taken.alerts) {
    Put(std::move(waiting_.front().mark), to);
    waiting_.pop_front();
  }
}

void MarkQueue::Committed(std::vector<StoreMark>& marks) {
  for (StoreMark& mark : marks) Put(std::move(mark), committed_);
  marks.clear();
}

std::vector<StoreMark> MarkQueue::TakeCommitted() { return std::exchange(committed_, {}); }

}  // namespace vedette
