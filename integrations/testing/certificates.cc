// SPDX-License-Identifier: Apache-2.0
// No unit test: for tests.
#include "integrations/testing/certificates.h"

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/file.h"

namespace vedette {
namespace {

constexpr absl::string_view kNewKey = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";

}  // namespace

Certificates::Certificates() {
  for (const char* ca : {"ca", "other_ca"}) {
    Run(absl::StrCat("openssl req -x509 ", kNewKey, " -keyout ", Key(ca), " -out ", Path(ca),
                     " -days 30 -subj /CN=", ca));
  }
  // `openssl ca` alone takes dates of the past, in every release.
  CHECK(WriteFileAtomically(folder_.File("database"), "").ok());
  CHECK(WriteFileAtomically(
            folder_.File("ca.conf"),
            absl::StrCat("[ca]\ndefault_ca=tests\n[tests]\ndatabase=", folder_.File("database"),
                         "\nnew_certs_dir=", folder_.path(),
                         "\nrand_serial=yes\ndefault_md=sha256\npolicy=any\nunique_subject=no\n"
                         "[any]\ncommonName=supplied\n"))
            .ok());
  Issue("server", "DNS:localhost,IP:127.0.0.1,IP:::1", "-days 30");
  Issue("client", "DNS:client", "-days 30");
  Issue("elsewhere", "DNS:elsewhere.example", "-days 30");
  Issue("expired", "DNS:localhost,IP:127.0.0.1",
        "-startdate 20200101000000Z -enddate 20200102000000Z");
}

void Certificates::Issue(const std::string& name, const std::string& alt_name,
                         const std::string& dates) const {
  const std::string request = folder_.File(name + ".csr");
  const std::string extensions = folder_.File(name + ".ext");
  CHECK(WriteFileAtomically(extensions, absl::StrCat("subjectAltName=", alt_name, "\n")).ok());
  Run(absl::StrCat("openssl req ", kNewKey, " -keyout ", Key(name), " -out ", request,
                   " -subj /CN=", name));
  Run(absl::StrCat("openssl ca -batch -notext -config ", folder_.File("ca.conf"), " -cert ",
                   Path("ca"), " -keyfile ", Key("ca"), " -in ", request, " -out ", Path(name),
                   " -extfile ", extensions, " ", dates));
}

void Certificates::Run(const std::string& command) const {
  const int done = std::system(absl::StrCat(command, " >/dev/null 2>&1").c_str());
  CHECK(done == 0) << command << ": is the openssl command there?";
}

const Certificates& TestCertificates() {
  static const Certificates certificates;
  return certificates;
}

}  // namespace vedette
