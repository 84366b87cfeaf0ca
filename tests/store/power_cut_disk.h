// SPDX-License-Identifier: Apache-2.0
//
// A disk whose power can be cut: what was written since a file was last synced may or may not be on
// it afterwards, each page by itself. A layer around SQLite's own file system, which becomes the
// default one of the process. For one writer at a time.
#ifndef VEDETTE_TESTS_STORE_POWER_CUT_DISK_H_
#define VEDETTE_TESTS_STORE_POWER_CUT_DISK_H_

#include <cstdint>
#include <random>

namespace vedette {

class PowerCutDisk {
 public:
  static void Install();

  // After so many writes more (of pages, to databases and logs) the power fails: that write and all
  // that follow give SQLITE_IOERR.
  static void CutAfter(int writes);
  static bool IsCut();
  // Once nobody has the files open: takes back a random part of what was not synced. Power is back.
  static void LoseUnsynced(std::mt19937& random);
};

}  // namespace vedette

#endif  // VEDETTE_TESTS_STORE_POWER_CUT_DISK_H_
