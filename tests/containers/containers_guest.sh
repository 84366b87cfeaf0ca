#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Real containers by crun and runc in a guest, in cgroups of the shapes that their managers give
# them, while the daemon watches: the very first exec has the right id, name, image, pod and
# namespace; what is put in later is told apart; many in a row leave nothing wrong. The root file
# system is the guest's memory, which cannot be pivoted: --no-pivot.
#
#   containers_guest.sh HOW_MANY_IN_A_ROW
set -u
many=${1:-20}
alerts=/out/alerts.json
failures=0

check() {  # check WHAT PATTERN: the alerts have a line with the pattern.
  for try in 1 2 3 4 5 6 7 8 9 10; do
    grep -q -e "$2" $alerts && { echo "ok: $1"; return; }
    sleep 1
  done
  echo "FAILED: $1: no alert with: $2"
  failures=$((failures + 1))
}

refuse() {  # refuse WHAT PATTERN
  if grep -e "$2" $alerts; then
    echo "FAILED: $1: an alert with: $2"
    failures=$((failures + 1))
  else
    echo "ok: $1"
  fi
}

bundle() {  # bundle FOLDER CGROUP ANNOTATIONS COMMAND
  mkdir -p "$1/rootfs/bin" "$1/rootfs/proc" "$1/rootfs/dev"
  cp /job/busybox "$1/rootfs/bin/busybox"
  for name in sh id true sleep; do ln -sf busybox "$1/rootfs/bin/$name"; done
  cat >"$1/config.json" <<JSON
{"ociVersion": "1.0.2",
 "process": {"user": {"uid": 0, "gid": 0}, "args": ["/bin/sh", "-c", "$4"], "cwd": "/",
             "env": ["PATH=/bin"],
             "capabilities": {"bounding": ["CAP_KILL"], "effective": ["CAP_KILL"],
                              "permitted": ["CAP_KILL"]}},
 "root": {"path": "rootfs"},
 "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}],
 "annotations": $3,
 "linux": {"cgroupsPath": "$2",
           "namespaces": [{"type": "pid"}, {"type": "mount"}, {"type": "ipc"}, {"type": "uts"}]}}
JSON
}

hex() {  # An id of 64 digits that ends in the number.
  printf '%064x' "$1"
}

cat >/tmp/vedette.yaml <<YAML
rules: [/test/rules.yaml]
store: {path: /tmp/store/vedette.db}
output: {format: json}
recording: {}
containers: {wait: 5s}
YAML
vedette run -c /tmp/vedette.yaml >$alerts 2>/out/daemon.log &
daemon=$!
for try in $(seq 240); do
  grep -q 'is watching' /out/daemon.log && break
  sleep 1
done
grep 'is watching' /out/daemon.log || { cat /out/daemon.log; exit 1; }

bundle /tmp/crun-b /crun/web1 '{"org.opencontainers.image.ref.name": "docker.io/library/shop:2"}' \
  '/bin/id; /bin/sleep 60; exit 0'
bundle /tmp/runc-b /runc/web2 '{"org.opencontainers.image.ref.name": "docker.io/library/shop:3"}' \
  '/bin/id; /bin/sleep 60; exit 0'
crun --cgroup-manager=cgroupfs run --no-pivot -b /tmp/crun-b web1 </dev/null >/dev/null &
crun_pid=$!
runc run --no-pivot -b /tmp/runc-b web2 </dev/null >/dev/null &
runc_pid=$!

check "crun: the very first exec" \
  'exec=sh id=web1 type=crun name=web1 image=docker.io/library/shop:2 origin=entry entry=true'
check "crun: what it starts" 'exec=id id=web1 type=crun name=web1 .*origin=entry entry=false'
check "runc: the very first exec" \
  'exec=sh id=web2 type=runc name=web2 image=docker.io/library/shop:3 origin=entry entry=true'
check "a condition with the image holds at the first exec" 'image-condition exec=sh id=web1'

crun exec web1 /bin/true || echo "crun exec: $?"
runc exec web2 /bin/true || echo "runc exec: $?"
check "crun exec is told apart" 'exec=true id=web1 .*origin=injected entry=false'
check "runc exec is told apart" 'exec=true id=web2 .*origin=injected entry=false'

# As a kubelet's runtime leaves it: the cgroup of a pod, and the annotations in containerd's bundle.
id=$(hex 4711)
uid=7b9e5d1c-0b6f-4e0a-9a6f-2f5c1d3e4a5b
folder=/run/containerd/io.containerd.runtime.v2.task/k8s.io/$id
annotations='{"io.kubernetes.cri.container-name": "shop",
  "io.kubernetes.cri.image-name": "docker.io/library/shop:4",
  "io.kubernetes.cri.sandbox-name": "shop-1", "io.kubernetes.cri.sandbox-namespace": "prod",
  "io.kubernetes.cri.sandbox-uid": "'$uid'"}'
bundle "$folder" "/kubepods/besteffort/pod$uid/$id" "$annotations" '/bin/id'
crun --cgroup-manager=cgroupfs run --no-pivot -b "$folder" "$id" </dev/null >/dev/null
check "a pod's container: the very first exec" \
  "exec=sh id=$id type=cri name=shop image=docker.io/library/shop:4 origin=entry entry=true \
uid=$uid pod=shop-1 ns=prod privileged=false"
check "a scope with a namespace" "scope-prod exec=sh id=$id"
refuse "the scope is for nobody else" "scope-prod exec=[a-z]* id=web"

# Many, one after the other, each with an id and an image of its own.
for i in $(seq "$many"); do
  id=$(hex $((100000 + i)))
  folder=/run/containerd/io.containerd.runtime.v2.task/k8s.io/$id
  bundle "$folder" "/kubepods/burstable/pod$uid/$id" \
    '{"io.kubernetes.cri.container-name": "n'$i'", "io.kubernetes.cri.image-name": "img:'$i'"}' \
    'exit 0'
  crun --cgroup-manager=cgroupfs run --no-pivot -b "$folder" "$id" </dev/null >/dev/null
  rm -rf "$folder"
done
for i in $(seq "$many"); do
  id=$(hex $((100000 + i)))
  check "container $i of many" \
    "exec=sh id=$id type=cri name=n$i image=img:$i origin=entry entry=true"
done
seen=$(grep -c 'exec=sh id=0*18[0-9a-f]* type=cri' $alerts)
[ "$seen" -ge "$many" ] || { echo "FAILED: $seen alerts of $many"; failures=$((failures + 1)); }

refuse "nothing of a runtime is taken for the container's entry point" \
  'exec=\(runc\|crun\|memfd\)[^ ]* .*entry=true'
# Whether runc is in the cgroup already when it runs a copy of itself is a race of its processes.
refuse "runc init in the container's cgroup is told apart" \
  'exec=\(runc\|crun\|memfd\)[^ ]* id=.* origin=\(entry\|injected\)'
grep -q 'id=web2 .*origin=runtime' $alerts || echo "note: runc was not in the cgroup by then"
crun kill web1 KILL
runc kill web2 KILL
wait $crun_pid $runc_pid
kill $daemon
wait $daemon
cat /out/daemon.log
grep -q '; balanced' /out/daemon.log || { echo "FAILED: not balanced"; failures=$((failures + 1)); }
echo "$failures failures"
[ $failures -eq 0 ]
