// SPDX-License-Identifier: Apache-2.0
//
// No unit test: event_tables_test asks in SQL. Between SQLite's C interface and EventScan.
#include "storage/event_module.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "storage/event_block.h"
#include "storage/event_scan.h"
#include "storage/tables.h"

namespace vedette {
namespace {

static_assert(SQLITE_VERSION_NUMBER >= 3038000, "sqlite3_vtab_in");

thread_local bool declaring = false;

struct Table {
  sqlite3_vtab base{};  // First: SQLite knows the rest by this.
  SegmentCatalog* catalog = nullptr;
  const EventTable* table = nullptr;
};

struct Cursor {
  Cursor(SegmentCatalog& catalog, const EventTable& table) : scan(catalog, table) {}
  sqlite3_vtab_cursor base{};
  EventScan scan;
};

Table* TableOf(sqlite3_vtab* base) { return reinterpret_cast<Table*>(base); }
Cursor* CursorOf(sqlite3_vtab_cursor* base) { return reinterpret_cast<Cursor*>(base); }

int CodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return SQLITE_OK;
    case absl::StatusCode::kDataLoss:
      return SQLITE_CORRUPT_VTAB;
    case absl::StatusCode::kResourceExhausted:
      return SQLITE_NOMEM;
    case absl::StatusCode::kUnavailable:
      return SQLITE_IOERR;
    case absl::StatusCode::kCancelled:
      return SQLITE_INTERRUPT;
    default:
      return SQLITE_ERROR;
  }
}

int Told(sqlite3_vtab* table, const absl::Status& status) {
  if (status.ok()) return SQLITE_OK;
  sqlite3_free(table->zErrMsg);
  table->zErrMsg = sqlite3_mprintf("%s", std::string(status.message()).c_str());
  return CodeOf(status);
}

int Connect(sqlite3* db, void* catalog, int count, const char* const* arguments,
            sqlite3_vtab** result, char** error) {
  const char* const name = count > 2 ? arguments[2] : "";
  const EventTable* const table = FindEventTable(name);
  if (table == nullptr) {
    *error = sqlite3_mprintf("this version of Vedette knows no table %s", name);
    return SQLITE_ERROR;
  }
  declaring = true;
  const int rc = sqlite3_declare_vtab(db, table->Declaration().c_str());
  declaring = false;
  if (rc != SQLITE_OK) {
    *error = sqlite3_mprintf("%s", sqlite3_errmsg(db));
    return rc;
  }
  sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
  auto made = std::make_unique<Table>();
  made->catalog = static_cast<SegmentCatalog*>(catalog);
  made->table = table;
  *result = &made.release()->base;
  return SQLITE_OK;
}

int Disconnect(sqlite3_vtab* table) {
  delete TableOf(table);
  return SQLITE_OK;
}

std::optional<ConditionOp> OpOf(unsigned char op) {
  switch (op) {
    case SQLITE_INDEX_CONSTRAINT_EQ:
      return ConditionOp::kEqual;
    case SQLITE_INDEX_CONSTRAINT_GT:
      return ConditionOp::kGreater;
    case SQLITE_INDEX_CONSTRAINT_GE:
      return ConditionOp::kGreaterOrEqual;
    case SQLITE_INDEX_CONSTRAINT_LT:
      return ConditionOp::kLess;
    case SQLITE_INDEX_CONSTRAINT_LE:
      return ConditionOp::kLessOrEqual;
    case SQLITE_INDEX_CONSTRAINT_ISNULL:
      return ConditionOp::kIsNull;
    case SQLITE_INDEX_CONSTRAINT_ISNOTNULL:
      return ConditionOp::kIsNotNull;
    case SQLITE_INDEX_CONSTRAINT_LIKE:
      return ConditionOp::kLike;
    case SQLITE_INDEX_CONSTRAINT_GLOB:
      return ConditionOp::kGlob;
    default:
      return std::nullopt;
  }
}

// How many of the rows are left by a condition, roughly: SQLite compares ways to join by it.
double ShareOf(ConditionOp op, const OutputColumn& output, bool is_text) {
  const bool is_id = output.source == OutputSource::kStored && output.stored == kIdColumn;
  switch (op) {
    case ConditionOp::kEqual:
      return is_id ? 1e-9 : is_text ? 0.01 : 0.001;
    case ConditionOp::kIsNull:
    case ConditionOp::kIsNotNull:
      return 0.5;
    case ConditionOp::kLike:
    case ConditionOp::kGlob:
      return 0.1;
    default:
      return 0.25;
  }
}

