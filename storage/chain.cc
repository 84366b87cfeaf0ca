// SPDX-License-Identifier: Apache-2.0
#include "storage/chain.h"

#include <openssl/sha.h>

#include <array>
#include <set>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "storage/byte_code.h"
#include "storage/tables.h"

namespace vedette {
namespace {

void AppendBytes(absl::string_view bytes, std::string& to) {
  AppendVarint(bytes.size(), to);
  to.append(bytes.data(), bytes.size());
}

// Every stored column that is not NULL: its name, its type, its value. Columns that are computed
// are named in no INSERT; `names` has those that are not.
void AppendRow(sqlite3_stmt* row, std::string& to) {
  const int columns = sqlite3_column_count(row);
  for (int i = 0; i < columns; ++i) {
    const int type = sqlite3_column_type(row, i);
    if (type == SQLITE_NULL) continue;
    AppendBytes(sqlite3_column_name(row, i), to);
    AppendVarint(static_cast<uint64_t>(type), to);
    if (type == SQLITE_INTEGER) {
      AppendSigned(sqlite3_column_int64(row, i), to);
    } else {
      AppendBytes(ColumnBytes(row, i), to);
    }
  }
  to.push_back('\n');
}

// `SELECT "t"."a", "t"."b" FROM t WHERE key = ?1`: all columns but those that are computed. Without
// the table SQLite would take a column that there is not for a text.
std::string SelectStored(absl::string_view table, absl::string_view key, absl::string_view order,
                         const std::set<std::string>* only = nullptr) {
  std::vector<std::string> names;
  for (const Table& each : Tables()) {
    if (each.name != table) continue;
    for (const Table::Column& column : each.columns) {
      if (column.definition.find("GENERATED") != std::string::npos) continue;
      if (only != nullptr && !only->contains(column.name)) continue;
      names.push_back(absl::StrCat("\"", table, "\".\"", column.name, "\""));
    }
  }
  return absl::StrCat("SELECT ", absl::StrJoin(names, ", "), " FROM ", table, " WHERE ", key,
                      " = ?1", order);
}

// For a file that nobody has written to since columns were added.
absl::StatusOr<std::string> SelectWhatThereIs(sqlite3* db, absl::string_view table,
                                              absl::string_view key, absl::string_view order) {
  ASSIGN_OR_RETURN(const Statement read,
                   Prepare(db, absl::StrCat("SELECT * FROM ", table, " LIMIT 0")));
  std::set<std::string> names;
  for (int i = 0; i < sqlite3_column_count(read.get()); ++i) {
    names.insert(sqlite3_column_name(read.get(), i));
  }
  return SelectStored(table, key, order, &names);
}

absl::Status AppendRows(sqlite3* db, const std::string& select, int64_t key, std::string& to) {
  ASSIGN_OR_RETURN(const Statement statement, Prepare(db, select));
  BindInteger(statement.get(), 1, key);
  int rc;
  while ((rc = sqlite3_step(statement.get())) == SQLITE_ROW) AppendRow(statement.get(), to);
  return rc == SQLITE_DONE ? absl::OkStatus() : SqliteError(db, rc, "read what is chained");
}

}  // namespace

absl::string_view LinkKindName(LinkKind kind) {
  switch (kind) {
    case LinkKind::kBegin:
      return "begin";
    case LinkKind::kAlert:
      return "alert";
    case LinkKind::kGap:
      return "gap";
    case LinkKind::kRemoved:
      return "removed";
    case LinkKind::kChange:
      return "change";
    case LinkKind::kSuppression:
      return "suppression";
  }
  return "corrupt";
}

absl::StatusOr<std::string> ContentOfAlert(sqlite3* db, int64_t alert) {
  std::string content;
  static const auto* const row = new std::string(SelectStored("alerts", "alert", ""));
  const absl::Status read = AppendRows(db, *row, alert, content);
  if (absl::IsInvalidArgument(read)) {
    ASSIGN_OR_RETURN(const std::string older, SelectWhatThereIs(db, "alerts", "alert", ""));
    RETURN_IF_ERROR(AppendRows(db, older, alert, content));
  } else {
    RETURN_IF_ERROR(read);
  }
  if (content.empty()) return content;
  for (const char* list : {"alert_fields", "alert_processes", "alert_tags", "alert_evidence"}) {
    AppendBytes(list, content);
    RETURN_IF_ERROR(
        AppendRows(db, SelectStored(list, "alert", " ORDER BY position"), alert, content));
  }
  // Younger than the chain: where an alert has none of them, they are not there.
  for (const char* list : {"alert_matches", "alert_prehistory"}) {
    ASSIGN_OR_RETURN(const bool exists, HasTable(db, list));
    if (!exists) continue;
    std::string rows;
    RETURN_IF_ERROR(AppendRows(db, SelectStored(list, "alert", " ORDER BY position"), alert, rows));
    if (rows.empty()) continue;
    AppendBytes(list, content);
    content += rows;
  }
  return content;
}

absl::StatusOr<std::string> ContentOfGap(sqlite3* db, int64_t gap) {
  std::string content;
  RETURN_IF_ERROR(AppendRows(db, SelectStored("gaps", "gap", ""), gap, content));
  return content;
}

absl::StatusOr<std::string> ContentOfChange(sqlite3* db, int64_t change) {
  std::string content;
  RETURN_IF_ERROR(AppendRows(db, SelectStored("alert_changes", "change", ""), change, content));
  return content;
}

absl::StatusOr<std::string> ContentOfSuppression(sqlite3* db, int64_t suppression) {
  std::string content;
  RETURN_IF_ERROR(
      AppendRows(db, SelectStored("suppressions", "suppression", ""), suppression, content));
  return content;
}

std::string Sha256(absl::string_view bytes) {
  std::string hash(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(hash.data()));
  return hash;
}

std::string LinkHash(absl::string_view before, LinkKind kind, int64_t row,
                     absl::string_view digest) {
  std::string text;
  AppendBytes(before, text);
  AppendBytes(LinkKindName(kind), text);
  AppendSigned(row, text);
  AppendBytes(digest, text);
  return Sha256(text);
}

std::string CheckpointText(int64_t link, int64_t time_ns, absl::string_view hash) {
  std::string text = "vedette checkpoint 1\n";
  AppendSigned(link, text);
  AppendSigned(time_ns, text);
  AppendBytes(hash, text);
  return text;
}

absl::StatusOr<Chain> Chain::Create(sqlite3* db, SigningKey key) {
  Chain chain;
  chain.db_ = db;
  chain.key_ = std::move(key);
  ASSIGN_OR_RETURN(chain.add_, Prepare(db,
                                       "INSERT INTO chain (link, kind, row, content, digest, hash)"
                                       " VALUES (?1, ?2, ?3, ?4, ?5, ?6)"));
  ASSIGN_OR_RETURN(chain.sign_,
                   Prepare(db,
                           "INSERT INTO checkpoints (link, time_ns, hash, key, signature)"
                           " VALUES (?1, ?2, ?3, ?4, ?5)"));
  RETURN_IF_ERROR(chain.Load());
  if (chain.link_ == 0) RETURN_IF_ERROR(chain.Begin());
  return chain;
}

absl::Status Chain::Load() {
  if (is_read_) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Statement last,
                   Prepare(db_, "SELECT link, hash FROM chain ORDER BY link DESC LIMIT 1"));
  const int rc = sqlite3_step(last.get());
  if (rc != SQLITE_ROW && rc != SQLITE_DONE) return SqliteError(db_, rc, "read the chain");
  link_ = rc == SQLITE_ROW ? sqlite3_column_int64(last.get(), 0) : 0;
  hash_ = rc == SQLITE_ROW ? std::string(ColumnBytes(last.get(), 1)) : "";
  ASSIGN_OR_RETURN(signed_link_, QueryInteger(db_, "SELECT max(link) FROM checkpoints"));
  is_read_ = true;
  return absl::OkStatus();
}

