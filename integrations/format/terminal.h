// SPDX-License-Identifier: Apache-2.0
//
// An alert for people:
//
//   2024-05-01 12:00:00.123  Critical  Read of a password file
//     cat read /etc/shadow (user=root command=cat /etc/shadow)
//     process    systemd(1) > sshd(812) > bash(4410) > cat(4431)  /usr/bin/cat  user root
//     command    cat /etc/shadow
//     object     /etc/shadow
//     why        2 steps within 4.2s
//     evidence   14:00:00.123  download  file_open  curl(4431)  /tmp/x
//     alert      5d1e7c0a9b3f2846  file mitre_credential_access T1003.008
//
// Every text from outside is made harmless (base/text.h) and bounded.
#ifndef VEDETTE_INTEGRATIONS_FORMAT_TERMINAL_H_
#define VEDETTE_INTEGRATIONS_FORMAT_TERMINAL_H_

#include <cstddef>
#include <string>

#include "absl/time/time.h"
#include "engine/match/alert.h"

namespace vedette {

struct TerminalStyle {
  bool colour = false;
  size_t columns = 0;  // Longer lines go on below their beginning; 0: they are as long as they are.
  absl::TimeZone zone = absl::LocalTimeZone();
};

// A terminal that shows colours, and no NO_COLOR (https://no-color.org) in the environment.
bool WantsColour(int fd);

// Ends with a newline. Pure, any thread.
std::string FormatTerminal(const Alert& alert, const TerminalStyle& style);

// "systemd(1) > sshd(812) > bash(4410) > cat(4431)": oldest first. Of a long chain the middle is
// left out, and how much is said. Escaped.
std::string FormatProcessChain(const Alert& alert);

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_FORMAT_TERMINAL_H_
