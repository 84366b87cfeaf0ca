// SPDX-License-Identifier: Apache-2.0
//
// No unit test: chain_test changes chains and looks what is found.
#include <algorithm>
#include <array>
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

// The rows of a table that the chain protects.
struct Chained {
  LinkKind kind;
  const char *table, *key;
  absl::StatusOr<std::string> (*content)(sqlite3* db, int64_t row);
  int64_t ChainReport::*count;
  std::set<int64_t> rows = {};
  Rows removed = {};   // By retention, as it says.
  int64_t before = 0;  // The largest number that is older than the chain.
};

class Verifier {
 public:
  Verifier(sqlite3* db, const VerifyOptions& options) : db_(db), options_(options) {}

  absl::StatusOr<ChainReport> Run() {
    RETURN_IF_ERROR(ReadRemoved());
    RETURN_IF_ERROR(ReadLinks());
    RETURN_IF_ERROR(ReadCheckpoints());
    for (const Chained& chained : chained_) RETURN_IF_ERROR(FindStrangers(chained));
    if (!options_.head.empty() && report_.head_link == 0) {
      Find(absl::StrCat("the chain does not go through ", options_.head,
                        ", which was seen elsewhere: its end was cut off, or it is another chain"));
    }
    report_.head = absl::BytesToHexString(hash_);
    if (report_.links == 0) Find("there is no chain: it was taken away, or the store has none yet");
    return std::move(report_);
  }

 private:
  void Find(std::string finding) {
    if (report_.findings.size() < options_.findings_max)
      report_.findings.push_back(std::move(finding));
  }

  // What retention says that it has deleted. That the links which say so are right is seen later.
  absl::Status ReadRemoved() {
    ASSIGN_OR_RETURN(const Statement read,
                     Prepare(db_, "SELECT content FROM chain WHERE kind = 'removed'"));
    int rc;
    while ((rc = sqlite3_step(read.get())) == SQLITE_ROW) {
      const std::vector<absl::string_view> words = absl::StrSplit(ColumnBytes(read.get(), 0), ' ');
      const auto of = std::find_if(chained_.begin(), chained_.end(), [&](const Chained& chained) {
        return words[0] == chained.table;
      });
      if (of == chained_.end()) continue;
      Rows& rows = of->removed;
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
    for (const LinkKind each : {LinkKind::kBegin, LinkKind::kAlert, LinkKind::kGap,
                                LinkKind::kRemoved, LinkKind::kChange, LinkKind::kSuppression}) {
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
    if (absl::BytesToHexString(hash_) == options_.head) report_.head_link = link;
    return Content(*kind, link, of_row, content, digest);
  }

  absl::Status Content(LinkKind kind, int64_t link, int64_t row, const std::string& content,
                       const std::string& digest) {
    std::string now = content;
    Chained* chained = nullptr;
    for (Chained& each : chained_) {
      if (each.kind == kind) chained = &each;
    }
    if (chained != nullptr) {
      ASSIGN_OR_RETURN(const bool exists, HasTable(db_, chained->table));
      now.clear();
      if (exists) {
        ASSIGN_OR_RETURN(now, chained->content(db_, row));
      }
      chained->rows.insert(row);
    }
    const std::string what = absl::StrCat(LinkKindName(kind), " ", row);
    if (now.empty()) {
      if (chained != nullptr && Has(chained->removed, row)) {
        ++report_.removed;
      } else {
        Find(absl::StrCat(what, " was removed (link ", link, ")"));
      }
      return absl::OkStatus();
    }
    if (Sha256(now) != digest) {
      Find(absl::StrCat(chained == nullptr ? absl::StrCat("link ", link)
                                           : absl::StrCat(what, " (link ", link, ")"),
                        " was changed"));
    }
    if (chained != nullptr) ++(report_.*chained->count);
    if (kind == LinkKind::kBegin) TakeBegin(content);
    return absl::OkStatus();
  }

  void TakeBegin(const std::string& content) {
    const std::vector<absl::string_view> words = absl::StrSplit(content, ' ');
    if (words.size() != 4 || !absl::SimpleAtoi(words[1], &chained_[0].before) ||
        !absl::SimpleAtoi(words[3], &chained_[1].before)) {
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
    if (!options_.key.empty() && report_.checkpoints > 0 && report_.key != options_.key) {
      Find(absl::StrCat("it is signed with the key ", report_.key, ", not with the one asked for"));
    }
    return FindUnsigned();
  }

  // What is not signed anybody can have written. The first links of a run are signed at once, then
  // so many together, and at the end of a run the rest.
  absl::Status FindUnsigned() {
    if (report_.links > 0 && report_.checkpoints == 0) {
      Find("nothing is signed: the checkpoints were taken away, and the chain may be another one");
      return absl::OkStatus();
    }
    if (report_.unsigned_links == 0) return absl::OkStatus();
    ASSIGN_OR_RETURN(const int64_t end_ns,
                     QueryInteger(db_, "SELECT end_ns FROM runs ORDER BY run DESC LIMIT 1"));
    const bool are_many = report_.unsigned_links >= 2 * Chain::kLinksPerCheckpoint;
    if (end_ns == 0 && !are_many) return absl::OkStatus();
    Find(absl::StrCat("the last ", report_.unsigned_links, " links are not signed, though ",
                      are_many ? absl::StrCat("every ", Chain::kLinksPerCheckpoint, " are")
                               : std::string("a run signs all at its end"),
                      ": checkpoints were taken away, and links may have been, or put in"));
    return absl::OkStatus();
  }

  // Rows that nobody has chained.
  absl::Status FindStrangers(const Chained& chained) {
    ASSIGN_OR_RETURN(const bool exists, HasTable(db_, chained.table));
    if (!exists) return absl::OkStatus();  // Of an older Vedette.
    ASSIGN_OR_RETURN(
        const Statement read,
        Prepare(db_, absl::StrCat("SELECT ", chained.key, " FROM ", chained.table, " ORDER BY 1")));
    int rc;
    while ((rc = sqlite3_step(read.get())) == SQLITE_ROW) {
      const int64_t row = sqlite3_column_int64(read.get(), 0);
      if (chained.rows.contains(row)) continue;
      if (row <= chained.before) {
        ++report_.before;
      } else {
        Find(absl::StrCat(LinkKindName(chained.kind), " ", row,
                          " was put in: it is not in the chain"));
      }
    }
    return rc == SQLITE_DONE ? absl::OkStatus() : SqliteError(db_, rc, "read what is chained");
  }

  sqlite3* const db_;
  const VerifyOptions options_;
  ChainReport report_;
  std::string hash_;
  std::map<int64_t, std::string> hashes_;
  std::array<Chained, 4> chained_ = {{
      {LinkKind::kAlert, "alerts", "alert", ContentOfAlert, &ChainReport::alerts},
      {LinkKind::kGap, "gaps", "gap", ContentOfGap, &ChainReport::gaps},
      {LinkKind::kChange, "alert_changes", "change", ContentOfChange, &ChainReport::changes},
      {LinkKind::kSuppression, "suppressions", "suppression", ContentOfSuppression,
       &ChainReport::suppressions},
  }};
};

}  // namespace

absl::StatusOr<ChainReport> VerifyChain(sqlite3* db, const VerifyOptions& options) {
  return Verifier(db, options).Run();
}

}  // namespace vedette
