// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_TESTS_NATIVE_DAEMON_PROCESS_H_
#define VEDETTE_TESTS_NATIVE_DAEMON_PROCESS_H_

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "absl/time/time.h"

namespace vedette {

// What a command printed, and how it ended.
struct Finished {
  int status = -1;
  std::string output;  // Standard output.
  std::string errors;  // Standard error.
};

// Runs `vedette` (VEDETTE_BINARY) with the arguments, to its end.
Finished RunVedette(const std::vector<std::string>& arguments);

// A daemon that prints its alerts as JSON lines, limited to the process tree of the test.
class DaemonProcess {
 public:
  // Starts it and waits until it says that it is watching; not running() if it does not within 20
  // s.
  explicit DaemonProcess(const std::vector<std::string>& arguments);
  ~DaemonProcess();  // Ends it with SIGTERM.

  bool running() const { return pid_ > 0; }
  pid_t pid() const { return pid_; }
  const std::string& errors() const { return errors_; }
  const std::vector<nlohmann::json>& alerts() const { return alerts_; }

  // The first alert that fits, printed until now or within `timeout`.
  std::optional<nlohmann::json> WaitFor(const std::function<bool(const nlohmann::json&)>& fits,
                                        absl::Duration timeout);
  // Reads what is printed for that long.
  void Read(absl::Duration duration);
  bool WaitForError(const std::string& text, absl::Duration timeout);

  void Signal(int signal);
  // Waits for the end; gives the exit status, or 128 + signal.
  int Wait();

 private:
  pid_t pid_ = -1;
  int output_ = -1, error_ = -1;
  std::string partial_, errors_;
  std::vector<nlohmann::json> alerts_;
};

}  // namespace vedette

#endif  // VEDETTE_TESTS_NATIVE_DAEMON_PROCESS_H_