enum Order : int { kById = 1, kByTime = 2, kDescending = 4, kThenById = 8 };

// By id or by time, either way; by time and then by id, ascending.
int OrderOf(const sqlite3_index_info& info, const EventTable& table) {
  if (info.nOrderBy < 1 || info.nOrderBy > 2 || table.is_groups || table.IsOfProcesses()) return 0;
  const auto is_stored = [&](int term, size_t stored) {
    const int column = info.aOrderBy[term].iColumn;
    if (column < 0) return false;
    const OutputColumn& output = table.outputs[0][static_cast<size_t>(column)];
    return output.source == OutputSource::kStored && output.stored == stored;
  };
  const int down = info.aOrderBy[0].desc != 0 ? kDescending : 0;
  if (info.nOrderBy == 2) {
    const bool both = is_stored(0, kTimeColumn) && is_stored(1, kIdColumn) && down == 0 &&
                      info.aOrderBy[1].desc == 0;
    return both ? kByTime | kThenById : 0;
  }
  if (is_stored(0, kIdColumn)) return kById | down;
  return is_stored(0, kTimeColumn) ? kByTime | down : 0;
}

// The plan is a text: the columns in use in hexadecimal, then ";COLUMN,OP" for each argument.
int BestIndex(sqlite3_vtab* base, sqlite3_index_info* info) {
  const EventTable& table = *TableOf(base)->table;
  std::string plan = absl::StrCat(absl::Hex(info->colUsed));
  const SegmentCatalog& catalog = *TableOf(base)->catalog;
  const auto total =
      static_cast<double>(table.IsOfProcesses() ? std::max<int64_t>(catalog.processes(), 10'000)
                                                : std::max<int64_t>(catalog.rows(), 100'000));
  double rows = total;
  int arguments = 0;
  for (int i = 0; i < info->nConstraint; ++i) {
    const auto& constraint = info->aConstraint[i];
    if (constraint.iColumn < 0) continue;
    const auto column = static_cast<size_t>(constraint.iColumn);
    const OutputColumn& output = table.outputs[0][column];
    const std::optional<ConditionOp> op = OpOf(constraint.op);
    const bool asks_time =
        output.source == OutputSource::kSince || output.source == OutputSource::kUntil;
    if (asks_time && op == ConditionOp::kEqual && constraint.usable == 0) return SQLITE_CONSTRAINT;
    if (constraint.usable == 0 || !op.has_value()) continue;
    if (asks_time
            ? op != ConditionOp::kEqual
            : output.source == OutputSource::kCount || output.source == OutputSource::kFirst ||
                  output.source == OutputSource::kLast) {
      continue;
    }
    const bool is_pattern = *op == ConditionOp::kLike || *op == ConditionOp::kGlob;
    if (table.columns[column].is_text && !is_pattern &&
        sqlite3_stricmp(sqlite3_vtab_collation(info, i), "BINARY") != 0) {
      continue;
    }
    if (*op == ConditionOp::kEqual) sqlite3_vtab_in(info, i, 1);
    info->aConstraintUsage[i].argvIndex = ++arguments;
    info->aConstraintUsage[i].omit = asks_time ? 1 : 0;
    absl::StrAppend(&plan, ";", column, ",", static_cast<int>(*op));
    rows *= asks_time ? 0.25 : ShareOf(*op, output, table.columns[column].is_text);
  }
  info->idxNum = OrderOf(*info, table);
  info->orderByConsumed = info->idxNum != 0 ? 1 : 0;
  info->estimatedRows = static_cast<sqlite3_int64>(std::max(rows, 1.0));
  info->estimatedCost = total / 1000 + rows;  // Each segment is looked at.
  info->idxStr = sqlite3_mprintf("%s", plan.c_str());
  info->needToFreeIdxStr = 1;
  return info->idxStr == nullptr ? SQLITE_NOMEM : SQLITE_OK;
}

int Open(sqlite3_vtab* base, sqlite3_vtab_cursor** result) {
  const Table& table = *TableOf(base);
  *result = &(new Cursor(*table.catalog, *table.table))->base;
  return SQLITE_OK;
}

int Close(sqlite3_vtab_cursor* cursor) {
  delete CursorOf(cursor);
  return SQLITE_OK;
}

std::string TextOf(sqlite3_value* value) {
  const auto* const text = reinterpret_cast<const char*>(sqlite3_value_text(value));
  return text == nullptr ? std::string()
                         : std::string(text, static_cast<size_t>(sqlite3_value_bytes(value)));
}

// What becomes of one value of a condition.
enum class Taken { kYes, kNever, kCannotSay };  // kNever: nothing equals it.

// `time_ns - 6e10` is no integer. The integers around it let a row through in vain at most.
Taken TakeReal(double value, Condition& condition) {
  constexpr double kLimit = 9.0e18;
  if (!(std::abs(value) < kLimit)) return Taken::kCannotSay;
  const bool is_upper =
      condition.op == ConditionOp::kLess || condition.op == ConditionOp::kLessOrEqual;
  const double integer = is_upper ? std::ceil(value) : std::floor(value);
  if (condition.op == ConditionOp::kEqual && integer != value) return Taken::kCannotSay;
  // Above 2^53 a real number stands for all integers that are nearest to it.
  const auto slack = static_cast<int64_t>(std::abs(value) / 9.0e15);
  if (condition.op == ConditionOp::kEqual && slack > 0) return Taken::kCannotSay;
  if (condition.op == ConditionOp::kGreater) condition.op = ConditionOp::kGreaterOrEqual;
  if (condition.op == ConditionOp::kLess) condition.op = ConditionOp::kLessOrEqual;
  condition.numbers.push_back(static_cast<int64_t>(integer) + (is_upper ? slack : -slack));
  return Taken::kYes;
}

// As SQLite does it: the value takes on the column's type where that can be.
Taken TakeValue(sqlite3_value* value, bool column_is_text, Condition& condition) {
  if (sqlite3_value_type(value) == SQLITE_NULL) return Taken::kNever;
  if (column_is_text) {
    const int type = sqlite3_value_type(value);
    if (type != SQLITE_TEXT && type != SQLITE_INTEGER) return Taken::kCannotSay;
    condition.texts.push_back(TextOf(value));
    return Taken::kYes;
  }
  const int type = sqlite3_value_numeric_type(value);
  if (type == SQLITE_FLOAT) return TakeReal(sqlite3_value_double(value), condition);
  if (type != SQLITE_INTEGER) return Taken::kCannotSay;
  condition.numbers.push_back(sqlite3_value_int64(value));
  return Taken::kYes;
}

Taken TakeValues(sqlite3_value* value, Condition& condition) {
  sqlite3_value* each = nullptr;
  int rc = sqlite3_vtab_in_first(value, &each);
  if (rc != SQLITE_OK && rc != SQLITE_DONE) return TakeValue(value, condition.is_text, condition);
  for (; rc == SQLITE_OK; rc = sqlite3_vtab_in_next(value, &each)) {
    if (TakeValue(each, condition.is_text, condition) == Taken::kCannotSay) {
      return Taken::kCannotSay;
    }
  }
  return condition.numbers.empty() && condition.texts.empty() ? Taken::kNever : Taken::kYes;
}

void TakeTime(sqlite3_value* value, std::vector<int64_t>& time, EventQuestion& question) {
  if (sqlite3_value_type(value) == SQLITE_NULL) {
    question.nothing = true;
  } else {
    time.assign(1, sqlite3_value_int64(value));
  }
}

void TakeArgument(const EventTable& table, size_t column, ConditionOp op, sqlite3_value* value,
                  EventQuestion& question) {
  const OutputSource source = table.outputs[0][column].source;
  if (source == OutputSource::kSince) return TakeTime(value, question.since_ns, question);
  if (source == OutputSource::kUntil) return TakeTime(value, question.until_ns, question);
  Condition condition;
  condition.column = column;
  condition.op = op;
  const bool is_pattern = op == ConditionOp::kLike || op == ConditionOp::kGlob;
  condition.is_text = table.columns[column].is_text || is_pattern;
  if (op != ConditionOp::kIsNull && op != ConditionOp::kIsNotNull) {
    const Taken taken = op == ConditionOp::kEqual ? TakeValues(value, condition)
                                                  : TakeValue(value, condition.is_text, condition);
    if (taken == Taken::kNever) question.nothing = true;
    if (taken != Taken::kYes) return;
  }
  condition.Prepare();
  question.conditions.push_back(std::move(condition));
}

// The columns in which the events of a group are alike: those that the statement names. Bit 63
// stands for all columns from there on.
std::vector<size_t> AlikeColumns(const EventTable& table, uint64_t used) {
  std::vector<size_t> alike;
  if (!table.is_groups) return alike;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if ((used >> std::min<size_t>(i, 63) & 1) != 0) alike.push_back(i);
  }
  return alike;
}

bool WantsTime(const EventTable& table, uint64_t used) {
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const OutputSource source = table.outputs[0][i].source;
    if (source != OutputSource::kFirst && source != OutputSource::kLast) continue;
    if ((used >> std::min<size_t>(i, 63) & 1) != 0) return true;
  }
  return false;
}

int Filter(sqlite3_vtab_cursor* base, int order, const char* plan, int count,
           sqlite3_value** values) {
  const EventTable& table = *TableOf(base->pVtab)->table;
  EventQuestion question;
  question.by_id = (order & kById) != 0;
  question.by_time = (order & kByTime) != 0;
  question.then_by_id = (order & kThenById) != 0;
  question.descending = (order & kDescending) != 0;
  const std::vector<absl::string_view> parts = absl::StrSplit(plan, ';');
  uint64_t used = 0;
  if (!absl::SimpleHexAtoi(parts[0], &used)) used = ~uint64_t{0};
  question.alike = AlikeColumns(table, used);
  question.wants_time = WantsTime(table, used);
  for (size_t i = 1; i < parts.size() && i <= static_cast<size_t>(count); ++i) {
    const std::pair<absl::string_view, absl::string_view> part = absl::StrSplit(parts[i], ',');
    int column = 0, op = 0;
    if (!absl::SimpleAtoi(part.first, &column) || !absl::SimpleAtoi(part.second, &op)) continue;
    TakeArgument(table, static_cast<size_t>(column), static_cast<ConditionOp>(op), values[i - 1],
                 question);
  }
  return Told(base->pVtab, CursorOf(base)->scan.Start(std::move(question)));
}

int Next(sqlite3_vtab_cursor* base) { return Told(base->pVtab, CursorOf(base)->scan.Next()); }

int AtEnd(sqlite3_vtab_cursor* base) { return CursorOf(base)->scan.AtEnd() ? 1 : 0; }

int Column(sqlite3_vtab_cursor* base, sqlite3_context* context, int column) {
  const absl::StatusOr<EventValue> value = CursorOf(base)->scan.Value(static_cast<size_t>(column));
  if (!value.ok()) return Told(base->pVtab, value.status());
  const int size = static_cast<int>(value->text.size());
  switch (value->type) {
    case EventValue::Type::kNull:
      sqlite3_result_null(context);
      break;
    case EventValue::Type::kInteger:
      sqlite3_result_int64(context, value->integer);
      break;
    case EventValue::Type::kText:
      sqlite3_result_text(context, value->text.data(), size, SQLITE_TRANSIENT);
      break;
    case EventValue::Type::kBlob:
      sqlite3_result_blob(context, value->text.data(), size, SQLITE_TRANSIENT);
      break;
  }
  return SQLITE_OK;
}

int Rowid(sqlite3_vtab_cursor* base, sqlite3_int64* rowid) {
  const absl::StatusOr<int64_t> id = CursorOf(base)->scan.Id();
  if (!id.ok()) return Told(base->pVtab, id.status());
  *rowid = *id;
  return SQLITE_OK;
}

const sqlite3_module& Module() {
  static const sqlite3_module module = [] {
    sqlite3_module made{};
    made.iVersion = 3;
    made.xCreate = Connect;
    made.xConnect = Connect;
    made.xBestIndex = BestIndex;
    made.xDisconnect = Disconnect;
    made.xDestroy = Disconnect;
    made.xOpen = Open;
    made.xClose = Close;
    made.xFilter = Filter;
    made.xNext = Next;
    made.xEof = AtEnd;
    made.xColumn = Column;
    made.xRowid = Rowid;
    return made;
  }();
  return module;
}

}  // namespace

bool IsDeclaringEventTable() { return declaring; }

absl::Status RegisterEventModule(sqlite3* db, DamageLog* damage) {
  const int rc =
      sqlite3_create_module_v2(db, "vedette_events", &Module(), new SegmentCatalog(db, damage),
                               [](void* catalog) { delete static_cast<SegmentCatalog*>(catalog); });
  return rc == SQLITE_OK ? absl::OkStatus() : SqliteError(db, rc, "tables of events");
}

std::string CreateEventTableStatement(absl::string_view table) {
  return absl::StrCat("CREATE VIRTUAL TABLE \"", table, "\" USING vedette_events");
}

}  // namespace vedette
