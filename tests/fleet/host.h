// SPDX-License-Identifier: Apache-2.0
//
// A simulated host: a store with a history of its own, and delivery as the daemon puts it together.
#ifndef VEDETTE_TESTS_FLEET_HOST_H_
#define VEDETTE_TESTS_FLEET_HOST_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "integrations/dispatcher.h"
#include "sensor/decode/record_builder.h"
#include "storage/delivery_log.h"
#include "storage/event_store.h"
#include "tests/fleet/way.h"

namespace vedette {

// The login's shell, its web server, and an alert of each host. On all hosts the same numbers: what
// a fleet asks must tell hosts apart.
inline constexpr uint64_t kShell = 11, kServer = 20;
inline constexpr absl::string_view kAlertOfHost = "00a1e7000000";  // Then four digits: the host.
inline constexpr int64_t kBeginNs = 1'700'000'000'000'000'000;

class Host {
 public:
  Host(int number, const std::string& folder);

  // The daemon: the store is open, and what is in it goes out.
  void Start(const std::string& sink, const SinkOptions& options);
  void Start(const Way& way) { Start(way.sink(), way.options()); }
  // The daemon is gone at once, whatever was under way.
  void Kill();
  // A part of its history, out of `parts`.
  void Live(int part, int parts);
  // Nothing is left to deliver, of what is in the store.
  bool IsDone() const;
  // In order: the store is closed.
  void Stop();

  const std::string& name() const { return name_; }
  const std::string& store() const { return store_path_; }
  uint64_t events() const { return events_; }
  uint64_t alerts() const { return alerts_; }
  uint64_t lost() const;

 private:
  void Add(const RecordBuilder& record);
  void Program(uint64_t exec_id, uint64_t parent, uint64_t previous, const char* name,
               const std::string& path, const char* args);
  void Story();
  void Noise(size_t opens);
  void AddAlert(const std::string& id, uint64_t exec_id);

  const int number_;
  const std::string name_, store_path_;
  std::string events_sink_;
  RealClock clock_;
  std::unique_ptr<EventStore> store_;
  std::unique_ptr<DeliveryLog> log_;
  std::unique_ptr<Dispatcher> dispatcher_;
  uint64_t next_ = 1;  // An event's number in this run of the daemon,
  uint64_t time_ = 0;  // and its second.
  uint64_t events_ = 0, alerts_ = 0;
};

}  // namespace vedette

#endif  // VEDETTE_TESTS_FLEET_HOST_H_
