// SPDX-License-Identifier: Apache-2.0
//
// No unit test: queries_test tries it with hostile statements, files and directories.
#include "storage/read_only.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "storage/event_module.h"
#include "storage/queries.h"
#include "storage/store_file.h"
#include "storage/tables.h"

namespace vedette {
namespace {

// Pragmas that describe the tables and change nothing, even with an argument.
constexpr absl::string_view kHarmlessPragmas[] = {
    "collation_list", "compile_options", "database_list", "freelist_count", "function_list",
    "index_info",     "index_list",      "index_xinfo",   "page_count",     "page_size",
    "table_info",     "table_list",      "table_xinfo",   "quick_check",    "integrity_check",
};

bool IsHarmlessPragma(absl::string_view name) {
  return std::any_of(
      std::begin(kHarmlessPragmas), std::end(kHarmlessPragmas),
      [&](absl::string_view harmless) { return absl::EqualsIgnoreCase(name, harmless); });
}

// Loads code, or shows where code lies in memory.
bool IsHarmfulFunction(absl::string_view name) {
  return absl::EqualsIgnoreCase(name, "load_extension") ||
         absl::EqualsIgnoreCase(name, "fts3_tokenizer");
}

int Authorize(void*, int action, const char* first, const char* second, const char*, const char*) {
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    case SQLITE_FUNCTION:
      return IsHarmfulFunction(second == nullptr ? "" : second) ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_PRAGMA:
      return IsHarmlessPragma(first == nullptr ? "" : first) ? SQLITE_OK : SQLITE_DENY;
    default:
      if (IsDeclaringEventTable()) return SQLITE_OK;
      return SQLITE_DENY;  // Writing, ATTACH, transactions, temporary tables, ...
  }
}

// exec_id('12345678901234567890'): SQL has no literal for the upper half of the unsigned numbers.
void ExecIdFunction(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(arguments[0]));
  const std::optional<uint64_t> id = text == nullptr ? std::nullopt : ParseExecId(text);
  if (!id.has_value()) return sqlite3_result_null(context);
  sqlite3_result_int64(context, static_cast<int64_t>(*id));
}

// The name in a DNS message's question, in small letters: dns_name(payload) of network_dns. NULL:
// the bytes are no message, or have no question.
void DnsNameFunction(sqlite3_context* context, int, sqlite3_value** arguments) {
  constexpr size_t kHeaderBytes = 12, kNameMax = 255;
  const auto* bytes = static_cast<const uint8_t*>(sqlite3_value_blob(arguments[0]));
  const auto size = static_cast<size_t>(sqlite3_value_bytes(arguments[0]));
  std::string name;
  size_t at = kHeaderBytes;
  while (bytes != nullptr && at < size && bytes[at] != 0 && name.size() < kNameMax) {
    const size_t length = bytes[at];
    if (length > 63 || at + 1 + length >= size) return sqlite3_result_null(context);
    if (!name.empty()) name.push_back('.');
    for (size_t i = at + 1; i <= at + length; ++i) {
      name.push_back(absl::ascii_tolower(bytes[i]));
    }
    at += 1 + length;
  }
  if (name.empty()) return sqlite3_result_null(context);
  sqlite3_result_text(context, name.data(), static_cast<int>(name.size()), SQLITE_TRANSIENT);
}

bool Exists(const std::string& path, bool* empty = nullptr) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return false;
  if (empty != nullptr) *empty = info.st_size == 0;
  return true;
}

std::string DirectoryOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string FileUri(absl::string_view path) {
  std::string uri = "file:";
  for (const char c : path) {
    if (c == '%' || c == '?' || c == '#') {
      absl::StrAppend(&uri, "%", absl::Hex(c, absl::kZeroPad2));
    } else {
      uri.push_back(c);
    }
  }
  return uri + "?immutable=1";
}

