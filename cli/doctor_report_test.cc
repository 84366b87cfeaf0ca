// SPDX-License-Identifier: Apache-2.0
#include "cli/doctor_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace vedette {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Findings Sample() {
  Findings findings;
  findings.root = true;
  findings.kernel.release = "6.1.0-1-amd64";
  findings.kernel.lsm_list = "lockdown,apparmor";
  findings.kernel.has_btf = true;
  findings.kernel.lsm = {false, "bpf is not in the list of LSMs"};
  findings.kernel.fentry.works = findings.kernel.fmod_ret.works = true;
  findings.kernel.tracepoint.works = true;
  findings.mode = SensorMode::kFentry;
  Hook hook;
  hook.program = "file_open__x";
  hook.section = "fexit/do_filp_open";
  hook.kind = FindKind(WIRE_file_open);
  hook.state = HookState::kAttached;
  hook.fired = true;
  findings.hooks = {hook};
  return findings;
}

TEST(Doctor, SaysWhatWorksAndWhatItMeans) {
  const std::string text = DoctorText(Sample(), {});
  EXPECT_THAT(text, HasSubstr("reads     by helper"));
  EXPECT_THAT(text, HasSubstr("lsm            no     bpf is not in the list of LSMs\n"));
  EXPECT_THAT(text, HasSubstr("  open            yes        fexit/do_filp_open\n"));
  EXPECT_THAT(text, HasSubstr("mode         fentry\ndetection    Complete."));
  EXPECT_THAT(text, HasSubstr("fmod_ret works here: deny is possible."));
  EXPECT_THAT(text, HasSubstr("lsm=lockdown,apparmor,bpf"));
  EXPECT_THAT(text, HasSubstr("  connect         no         this mode has no hook for it\n"));
}

TEST(Doctor, WithoutRootItClaimsNothing) {
  Findings findings;
  findings.kernel.release = "6.1";
  findings.why_not = "takes root";
  const std::string text = DoctorText(findings, {});
  EXPECT_THAT(text, HasSubstr("mode         none\n"));
  EXPECT_THAT(text, HasSubstr("sudo vedette doctor"));
  EXPECT_THAT(text, Not(HasSubstr("CONFIG_DEBUG_INFO_BTF")));
  EXPECT_THAT(text, Not(HasSubstr("reads     by helper")));
  EXPECT_THAT(text, HasSubstr("tracepoint     ?"));
}

TEST(Doctor, NothingToDoWhereAllIsWell) {
  Findings findings = Sample();
  findings.kernel.lsm_list = "bpf";
  findings.kernel.lsm.works = true;
  EXPECT_THAT(Advice(findings), IsEmpty());
}

TEST(Doctor, Json) {
  const auto report = nlohmann::json::parse(DoctorJson(Sample()));
  EXPECT_EQ(report["mode"], "fentry");
  EXPECT_EQ(report["lsm"]["works"], false);
  EXPECT_EQ(report["hooks"][0]["hook"], "fexit/do_filp_open");
  EXPECT_THAT(report["kinds"].dump(), HasSubstr(R"({"event":"file_open","hooks":["fexit/do_filp_)"
                                                R"(open"],"seen":"yes","why":""})"));
  Findings none;
  EXPECT_TRUE(nlohmann::json::parse(DoctorJson(none))["mode"].is_null());
}

TEST(DoctorReport, SaysWhichRuntimesAnswer) {
  Findings findings;
  findings.containers = {{"files", absl::OkStatus()},
                         {"docker:/run/docker.sock", absl::UnavailableError("no answer\x1b")},
                         {"cri:/run/crio/crio.sock", absl::NotFoundError("it is not there")}};
  const std::string text = DoctorText(findings, Screen());
  EXPECT_THAT(text, HasSubstr("files answers"));
  EXPECT_THAT(text, HasSubstr("docker:/run/docker.sock does not answer"));
  EXPECT_EQ(text.find("crio"), std::string::npos) << text;
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_THAT(DoctorJson(findings), HasSubstr("cri:/run/crio/crio.sock"));
}

}  // namespace
}  // namespace vedette
