// SPDX-License-Identifier: Apache-2.0
//
// No unit test: chain_test changes chains and looks what is found.
#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "storage/chain.h"

namespace vedette {
namespace {

// Numbers of rows, as ranges: first to last.
using Rows = std::map<int64_t, int64_t>;

bool Has(const Rows& rows, int64_t row) {
  auto at = rows.upper_bound(row);
  return at != rows.begin() && (--at)->second >= row;
}

class Verifier {
 public:
  Verifier(sqlite3* db, absl::string_view key, size_t findings_max)
      : db_(db), wanted_key_(key), findings_max_(findings_max) {}

  absl::StatusOr<ChainReport> Run() {
    RETURN_IF_ERROR(ReadRemoved());
    RETURN_IF_ERROR(ReadLinks());
    RETURN_IF_ERROR(ReadCheckpoints());
    RETURN_IF_ERROR(FindStrangers("alerts", "alert", alerts_, alerts_before_));
    RETURN_IF_ERROR(FindStrangers("gaps", "gap", gaps_, gaps_before_));
    report_.head = absl::BytesToHexString(hash_);
    if (report_.links == 0) Find("there is no chain: it was taken away, or the store has none yet");
    return std::move(report_);
  }

 private:
  void Find(std::string finding) {
    if (report_.findings.size() < findings_max_) report_.findings.push_back(std::move(finding));
  }

  // What retention says that it has deleted. That the links which say so are right is seen later.
  absl::Status ReadRemoved() {
    ASSIGN_OR_RETURN(const Statement read,
                     Prepare(db_, "SELECT content FROM chain WHERE kind = 'removed'"));
    int rc;
    while ((rc = sqlite3_step(read.get())) == SQLITE_ROW) {
      const std::vector<absl::string_view> words = absl::StrSplit(ColumnBytes(read.get(), 0), ' ');
      Rows& rows = words[0] == "alerts" ? removed_alerts_ : removed_gaps_;
      for (size_t i = 1; i < words.size(); ++i) {
        const std::pair<absl::string_view, absl::string_view> ends = absl::StrSplit(words[i], '-');
        int64_t first = 0, last = 0;
        if (!absl::SimpleAtoi(ends.first, &first)) continue;
        if (!absl::SimpleAtoi(ends.second, &last)) last = first;
        rows[first] = std::max(rows[first], last);
      }
    }
    return rc == SQLITE_DONE ? absl::OkStatus() : SqliteError(db_, rc, "read the chain");
  }

  absl::Status ReadLinks() {
    ASSIGN_OR_RETURN(const Statement read,
                     Prepare(db_,
                             "SELECT link, kind, row, content, digest, hash FROM chain"
                             " ORDER BY link"));
    int rc;
    while ((rc = sqlite3_step(read.get())) == SQLITE_ROW) RETURN_IF_ERROR(Link(read.get()));
    return rc == SQLITE_DONE ? absl::OkStatus() : SqliteError(db_, rc, "read the chain");
  }

  absl::Status Link(sqlite3_stmt* row) {
    const int64_t link = sqlite3_column_int64(row, 0);
    if (link != report_.links + 1) {
      Find(
          absl::StrCat("links ", report_.links + 1, " to ", link - 1, " of the chain are missing"));
    }
    report_.links = link;
    const std::string name(ColumnBytes(row, 1));
    const int64_t of_row = sqlite3_column_int64(row, 2);
    const std::string content(ColumnBytes(row, 3)), digest(ColumnBytes(row, 4));
    std::optional<LinkKind> kind;
    for (const LinkKind each :
         {LinkKind::kBegin, LinkKind::kAlert, LinkKind::kGap, LinkKind::kRemoved}) {
      if (LinkKindName(each) == name) kind = each;
    }
    if (!kind.has_value()) {
      Find(absl::StrCat("link ", link, " is of no kind that there is: ", EscapeControl(name)));
      return absl::OkStatus();
    }
    const std::string hash = LinkHash(hash_, *kind, of_row, digest);
    if (hash != ColumnBytes(row, 5)) {
      Find(absl::StrCat("link ", link, " (", name, " ", of_row,
                        ") does not follow the link before it: one of them was changed, moved or"
                        " put in"));
    }
    // From here on as it is, so that one change is one finding.
    hash_ = std::string(ColumnBytes(row, 5));
    hashes_[link] = hash_;
    return Content(*kind, link, of_row, content, digest);
  }