absl::Status Chain::Begin() {
  ASSIGN_OR_RETURN(const int64_t alerts, QueryInteger(db_, "SELECT max(alert) FROM alerts"));
  ASSIGN_OR_RETURN(const int64_t gaps, QueryInteger(db_, "SELECT max(gap) FROM gaps"));
  return Add(LinkKind::kBegin, 0, absl::StrCat("alerts ", alerts, " gaps ", gaps), true);
}

absl::Status Chain::AddAlert(int64_t alert) {
  ASSIGN_OR_RETURN(const std::string content, ContentOfAlert(db_, alert));
  return Add(LinkKind::kAlert, alert, content, false);
}

absl::Status Chain::AddGap(int64_t gap) {
  ASSIGN_OR_RETURN(const std::string content, ContentOfGap(db_, gap));
  return Add(LinkKind::kGap, gap, content, false);
}

absl::Status Chain::AddChange(int64_t change) {
  ASSIGN_OR_RETURN(const std::string content, ContentOfChange(db_, change));
  return Add(LinkKind::kChange, change, content, false);
}

absl::Status Chain::AddSuppression(int64_t suppression) {
  ASSIGN_OR_RETURN(const std::string content, ContentOfSuppression(db_, suppression));
  return Add(LinkKind::kSuppression, suppression, content, false);
}

