// SPDX-License-Identifier: Apache-2.0
//
// An Ed25519 key, by OpenSSL.
#ifndef VEDETTE_STORAGE_SIGNING_KEY_H_
#define VEDETTE_STORAGE_SIGNING_KEY_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

struct evp_pkey_st;

namespace vedette {

class SigningKey {
 public:
  SigningKey();
  SigningKey(SigningKey&&) noexcept;
  SigningKey& operator=(SigningKey&&) noexcept;
  ~SigningKey();

  // The key in the file at `path`, 64 hexadecimal digits; made there (0600) if there is none.
  // kFailedPrecondition: the file holds something else.
  static absl::StatusOr<SigningKey> ReadOrMake(const std::string& path);

  absl::StatusOr<std::string> Sign(absl::string_view message) const;  // 64 bytes.
  const std::string& public_key() const { return public_key_; }       // 32 bytes.

 private:
  struct Free {
    void operator()(evp_pkey_st* key) const;
  };
  std::unique_ptr<evp_pkey_st, Free> key_;
  std::string public_key_;
};

// Any bytes may come in.
bool IsSignedBy(absl::string_view public_key, absl::string_view message,
                absl::string_view signature);

}  // namespace vedette

#endif  // VEDETTE_STORAGE_SIGNING_KEY_H_