  absl::Status Content(LinkKind kind, int64_t link, int64_t row, const std::string& content,
                       const std::string& digest) {
    std::string now = content;
    if (kind == LinkKind::kAlert) {
      ASSIGN_OR_RETURN(now, ContentOfAlert(db_, row));
      alerts_.insert(row);
    } else if (kind == LinkKind::kGap) {
      ASSIGN_OR_RETURN(now, ContentOfGap(db_, row));
      gaps_.insert(row);
    }
    const std::string what = absl::StrCat(LinkKindName(kind), " ", row);
    if (now.empty()) {
      const bool by_retention =
          Has(kind == LinkKind::kAlert ? removed_alerts_ : removed_gaps_, row);
      if (by_retention) {
        ++report_.removed;
      } else {
        Find(absl::StrCat(what, " was removed (link ", link, ")"));
      }
      return absl::OkStatus();
    }
    if (Sha256(now) != digest) {
      Find(absl::StrCat(kind == LinkKind::kBegin || kind == LinkKind::kRemoved
                            ? absl::StrCat("link ", link)
                            : absl::StrCat(what, " (link ", link, ")"),
                        " was changed"));
    }
    if (kind == LinkKind::kAlert) ++report_.alerts;
    if (kind == LinkKind::kGap) ++report_.gaps;
    if (kind == LinkKind::kBegin) TakeBegin(content);
    return absl::OkStatus();
  }

  void TakeBegin(const std::string& content) {
    const std::vector<absl::string_view> words = absl::StrSplit(content, ' ');
    if (words.size() != 4 || !absl::SimpleAtoi(words[1], &alerts_before_) ||
        !absl::SimpleAtoi(words[3], &gaps_before_)) {
      Find("the chain's beginning makes no sense");
    }
  }

  absl::Status ReadCheckpoints() {
    ASSIGN_OR_RETURN(const Statement read,
                     Prepare(db_,
                             "SELECT link, time_ns, hash, key, signature FROM checkpoints"
                             " ORDER BY checkpoint"));
    int64_t last = 0;
    std::string key;
    int rc;
    while ((rc = sqlite3_step(read.get())) == SQLITE_ROW) {
      const int64_t link = sqlite3_column_int64(read.get(), 0);
      const std::string hash(ColumnBytes(read.get(), 2));
      const std::string by(ColumnBytes(read.get(), 3));
      const std::string where = absl::StrCat("the checkpoint at link ", link);
      ++report_.checkpoints;
      last = std::max(last, link);
      if (key.empty()) key = by;
      if (by != key) Find(absl::StrCat(where, " is signed with another key than those before it"));
      if (!IsSignedBy(by, CheckpointText(link, sqlite3_column_int64(read.get(), 1), hash),
                      ColumnBytes(read.get(), 4))) {
        Find(absl::StrCat(where, " has a signature that is wrong"));
      }
      const auto at = hashes_.find(link);
      if (at == hashes_.end()) {
        Find(absl::StrCat("the chain was cut: ", where, " is there, the link is not"));
      } else if (at->second != hash) {
        Find(absl::StrCat(where, " was signed for another chain: it was rewritten before link ",
                          link));
      }
    }
    if (rc != SQLITE_DONE) return SqliteError(db_, rc, "read checkpoints");
    report_.key = absl::BytesToHexString(key);
    report_.unsigned_links = std::max<int64_t>(0, report_.links - last);
    if (!wanted_key_.empty() && report_.key != wanted_key_) {
      Find(absl::StrCat("it is signed with the key ", report_.key, ", not with the one asked for"));
    }
    return absl::OkStatus();
  }

  // Rows that nobody has chained.
  absl::Status FindStrangers(absl::string_view table, absl::string_view key,
                             const std::set<int64_t>& chained, int64_t before) {
    ASSIGN_OR_RETURN(const Statement read,
                     Prepare(db_, absl::StrCat("SELECT ", key, " FROM ", table, " ORDER BY 1")));
    int rc;
    while ((rc = sqlite3_step(read.get())) == SQLITE_ROW) {
      const int64_t row = sqlite3_column_int64(read.get(), 0);
      if (chained.contains(row)) continue;
      if (row <= before) {
        ++report_.before;
      } else {
        Find(absl::StrCat(key, " ", row, " was put in: it is not in the chain"));
      }
    }
    return rc == SQLITE_DONE ? absl::OkStatus() : SqliteError(db_, rc, "read what is chained");
  }

  sqlite3* const db_;
  const std::string wanted_key_;
  const size_t findings_max_;
  ChainReport report_;
  std::string hash_;
  std::map<int64_t, std::string> hashes_;
  Rows removed_alerts_, removed_gaps_;
  std::set<int64_t> alerts_, gaps_;
  int64_t alerts_before_ = 0, gaps_before_ = 0;
};

}  // namespace

absl::StatusOr<ChainReport> VerifyChain(sqlite3* db, absl::string_view key, size_t findings_max) {
  return Verifier(db, key, findings_max).Run();
}

}  // namespace vedette
