// SPDX-License-Identifier: Apache-2.0
//
// What the tests of acts on files share: a directory with one file in it, and the members that all
// records of such acts have.
#ifndef VEDETTE_TESTS_KERNEL_FILE_FIXTURE_H_
#define VEDETTE_TESTS_KERNEL_FILE_FIXTURE_H_

#include <sys/stat.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/kernel/kernel_fixture.h"

namespace vedette {

class FileActTest : public KernelTest {
 protected:
  void SetUp() override;
  void TearDown() override;  // Removes the directory and what is left in it.

  // A name in the directory.
  std::string In(absl::string_view name) const { return absl::StrCat(directory_, "/", name); }

  // The record of the process's act whose member `key` is `value`; states what all records say:
  // whether it was asked for before, how far the path can be trusted, and the result.
  Seen ExpectAct(absl::string_view kind, pid_t pid, const std::string& key,
                 const std::string& value, int result = 0);
  // The numbers of the object, where the hook knows it: the last resort sees only names.
  void ExpectObject(const Seen& seen, const struct stat& object);

  // The kernel is older: for what only newer ones have. Tests may ask; the sensor never does.
  static bool KernelIsBefore(int major, int minor);
  static bool InGuest();
  // The process in a mount namespace of its own, where mounts are nobody else's. 0: done.
  static int LeaveMountNamespace();

  std::string directory_, path_;
  struct stat object_ = {};  // Of path_, as it was made.
};

}  // namespace vedette

#endif  // VEDETTE_TESTS_KERNEL_FILE_FIXTURE_H_