// A reader of a live store shares memory with the writer through a file beside it.
absl::StatusOr<Database> OpenFor(const std::string& path) {
  const bool writable = faccessat(AT_FDCWD, DirectoryOf(path).c_str(), W_OK, AT_EACCESS) == 0;
  if (writable || Exists(path + "-shm")) {
    return OpenDatabase(path, SQLITE_OPEN_READONLY);
  }
  bool log_is_empty = true;
  if (Exists(path + "-wal", &log_is_empty) && !log_is_empty) {
    return absl::UnavailableError(absl::StrCat(path,
                                               "-wal holds rows that are not in the file yet, and "
                                               "reading them needs a directory that can be"
                                               " written: copy ",
                                               path, " and ", path,
                                               "-wal to one, and open the copy"));
  }
  return OpenDatabase(FileUri(path), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
}

absl::Status IsNoStore(const std::string& path) {
  return absl::FailedPreconditionError(absl::StrCat(path, " is not a store of Vedette"));
}

absl::Status CheckIsStore(sqlite3* db, const std::string& path) {
  ASSIGN_OR_RETURN(const int64_t application, QueryInteger(db, "PRAGMA application_id"));
  ASSIGN_OR_RETURN(const int64_t version, QueryInteger(db, "PRAGMA user_version"));
  if (application != kStoreApplicationId) {
    return IsNoStore(path);
  }
  if (version > kStoreVersion) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " was written by a newer Vedette (store version ", version,
                     ", this one knows ", kStoreVersion, "): use that Vedette to read it"));
  }
  return absl::OkStatus();
}

absl::Status Explain(absl::Status status, const std::string& path) {
  if (status.code() != absl::StatusCode::kUnavailable) return WithWayOut(status, path);
  return absl::UnavailableError(
      absl::StrCat(status.message(), " (if the directory of ", path,
                   " cannot be written, copy the file and its -wal to one that can)"));
}

}  // namespace

absl::StatusOr<Database> OpenReadOnly(const std::string& path, DamageLog* damage) {
  const absl::Status header = CheckHeader(path);
  if (header.code() == absl::StatusCode::kNotFound) {
    return absl::NotFoundError(
        absl::StrCat("there is no store at ", path, "; `vedette run` makes one"));
  }
  if (header.code() == absl::StatusCode::kPermissionDenied) {
    return absl::PermissionDeniedError(
        absl::StrCat(header.message(), "; a store belongs to root: try it with sudo"));
  }
  if (absl::IsDataLoss(header) && !HasLockFile(path)) return IsNoStore(path);
  RETURN_IF_ERROR(WithWayOut(header, path));
  ASSIGN_OR_RETURN(Database db, OpenFor(path));
  sqlite3_busy_timeout(db.get(), 2000);
  sqlite3_db_config(db.get(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db.get(), SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(db.get(), SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(db.get(), SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
  sqlite3_limit(db.get(), SQLITE_LIMIT_LENGTH, 64 << 20);
  sqlite3_limit(db.get(), SQLITE_LIMIT_SQL_LENGTH, 1 << 20);
  sqlite3_limit(db.get(), SQLITE_LIMIT_ATTACHED, 0);
  RETURN_IF_ERROR(Explain(CheckIsStore(db.get(), path), path));
  RETURN_IF_ERROR(RegisterEventModule(db.get(), damage));
  RETURN_IF_ERROR(ForbidAllButReading(db.get()));
  return db;
}

absl::Status ForbidAllButReading(sqlite3* db) {
  const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
  int rc = sqlite3_create_function_v2(db, "exec_id", 1, flags, nullptr, ExecIdFunction, nullptr,
                                      nullptr, nullptr);
  if (rc == SQLITE_OK) {
    rc = sqlite3_create_function_v2(db, "dns_name", 1, flags, nullptr, DnsNameFunction, nullptr,
                                    nullptr, nullptr);
  }
  if (rc == SQLITE_OK) rc = sqlite3_set_authorizer(db, Authorize, nullptr);
  return rc == SQLITE_OK ? absl::OkStatus() : SqliteError(db, rc, "restrict");
}

}  // namespace vedette
