// SPDX-License-Identifier: Apache-2.0
//
// No unit test: container_store_test writes through the door and asks in SQL.
#include "storage/container_rows.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"

namespace vedette {
namespace {

void BindKnown(sqlite3_stmt* statement, int at, absl::string_view text) {
  if (text.empty()) {
    sqlite3_bind_null(statement, at);
  } else {
    BindText(statement, at, text);
  }
}

}  // namespace

absl::StatusOr<ContainerRows> ContainerRows::Create(sqlite3* db) {
  ContainerRows rows;
  ASSIGN_OR_RETURN(
      rows.put_,
      Prepare(db,
              "INSERT INTO containers (id, name, image, image_repository, image_tag, image_digest,"
              " pod_name, pod_namespace, pod_uid, labels, pod_labels, privileged, start_ns,"
              " first_ns, last_ns)"
              " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?14)"
              " ON CONFLICT (id) DO UPDATE SET name = ?2, image = ?3, image_repository = ?4,"
              " image_tag = ?5, image_digest = ?6, pod_name = ?7, pod_namespace = ?8,"
              " pod_uid = ?9, labels = ?10, pod_labels = ?11, privileged = ?12, start_ns = ?13,"
              " last_ns = ?14"));
  ASSIGN_OR_RETURN(rows.trim_,
                   Prepare(db, absl::StrCat("DELETE FROM containers WHERE id IN (SELECT id FROM "
                                            "containers ORDER BY last_ns DESC LIMIT -1 OFFSET ",
                                            kRowsMax, ")")));
  return rows;
}

absl::Status ContainerRows::Put(const StoredContainer& container, absl::Time now) {
  int at = 0;
  for (const std::string* text :
       {&container.id, &container.name, &container.image, &container.image_repository,
        &container.image_tag, &container.image_digest, &container.pod_name,
        &container.pod_namespace, &container.pod_uid, &container.labels, &container.pod_labels}) {
    BindKnown(put_.get(), ++at, *text);
  }
  if (container.privileged < 0) {
    sqlite3_bind_null(put_.get(), ++at);
  } else {
    BindInteger(put_.get(), ++at, container.privileged);
  }
  if (container.start_ns == 0) {
    sqlite3_bind_null(put_.get(), ++at);
  } else {
    BindInteger(put_.get(), ++at, container.start_ns);
  }
  BindInteger(put_.get(), ++at, absl::ToUnixNanos(now));
  RETURN_IF_ERROR(StepDone(put_.get(), "write a container"));
  return StepDone(trim_.get(), "forget containers");
}

absl::StatusOr<std::optional<StoredContainer>> ReadContainer(sqlite3* db, absl::string_view id) {
  ASSIGN_OR_RETURN(const bool exists, HasTable(db, "containers"));
  if (!exists) return std::nullopt;
  ASSIGN_OR_RETURN(
      const Statement row,
      Prepare(db,
              "SELECT name, image, image_repository, image_tag, image_digest, pod_name,"
              " pod_namespace, pod_uid, labels, pod_labels, coalesce(privileged, -1), start_ns"
              " FROM containers WHERE id = ?1"));
  BindText(row.get(), 1, id);
  const int rc = sqlite3_step(row.get());
  if (rc == SQLITE_DONE) return std::nullopt;
  if (rc != SQLITE_ROW) return SqliteError(db, rc, "read a container");
  StoredContainer container;
  container.id = std::string(id);
  int at = 0;
  for (std::string* text :
       {&container.name, &container.image, &container.image_repository, &container.image_tag,
        &container.image_digest, &container.pod_name, &container.pod_namespace, &container.pod_uid,
        &container.labels, &container.pod_labels}) {
    *text = std::string(ColumnBytes(row.get(), at++));
  }
  container.privileged = sqlite3_column_int(row.get(), at++);
  container.start_ns = sqlite3_column_int64(row.get(), at);
  return container;
}

}  // namespace vedette
