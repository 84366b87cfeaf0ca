// SPDX-License-Identifier: Apache-2.0
// No unit test: config_test.cc tests the reader, the printer and the table together.
#include "cli/config/options.h"

#include <cstddef>
#include <cstdint>
#include <set>
#include <type_traits>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cli/config/config_files.h"
#include "integrations/net/net_address.h"
#include "integrations/runtimes/runtime_source.h"

namespace vedette {
namespace {

constexpr uint64_t kRingBytesMin = uint64_t{64} << 10;
constexpr uint64_t kRingBytesMax = uint64_t{1} << 30;
constexpr uint64_t kStoreBytesMin = uint64_t{16} << 20;

constexpr absl::string_view kFormats[] = {"terminal", "json"};
constexpr absl::string_view kModes[] = {"auto", "lsm", "fentry", "tracepoint"};
constexpr absl::string_view kLogLevels[] = {"debug", "info", "warning", "error"};
static_assert(static_cast<int>(LogSeverity::kDebug) == 0 &&
              static_cast<int>(LogSeverity::kError) == 3);

// `names` in the order of the enumerators.
template <typename Enum>
OptionTarget Choose(absl::Span<const absl::string_view> names, Enum& value) {
  return ChoiceRef{names, [&value] { return static_cast<size_t>(value); },
                   [&value](size_t index) { value = static_cast<Enum>(index); }};
}

std::string RulesProblem(const Config& config) {
  for (const std::string& path : config.rules) {
    if (path.empty()) return "a path is empty";
  }
  return "";
}

std::string StorePathProblem(const Config& config) {
  return absl::StartsWith(config.store.path, "/") ? "" : "expected an absolute path";
}

std::string StoreBytesProblem(const Config& config) {
  const uint64_t bytes = config.store.bytes_max;
  return bytes == 0 || bytes >= kStoreBytesMin ? "" : "expected 0 (no limit) or at least 16MiB";
}

std::string PrehistoryProblem(const Config& config) {
  const uint64_t events = config.store.prehistory_events;
  return events >= 1 && events <= 4096 ? "" : "expected 1 to 4096; 0 bytes switch it off";
}

std::string RingProblem(uint64_t bytes) {
  const bool power = bytes != 0 && (bytes & (bytes - 1)) == 0;
  if (power && bytes >= kRingBytesMin && bytes <= kRingBytesMax) return "";
  return "expected a power of two from 64KiB to 1GiB";
}

std::string FoldProblem(const Config& config) {
  const absl::Duration fold = config.sensor.fold;
  return fold <= absl::Minutes(1) ? "" : "expected at most 1m, or 0 (send every act)";
}

std::string HeartbeatProblem(const Config& config) {
  const absl::Duration heartbeat = config.sensor.heartbeat;
  if (heartbeat == absl::ZeroDuration()) return "";
  const bool good = heartbeat >= absl::Seconds(1) && heartbeat <= absl::Hours(1);
  return good ? "" : "expected from 1s to 1h, or 0 (never)";
}

std::string ScopeProblem(const Config& config) {
  absl::string_view scope = config.sensor.scope;
  if (scope.empty()) return "";
  uint32_t pid = 0;
  const bool good = absl::ConsumePrefix(&scope, "pid:")
                        ? absl::SimpleAtoi(scope, &pid) && pid > 0 && pid < (1U << 22)
                        : absl::ConsumePrefix(&scope, "cgroup:") && absl::StartsWith(scope, "/");
  return good ? "" : "expected pid:NUMBER, cgroup:/PATH, or nothing for the whole host";
}

std::string AbsoluteProblem(const std::string& path) {
  return absl::StartsWith(path, "/") && path.size() > 1 && path.back() != '/'
             ? ""
             : "expected an absolute path";
}

std::string ExemptProblem(const Config& config) {
  for (const std::string& path : config.enforce.exempt) {
    const std::string problem = AbsoluteProblem(path);
    if (!problem.empty()) return problem;
  }
  return "";
}

std::string RecordingProblem(const Config& config) {
  for (const auto& [name, condition] : config.recording) {
    if (name.empty() || name.size() > 64) return "a name has from 1 to 64 bytes";
    if (condition.empty()) return "a condition is empty";
  }
  return "";
}

// A sink's name is that of its cursor, so each has its own.
std::string SinksProblem(const Config& config) {
  std::set<std::string> names;
  for (const Config::SinkEntry& sink : config.sinks) {
    const std::string name = SinkName(sink.type, sink.options);
    if (!names.insert(name).second) {
      return absl::StrCat("two sinks are called ", name, "; give each a `name` of its own");
    }
  }
  return "";
}

std::string ListenProblem(const Config& config) {
  if (config.status.listen.empty()) return "";
  const absl::Status parsed = ParseAddress(config.status.listen).status();
  return parsed.ok() ? "" : std::string(parsed.message());
}

std::string RolesProblem(const std::vector<std::string>& roles) {
  for (const std::string& role : roles) {
    const size_t colon = role.find(':');
    const absl::string_view kind = absl::string_view(role).substr(0, colon);
    const bool known = kind == "user" || kind == "group" || kind == "cert";
    if (colon == std::string::npos || !known || colon + 1 == role.size()) {
      return absl::StrCat("\"", role, "\": expected user:NAME, group:NAME or cert:NAME");
    }
  }
  return "";
}

std::string ApiListenProblem(const Config& config) {
  if (config.api.listen.empty()) return "";
  const absl::Status parsed = ParseAddress(config.api.listen).status();
  return parsed.ok() ? "" : std::string(parsed.message());
}

std::string OptionalPathProblem(const std::string& path) {
  return path.empty() ? "" : AbsoluteProblem(path);
}

std::string ContainerWaitProblem(const Config& config) {
  return config.containers.wait <= absl::Seconds(10) ? "" : "expected at most 10s";
}

std::string ContainerSocketsProblem(const Config& config) {
  for (const std::string& socket : config.containers.sockets) {
    const absl::Status checked = CheckRuntimeSocket(socket);
    if (!checked.ok()) return std::string(checked.message());
  }
  return "";
}

constexpr ConfigOption kOptions[] = {
    {"rules",
     "Files and folders of rules, in this order; later ones may change what earlier ones say.\n"
     "`shipped` is the folder that came with the program.",
     [](Config& c) -> OptionTarget { return &c.rules; }, RulesProblem},
    {"rules_off",
     "Rules with one of these tags are off, but for those of which a file says `enabled: true`.\n"
     "hunting: what is worth a look when somebody looks, and would be noise otherwise.",
     [](Config& c) -> OptionTarget { return &c.rules_off; }, nullptr},
    {"store.path", "The history: processes, events, alerts. Made with mode 0600.",
     [](Config& c) -> OptionTarget { return &c.store.path; }, StorePathProblem},
    {"store.bytes_max", "The oldest events go when the store grows larger. 0: no limit.",
     [](Config& c) -> OptionTarget { return &c.store.bytes_max; }, StoreBytesProblem},
    {"store.age_max", "Events that are older go. 0: no limit.",
     [](Config& c) -> OptionTarget { return &c.store.age_max; }, nullptr},
    {"store.prehistory_bytes",
     "Memory for what process trees did last that is not recorded: an alert makes it evidence. 0: "
     "none.",
     [](Config& c) -> OptionTarget { return &c.store.prehistory_bytes; }, nullptr},
    {"store.prehistory_events", "How many of these events of a process tree, at most.",
     [](Config& c) -> OptionTarget { return CountRef{&c.store.prehistory_events}; },
     PrehistoryProblem},
    {"output.format", "How `vedette run` prints alerts: terminal or json.",
     [](Config& c) -> OptionTarget { return Choose(kFormats, c.output_format); }, nullptr},
    {"sinks", "Where alerts go besides; any number of:",
     [](Config& c) -> OptionTarget { return &c.sinks; }, SinksProblem},
    {"status.socket", "Where `vedette status` finds the daemon: a Unix socket, for root alone.",
     [](Config& c) -> OptionTarget { return &c.status.socket; },
     [](const Config& c) -> std::string {
       return absl::StartsWith(c.status.socket, "/") ? "" : "expected an absolute path";
     }},
    {"status.listen",
     "ADDRESS:PORT for /metrics (Prometheus), /healthz and /readyz, without a password: an "
     "address\n"
     "of this machine alone, as 127.0.0.1:9765, or one that a firewall guards. Nothing: none.",
     [](Config& c) -> OptionTarget { return &c.status.listen; }, ListenProblem},
    {"api.socket", "Where `vedette-api` answers on this machine: a Unix socket. Nothing: nowhere.",
     [](Config& c) -> OptionTarget { return &c.api.socket; },
     [](const Config& c) { return OptionalPathProblem(c.api.socket); }},
    {"api.listen",
     "ADDRESS:PORT for others, who need a certificate of ca_file's authority. Nothing: none.",
     [](Config& c) -> OptionTarget { return &c.api.listen; }, ApiListenProblem},
    {"api.cert_file", "With api.listen: the server's certificates (PEM),",
     [](Config& c) -> OptionTarget { return &c.api.cert_file; },
     [](const Config& c) { return OptionalPathProblem(c.api.cert_file); }},
    {"api.key_file", "its key, which others must not be able to read,",
     [](Config& c) -> OptionTarget { return &c.api.key_file; },
     [](const Config& c) { return OptionalPathProblem(c.api.key_file); }},
    {"api.ca_file", "and the authorities whose certificates clients must have.",
     [](Config& c) -> OptionTarget { return &c.api.ca_file; },
     [](const Config& c) { return OptionalPathProblem(c.api.ca_file); }},
    {"api.read",
     "Who may read besides root: user:NAME or group:NAME at the socket, cert:NAME (the common\n"
     "name of a certificate) at the address.",
     [](Config& c) -> OptionTarget { return &c.api.read; },
     [](const Config& c) { return RolesProblem(c.api.read); }},
    {"api.operate", "Who may change as well: enforcement, and loading the configuration again.",
     [](Config& c) -> OptionTarget { return &c.api.operate; },
     [](const Config& c) { return RolesProblem(c.api.operate); }},
    {"sensor.mode",
     "How to attach to the kernel: auto (the best that works), lsm, fentry or tracepoint.",
     [](Config& c) -> OptionTarget { return Choose(kModes, c.sensor.mode); }, nullptr},
    {"sensor.disable", "Hooks that are not attached, by the names that `vedette doctor` prints.",
     [](Config& c) -> OptionTarget { return &c.sensor.disable; }, nullptr},
    {"sensor.ring_bytes_critical", "Memory for events that matter: starts, ends, matches.",
     [](Config& c) -> OptionTarget { return &c.sensor.ring_bytes_critical; },
     [](const Config& c) { return RingProblem(c.sensor.ring_bytes_critical); }},
    {"sensor.ring_bytes_bulk", "Memory for events that are only recorded.",
     [](Config& c) -> OptionTarget { return &c.sensor.ring_bytes_bulk; },
     [](const Config& c) { return RingProblem(c.sensor.ring_bytes_bulk); }},
    {"sensor.bulk_per_cgroup",
     "Records a second that one cgroup may send to be recorded only, so that a flood cannot push "
     "out\n"
     "the others'; what is more is counted as lost. 0: no limit.",
     [](Config& c) -> OptionTarget { return CountRef{&c.sensor.bulk_per_cgroup}; }, nullptr},
    {"sensor.fold",
     "For so long identical acts of one process that are only recorded are counted: the first one\n"
     "is an event at once, the others are one event with their number in evt.repeats. 0: never.",
     [](Config& c) -> OptionTarget { return &c.sensor.fold; }, FoldProblem},
    {"sensor.drop_threshold",
     "From so many lost events a second on, and for each that matters, there is an event\n"
     "(evt.type = drop) that rules can alert on. 0: only for those that matter.",
     [](Config& c) -> OptionTarget { return CountRef{&c.sensor.drop_threshold}; }, nullptr},
    {"sensor.heartbeat",
     "How often the hooks are looked at, with an act of our own on each CPU. One that has stopped\n"
     "is an event (evt.type = hook). 0: never.",
     [](Config& c) -> OptionTarget { return &c.sensor.heartbeat; }, HeartbeatProblem},
    {"sensor.environment", "Record the environment of programs, which may hold secrets.",
     [](Config& c) -> OptionTarget { return &c.sensor.environment; }, nullptr},
    {"sensor.scope",
     "Watch only a part of the host: pid:NUMBER (that process and what it starts) or cgroup:/PATH.",
     [](Config& c) -> OptionTarget { return &c.sensor.scope; }, ScopeProblem},
    {"enforce.enabled",
     "Whether rules with `action: deny` or `kill` do so; false: they only alert.",
     [](Config& c) -> OptionTarget { return &c.enforce.enabled; }, nullptr},
    {"enforce.exempt", "Executables that are never denied, nor is what they do: absolute paths.",
     [](Config& c) -> OptionTarget { return &c.enforce.exempt; }, ExemptProblem},
    {"enforce.budget_processes",
     "A rule that denies more than so many processes within the interval only monitors from then\n"
     "on, and an alert says so; `budget:` of a rule counts instead. 0: no limit.",
     [](Config& c) -> OptionTarget { return CountRef{&c.enforce.budget_processes}; }, nullptr},
    {"enforce.budget_interval", "See budget_processes.",
     [](Config& c) -> OptionTarget { return &c.enforce.budget_interval; }, nullptr},
    {"enforce.protect_self",
     "Deny signals, tracing and changes of its files to others while it enforces.",
     [](Config& c) -> OptionTarget { return &c.enforce.protect_self; }, nullptr},
    {"enforce.allow_lockout", "Enforce rules that may lock everybody out of the machine, too.",
     [](Config& c) -> OptionTarget { return &c.enforce.allow_lockout; }, nullptr},
    {"enforce.pins",
     "Where the kernel keeps what goes on without the daemon: in a BPF file system.",
     [](Config& c) -> OptionTarget { return &c.enforce.pins; },
     [](const Config& c) { return AbsoluteProblem(c.enforce.pins); }},
    {"enforce.socket", "Where `vedette enforce` reaches the daemon.",
     [](Config& c) -> OptionTarget { return &c.enforce.socket; },
     [](const Config& c) { return AbsoluteProblem(c.enforce.socket); }},
    {"digests.executables",
     "Make SHA-256 digests of what programs run (proc.exe_sha256), each file once; those that the\n"
     "kernel has measured (IMA) are taken in any case. Keeps CAP_SYS_PTRACE.",
     [](Config& c) -> OptionTarget { return &c.digests.executables; }, nullptr},
    {"digests.bytes_max", "Larger files are not read.",
     [](Config& c) -> OptionTarget { return &c.digests.bytes_max; }, nullptr},
    {"digests.bytes_per_second", "How fast they are read, in the long run. 0: no limit.",
     [](Config& c) -> OptionTarget { return &c.digests.bytes_per_second; }, nullptr},
    {"containers.metadata",
     "Ask runtimes what containers are (container.*, k8s.*): their state files, then their "
     "sockets.",
     [](Config& c) -> OptionTarget { return &c.containers.metadata; }, nullptr},
    {"containers.wait",
     "So long the events of a new container wait for the answer, and with them their alerts; all\n"
     "others pass them by. 0: nothing waits.",
     [](Config& c) -> OptionTarget { return &c.containers.wait; }, ContainerWaitProblem},
    {"containers.sockets",
     "Runtimes to be asked: docker:/PATH, podman:/PATH, cri:/PATH, containerd:/PATH. One that is\n"
     "not there costs nothing.",
     [](Config& c) -> OptionTarget { return &c.containers.sockets; }, ContainerSocketsProblem},
    {"containers.root", "Where the host's files are, if Vedette itself is in a container.",
     [](Config& c) -> OptionTarget { return &c.containers.root; },
     [](const Config& c) -> std::string {
       return c.containers.root == "/" ? "" : AbsoluteProblem(c.containers.root);
     }},
    {"recording",
     "What is recorded besides what rules match: conditions of the rule language, by name.\n"
     "Naming any replaces all of these.",
     [](Config& c) -> OptionTarget { return &c.recording; }, RecordingProblem},
    {"log.level", "Messages of the daemon itself: debug, info, warning or error.",
     [](Config& c) -> OptionTarget { return Choose(kLogLevels, c.log_level); }, nullptr},
};

}  // namespace

absl::Span<const ConfigOption> ConfigOptions() { return kOptions; }

std::vector<std::string> DifferingOptions(const Config& a, const Config& b) {
  Config left = a, right = b;  // Targets are writable; nothing is written.
  std::vector<std::string> keys;
  for (const ConfigOption& option : kOptions) {
    const bool same = std::visit(
        [](const auto& x, const auto& y) {
          if constexpr (!std::is_same_v<decltype(x), decltype(y)>) {
            return false;
          } else if constexpr (std::is_same_v<decltype(x), const ChoiceRef&>) {
            return x.get() == y.get();
          } else if constexpr (std::is_same_v<decltype(x), const CountRef&>) {
            return *x.count == *y.count;
          } else {
            return *x == *y;
          }
        },
        option.target(left), option.target(right));
    if (!same) keys.emplace_back(option.key);
  }
  return keys;
}

OptionName NameOf(const ConfigOption& option) {
  const size_t dot = option.key.find('.');
  if (dot == absl::string_view::npos) return {"", option.key};
  return {option.key.substr(0, dot), option.key.substr(dot + 1)};
}

}  // namespace vedette