// "alerts 1-64" or "gaps 3 5-9".
absl::Status Chain::AddRemoved(absl::string_view table, const std::vector<int64_t>& rows) {
  if (rows.empty()) return absl::OkStatus();
  std::string content(table);
  for (size_t i = 0; i < rows.size();) {
    size_t end = i;
    while (end + 1 < rows.size() && rows[end + 1] == rows[end] + 1) ++end;
    absl::StrAppend(&content, " ", rows[i]);
    if (end > i) absl::StrAppend(&content, "-", rows[end]);
    i = end + 1;
  }
  return Add(LinkKind::kRemoved, 0, content, true);
}

std::string Chain::Head() const { return absl::BytesToHexString(hash_); }

absl::Status Chain::Add(LinkKind kind, int64_t row, absl::string_view content, bool keep_content) {
  RETURN_IF_ERROR(Load());
  const std::string digest = Sha256(content);
  const std::string hash = LinkHash(hash_, kind, row, digest);
  sqlite3_stmt* const add = add_.get();
  BindInteger(add, 1, link_ + 1);
  BindText(add, 2, LinkKindName(kind));
  BindInteger(add, 3, row);
  BindText(add, 4, keep_content ? content : absl::string_view());
  sqlite3_bind_blob(add, 5, digest.data(), static_cast<int>(digest.size()), SQLITE_STATIC);
  sqlite3_bind_blob(add, 6, hash.data(), static_cast<int>(hash.size()), SQLITE_STATIC);
  RETURN_IF_ERROR(StepDone(add, "chain"));
  ++link_;
  hash_ = hash;
  return absl::OkStatus();
}

absl::Status Chain::MaybeSign(absl::Time now, bool now_or_never) {
  RETURN_IF_ERROR(Load());
  if (link_ == signed_link_) return absl::OkStatus();
  const bool is_due = now_or_never || link_ - signed_link_ >= kLinksPerCheckpoint ||
                      now - signed_at_ >= kCheckpointInterval;
  if (!is_due) return absl::OkStatus();
  const int64_t time_ns = absl::ToUnixNanos(now);
  ASSIGN_OR_RETURN(const std::string signature, key_.Sign(CheckpointText(link_, time_ns, hash_)));
  sqlite3_stmt* const sign = sign_.get();
  BindInteger(sign, 1, link_);
  BindInteger(sign, 2, time_ns);
  int at = 3;
  const std::array<const std::string*, 3> blobs = {&hash_, &key_.public_key(), &signature};
  for (const std::string* bytes : blobs) {
    sqlite3_bind_blob(sign, at++, bytes->data(), static_cast<int>(bytes->size()), SQLITE_STATIC);
  }
  RETURN_IF_ERROR(StepDone(sign, "checkpoint"));
  signed_link_ = link_;
  signed_at_ = now;
  return absl::OkStatus();
}

}  // namespace vedette
