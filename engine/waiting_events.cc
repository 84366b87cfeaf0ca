// SPDX-License-Identifier: Apache-2.0
#include "engine/waiting_events.h"

#include <utility>

namespace vedette {
namespace {

size_t BytesOf(const WaitingEvent& event) {
  size_t bytes = sizeof(event) + event.container.size() + event.record.size();
  for (const DecidedTerm& term : event.terms) bytes += sizeof(term) + term.rule.size();
  return bytes;
}

}  // namespace

bool WaitingEvents::Add(WaitingEvent event) {
  const size_t bytes = BytesOf(event);
  if (bytes_ + bytes > bytes_max_) return false;
  bytes_ += bytes;
  events_.push_back(std::move(event));
  return true;
}

void WaitingEvents::Release(absl::string_view container,
                            absl::FunctionRef<void(const WaitingEvent&)> each) {
  std::deque<WaitingEvent> others;
  for (WaitingEvent& event : std::exchange(events_, {})) {
    if (event.container != container) {
      others.push_back(std::move(event));
      continue;
    }
    bytes_ -= BytesOf(event);
    each(event);
  }
  events_ = std::move(others);
}

void WaitingEvents::ReleaseAll(absl::FunctionRef<void(const WaitingEvent&)> each) {
  bytes_ = 0;
  for (const WaitingEvent& event : std::exchange(events_, {})) each(event);
}

}  // namespace vedette
