// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_INTEGRATIONS_TESTING_CERTIFICATES_H_
#define VEDETTE_INTEGRATIONS_TESTING_CERTIFICATES_H_

#include <string>

#include "base/temporary_directory.h"

namespace vedette {

// Two authorities and what they vouch for, as PEM files that go with the object: `server` is good
// for localhost and 127.0.0.1, `elsewhere` for another name, `client` for us, `expired` was good
// for localhost until yesterday; `other_ca` has vouched for nobody. Made by the openssl command.
class Certificates {
 public:
  Certificates();
  std::string Path(const std::string& name) const { return folder_.File(name + ".pem"); }
  std::string Key(const std::string& name) const { return folder_.File(name + ".key"); }

 private:
  void Run(const std::string& command) const;
  void Issue(const std::string& name, const std::string& alt_name, const std::string& dates) const;
  TemporaryDirectory folder_;
};

// One set for all tests of a program; made at the first call.
const Certificates& TestCertificates();

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_TESTING_CERTIFICATES_H_
