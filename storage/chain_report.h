// SPDX-License-Identifier: Apache-2.0
//
// What has become of the chain of alerts and gaps (chain.h).
#ifndef VEDETTE_STORAGE_CHAIN_REPORT_H_
#define VEDETTE_STORAGE_CHAIN_REPORT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace vedette {

struct VerifyOptions {
  std::string key;   // 64 hex digits of the key that must have signed; empty: any, but one.
  std::string head;  // 64 hex digits of a hash that the chain must go through; empty: none.
  size_t findings_max = 100;  // More are not listed.
};

// What `vedette verify` says.
struct ChainReport {
  std::vector<std::string> findings;  // Empty: all is as it was written. Each names its place.
  int64_t links = 0, alerts = 0, gaps = 0, changes = 0, suppressions = 0, removed = 0;
  int64_t before = 0;  // Alerts and gaps that are older than the chain.
  int64_t checkpoints = 0;
  int64_t unsigned_links = 0;  // Behind the last checkpoint.
  int64_t head_link = 0;       // Where VerifyOptions::head was found; 0: nowhere.
  std::string head;            // The last link's hash, hexadecimal; "" if there is none.
  std::string key;             // The public key that has signed, hexadecimal.
};

}  // namespace vedette

#endif  // VEDETTE_STORAGE_CHAIN_REPORT_H_
