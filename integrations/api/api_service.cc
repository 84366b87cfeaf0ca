// SPDX-License-Identifier: Apache-2.0
// No unit test: api_server_test asks it as clients do.
#include "integrations/api/api_service.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "integrations/api/messages.h"
#include "integrations/sinks/selector.h"
#include "integrations/status/status_server.h"
#include "nlohmann/json.hpp"
#include "sensor/schema/schema.h"
#include "storage/queries.h"

namespace vedette {
namespace {

constexpr absl::Duration kLook = absl::Milliseconds(100);  // At the store, while nothing comes.
constexpr absl::Duration kQueryTimeMax = absl::Minutes(1);
constexpr uint64_t kQueryRowsMax = 100'000;
constexpr size_t kBatch = 256;
constexpr int kGlobsMax = 100;

std::atomic<int> streams = 0;

// A place among kApiStreamsMax.
class StreamPlace {
 public:
  StreamPlace() : taken_(streams.fetch_add(1) < kApiStreamsMax) {}
  ~StreamPlace() { streams.fetch_sub(1); }
  StreamPlace(const StreamPlace&) = delete;
  StreamPlace& operator=(const StreamPlace&) = delete;
  bool taken() const { return taken_; }

 private:
  const bool taken_;
};

grpc::Status TooMany() {
  return {grpc::StatusCode::RESOURCE_EXHAUSTED,
          absl::StrCat("there are ", kApiStreamsMax, " streams and queries; end one of them")};
}

grpc::Status BadToken() {
  return {grpc::StatusCode::INVALID_ARGUMENT, "resume_token: not one that this API has given"};
}

absl::StatusOr<int64_t> IntegerOf(StoreReader& reader, const std::string& sql) {
  int64_t value = 0;
  RETURN_IF_ERROR(reader
                      .Query(
                          sql, {}, [](auto) {},
                          [&value](absl::Span<const SqlValue> row) {
                            value = row[0].integer;
                            return true;
                          })
                      .status());
  return value;
}

// A store is born with its first run, at a time that no other has.
absl::StatusOr<std::string> IdentityOf(StoreReader& reader) {
  ASSIGN_OR_RETURN(const int64_t born,
                   IntegerOf(reader, "SELECT start_ns FROM runs ORDER BY run LIMIT 1"));
  return absl::StrCat(born);
}

// Where a stream begins: behind its token; of another store than this one with the oldest.
struct Beginning {
  StoreReader reader;
  ResumeToken at;
};
absl::StatusOr<Beginning> Begin(const std::string& path, const ResumeToken& wanted, bool has_token,
                                bool from_oldest, const std::string& last_row_sql) {
  ASSIGN_OR_RETURN(StoreReader reader, StoreReader::Open(path));
  ResumeToken at;
  ASSIGN_OR_RETURN(at.store, IdentityOf(reader));
  if (has_token) {
    at.row = wanted.store == at.store ? wanted.row : 0;
  } else if (!from_oldest) {
    ASSIGN_OR_RETURN(at.row, IntegerOf(reader, last_row_sql));
  }
  return Beginning{std::move(reader), std::move(at)};
}

// "" if there is no such table of events.
std::string EventTable(absl::string_view kind) {
  if (kind == "events") return "events";
  for (const KindInfo& info : Kinds()) {
    if (info.name == kind) return std::string(kind);
  }
  return "";
}

}  // namespace

grpc::Status ApiService::Need(ApiRole role, const grpc::ServerContext& context) const {
  if (role_of_(context) >= role) return grpc::Status::OK;
  return {grpc::StatusCode::PERMISSION_DENIED, role == ApiRole::kOperate
                                                   ? "this needs the role operate (`api.operate`)"
                                                   : "this needs the role read (`api.read`)"};
}

bool ApiService::Wait(const grpc::ServerContext& context) const {
  absl::SleepFor(kLook);
  return !context.IsCancelled() && !stopping_;
}

grpc::Status ApiService::StreamAlerts(grpc::ServerContext* context,
                                      const v1::StreamAlertsRequest* request,
                                      grpc::ServerWriter<v1::StreamAlertsResponse>* writer) {
  const grpc::Status allowed = Need(ApiRole::kRead, *context);
  if (!allowed.ok()) return allowed;
  const StreamPlace place;
  if (!place.taken()) return TooMany();
  if (request->rules_size() > kGlobsMax || request->tags_size() > kGlobsMax) {
    return {grpc::StatusCode::INVALID_ARGUMENT, absl::StrCat("more than ", kGlobsMax, " globs")};
  }
  AlertSelector selector;
  if (request->priority() != v1::PRIORITY_UNSPECIFIED) {
    selector.priority_min = FromProto(request->priority());
  }
  selector.rules.assign(request->rules().begin(), request->rules().end());
  selector.tags.assign(request->tags().begin(), request->tags().end());
  const std::optional<ResumeToken> token = ParseToken(request->resume_token());
  const bool has_token = !request->resume_token().empty();
  if (has_token && !token.has_value()) return BadToken();
  auto begin = Begin(backend_.store_path, token.value_or(ResumeToken{}), has_token,
                     request->from_oldest(), "SELECT ifnull(max(alert), 0) FROM alerts");
  if (!begin.ok()) return ToGrpc(begin.status());
  while (!context->IsCancelled() && !stopping_) {
    AlertFilter filter;
    filter.after_row = begin->at.row;
    filter.limit = kBatch;
    filter.suppressed = Suppressed::kNo;
    const auto alerts = begin->reader.ListAlerts(filter);
    if (!alerts.ok()) return ToGrpc(alerts.status());
    for (const StoredAlert& stored : *alerts) {
      begin->at.row = stored.row;
      if (!selector.Wants(stored.alert)) continue;
      v1::StreamAlertsResponse response;
      Fill(stored.alert, *response.mutable_alert());
      response.set_resume_token(FormatToken(begin->at));
      if (!writer->Write(response)) return grpc::Status::CANCELLED;
    }
    if (!alerts->empty()) continue;
    if (request->no_follow() || !Wait(*context)) break;
  }
  return grpc::Status::OK;
}

grpc::Status ApiService::StreamEvents(grpc::ServerContext* context,
                                      const v1::StreamEventsRequest* request,
                                      grpc::ServerWriter<v1::StreamEventsResponse>* writer) {
  const grpc::Status allowed = Need(ApiRole::kRead, *context);
  if (!allowed.ok()) return allowed;
  const StreamPlace place;
  if (!place.taken()) return TooMany();
  const std::string table = EventTable(request->kind());
  if (table.empty()) {
    return {grpc::StatusCode::INVALID_ARGUMENT,
            absl::StrCat("kind: no table of events is called \"", EscapeControl(request->kind()),
                         "\"; docs/store-format.md says which there are")};
  }
  const std::optional<ResumeToken> token = ParseToken(request->resume_token());
  const bool has_token = !request->resume_token().empty();
  if (has_token && !token.has_value()) return BadToken();
  auto begin =
      Begin(backend_.store_path, token.value_or(ResumeToken{}), has_token, request->from_oldest(),
            absl::StrCat("SELECT ifnull(max(id), 0) FROM ", table,
                         table == "events" ? " WHERE kind <> 'process_seen'" : ""));
  if (!begin.ok()) return ToGrpc(begin.status());
  // Those that were there at the start have numbers of their own, above all others of their run.
  const std::string where = absl::StrCat(table == "events" ? " AND kind <> 'process_seen'" : "",
                                         request->where().empty() ? "" : " AND (\n",
                                         request->where(), request->where().empty() ? "" : "\n)");
  std::vector<std::string> names;
  while (!context->IsCancelled() && !stopping_) {
    size_t rows = 0;
    bool gone = false, goes_on = true;
    const auto end = begin->reader.Query(
        absl::StrCat("SELECT * FROM ", table, " WHERE id > ", begin->at.row, where,
                     " ORDER BY id LIMIT ", kBatch),
        {.rows_max = kBatch, .time_max = kQueryTimeMax},
        [&names](absl::Span<const std::string> columns) {
          names.assign(columns.begin(), columns.end());
        },
        [&](absl::Span<const SqlValue> values) {
          v1::StreamEventsResponse response;
          for (size_t i = 0; i < values.size(); ++i) {
            if (names[i] == "id") {
              goes_on = values[i].integer > std::exchange(begin->at.row, values[i].integer);
            }
            if (values[i].type == SqlValue::Type::kNull) continue;
            Fill(values[i], (*response.mutable_columns())[names[i]]);
          }
          response.set_resume_token(FormatToken(begin->at));
          ++rows;
          gone = goes_on && !writer->Write(response);
          return goes_on && !gone;
        });
    if (!end.ok()) return ToGrpc(end.status());
    if (!goes_on) {  // A text that closes our brackets could have the same come without end.
      return {grpc::StatusCode::INVALID_ARGUMENT, "where: it is more than a condition"};
    }
    if (gone) return grpc::Status::CANCELLED;
    if (rows > 0) continue;
    if (request->no_follow() || !Wait(*context)) break;
  }
  return grpc::Status::OK;
}

grpc::Status ApiService::Query(grpc::ServerContext* context, const v1::QueryRequest* request,
                               grpc::ServerWriter<v1::QueryResponse>* writer) {
  const grpc::Status allowed = Need(ApiRole::kRead, *context);
  if (!allowed.ok()) return allowed;
  const StreamPlace place;
  if (!place.taken()) return TooMany();
  auto reader = StoreReader::Open(backend_.store_path);
  if (!reader.ok()) return ToGrpc(reader.status());
  const absl::Duration left = absl::FromChrono(context->deadline()) - absl::Now();
  QueryLimits limits;
  limits.rows_max = request->rows_max() == 0 ? kQueryRowsMax : request->rows_max();
  limits.time_max = std::clamp(left, absl::ZeroDuration(), kQueryTimeMax);
  const auto end = reader->Query(
      request->sql(), limits,
      [&](absl::Span<const std::string> names) {
        v1::QueryResponse response;
        for (const std::string& name : names) response.add_columns(EscapeControl(name));
        writer->Write(response);
      },
      [&](absl::Span<const SqlValue> values) {
        v1::QueryResponse response;
        for (const SqlValue& value : values) Fill(value, *response.add_values());
        return writer->Write(response) && !stopping_;
      });
  if (!end.ok()) return ToGrpc(end.status());
  if (end->more) {
    v1::QueryResponse response;
    response.set_truncated(true);
    writer->Write(response);
  }
  return grpc::Status::OK;
}

grpc::Status ApiService::ListRules(grpc::ServerContext* context, const v1::ListRulesRequest*,
                                   v1::ListRulesResponse* response) {
  const grpc::Status allowed = Need(ApiRole::kRead, *context);
  if (!allowed.ok()) return allowed;
  const StreamPlace place;
  if (!place.taken()) return TooMany();
  const auto list = backend_.rules();
  if (!list.ok()) return ToGrpc(list.status());
  for (const ApiRule& rule : list->rules) {
    v1::Rule& one = *response->add_rules();
    one.set_name(EscapeControl(rule.name));
    one.set_priority(ToProto(rule.priority));
    for (const std::string& tag : rule.tags) one.add_tags(EscapeControl(tag));
    one.set_action(rule.action);
  }
  response->set_diagnostics(list->diagnostics);
  return grpc::Status::OK;
}

grpc::Status ApiService::GetStatus(grpc::ServerContext* context, const v1::GetStatusRequest*,
                                   v1::GetStatusResponse* response) {
  const grpc::Status allowed = Need(ApiRole::kRead, *context);
  if (!allowed.ok()) return allowed;
  const auto json = AskStatus(backend_.status_socket, "/status.json");
  if (!json.ok()) return ToGrpc(json.status());
  const auto metrics = AskStatus(backend_.status_socket, "/metrics");
  if (!metrics.ok()) return ToGrpc(metrics.status());
  const nlohmann::json report = nlohmann::json::parse(json->body, nullptr, false);
  const bool good = report.is_object() && report["problems"].is_array() &&
                    report["notes"].is_array() && report["text"].is_string();
  if (!good) return {grpc::StatusCode::UNAVAILABLE, "the daemon's answer is no report"};
  for (const auto& problem : report["problems"]) {
    if (problem.is_string()) response->add_problems(problem.get<std::string>());
  }
  for (const auto& note : report["notes"]) {
    if (note.is_string()) response->add_notes(note.get<std::string>());
  }
  response->set_ready(response->problems().empty());
  response->set_text(report["text"].get<std::string>());
  response->set_metrics(metrics->body);
  return grpc::Status::OK;
}

grpc::Status ApiService::Enforce(grpc::ServerContext* context, const v1::EnforceRequest* request,
                                 v1::EnforceResponse* response) {
  using Request = v1::EnforceRequest;
  const bool shows = request->action() == Request::ACTION_STATUS;
  const grpc::Status allowed = Need(shows ? ApiRole::kRead : ApiRole::kOperate, *context);
  if (!allowed.ok()) return allowed;
  const std::string& rule = request->rule();
  std::string line;
  switch (request->action()) {
    case Request::ACTION_STATUS:
      line = "status";
      break;
    case Request::ACTION_ON:
      line = "on";
      break;
    case Request::ACTION_OFF:
      line = "off";
      break;
    case Request::ACTION_RULE_ENFORCE:
      line = absl::StrCat("rule\t", rule, "\tenforce");
      break;
    case Request::ACTION_RULE_MONITOR:
      line = absl::StrCat("rule\t", rule, "\tmonitor");
      break;
    default:
      return {grpc::StatusCode::INVALID_ARGUMENT, "action: not given, or not known"};
  }
  if (rule.find_first_of("\t\n") != std::string::npos) {
    return {grpc::StatusCode::INVALID_ARGUMENT, "rule: no rule is called so"};
  }
  const auto answer = backend_.enforce(line);
  if (!answer.ok()) return ToGrpc(answer.status());
  absl::string_view text = *answer;
  if (absl::ConsumePrefix(&text, "error: ")) {
    return {grpc::StatusCode::FAILED_PRECONDITION, EscapeControl(absl::StripSuffix(text, "\n"))};
  }
  response->set_text(*answer);
  return grpc::Status::OK;
}

grpc::Status ApiService::Reload(grpc::ServerContext* context, const v1::ReloadRequest*,
                                v1::ReloadResponse* response) {
  const grpc::Status allowed = Need(ApiRole::kOperate, *context);
  if (!allowed.ok()) return allowed;
  const auto answer = AskStatus(backend_.status_socket, "/reload", "POST");
  if (!answer.ok()) return ToGrpc(answer.status());
  response->set_text(answer->body);
  return grpc::Status::OK;
}

}  // namespace vedette
