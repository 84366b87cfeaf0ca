// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/published_style.h"

#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/check.h"
#include "rules/lang/load.h"

namespace vedette {
namespace {

constexpr char kShared[] = R"(
- list: shells
  items: [ash, bash, csh, ksh, sh, tcsh, zsh, dash]
- list: package_managers
  items: [dpkg, apt, apt-get, rpm, dnf, yum, pip, pip3, npm, snapd]
- list: web_servers
  items: [nginx, apache2, httpd, lighttpd, caddy, haproxy]
- list: known_updaters
  items: [package_managers, puppet, chef-client, ansible, salt-minion, cron]
- macro: opens_to_read
  condition: >
    evt.type in (open, openat, openat2) and evt.is_open_read = true and fd.typechar = f
    and fd.num >= 0
- macro: opens_to_write
  condition: >
    evt.type in (open, openat, openat2) and evt.is_open_write = true and fd.typechar = f
    and fd.num >= 0
- macro: starts
  condition: evt.type in (execve, execveat)
- macro: connects
  condition: evt.type = connect and (fd.typechar = 4 or fd.typechar = 6)
- macro: in_container
  condition: container.id != host
- macro: is_updater
  condition: >
    proc.name in (known_updaters) or proc.pname in (known_updaters)
    or proc.aname[2] in (package_managers)
- macro: below_web_server
  condition: proc.pname in (web_servers) or proc.aname in (web_servers)
)";

// @ is the number of the rule, # a number from it that fits a port.
constexpr absl::string_view kConditions[] = {
    "opens_to_read and fd.name in (/etc/app@/key.pem, /etc/app@/token) and not is_updater and "
    "not proc.name in (app@, app@ctl)",
    "opens_to_write and fd.name startswith /opt/app@/ and not is_updater",
    "starts and proc.name in (tool@, tool@-helper) and proc.pname in (shells) and not "
    "(user.uid = 0 and proc.pname = cron)",
    "starts and proc.cmdline contains \"--exploit-@\" and not proc.pname in (known_updaters)",
    "starts and proc.name in (shells) and proc.aname in (service@, service@-worker) and not "
    "proc.cmdline startswith \"sh -c /opt/service@/\"",
    "connects and fd.sport = # and not proc.name in (client@, package_managers)",
    "opens_to_write and fd.directory = /etc/app@.d and not is_updater",
    "(opens_to_read or opens_to_write) and fd.name endswith /.app@rc and not proc.pname in "
    "(shells)",
    "starts and in_container and ((proc.name = \"nc@\" and (proc.args contains \"-e\" or "
    "proc.args contains \"-c\")) or (proc.name = \"ncat@\" and proc.args contains \"--sh-exec\"))",
    "opens_to_write and fd.name glob \"/home/*/.config/app@/*\" and not proc.name = app@",
    "connects and fd.sip in (\"10.1.#.7\", \"10.2.#.7\") and proc.name != client@",
    "starts and proc.exepath startswith /tmp/app@ and not is_updater",
    "opens_to_read and proc.name = reader@ and fd.name contains /secret/ and not fd.name pmatch "
    "(/usr/share, /usr/lib)",
    "opens_to_read and fd.filename in (id_app@, id_app@.pub) and not proc.exepath in "
    "(/usr/bin/app@, /usr/sbin/app@) and not below_web_server",
    "starts and below_web_server and proc.name = worker@ and proc.cmdline icontains \"EVAL@(\"",
    "opens_to_write and (fd.name startswith /usr/bin/ or fd.name startswith /usr/sbin/) and "
    "proc.pname = installer@ and not is_updater",
    "starts and proc.cmdline regex \".*(curl|wget) .*https?://host@\\\\.example\\\\.org/.*\"",
    "opens_to_write and fd.name startswith /var/spool/cron and proc.name = writer@",
};

std::string ConditionOf(size_t i) {
  const absl::string_view condition = kConditions[i % std::size(kConditions)];
  const std::string port = absl::StrCat(1 + i * 7 % 65535), octet = absl::StrCat(i % 250);
  const bool address = condition.find("10.1.#") != absl::string_view::npos;
  return absl::StrReplaceAll(condition, {{"@", absl::StrCat(i)}, {"#", address ? octet : port}});
}

}  // namespace

std::string PublishedStyleRules(size_t count) {
  std::string text = kShared;
  for (size_t i = 0; i < count; ++i) {
    absl::StrAppend(&text, "- rule: Rule ", i, "\n  desc: One of many\n  condition: >\n    ",
                    ConditionOf(i),
                    "\n  output: \"%proc.name %fd.name\"\n  priority: WARNING\n"
                    "  tags: [host, generated]\n");
  }
  return text;
}

std::shared_ptr<const Program> PublishedStyleProgram(size_t count) {
  const RuleSource source = {"published_style.yaml", PublishedStyleRules(count)};
  LoadResult result = LoadRules({&source, 1});
  CHECK(result.program != nullptr) << result.diagnostics.ToText();
  return std::move(result.program);
}

}  // namespace vedette
