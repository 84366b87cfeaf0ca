// SPDX-License-Identifier: Apache-2.0
//
// The heartbeat of a loaded sensor, on a thread of its own: it goes from CPU to CPU, and must not
// take the pipeline along to one that is busy.
#ifndef VEDETTE_SENSOR_SOURCE_HEARTBEAT_THREAD_H_
#define VEDETTE_SENSOR_SOURCE_HEARTBEAT_THREAD_H_

#include <memory>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "sensor/source/heartbeat.h"
#include "sensor/source/sensor_object.h"

namespace vedette {

// Begins with the first look after one interval. Acts only on CPUs that the process may use
// (taskset, cpusets). All functions are safe on any thread.
class HeartbeatThread {
 public:
  // `sensor` must outlive it, and its hooks must stay as they are.
  HeartbeatThread(const SensorObject& sensor, absl::Duration interval);
  ~HeartbeatThread();  // Waits for a look that is under way.
  HeartbeatThread(const HeartbeatThread&) = delete;
  HeartbeatThread& operator=(const HeartbeatThread&) = delete;

  // What it has found since the last call, in order. At most kBeatsKept looks of it: if nobody
  // asks for longer, the thread waits.
  Heartbeat::Beat Take();

 private:
  static constexpr int kBeatsKept = 64;
  void Run();

  const absl::Duration interval_;
  std::unique_ptr<HeartbeatSubject> subject_;
  Heartbeat heartbeat_;  // On its thread alone.
  absl::Mutex mutex_;
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
  Heartbeat::Beat found_ ABSL_GUARDED_BY(mutex_);
  int beats_ ABSL_GUARDED_BY(mutex_) = 0;  // In found_.
  std::thread thread_;
};

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_HEARTBEAT_THREAD_H_
