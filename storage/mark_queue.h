// SPDX-License-Identifier: Apache-2.0
//
// Marks that wait until everything which was offered before them is taken as well. Not
// thread-safe: the write queue guards it.
#ifndef VEDETTE_STORAGE_MARK_QUEUE_H_
#define VEDETTE_STORAGE_MARK_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace vedette {

// How far somebody has read who hands things to the store. It is written in one transaction with
// the last of what was offered before it, or later; never earlier. After the death of the process
// it says what the store has. An empty value: the mark goes.
struct StoreMark {
  std::string key;
  std::string value;
};

class MarkQueue {
 public:
  static constexpr size_t kMax = 1024;  // Beyond them a mark takes the place of the last one.

  // How many events and alerts the queue has accepted, or the writer has taken.
  struct Place {
    uint64_t events = 0, alerts = 0;
  };

  void Offer(StoreMark mark, const Place& accepted);
  // Adds those that have nothing in front of them any more, of each key the last one.
  void Take(const Place& taken, std::vector<StoreMark>& to);
  void Committed(std::vector<StoreMark>& marks);
  std::vector<StoreMark> TakeCommitted();
  bool empty() const { return waiting_.empty(); }

 private:
  struct Waiting {
    StoreMark mark;
    Place behind;
  };
  std::deque<Waiting> waiting_;
  std::vector<StoreMark> committed_;  // Of each key the last one.
};

}  // namespace vedette

#endif  // VEDETTE_STORAGE_MARK_QUEUE_H_
