// SPDX-License-Identifier: Apache-2.0
//
// Takes secrets out of what a server says: an answer that repeats them would carry them into logs
// and dead letters.
#ifndef VEDETTE_INTEGRATIONS_NET_REDACTION_H_
#define VEDETTE_INTEGRATIONS_NET_REDACTION_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "integrations/net/secret.h"

namespace vedette {

// Shorter ones would be found in honest answers.
inline constexpr size_t kRedactedBytesMin = 4;
// The parts of a URL that are looked for by themselves.
inline constexpr size_t kRedactedPartBytesMin = 8;

// Not thread-safe. Keeps copies of the secrets and wipes them when it goes.
class Redaction {
 public:
  void Add(absl::string_view secret);
  // The password, and both as `Authorization: Basic` has them.
  void AddLogin(absl::string_view user, absl::string_view password);
  // What is behind the host of a URL, as a whole and in its longer parts, and a login before it.
  void AddUrl(absl::string_view url);
  // Each that `text` has becomes [secret].
  void Apply(std::string& text) const;

 private:
  std::vector<Secret> secrets_;
};

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_NET_REDACTION_H_
