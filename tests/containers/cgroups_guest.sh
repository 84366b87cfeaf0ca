#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A rule that denies in a cgroup is in force there before a program has begun in it: the kernel
# tells of the cgroup when it is made. And what is known of a cgroup goes with it.
set -u
secret=/tmp/secret
failures=0

fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

echo secret >$secret
cat >/tmp/rules.yaml <<YAML
- rule: Secret
  desc: The file is closed to a service
  condition: evt.kind = file_open and fd.name = $secret
  output: secret-wanted by %proc.name
  priority: notice
  action: deny
  mode: enforce
  scope: {service: closed}
YAML
cat >/tmp/vedette.yaml <<YAML
rules: [/tmp/rules.yaml]
store: {path: /tmp/store/vedette.db}
output: {format: json}
recording: {}
enforce: {enabled: true, protect_self: false}
YAML
vedette run -c /tmp/vedette.yaml >/out/alerts.json 2>/out/daemon.log &
daemon=$!
for try in $(seq 240); do
  grep -q 'is watching' /out/daemon.log && break
  sleep 1
done
grep 'is watching' /out/daemon.log || { cat /out/daemon.log; exit 1; }

# The shell goes there and reads: no program begins.
within() {  # within CGROUP: what it reads of the secret there.
  mkdir -p "/sys/fs/cgroup/$1"
  sleep 2
  (
    sh -c 'echo $PPID' >"/sys/fs/cgroup/$1/cgroup.procs"
    read -r line <$secret && echo "$line"
  ) 2>/dev/null
}

for round in 1 2 3; do
  [ "$(within closed.service)" = "" ] || fail "round $round: the secret was read in the service"
  [ "$(within open.service)" = secret ] || fail "round $round: it was not read in another service"
  rmdir /sys/fs/cgroup/closed.service /sys/fs/cgroup/open.service || fail "rmdir"
done
[ "$(cat $secret)" = secret ] || fail "it was not read outside of all"
for try in $(seq 20); do
  [ "$(grep -c 'secret-wanted' /out/alerts.json)" -ge 3 ] && break
  sleep 1
done
[ "$(grep -c 'secret-wanted' /out/alerts.json)" -ge 3 ] ||
  { cat /out/alerts.json; fail "there are not three alerts"; }
kill $daemon
wait $daemon
cat /out/daemon.log
echo "$failures failures"
[ $failures -eq 0 ]
