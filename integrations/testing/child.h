// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_INTEGRATIONS_TESTING_CHILD_H_
#define VEDETTE_INTEGRATIONS_TESTING_CHILD_H_

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace vedette {

// A server that a test starts, with its output in `log_path`; killed when the object goes.
class Child {
 public:
  Child(const std::vector<std::string>& command, const std::string& log_path);
  ~Child() { Kill(); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  void Kill();       // SIGKILL, and waits.
  void Terminate();  // SIGTERM, and waits.

 private:
  void End(int signal);
  pid_t pid_ = -1;
};

// Where such a program is: among what setup/servers.sh has unpacked, or installed; empty: nowhere.
std::string FindProgram(const std::string& name);

// A port of 127.0.0.1 that nobody listens on now.
uint16_t FreePort();
bool AwaitPort(uint16_t port);

// Until it holds, thirty seconds at most.
bool Eventually(const std::function<bool()>& holds);

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_TESTING_CHILD_H_
