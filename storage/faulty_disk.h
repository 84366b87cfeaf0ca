// SPDX-License-Identifier: Apache-2.0
//
// For tests: a disk that is full or broken while the test says so. A layer around SQLite's own file
// system, which becomes the default one of the process; one test program, one disk.
#ifndef VEDETTE_STORAGE_FAULTY_DISK_H_
#define VEDETTE_STORAGE_FAULTY_DISK_H_

#include <sqlite3.h>

#include <atomic>
#include <cstddef>

namespace vedette {

class FaultyDisk {
 public:
  // SQLITE_OK: works. SQLITE_FULL, SQLITE_IOERR_WRITE: every write fails so.
  static void SetWriteError(int rc) { State().write_error = rc; }
  // After this many writes more, every one fails with SQLITE_FULL.
  static void FailAfter(int writes) { State().writes_left = writes; }

  static void Install() {
    static const bool installed = [] {
      Disk& disk = State();
      disk.real = sqlite3_vfs_find(nullptr);
      disk.vfs = *disk.real;
      disk.vfs.zName = "faulty";
      disk.vfs.xOpen = Open;

      return sqlite3_vfs_register(&disk.vfs, /*makeDflt=*/1) == SQLITE_OK;
    }();
    static_cast<void>(installed);
  }

 private:
  struct Disk {
    sqlite3_vfs vfs{};
    sqlite3_vfs* real = nullptr;
    std::atomic<decltype(sqlite3_io_methods::xWrite)> write = nullptr;  // The same for both tables.
    std::atomic<int> write_error = SQLITE_OK;
    std::atomic<int> writes_left = 1 << 30;
  };
  static Disk& State() {
    static auto* const disk = new Disk;
    return *disk;
  }

  // The file is the real file; its table of methods is a copy with another xWrite. There are two
  // tables: databases are locked, logs are not.
  static int Open(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* file, int flags, int* out) {
    const int rc = State().real->xOpen(State().real, name, file, flags, out);
    if (file->pMethods == nullptr) return rc;
    if ((flags & SQLITE_OPEN_MAIN_DB) != 0) {
      static const Methods methods(file->pMethods);
      file->pMethods = &methods.faulty;
    } else if ((flags & SQLITE_OPEN_WAL) != 0) {
      static const Methods methods(file->pMethods);
      file->pMethods = &methods.faulty;
    }
    return rc;
  }

  struct Methods {
    explicit Methods(const sqlite3_io_methods* real) : faulty(*real) {
      State().write = real->xWrite;
      faulty.xWrite = [](sqlite3_file* to, const void* bytes, int size, sqlite3_int64 at) {
        const int error = State().write_error;
        if (error != SQLITE_OK) return error;
        if (State().writes_left-- <= 0) return SQLITE_FULL;
        return State().write.load()(to, bytes, size, at);
      };
    }
    sqlite3_io_methods faulty;
  };
};

}  // namespace vedette

#endif  // VEDETTE_STORAGE_FAULTY_DISK_H_
