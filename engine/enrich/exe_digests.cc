// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/exe_digests.h"

#include <cstring>
#include <utility>

#include "absl/strings/escaping.h"

namespace vedette {
namespace {

// Another program that runs the file may have more luck.
bool IsWorthAnotherTry(DigestState state) {
  return state == DigestState::kGone || state == DigestState::kBusy ||
         state == DigestState::kUnreadable;
}

}  // namespace

absl::string_view DigestStateName(DigestState state) {
  switch (state) {
#define DIGEST_STATE(name, text, doc) \
  case DigestState::name:             \
    return text;
    DIGEST_STATES(DIGEST_STATE)
#undef DIGEST_STATE
  }
  return "corrupt";
}

std::optional<ExeDigest> MeasuredDigest(const ProgramRecord& exec) {
  constexpr uint64_t kSha256 = 4;  // HASH_ALGO_SHA256 of linux/hash_info.h; records add 1.
  if (exec.fixed().exe_digest_algorithm != kSha256 + 1) return std::nullopt;
  ExeDigest digest{.state = DigestState::kOk};
  const absl::string_view bytes = exec.Text(exec.fixed().exe_digest);
  if (bytes.size() != digest.sha256.size()) return std::nullopt;
  std::memcpy(digest.sha256.data(), bytes.data(), bytes.size());
  return digest;
}

std::string HexOf(const Sha256& sha256) {
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(sha256.data()), sha256.size()));
}

const ExeDigest* ExeDigests::Find(const FileIdentity& file) const {
  const auto at = files_.find(file);
  return at == files_.end() ? nullptr : &at->second.digest;
}

ExeDigests::Next ExeDigests::Want(const FileIdentity& file, uint64_t exec_id) {
  const auto [at, is_new] = files_.try_emplace(file);
  Entry& entry = at->second;
  if (is_new) order_.push_back(file);
  const bool make = is_new || IsWorthAnotherTry(entry.digest.state);
  if (!make && entry.digest.state != DigestState::kPending) return Next::kKnown;
  entry.digest.state = DigestState::kPending;
  if (entry.waiting.size() < kWaitingMax) entry.waiting.push_back(exec_id);
  if (!make) return Next::kWait;
  while (files_.size() > files_max_) {  // A result for one that went is taken for nobody's.
    files_.erase(order_.front());
    order_.pop_front();
  }
  return Next::kMake;
}

std::vector<uint64_t> ExeDigests::Settle(const FileIdentity& file, const ExeDigest& digest) {
  const auto at = files_.find(file);
  if (at == files_.end()) return {};
  at->second.digest = digest;
  return std::exchange(at->second.waiting, {});
}

}  // namespace vedette
