// SPDX-License-Identifier: Apache-2.0
#include "integrations/net/redaction.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace vedette {

void Redaction::Add(absl::string_view secret) {
  if (secret.size() >= kRedactedBytesMin) secrets_.emplace_back(std::string(secret));
}

void Redaction::AddLogin(absl::string_view user, absl::string_view password) {
  if (password.empty()) return;
  Add(password);
  const Secret both(absl::StrCat(user, ":", password));
  secrets_.emplace_back(absl::Base64Escape(both.Reveal()));
}

void Redaction::AddUrl(absl::string_view url) {
  const size_t slashes = url.find("//");
  if (slashes == absl::string_view::npos) return;
  url.remove_prefix(slashes + 2);
  const size_t end = url.find_first_of("/?#");
  const absl::string_view host = url.substr(0, end);
  const size_t at = host.rfind('@');
  if (at != absl::string_view::npos) {
    const absl::string_view login = host.substr(0, at);
    const size_t colon = login.find(':');
    if (colon != absl::string_view::npos) {
      AddLogin(login.substr(0, colon), login.substr(colon + 1));
    }
  }
  if (end == absl::string_view::npos) return;
  Add(url.substr(end));
  // JSON may have the slashes as \\/, and a server may repeat a part alone.
  for (const absl::string_view part : absl::StrSplit(url.substr(end), absl::ByAnyChar("/?&=#"))) {
    if (part.size() >= kRedactedPartBytesMin) Add(part);
  }
}

void Redaction::Apply(std::string& text) const {
  std::vector<std::pair<absl::string_view, absl::string_view>> replaced;
  for (const Secret& secret : secrets_) replaced.emplace_back(secret.Reveal(), "[secret]");
  if (!replaced.empty()) absl::StrReplaceAll(replaced, &text);  // The longest at a place.
}

}  // namespace vedette
