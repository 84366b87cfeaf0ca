// SPDX-License-Identifier: Apache-2.0
// No unit test: what it finds is the kernel; tests/kernel runs it on several.
#include "sensor/source/kernel_support.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "sensor/bpf/probe_object.skel.h"
#include "sensor/source/bpf_log.h"

namespace vedette {
namespace {

struct CloseProbe {
  void operator()(probe_object* object) const { probe_object__destroy(object); }
};
using Probe = std::unique_ptr<probe_object, CloseProbe>;

constexpr size_t kVerifierLogBytes = 64 * 1024;

// A probe object with only this program loaded, or why not.
struct LoadedProbe {
  Probe object;
  bpf_program* program = nullptr;
  std::string why;
};

LoadedProbe Load(const char* program_name) {
  LoadedProbe loaded;
  loaded.object.reset(probe_object__open());
  if (loaded.object == nullptr) {
    loaded.why = WhyRefused(errno, "");
    return loaded;
  }
  loaded.program = bpf_object__find_program_by_name(loaded.object->obj, program_name);
  std::string log(kVerifierLogBytes, '\0');
  bpf_program__set_autoload(loaded.program, true);
  bpf_program__set_log_buf(loaded.program, log.data(), log.size());
  loaded.object->bss->calls.pid = static_cast<uint32_t>(getpid());
  if (const int error = probe_object__load(loaded.object.get()); error != 0) {
    loaded.why = WhyRefused(-error, log.c_str());
  }
  bpf_program__set_log_buf(loaded.program, nullptr, 0);
  return loaded;
}

struct DestroyLink {
  void operator()(bpf_link* link) const { bpf_link__destroy(link); }
};

using Counter = uint32_t (*)(const probe_object&);

AttachSupport Try(const char* program_name, uint32_t self_pid, Counter calls) {
  LoadedProbe probe = Load(program_name);
  if (!probe.why.empty()) return {false, probe.why};
  probe.object->bss->calls.pid = self_pid;
  const std::unique_ptr<bpf_link, DestroyLink> link(bpf_program__attach(probe.program));
  if (link == nullptr) return {false, WhyRefused(errno, "")};
  const OwnedFd act(open("/proc/self/stat", O_RDONLY | O_CLOEXEC));
  if (calls(*probe.object) == 0) return {false, "it loads and attaches, but is never called"};
  return {true, ""};
}

uint32_t AskSelfPid() {
  const LoadedProbe probe = Load("probe__self");
  if (!probe.why.empty()) return static_cast<uint32_t>(getpid());
  bpf_test_run_opts options = {};
  options.sz = sizeof(options);
  probe.object->bss->calls.pid = 0;
  if (bpf_prog_test_run_opts(bpf_program__fd(probe.program), &options) != 0 ||
      probe.object->bss->calls.pid == 0) {
    return static_cast<uint32_t>(getpid());
  }
  return probe.object->bss->calls.pid;
}

constexpr std::array<absl::string_view, 3> kModeNames = {"lsm", "fentry", "tracepoint"};

}  // namespace

absl::string_view SensorModeName(SensorMode mode) { return kModeNames[static_cast<size_t>(mode)]; }

std::optional<SensorMode> ParseSensorMode(absl::string_view name) {
  for (size_t i = 0; i < kModeNames.size(); ++i) {
    if (kModeNames[i] == name) return static_cast<SensorMode>(i);
  }
  return std::nullopt;
}

std::optional<SensorMode> KernelSupport::BestMode() const {
  for (const SensorMode mode : {SensorMode::kLsm, SensorMode::kFentry, SensorMode::kTracepoint}) {
    if (Of(mode).works) return mode;
  }
  return std::nullopt;
}

const AttachSupport& KernelSupport::Of(SensorMode mode) const {
  switch (mode) {
    case SensorMode::kLsm:
      return lsm;
    case SensorMode::kFentry:
      return fentry;
    case SensorMode::kTracepoint:
      return tracepoint;
  }
  return tracepoint;  // Unreachable unless memory is corrupt.
}

KernelSupport ProbeKernel() {
  QuietLibbpf();
  KernelSupport support;
  utsname name = {};
  if (uname(&name) == 0) support.release = name.release;
  if (const auto list = ReadFile("/sys/kernel/security/lsm", 4096); list.ok()) {
    support.lsm_list = std::string(absl::StripAsciiWhitespace(*list));
  }
  support.has_btf = access("/sys/kernel/btf/vmlinux", R_OK) == 0;
  if (!support.has_btf) {
    const AttachSupport none = {false, "the kernel carries no BTF (/sys/kernel/btf/vmlinux)"};
    support.lsm = support.fentry = support.fmod_ret = support.tracepoint = none;
    support.direct_reads = none;
    return support;
  }
  support.self_pid = AskSelfPid();
  const uint32_t pid = support.self_pid;
  support.tracepoint = Try("probe__tracepoint", pid,
                           [](const probe_object& o) { return o.bss->calls.raw_tracepoint; });
  support.fentry =
      Try("probe__fentry", pid, [](const probe_object& o) { return o.bss->calls.fentry; });
  support.lsm = Try("probe__lsm", pid, [](const probe_object& o) { return o.bss->calls.lsm; });
  support.fmod_ret =
      Try("probe__fmod_ret", pid, [](const probe_object& o) { return o.bss->calls.fmod_ret; });
  support.direct_reads = Try("probe__direct_reads", pid,
                             [](const probe_object& o) { return o.bss->calls.direct_reads; });
  const std::vector<std::string> modules = absl::StrSplit(support.lsm_list, ',');
  if (!support.lsm.works && !support.lsm_list.empty() &&
      std::find(modules.begin(), modules.end(), "bpf") == modules.end()) {
    support.lsm.why = absl::StrCat("bpf is not among the kernel's security modules (",
                                   support.lsm_list, "): boot with lsm=", support.lsm_list, ",bpf");
  }
  return support;
}

}  // namespace vedette
