// SPDX-License-Identifier: Apache-2.0
//
// Suspicious acts, done for real by copies of the test program under other names: the copy sees
// VEDETTE_ACT in its environment and does that instead of testing. Harmless outside a scope: they
// read what the test may read, connect to loopback, and start programs that end at once.
#ifndef VEDETTE_TESTS_NATIVE_ACTS_H_
#define VEDETTE_TESTS_NATIVE_ACTS_H_

#include <sys/types.h>

#include <string>

namespace vedette {

inline constexpr int kOpenOften = 200;  // How many times "open-often PATH" opens the file.

// If VEDETTE_ACT asks for one: does it, and returns its exit status; else -1.
int ActIfAsked();

// Starts a copy of this program called `name` (in a folder of its own under /tmp) that does `act`,
// and waits for it. Gives its process id; -1 if it did not end with 0.
//   open PATH            opens a file for reading
//   open-often PATH      the same kOpenOften times
//   uring PATH           the same once, through io_uring
//   shell                starts /bin/sh
//   manage               starts `asker --politely`, which connects to the program's unix socket,
//                        and then a shell
//   connect PORT         connects to loopback; refused is as good
//   deleted              runs a copy of itself whose file has been deleted
//   memfd                runs a copy of itself that exists only in memory
//   flood-open SECONDS   opens distinct files of its own folder as fast as it can; at most 60 s
//   flood-exec SECONDS   starts programs that end at once as fast as it can; at most 60 s
pid_t DoAs(const std::string& name, const std::string& act);

}  // namespace vedette

#endif  // VEDETTE_TESTS_NATIVE_ACTS_H_
