// SPDX-License-Identifier: Apache-2.0
//
// The daemon's settings: a YAML file and additions. Each option is a row of options.cc, of which
// the reader, `vedette config print`, its comments and the schema are made.
#ifndef VEDETTE_CLI_CONFIG_CONFIG_H_
#define VEDETTE_CLI_CONFIG_CONFIG_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/log.h"
#include "cli/config/sources.h"
#include "integrations/sinks/registry.h"

namespace vedette {

inline constexpr absl::string_view kConfigPath = "/etc/vedette/vedette.yaml";
inline constexpr size_t kConfigBytesMax = size_t{1} << 20;
inline constexpr absl::string_view kShippedRules = "shipped";  // The program's own, anywhere.
inline constexpr absl::string_view kLocalRules = "/etc/vedette/rules";

// What holds when a file says nothing is what stands here.
struct Config {
  // Files and folders, in this order.
  std::vector<std::string> rules = {std::string(kShippedRules), std::string(kLocalRules)};
  std::vector<std::string> rules_off = {"hunting"};  // Tags of rules that are off.

  struct Store {
    std::string path = "/var/lib/vedette/vedette.db";
    uint64_t bytes_max = uint64_t{4} << 30;         // 0: no limit.
    absl::Duration age_max = absl::Hours(24 * 30);  // 0: no limit.
    uint64_t prehistory_bytes = uint64_t{8} << 20;  // 0: alerts have none.
    uint64_t prehistory_events = 64;                // Of each process tree.
    friend bool operator==(const Store&, const Store&) = default;
  } store;

  enum class Format : uint8_t { kTerminal, kJson };
  Format output_format = Format::kTerminal;

  struct SinkEntry {
    std::string type;
    SinkOptions options;  // As CheckSink accepts them.
    friend bool operator==(const SinkEntry&, const SinkEntry&) = default;
  };
  std::vector<SinkEntry> sinks;

  struct Status {
    std::string socket = "/run/vedette/status.sock";
    std::string listen;  // "ADDRESS:PORT"; empty: nothing.
    friend bool operator==(const Status&, const Status&) = default;
  } status;

  // Of `vedette-api`. Paths: "" for none.
  struct Api {
    std::string socket = "/run/vedette/api.sock";
    std::string listen, cert_file, key_file, ca_file;  // "ADDRESS:PORT", and for that.
    std::vector<std::string> read, operate;            // "user:NAME", "group:NAME", "cert:NAME"
    friend bool operator==(const Api&, const Api&) = default;
  } api;

  enum class Mode : uint8_t { kAuto, kLsm, kFentry, kTracepoint };
  struct Sensor {
    Mode mode = Mode::kAuto;
    std::vector<std::string> disable;  // Hooks, as `vedette doctor` names them.
    uint64_t ring_bytes_critical = uint64_t{4} << 20;
    uint64_t ring_bytes_bulk = uint64_t{4} << 20;
    uint64_t bulk_per_cgroup = 50'000;       // Records a second; 0: no limit.
    absl::Duration fold = absl::Seconds(1);  // 0: every act is sent.
    uint64_t drop_threshold = 1'000;         // Losses a second; 0: only those of the critical lane.
    absl::Duration heartbeat = absl::Seconds(10);  // 0: hooks are not looked at.
    bool environment = false;                      // Capture the environment at exec.
    std::string scope;                             // "", "pid:N" or "cgroup:/PATH".
    friend bool operator==(const Sensor&, const Sensor&) = default;
  } sensor;

  // Rules that deny and kill.
  struct Enforce {
    bool enabled = true;
    std::vector<std::string> exempt;  // Executables that are never denied, nor what they do.
    uint64_t budget_processes = 50;   // 0: no limit.
    absl::Duration budget_interval = absl::Minutes(1);
    bool protect_self = true;
    bool allow_lockout = false;  // Rules that could lock everybody out.
    std::string pins = "/sys/fs/bpf/vedette";
    std::string socket = "/run/vedette/control.sock";
    friend bool operator==(const Enforce&, const Enforce&) = default;
  } enforce;

  DigestSettings digests;
  ContainerSettings containers;

  // Conditions by name: what is kept for forensics besides what rules match. Naming any replaces
  // all.
  std::map<std::string, std::string> recording = {
      {"processes", "evt.category = process"},
      {"connections",
       "evt.kind in (network_connect, network_bind, network_listen, network_accept)"},
      {"kernel", "evt.category = system and evt.kind != system_call"},
      {"writes", "evt.is_open_write = true"},
      {"settings", "evt.kind = file_open and fd.name startswith /etc/"},
      {"credentials",
       "evt.kind = file_open and (fd.name startswith /root/.ssh/"
       " or fd.filename in (authorized_keys, id_rsa, id_dsa, id_ecdsa, id_ed25519, .netrc,"
       " .pgpass, .my.cnf, .git-credentials, .htpasswd, credentials, kubeconfig))"},
      {"executables",
       "evt.kind = file_open and (fd.name startswith /usr/bin/ or fd.name startswith /usr/sbin/"
       " or fd.name startswith /usr/local/bin/ or fd.name startswith /usr/local/sbin/)"},
  };

  LogSeverity log_level = LogSeverity::kInfo;

  friend bool operator==(const Config&, const Config&) = default;
};

struct ConfigSource {
  std::string name, text;  // What errors call it.
};

// The value of a variable; none: it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

// Safe on any bytes; touches nothing outside but `environment`, for what texts say as ${NAME} or
// ${NAME:-DEFAULT}; $${ stands for ${. Each source is put over those before: single values are
// replaced; lists and maps are, by the first source, too, and the others add to them.
// kInvalidArgument: the text of all errors, each with file, line, column, the line and a hint.
absl::StatusOr<Config> ParseConfig(const std::vector<ConfigSource>& sources,
                                   const Environment& environment);  // Below: with no variables.
absl::StatusOr<Config> ParseConfig(absl::string_view name, absl::string_view text);

// YAML with every option and what it means; ParseConfig makes the same Config of it.
std::string PrintConfig(const Config& config);

// `rules` as paths: kShippedRules becomes `shipped`; kLocalRules is left out where it is not there.
std::vector<std::string> RulePaths(const Config& config, const std::string& shipped);

}  // namespace vedette

#endif  // VEDETTE_CLI_CONFIG_CONFIG_H_
