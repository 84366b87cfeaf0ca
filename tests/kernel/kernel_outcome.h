// SPDX-License-Identifier: Apache-2.0
//
// What an act in another process tells the test: a number in memory that both share.
#ifndef VEDETTE_TESTS_KERNEL_KERNEL_OUTCOME_H_
#define VEDETTE_TESTS_KERNEL_KERNEL_OUTCOME_H_

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <type_traits>

#include "absl/strings/str_cat.h"

namespace vedette {

class Outcome {
 public:
  Outcome()
      : number_(static_cast<long*>(mmap(nullptr, sizeof(long), PROT_READ | PROT_WRITE,
                                        MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {}
  ~Outcome() { munmap(number_, sizeof(long)); }
  Outcome(const Outcome&) = delete;
  Outcome& operator=(const Outcome&) = delete;

  // Does a system call and keeps what the kernel returned: a number, or -errno.
  template <typename... Arguments>
  long Call(long number, Arguments... arguments) {
    const long returned = syscall(number, Wide(arguments)...);
    return *number_ = returned < 0 ? -errno : returned;
  }

  long returned() const { return *number_; }
  // As the records' `result` has it.
  std::string result() const { return absl::StrCat(*number_ < 0 ? *number_ : 0); }

 private:
  // Registers are filled whole.
  template <typename Argument>
  static long Wide(Argument argument) {
    if constexpr (std::is_pointer_v<Argument>) {
      return reinterpret_cast<long>(argument);
    } else {
      return static_cast<long>(argument);
    }
  }

  long* number_;
};

}  // namespace vedette

#endif  // VEDETTE_TESTS_KERNEL_KERNEL_OUTCOME_H_
