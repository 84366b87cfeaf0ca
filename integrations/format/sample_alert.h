// SPDX-License-Identifier: Apache-2.0
//
// Alerts for tests: one as rules make them, and one in which every text is an attack.
#ifndef VEDETTE_INTEGRATIONS_FORMAT_SAMPLE_ALERT_H_
#define VEDETTE_INTEGRATIONS_FORMAT_SAMPLE_ALERT_H_

#include <string>

#include "absl/time/time.h"
#include "engine/match/alert.h"

namespace vedette {

inline Alert SampleAlert() {
  Alert alert;
  alert.id = "5d1e7c0a9b3f2846";
  alert.time = absl::FromUnixNanos(1'714'564'800'123'456'789);  // 2024-05-01 12:00 UTC
  alert.rule = "Read of a password file";
  alert.priority = Priority::kCritical;
  alert.tags = {"file", "mitre_credential_access", "T1003.008"};
  alert.message = "cat read /etc/shadow (user=root command=cat /etc/shadow)";
  using Json = AlertField::Json;
  alert.fields = {
      {"evt.is_open_read", "true", Json::kBool},
      {"evt.time", "12:00:00.123456789", Json::kText},
      {"fd.name", "/etc/shadow", Json::kText},
      {"proc.aname[4]", "<NA>", Json::kNull},
      {"proc.cmdline", "cat /etc/shadow", Json::kText},
      {"proc.pid", "4431", Json::kNumber},
      {"user.name", "root", Json::kText},
  };
  alert.processes = {
      {0x8000000000000004, 4431, "cat", "/usr/bin/cat", "cat /etc/shadow", "root"},
      {0x8000000000000003, 4410, "bash", "/usr/bin/bash", "-bash", "root"},
      {0x8000000000000002, 812, "sshd", "/usr/sbin/sshd", "sshd: root@pts/0", "root"},
      {0x8000000000000001, 1, "systemd", "/usr/lib/systemd/systemd", "/sbin/init", "root"},
  };
  alert.object = "/etc/shadow";
  alert.event_kind = "file_open";
  alert.event_type = "openat";
  alert.hostname = "web-1";
  alert.container_id = "host";
  alert.event_number = 102'334;
  alert.exec_id = 0x8000000000000004;
  return alert;
}

// One that a sequence has made: with all that an ordinary rule leaves empty.
inline Alert SampleSequenceAlert() {
  Alert alert = SampleAlert();
  alert.rule = "Downloaded program run";
  alert.action = Action::kKill;
  alert.references = {"https://attack.mitre.org/techniques/T1105/"};
  alert.attack = {"T1105", "T1204.002"};
  alert.reason = "2 steps within 4.2s";
  AlertEvidence download;
  download.step = "download";
  download.time = alert.time - absl::Milliseconds(4200);
  download.event_kind = "file_open";
  download.event_type = "openat";
  download.event_number = 102'300;
  download.process = {0x8000000000000005, 4420, "curl", "/usr/bin/curl", "curl -o /tmp/x", "root"};
  download.object = "/tmp/x";
  AlertEvidence run = download;
  run.step = "run";
  run.time = alert.time;
  run.event_kind = "process_exec";
  run.event_type = "execve";
  run.event_number = alert.event_number;
  run.process = alert.processes[0];
  alert.evidence = {download, run};
  return alert;
}

// Line breaks, terminal sequences, JSON syntax, bytes that are not UTF-8, and text that hides.
inline std::string HostileText() {
  return std::string("a\"}\n{\"rule\":\"x\"\r\x1b[2J\x1b]0;t\x07\\\xff\xc0\xaf\xed\xa0\x80") +
         "\xe2\x80\xae\xc2\x9b\xe2\x80\xa8\x7f\xf3\xa0\x81\x81 \xc3\xa4\xf0\x9f\x90\x9f" +
         std::string("\0end", 4);
}

inline Alert HostileAlert() {
  Alert alert = SampleAlert();
  const std::string text = HostileText();
  alert.id = alert.rule = alert.message = alert.object = alert.hostname = text;
  alert.event_kind = alert.event_type = alert.container_id = text;
  alert.tags = {text, text};
  using Json = AlertField::Json;
  alert.fields = {
      {text, text, Json::kText}, {"number", "1}", Json::kNumber}, {"bool", "maybe", Json::kBool}};
  alert.processes = {{1, -1, text, text, text, text}, {2, 0, text, text, text, text}};
  alert.references = alert.attack = {text};
  alert.reason = alert.repeats_of = text;
  alert.evidence = {{text, alert.time, text, text, 1, {1, 2, text, text, text, text}, text}};
  return alert;
}

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_FORMAT_SAMPLE_ALERT_H_
