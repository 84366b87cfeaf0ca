// SPDX-License-Identifier: Apache-2.0
// No unit test: power_cut_test is its test, and checks that it takes something back.
#include "tests/store/power_cut_disk.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/file.h"
#include "storage/database.h"

namespace vedette {
namespace {

// What a write has put over; `size_before` of the file.
struct Undo {
  int64_t at = 0;
  std::string bytes;
  int64_t size_before = 0, size_after = 0;
};

struct OpenFileOf {
  std::string path;
  const sqlite3_io_methods* methods = nullptr;  // Of the disk below.
};

struct Disk {
  sqlite3_vfs vfs{};
  sqlite3_vfs* real = nullptr;
  std::mutex mu;
  std::map<sqlite3_file*, OpenFileOf> open;
  std::map<std::string, std::vector<Undo>> unsynced;
  int64_t writes_left = INT64_MAX;
};

Disk& TheDisk() {
  static auto* const disk = new Disk;
  return *disk;
}

// Another layer may have put its own methods above ours.
const sqlite3_io_methods* RealMethods(sqlite3_file* file) { return TheDisk().open[file].methods; }

int64_t SizeOf(sqlite3_file* file) {
  sqlite3_int64 size = 0;
  RealMethods(file)->xFileSize(file, &size);
  return size;
}

void Remember(sqlite3_file* file, int64_t at, int64_t count, int64_t size_after) {
  Disk& disk = TheDisk();
  Undo undo;
  undo.at = at;
  undo.size_before = SizeOf(file);
  undo.size_after = size_after;
  const int64_t there = std::clamp<int64_t>(undo.size_before - at, 0, count);
  undo.bytes.resize(static_cast<size_t>(there));
  if (there > 0) {
    RealMethods(file)->xRead(file, undo.bytes.data(), static_cast<int>(there), at);
  }
  disk.unsynced[disk.open[file].path].push_back(std::move(undo));
}

int Write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
  Disk& disk = TheDisk();
  const std::lock_guard lock(disk.mu);
  if (disk.writes_left <= 0) return SQLITE_IOERR_WRITE;
  --disk.writes_left;
  Remember(file, at, size, std::max<int64_t>(SizeOf(file), at + size));
  return RealMethods(file)->xWrite(file, bytes, size, at);
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  Disk& disk = TheDisk();
  const std::lock_guard lock(disk.mu);
  if (disk.writes_left <= 0) return SQLITE_IOERR_TRUNCATE;
  Remember(file, size, std::max<int64_t>(0, SizeOf(file) - size), size);
  return RealMethods(file)->xTruncate(file, size);
}

int Sync(sqlite3_file* file, int flags) {
  Disk& disk = TheDisk();
  const std::lock_guard lock(disk.mu);
  if (disk.writes_left <= 0) return SQLITE_IOERR_FSYNC;
  disk.unsynced.erase(disk.open[file].path);
  return RealMethods(file)->xSync(file, flags);
}

int Close(sqlite3_file* file) {
  Disk& disk = TheDisk();
  const std::lock_guard lock(disk.mu);
  const sqlite3_io_methods* const methods = RealMethods(file);
  disk.open.erase(file);
  return methods->xClose(file);
}

// Databases are locked, logs are not: SQLite has a table of methods for each.
struct Methods {
  explicit Methods(const sqlite3_io_methods* from) : real(from), layered(*from) {
    layered.xWrite = Write;
    layered.xTruncate = Truncate;
    layered.xSync = Sync;
    layered.xClose = Close;
    layered.xFetch = nullptr;
    layered.iVersion = std::min(layered.iVersion, 2);  // No memory mapping.
  }
  const sqlite3_io_methods* real;
  sqlite3_io_methods layered;
};
std::vector<Methods*>& AllMethods() {
  static auto* const all = new std::vector<Methods*>;
  return *all;
}

int Open(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* file, int flags, int* out) {
  Disk& disk = TheDisk();
  const std::lock_guard lock(disk.mu);
  const int rc = disk.real->xOpen(disk.real, name, file, flags, out);
  if (file->pMethods == nullptr || (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) == 0)
    return rc;
  auto& all = AllMethods();
  auto at = std::find_if(all.begin(), all.end(),
                         [&](const Methods* methods) { return methods->real == file->pMethods; });
  if (at == all.end()) at = all.insert(all.end(), new Methods(file->pMethods));
  file->pMethods = &(*at)->layered;
  disk.open[file] = {name, (*at)->real};
  return rc;
}

// A file that the dead process would not have deleted any more stays.
int Delete(sqlite3_vfs*, const char* name, int sync_directory) {
  Disk& disk = TheDisk();
  const std::lock_guard lock(disk.mu);
  if (disk.writes_left <= 0) return SQLITE_IOERR_DELETE;
  disk.unsynced.erase(name);
  return disk.real->xDelete(disk.real, name, sync_directory);
}

void TakeBack(const std::string& path, const std::vector<Undo>& writes, std::mt19937& random) {
  const auto fd = OpenFile(path, O_RDWR);
  if (!fd.ok()) return;  // It was deleted.
  int64_t size = writes.front().size_before;
  std::vector<bool> kept;
  const uint64_t part = random() % 5;  // From nothing to nearly all of it is kept.
  for (const Undo& write : writes) {
    kept.push_back(random() % 5 < part);
    if (kept.back()) size = std::max(size, write.size_after);
  }
  for (size_t i = writes.size(); i-- > 0;) {
    if (kept[i] || writes[i].bytes.empty()) continue;
    const std::string& bytes = writes[i].bytes;
    CHECK_EQ(pwrite(fd->get(), bytes.data(), bytes.size(), writes[i].at),
             static_cast<ssize_t>(bytes.size()));
  }
  CHECK_EQ(ftruncate(fd->get(), size), 0);
}

}  // namespace

void PowerCutDisk::Install() {
  static const bool installed = [] {
    Disk& disk = TheDisk();
    disk.real = sqlite3_vfs_find(nullptr);
    disk.vfs = *disk.real;
    disk.vfs.zName = "power-cut";
    disk.vfs.xOpen = Open;
    disk.vfs.xDelete = Delete;
    return sqlite3_vfs_register(&disk.vfs, /*makeDflt=*/1) == SQLITE_OK;
  }();
  CHECK(installed);
}

void PowerCutDisk::CutAfter(int writes) {
  const std::lock_guard lock(TheDisk().mu);
  TheDisk().writes_left = writes;
}

bool PowerCutDisk::IsCut() {
  const std::lock_guard lock(TheDisk().mu);
  return TheDisk().writes_left <= 0;
}

void PowerCutDisk::LoseUnsynced(std::mt19937& random) {
  Disk& disk = TheDisk();
  const std::lock_guard lock(disk.mu);
  CHECK(disk.open.empty()) << "somebody still has a file open";
  for (const auto& [path, writes] : disk.unsynced) TakeBack(path, writes, random);
  disk.unsynced.clear();
  disk.writes_left = INT64_MAX;
}

}  // namespace vedette
