// SPDX-License-Identifier: Apache-2.0
#include "storage/event_rows.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>

#include "base/check.h"
#include "base/status_macros.h"

namespace vedette {

static_assert(INET6_ADDRSTRLEN <= 46);

void AppendArguments(absl::string_view arguments, std::string& to) {
  const size_t begin = to.size();
  ForEachArgument(arguments, [&](absl::string_view argument) {
    if (to.size() > begin) to.push_back(' ');
    to.append(argument.data(), argument.size());
  });
}

absl::StatusOr<EventRows> EventRows::Create(sqlite3* db) {
  EventRows rows;
  for (const KindInfo& info : Kinds()) {
    Kind& kind = rows.kinds_[info.kind];
    ASSIGN_OR_RETURN(kind.insert, Prepare(db, InsertStatement(info)));
    kind.columns = &EventColumns(info.kind);
    for (const Member& member : info.members) {
      if (member.shape == MemberShape::kText) kind.texts.push_back(&member);
    }
  }
  return rows;
}

absl::Status EventRows::Insert(const EventView& event, const EventPlace& place) {
  Kind& kind = kinds_[event.kind()];
  sqlite3_stmt* const statement = kind.insert.get();
  addresses_used_ = 0;
  arguments_used_ = 0;
  int at = 0;
  for (const EventColumn& column : *kind.columns) {
    ++at;
    switch (column.source) {
      case ColumnSource::kId:
        BindInteger(statement, at, place.id);
        break;
      case ColumnSource::kTime:
        BindInteger(statement, at, place.time_ns);
        break;
      case ColumnSource::kRecordFlags:
        BindInteger(statement, at, event.header().flags);
        break;
      case ColumnSource::kTruncated:
        BindTruncated(statement, at, event, kind);
        break;
      case ColumnSource::kNumber:
        BindNumber(statement, at, event.Number(*column.member));
        break;
      case ColumnSource::kIdentity:
        BindIdentity(statement, at, event.Number(*column.member));
        break;
      case ColumnSource::kNetwork:
        BindNetwork(statement, at, event.Get(*column.member));
        break;
      case ColumnSource::kText:
        BindText(statement, at, event.Text(*column.member));
        break;
      case ColumnSource::kArguments:
        BindArguments(statement, at, event.Text(*column.member));
        break;
    }
  }
  return StepDone(statement, event.info().name);
}

void EventRows::BindNetwork(sqlite3_stmt* statement, int at, const Value& value) {
  if (value.kind == Value::Kind::kUnsigned) return BindNumber(statement, at, value.number);
  if (value.kind != Value::Kind::kAddress) {
    sqlite3_bind_null(statement, at);
    return;
  }
  CHECK_LT(addresses_used_, addresses_.size());
  std::array<char, 46>& text = addresses_[addresses_used_++];
  inet_ntop(value.address.is_v6 ? AF_INET6 : AF_INET, value.address.bytes.data(), text.data(),
            static_cast<socklen_t>(text.size()));
  BindText(statement, at, absl::string_view(text.data()));
}

void EventRows::BindArguments(sqlite3_stmt* statement, int at, absl::string_view arguments) {
  CHECK_LT(arguments_used_, arguments_.size());
  std::string& joined = arguments_[arguments_used_++];
  joined.clear();
  AppendArguments(arguments, joined);
  BindText(statement, at, joined);
}

void EventRows::BindTruncated(sqlite3_stmt* statement, int at, const EventView& event,
                              const Kind& kind) {
  truncated_.clear();
  for (const Member* member : kind.texts) {
    if (!event.Truncated(*member)) continue;
    if (!truncated_.empty()) truncated_.push_back(' ');
    truncated_.append(member->name.data(), member->name.size());
  }
  BindText(statement, at, truncated_);
}

}  // namespace vedette
