// SPDX-License-Identifier: Apache-2.0
//
// Secrets of sinks: a configuration says where one is, never what it is. What is read is kept for
// as long as it is used and wiped after that; it has no way into a log or a status.
#ifndef VEDETTE_INTEGRATIONS_NET_SECRET_H_
#define VEDETTE_INTEGRATIONS_NET_SECRET_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace vedette {

inline constexpr size_t kSecretBytesMax = 64 << 10;

// A secret's bytes, zeroed when it goes. Move-only. Cannot be printed: ask for Reveal() where it is
// used, and hand that to nothing that keeps it.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string bytes) : bytes_(std::move(bytes)) {}
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { Wipe(); }

  const std::string& Reveal() const { return bytes_; }
  bool empty() const { return bytes_.empty(); }

 private:
  void Wipe();
  std::string bytes_;
};

// `file:/PATH` (white space at its end is not part of the secret) or `env:NAME`.
class SecretSource {
 public:
  SecretSource() = default;  // None: reads as empty.
  // kInvalidArgument never repeats `text`: it may be a secret by mistake.
  static absl::StatusOr<SecretSource> Parse(absl::string_view text);

  // As it is now, so that a changed file is in force without a restart. Errors name the place.
  // kFailedPrecondition: others may read the file, or it is empty or not there.
  absl::StatusOr<Secret> Read() const;
  bool given() const { return !place_.empty(); }

 private:
  bool is_file_ = false;
  std::string place_;
};

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_NET_SECRET_H_
