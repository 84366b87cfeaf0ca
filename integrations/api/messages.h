// SPDX-License-Identifier: Apache-2.0
//
// Between our types and those of integrations/proto. Pure, any thread.
#ifndef VEDETTE_INTEGRATIONS_API_MESSAGES_H_
#define VEDETTE_INTEGRATIONS_API_MESSAGES_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "engine/match/alert.h"
#include "grpcpp/support/status.h"
#include "storage/queries.h"
#include "vedette.pb.h"

namespace vedette {

v1::Priority ToProto(Priority priority);
Priority FromProto(v1::Priority priority);  // What is not known: kDebug.
void Fill(const Alert& alert, v1::Alert& to);
void Fill(const SqlValue& value, v1::Value& to);
grpc::Status ToGrpc(const absl::Status& status);

// Behind which row of which store a stream goes on: "STORE-ROW".
struct ResumeToken {
  std::string store;  // Digits.
  int64_t row = 0;
};
std::string FormatToken(const ResumeToken& token);
std::optional<ResumeToken> ParseToken(absl::string_view text);  // None: not one of ours.

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_API_MESSAGES_H_
