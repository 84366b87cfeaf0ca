// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/bpf_log.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace vedette {
namespace {

TEST(BpfLog, TheVerifiersLastWordsAreTheReason) {
  EXPECT_EQ(WhyRefused(EACCES, "0: R1=ctx\nR0 invalid mem access 'scalar'\nprocessed 4 insns\n"),
            "the verifier refused it: R0 invalid mem access 'scalar'");
}

TEST(BpfLog, WithoutWordsTheNumberIsExplained) {
  EXPECT_NE(WhyRefused(EPERM, "").find("does not permit"), std::string::npos);
  EXPECT_NE(WhyRefused(ENOENT, "").find("no such function"), std::string::npos);
  EXPECT_NE(WhyRefused(524, "").find("on this kind of machine"), std::string::npos);
  EXPECT_NE(WhyRefused(E2BIG, "").find("Argument list too long"), std::string::npos);
}

}  // namespace
}  // namespace vedette
