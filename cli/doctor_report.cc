// SPDX-License-Identifier: Apache-2.0
#include "cli/doctor_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/text.h"
#include "cli/doctor_coverage.h"
#include "cli/help.h"
#include "cli/table.h"
#include "sensor/source/coverage.h"

namespace vedette {
namespace {

constexpr size_t kTextColumns = 78;

bool HasBpfLsm(const KernelSupport& kernel) {
  const std::vector<absl::string_view> names = absl::StrSplit(kernel.lsm_list, ',');
  return std::find(names.begin(), names.end(), "bpf") != names.end();
}

// Without root nothing could be tried, so nothing is known not to work.
std::string KernelText(const Findings& findings, const Screen& screen) {
  const KernelSupport& kernel = findings.kernel;
  const char* const not_seen = findings.root ? "no" : "?";
  TextTable facts({"kernel", EscapeControl(kernel.release)});
  facts.AddRow({"BTF", kernel.has_btf ? "yes" : "no: /sys/kernel/btf/vmlinux is missing"});
  facts.AddRow({"LSM list", kernel.lsm_list.empty() ? "cannot be read" : kernel.lsm_list});
  if (findings.root) {
    facts.AddRow({"reads", kernel.direct_reads.works ? "direct"
                                                     : "by helper, which makes a record cost twice "
                                                       "the time (needs 6.2)"});
  }
  TextTable ways({"way to attach", "works", "why not"});
  const std::pair<const char*, const AttachSupport*> kWays[] = {{"lsm", &kernel.lsm},
                                                                {"fentry", &kernel.fentry},
                                                                {"fmod_ret", &kernel.fmod_ret},
                                                                {"tracepoint", &kernel.tracepoint}};
  for (const auto& [name, support] : kWays) {
    ways.AddRow({name, support->works ? "yes" : not_seen, support->works ? "" : support->why});
  }
  return absl::StrCat(facts.Render(screen), "\n", ways.Render(screen), "\n");
}

std::string Paragraph(absl::string_view label, absl::string_view text) {
  return absl::StrCat(label, WrapText(text, kTextColumns - label.size(), label.size()), "\n");
}

// Of the sources of container metadata those that are there.
std::string ContainersText(const Findings& findings) {
  std::string text;
  for (const SourceFinding& each : findings.containers) {
    if (absl::IsNotFound(each.status) || absl::IsUnimplemented(each.status)) continue;
    absl::StrAppend(&text, text.empty() ? "" : ", ", EscapeControl(each.source),
                    each.status.ok() ? " answers" : " does not answer: ",
                    each.status.ok() ? "" : EscapeControl(each.status.message()));
  }
  return text.empty() ? text : Paragraph("containers   ", text);
}

nlohmann::json ToJson(const AttachSupport& support) {
  return {{"works", support.works}, {"why", support.why}};
}

}  // namespace

ModeMeaning MeaningOf(SensorMode mode) {
  switch (mode) {
    case SensorMode::kLsm:
      return {
          "Complete. Acts are seen where the kernel decides on them, with the objects that it has "
          "resolved: io_uring, 32-bit calls and containers included.",
          "Complete. deny returns an error before the act happens; kill does so as well and ends "
          "the process."};
    case SensorMode::kFentry:
      return {
          "Complete. Acts are seen at the kernel's own functions, with the objects that it has "
          "resolved: io_uring, 32-bit calls and containers included.",
          "deny returns an error before the act happens where fmod_ret works; else rules can "
          "only kill, and the act under way may still happen."};
    case SensorMode::kTracepoint:
      return {
          "Partial. Acts are seen when system calls return: the names of opens that failed and the "
          "peers of connections come from the program's memory, which it may change meanwhile, and "
          "what comes through io_uring is not seen.",
          "Programs that begin can be killed before their first instruction, no more: all other "
          "rules that deny or kill only alert."};
  }
  return {"", ""};
}

std::vector<std::string> Advice(const Findings& findings) {
  std::vector<std::string> advice;
  const KernelSupport& kernel = findings.kernel;
  if (!findings.root) {
    advice.emplace_back(
        "Run this as root (sudo vedette doctor): without, no way can be tried, so "
        "what stands above says nothing about this kernel.");
    return advice;
  }
  if (!kernel.has_btf) {
    advice.emplace_back(
        "Use a kernel with CONFIG_DEBUG_INFO_BTF=y: those of Debian 11 and later, "
        "Ubuntu 20.10 and RHEL 8.2 have it.");
  }
  if (!kernel.lsm.works && !kernel.lsm_list.empty() && !HasBpfLsm(kernel)) {
    advice.push_back(
        absl::StrCat("For mode lsm boot with lsm=", EscapeControl(kernel.lsm_list),
                     ",bpf (in "
                     "GRUB_CMDLINE_LINUX of /etc/default/grub; then update-grub and reboot)."));
  }
  if (findings.mode == SensorMode::kTracepoint && kernel.has_btf) {
    advice.emplace_back(
        "Detection is partial here. The reasons above say why the better ways do not work; a "
        "kernel "
        "of the distribution, not locked down and on the host itself, offers fentry at least.");
  }
  if (!findings.mode.has_value()) {
    advice.emplace_back(
        "No way works: if this is a container, run Vedette on the host; if Secure "
        "Boot locks the kernel down (confidentiality), use integrity instead.");
  }
  return advice;
}

std::string DoctorText(const Findings& findings, const Screen& screen) {
  std::string text = KernelText(findings, screen);
  absl::StrAppend(&text, CoverageText(findings.hooks));
  if (!findings.why_not.empty()) {
    absl::StrAppend(&text, Paragraph("sensor       ", EscapeControl(findings.why_not)));
  }
  if (findings.mode.has_value()) {
    const ModeMeaning meaning = MeaningOf(*findings.mode);
    absl::StrAppend(&text, "mode         ", SensorModeName(*findings.mode), "\n",
                    Paragraph("detection    ", meaning.detection),
                    Paragraph("enforcement  ", meaning.enforcement));
    if (*findings.mode == SensorMode::kFentry) {
      absl::StrAppend(&text, "             ",
                      findings.kernel.fmod_ret.works ? "fmod_ret works here: deny is possible.\n"
                                                     : "fmod_ret does not work here: kill only.\n");
    }
  } else {
    text += "mode         none\n";
  }
  absl::StrAppend(&text, ContainersText(findings));
  for (const std::string& advice : Advice(findings)) {
    absl::StrAppend(&text, Paragraph("what to do   ", advice));
  }
  return text;
}

std::string DoctorJson(const Findings& findings) {
  const KernelSupport& kernel = findings.kernel;
  nlohmann::json hooks = nlohmann::json::array();
  for (const Hook& hook : findings.hooks) {
    hooks.push_back({{"event", std::string(hook.kind->name)},
                     {"hook", hook.section},
                     {"program", hook.program},
                     {"state", std::string(HookStateName(hook.state))},
                     {"called", hook.fired},
                     {"why", hook.why}});
  }
  nlohmann::json kinds = nlohmann::json::array();
  for (const Coverage& coverage : CoverageOf(findings.hooks)) {
    kinds.push_back({{"event", std::string(coverage.kind->name)},
                     {"seen", std::string(SeenName(coverage.seen))},
                     {"hooks", coverage.hooks},
                     {"why", coverage.why}});
  }
  nlohmann::json containers = nlohmann::json::array();
  for (const SourceFinding& each : findings.containers) {
    containers.push_back({{"source", each.source},
                          {"there", !absl::IsNotFound(each.status)},
                          {"answers", each.status.ok()},
                          {"why", std::string(each.status.message())}});
  }
  nlohmann::json report = {{"root", findings.root},
                           {"kernel", kernel.release},
                           {"btf", kernel.has_btf},
                           {"lsm_list", kernel.lsm_list},
                           {"lsm", ToJson(kernel.lsm)},
                           {"fentry", ToJson(kernel.fentry)},
                           {"fmod_ret", ToJson(kernel.fmod_ret)},
                           {"tracepoint", ToJson(kernel.tracepoint)},
                           {"direct_reads", ToJson(kernel.direct_reads)},
                           {"mode", nullptr},
                           {"why_not", findings.why_not},
                           {"hooks", hooks},
                           {"kinds", kinds},
                           {"containers", containers},
                           {"advice", Advice(findings)}};
  if (findings.mode.has_value()) {
    const ModeMeaning meaning = MeaningOf(*findings.mode);
    report["mode"] = std::string(SensorModeName(*findings.mode));
    report["detection"] = std::string(meaning.detection);
    report["enforcement"] = std::string(meaning.enforcement);
  }
  return report.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace vedette
