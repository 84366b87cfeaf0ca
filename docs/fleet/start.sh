#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# start.sh: a fleet's ClickHouse and NATS on this machine, on the loopback interface and without
# passwords, with the tables and the relay between the two: to try docs/fleet.md. Ctrl-C stops them
# and removes what they wrote.
#
# Needs clickhouse-server, nats-server, python3 and curl, installed or in what setup/servers.sh has
# unpacked. CLICKHOUSE_PORT and NATS_PORT are 8123 and 4222 unless set.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
readonly here clickhouse_port="${CLICKHOUSE_PORT:-8123}" nats_port="${NATS_PORT:-4222}"
readonly url="http://127.0.0.1:$clickhouse_port"
readonly cache="${VEDETTE_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/vedette}"
PATH="$PATH:/usr/sbin:$cache/servers/bin:$cache/clickhouse/bin"

say() { echo "fleet: $*"; }
fail() {
  say "$*" >&2
  exit 1
}
for program in clickhouse-server nats-server python3 curl; do
  command -v "$program" >/dev/null ||
    fail "$program is missing: install it, or run setup/servers.sh (Debian 12)"
done
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
for port in "$clickhouse_port" "$nats_port"; do
  ! listens "$port" || fail "port $port is taken: set CLICKHOUSE_PORT or NATS_PORT"
done

folder="$(mktemp -d -t vedette-fleet.XXXXXX)"
pids=()
stop() {
  ((${#pids[@]} == 0)) || kill "${pids[@]}" 2>/dev/null || true
  wait
  rm -rf "$folder"
}
trap stop EXIT
trap 'exit 0' INT TERM

# await PORT PROGRAM PID
await() {
  for ((i = 0; i < 600; i++)); do
    listens "$1" && return
    kill -0 "$3" 2>/dev/null || break
    sleep 0.1
  done
  fail "$2 does not start: $(tail -n 3 "$folder/$2.log")"
}

cat >"$folder/config.xml" <<CONFIG
<yandex>
  <logger><level>warning</level><console>1</console></logger>
  <listen_host>127.0.0.1</listen_host><http_port>$clickhouse_port</http_port>
  <path>$folder/data/</path><tmp_path>$folder/tmp/</tmp_path>
  <users_config>$folder/users.xml</users_config><default_profile>default</default_profile>
  <default_database>default</default_database><mark_cache_size>67108864</mark_cache_size>
</yandex>
CONFIG
cat >"$folder/users.xml" <<USERS
<yandex>
  <profiles><default/></profiles><quotas><default/></quotas>
  <users><default><password></password><networks><ip>127.0.0.1</ip></networks>
    <profile>default</profile><quota>default</quota></default></users>
</yandex>
USERS
clickhouse-server --config-file="$folder/config.xml" >"$folder/clickhouse-server.log" 2>&1 &
pids+=($!)
await "$clickhouse_port" clickhouse-server $!
nats-server -js -a 127.0.0.1 -p "$nats_port" -sd "$folder/nats" >"$folder/nats-server.log" 2>&1 &
pids+=($!)
await "$nats_port" nats-server $!

while IFS= read -r -d ';' statement; do
  curl -fsS --noproxy '*' "$url" --data-binary "$statement" >/dev/null ||
    fail "ClickHouse takes no tables"
done < <(sed '/^--/d' "$here/../clickhouse.sql")
python3 -B "$here/relay.py" "nats://127.0.0.1:$nats_port" "$url" --stream-bytes 1000000000 \
  --rejected "$folder/rejected.jsonl" &
pids+=($!)

say "ClickHouse is at $url, NATS at 127.0.0.1:$nats_port. In other terminals:"
say "  sudo build/release/vedette run --config docs/fleet/host-nats.yaml"
say "  build/release/vedette alerts list --fleet clickhouse://127.0.0.1:$clickhouse_port/vedette"
wait -n || true
fail "one of them has ended; what it said: $(tail -qn 1 "$folder"/*.log)"
