// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/bpf_log.h"

#include <bpf/libbpf.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/log.h"

namespace vedette {
namespace {

constexpr int kNotSupported = 524;  // The kernel's own ENOTSUPP, which no header has.

int PrintToLog(enum libbpf_print_level, const char* format, va_list arguments) {
  if (!LogEnabled(LogSeverity::kDebug)) return 0;
  char line[1024];
  std::vsnprintf(line, sizeof(line), format, arguments);
  Log(LogSeverity::kDebug, absl::StripTrailingAsciiWhitespace(line));
  return 0;
}

}  // namespace

void QuietLibbpf() { libbpf_set_print(PrintToLog); }

std::string WhyRefused(int error, absl::string_view verifier_log) {
  // The verifier's last words before its statistics are the reason.
  std::string reason;
  for (absl::string_view line : absl::StrSplit(verifier_log, '\n', absl::SkipWhitespace())) {
    if (absl::StartsWith(line, "processed ") || absl::StartsWith(line, "verification time") ||
        absl::StartsWith(line, "stack depth") || absl::StartsWith(line, "func '")) {
      continue;
    }
    reason = std::string(absl::StripAsciiWhitespace(line));
  }
  if (!reason.empty()) return absl::StrCat("the verifier refused it: ", reason);
  switch (error) {
    case EPERM:
      return "the kernel does not permit it (EPERM): not root, lockdown, or a policy";
    case ENOENT:
    case ESRCH:
      return "this kernel has no such function to attach to";
    case EOPNOTSUPP:
      return "this kernel was built without it";
    case kNotSupported:
      return "this kernel cannot do it on this kind of machine (ENOTSUPP)";
    case ENOMEM:
      return "the kernel has no memory for it; make room or raise the memlock limit";
    case EBUSY:
      return "another program is attached there and does not share";
    default:
      break;
  }
  return absl::StrCat("the kernel answered: ", std::strerror(error));
}

}  // namespace vedette
