// SPDX-License-Identifier: Apache-2.0
//
// Tamper evidence: alerts, changes of their state, suppressions and gaps, in the order in which
// they were written, form a chain of SHA-256 hashes, and the daemon signs its end now and then with
// a key that only it has. What is changed, taken away, put in or reordered afterwards does not fit
// any more. docs/store-format.md describes the bytes.
//
// What it cannot do: show that the newest links, behind the last checkpoint that somebody else has
// seen, were cut off together with that checkpoint. Whoever holds the key can make a chain of their
// own.
#ifndef VEDETTE_STORAGE_CHAIN_H_
#define VEDETTE_STORAGE_CHAIN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "storage/chain_report.h"
#include "storage/database.h"
#include "storage/signing_key.h"

namespace vedette {

enum class LinkKind : uint8_t {
  kBegin,        // What was there before the chain: the largest numbers of alerts and gaps.
  kAlert,        // A row of alerts, with its lists.
  kGap,          // A row of gaps.
  kRemoved,      // Retention has deleted rows: which.
  kChange,       // A row of alert_changes.
  kSuppression,  // A row of suppressions.
};
absl::string_view LinkKindName(LinkKind kind);  // "begin", "alert", "gap", "removed", ...

// What a row says, as bytes that are the same for the same content: names and values of the columns
// that are not NULL, so that a column that a later version adds changes nothing. Empty: no such
// row.
absl::StatusOr<std::string> ContentOfAlert(sqlite3* db, int64_t alert);
absl::StatusOr<std::string> ContentOfGap(sqlite3* db, int64_t gap);
absl::StatusOr<std::string> ContentOfChange(sqlite3* db, int64_t change);
absl::StatusOr<std::string> ContentOfSuppression(sqlite3* db, int64_t suppression);

std::string Sha256(absl::string_view bytes);  // 32 bytes.
std::string LinkHash(absl::string_view before, LinkKind kind, int64_t row,
                     absl::string_view digest);
// What is signed of a checkpoint.
std::string CheckpointText(int64_t link, int64_t time_ns, absl::string_view hash);

// The writer. Lives on the writer thread, in its transactions.
class Chain {
 public:
  static constexpr int64_t kLinksPerCheckpoint = 64;
  static constexpr absl::Duration kCheckpointInterval = absl::Minutes(1);

  // The tables must exist; `db` must outlive this. A chain that has not begun begins.
  static absl::StatusOr<Chain> Create(sqlite3* db, SigningKey key);

  absl::Status AddAlert(int64_t alert);
  absl::Status AddGap(int64_t gap);
  absl::Status AddChange(int64_t change);
  absl::Status AddSuppression(int64_t suppression);
  // `rows`: numbers of alerts, gaps or changes that were deleted; nothing is added for none.
  absl::Status AddRemoved(absl::string_view table, const std::vector<int64_t>& rows);
  // Signs the end if it is due, or if `now_or_never`.
  absl::Status MaybeSign(absl::Time now, bool now_or_never);
  // The hash of the last link, hexadecimal.
  std::string Head() const;
  // The transaction was rolled back.
  void Forget() { is_read_ = false; }

 private:
  absl::Status Begin();
  absl::Status Load();
  absl::Status Add(LinkKind kind, int64_t row, absl::string_view content, bool keep_content);

  sqlite3* db_ = nullptr;
  SigningKey key_;
  Statement add_, sign_;
  bool is_read_ = false;
  int64_t link_ = 0, signed_link_ = 0;
  std::string hash_;
  absl::Time signed_at_ = absl::InfinitePast();
};

// Reads the chain and all that is in it.
absl::StatusOr<ChainReport> VerifyChain(sqlite3* db, const VerifyOptions& options);

}  // namespace vedette

#endif  // VEDETTE_STORAGE_CHAIN_H_
