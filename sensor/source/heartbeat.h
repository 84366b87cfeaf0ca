// SPDX-License-Identifier: Apache-2.0
//
// Whether the attached hooks still run: each is looked at, and on each CPU the daemon does acts of
// its own that the hooks have to count. A hook can go without a word: whoever is root can close the
// daemon's descriptors or write its maps, and the kernel skips a program that it takes for running
// already.
#ifndef VEDETTE_SENSOR_SOURCE_HEARTBEAT_H_
#define VEDETTE_SENSOR_SOURCE_HEARTBEAT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sensor/schema/schema.h"
#include "sensor/source/self_report.h"

namespace vedette {

// What the heartbeat looks at and does: the kernel, or a test's idea of one.
class HeartbeatSubject {
 public:
  // An attached hook.
  struct Part {
    std::string section;
    EventKind kind;
    bool has_our_acts;  // Acts of kCheapActs or kProgramActs come by here, if the kind has any.
  };
  // How often the hooks of a kind were called on each CPU, by anybody; empty: unknown.
  using Calls = std::array<std::vector<uint64_t>, WIRE_KIND_LIMIT>;

  virtual ~HeartbeatSubject() = default;
  virtual std::vector<Part> Parts() const = 0;  // The same ones, in the same order, every time.
  virtual bool IsAttached(size_t part) const = 0;
  virtual Calls CountCalls(KindSet kinds) const = 0;
  // CPUs on which acts may be done: those that are on-line and that the process may use.
  virtual std::vector<int> Cpus() const = 0;
  // Do acts of each kind of kCheapActs or of kProgramActs on the CPU. False: they were not done
  // there, and nothing can be said of it: it went off-line, say.
  virtual bool DoCheapActsOn(int cpu) = 0;
  virtual bool RunProgramOn(int cpu) = 0;
  virtual uint64_t NowNs() const = 0;  // On the boot clock.
};

// Not thread-safe.
class Heartbeat {
 public:
  // An act has to be missed so often in a row: the kernel may skip a program once.
  static constexpr int kTries = 3;

  explicit Heartbeat(HeartbeatSubject& subject);

  struct Beat {
    std::vector<HookReport> changes;  // Hooks that have stopped since the last beat, or run again.
    std::vector<wire_lost> holes;     // One for each hook that is stopped, since the last beat.
  };
  // Takes some 20 µs for each CPU and 1 ms for a program, which every beat runs on another CPU. The
  // texts of the reports stay while the heartbeat does.
  Beat Look();

 private:
  struct State {
    HeartbeatSubject::Part part;
    HookHealth health = HookHealth::kRunning;
    int cpu = -1;
    uint64_t last_run_ns = 0;
    uint64_t told_until_ns = 0;  // Up to there the hole has been reported.
  };
  // On which of the tried CPUs acts of a kind were not counted.
  struct Silence {
    size_t tried = 0;
    std::vector<int> cpus;
  };
  using Silences = std::array<Silence, WIRE_KIND_LIMIT>;

  void Try(KindSet kinds, const std::vector<int>& cpus, Silences& silences);
  KindSet ActedKinds() const;
  void Judge(State& state, size_t index, const Silences& silences, uint64_t now_ns, Beat& beat);

  HeartbeatSubject& subject_;
  std::vector<State> states_;
  size_t beats_ = 0;
};

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_HEARTBEAT_H_
