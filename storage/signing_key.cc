// SPDX-License-Identifier: Apache-2.0
//
// No unit test: chain_test makes keys, signs and compares.
#include "storage/signing_key.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/status_macros.h"

namespace vedette {
namespace {

constexpr size_t kKeyBytes = 32;
constexpr size_t kSignatureBytes = 64;

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

absl::Status Failed(absl::string_view what) {
  return absl::InternalError(absl::StrCat("OpenSSL cannot ", what));
}

absl::StatusOr<std::string> ReadOrMakeSecret(const std::string& path) {
  const absl::StatusOr<std::string> there = ReadFile(path, 1024);
  if (there.ok()) {
    const std::optional<std::string> key = BytesOfHex(absl::StripSuffix(*there, "\n"));
    if (key.has_value() && key->size() == kKeyBytes) return *key;
    return absl::FailedPreconditionError(
        absl::StrCat(path,
                     " is no signing key (64 hexadecimal digits); move it away and the next"
                     " start makes one"));
  }
  if (!absl::IsNotFound(there.status())) return there.status();
  std::string secret(kKeyBytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(secret.data()), kKeyBytes) != 1) {
    return Failed("make a key");
  }
  RETURN_IF_ERROR(
      WriteFileAtomically(path, absl::StrCat(absl::BytesToHexString(secret), "\n"), 0600));
  return secret;
}

}  // namespace

void SigningKey::Free::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }
SigningKey::SigningKey() = default;
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;
SigningKey::~SigningKey() = default;

absl::StatusOr<SigningKey> SigningKey::ReadOrMake(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string secret, ReadOrMakeSecret(path));
  SigningKey key;
  key.key_.reset(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, Bytes(secret), secret.size()));
  std::array<unsigned char, kKeyBytes> raw;
  size_t size = raw.size();
  if (key.key_ == nullptr || EVP_PKEY_get_raw_public_key(key.key_.get(), raw.data(), &size) != 1) {
    return Failed("read a key");
  }
  key.public_key_.assign(reinterpret_cast<const char*>(raw.data()), size);
  return key;
}

absl::StatusOr<std::string> SigningKey::Sign(absl::string_view message) const {
  const Context context(EVP_MD_CTX_new());
  std::string signature(kSignatureBytes, '\0');
  size_t size = signature.size();
  if (context == nullptr ||
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     Bytes(message), message.size()) != 1) {
    return Failed("sign");
  }
  signature.resize(size);
  return signature;
}

bool IsSignedBy(absl::string_view public_key, absl::string_view message,
                absl::string_view signature) {
  if (public_key.size() != kKeyBytes || signature.size() != kSignatureBytes) return false;
  EVP_PKEY* const key =
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, Bytes(public_key), public_key.size());
  const Context context(EVP_MD_CTX_new());
  const bool good = key != nullptr && context != nullptr &&
                    EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key) == 1 &&
                    EVP_DigestVerify(context.get(), Bytes(signature), signature.size(),
                                     Bytes(message), message.size()) == 1;
  EVP_PKEY_free(key);
  return good;
}

}  // namespace vedette
