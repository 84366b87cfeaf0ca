#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The runtimes that people use, in a guest with a whole Debian: podman, containerd by ctr, and
# containerd asked as a kubelet asks. The very first exec of a container has the right id, name,
# image, pod and namespace; what is put in later is told apart; many in a row leave nothing wrong
# and nothing behind. The image is made here, of the guest's busybox.
#
#   runtimes_guest.sh HOW_MANY_IN_A_ROW
set -u
many=${1:-20}
alerts=/out/alerts.json
log=/out/runtimes.log
image=docker.io/library/shop
failures=0
export PATH=/usr/sbin:/usr/bin:/sbin:/bin

fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

check() {  # check WHAT PATTERN: the alerts have a line with the pattern.
  for _ in $(seq 20); do
    grep -q -e "$2" $alerts && { echo "ok: $1"; return; }
    sleep 1
  done
  fail "$1: no alert with: $2"
}

refuse() {  # refuse WHAT PATTERN
  if grep -e "$2" $alerts; then fail "$1: an alert with: $2"; else echo "ok: $1"; fi
}

wait_for() {  # wait_for SECONDS COMMAND...
  local left=$1
  shift
  until "$@" >/dev/null 2>&1; do
    left=$((left - 1))
    [ $left -gt 0 ] || return 1
    sleep 1
  done
}

entries() {  # How many entries a map of the daemon's has.
  bpftool map dump name "$1" 2>/dev/null | grep -c '"\?key"\?:'
}

pod() { podman --cgroup-manager=cgroupfs --events-backend=file --log-level=error "$@" 2>>$log; }
kubelet() { python3 -B /test/kubelet.py /run/containerd/containerd.sock "$@" 2>>$log; }

# Two images: what containers run, and what holds a pod's namespaces.
mkdir -p /tmp/rootfs/{bin,proc,dev,sys,etc,tmp}
cp /bin/busybox /tmp/rootfs/bin/busybox
for name in sh id true sleep cp; do ln -s busybox "/tmp/rootfs/bin/$name"; done
tar -C /tmp/rootfs -cf /tmp/rootfs.tar .
pod import --change 'CMD ["/bin/sh"]' /tmp/rootfs.tar $image:5 || fail "podman import"
pod import --change 'CMD ["/bin/sleep", "100000"]' /tmp/rootfs.tar docker.io/library/pause:1
pod save --format docker-archive -o /tmp/shop.tar $image:5
pod save --format docker-archive -o /tmp/pause.tar docker.io/library/pause:1

mkdir -p /etc/containerd
cat >/etc/containerd/config.toml <<'TOML'
version = 2
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "docker.io/library/pause:1"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
TOML
containerd >/out/containerd.log 2>&1 &
containerd=$!
wait_for 180 ctr version || { cat /out/containerd.log; fail "containerd does not answer"; }
for space in default k8s.io; do ctr -n $space images import /tmp/shop.tar >>$log 2>&1; done
ctr -n k8s.io images import /tmp/pause.tar >>$log 2>&1

cat >/tmp/vedette.yaml <<YAML
rules: [/test/rules.yaml]
store: {path: /tmp/store/vedette.db}
output: {format: json}
recording: {}
containers: {wait: 10s}
YAML
/job/vedette run -c /tmp/vedette.yaml >$alerts 2>/out/daemon.log &
daemon=$!
wait_for 240 grep 'is watching' /out/daemon.log || { cat /out/daemon.log; exit 1; }

echo "-- podman"
# By its files. Its API tells labels, too, but holds its answer back while the container is being
# started, which takes longer here than an answer may.
pod run -d --name web5 --network none --label tier=front $image:5 \
  /bin/sh -c '/bin/id; /bin/sleep 1000; exit 0' >/tmp/web5 || fail "podman run"
id=$(cat /tmp/web5)
known="id=$id type=podman name=web5 image=$image:5"
check "podman: the very first exec" "exec=sh $known origin=entry entry=true"
check "podman: what it starts" "exec=id $known origin=entry entry=false"
check "a condition with the image holds at the first exec" "image-condition exec=sh id=$id"
pod exec web5 /bin/true || fail "podman exec"
check "podman exec is told apart" "exec=true $known origin=injected entry=false"

echo "-- containerd, by ctr"
ctr run -d $image:5 web6 /bin/sh -c '/bin/id; /bin/sleep 1000; exit 0' >>$log 2>&1 ||
  fail "ctr run"
known="id=web6 type=containerd name=web6 image=$image:5"
check "ctr: the very first exec" "exec=sh $known origin=entry entry=true"
check "ctr: what it starts" "exec=id $known origin=entry entry=false"
ctr task exec --exec-id more web6 /bin/true >>$log 2>&1 || fail "ctr task exec"
check "ctr task exec is told apart" "exec=true $known origin=injected entry=false"

echo "-- containerd, as a kubelet asks"
uid=7b9e5d1c-0b6f-4e0a-9a6f-2f5c1d3e4a5b
sandbox=$(kubelet pod shop-1 prod $uid) || fail "RunPodSandbox"
check "the sandbox" "exec=sleep id=$sandbox type=cri .*uid=$uid pod=shop-1 ns=prod"
id=$(kubelet run "$sandbox" shop $image:5 /bin/sh -c '/bin/id; /bin/sleep 1000; exit 0') ||
  fail "StartContainer"
known="id=$id type=cri name=shop image=$image:5"
where="uid=$uid pod=shop-1 ns=prod privileged=false"
check "CRI: the very first exec" "exec=sh $known origin=entry entry=true $where"
check "CRI: what it starts" "exec=id $known origin=entry entry=false $where"
check "a scope with a namespace" "scope-prod exec=sh id=$id"
check "a scope with a label of the pod" "scope-front exec=sh id=$id"
kubelet exec "$id" /bin/true || fail "ExecSync"
check "CRI: exec is told apart" "exec=true $known origin=injected entry=false $where"
refuse "the scopes are for nobody else" "scope-[a-z]* exec=[a-z]* id=\(web6\|$(cat /tmp/web5)\)"

echo "-- $many containers, one after the other"
before=$(entries classify_scopes)
kubelet many "$sandbox" "$many" $image:5 >/tmp/many || fail "containers in a row"
number=0
while read -r id; do
  number=$((number + 1))
  pattern="exec=sh id=$id type=cri name=n$number image=$image:5 origin=entry entry=true $where"
  grep -q -e "$pattern" $alerts || check "container $number of many" "$pattern"
done </tmp/many
[ "$number" -eq "$many" ] || fail "$number containers of $many were made"
seen=$(grep -c "exec=sh .* name=n[0-9]* .*pod=shop-1 ns=prod" $alerts)
[ "$seen" -eq "$many" ] || fail "$seen alerts for $many containers"
# A cgroup that is gone takes what the kernel was told of it along.
for _ in $(seq 30); do
  after=$(entries classify_scopes)
  [ "$after" -le "$before" ] && break
  sleep 1
done
[ "$after" -le "$before" ] || fail "$before cgroups were known before, $after after"
echo "cgroups that the kernel was told of: $before before, $after after"

refuse "nothing of a runtime is taken for the container's entry point" \
  'exec=\(runc\|crun\|memfd\|conmon\|containerd-shim\)[^ ]* .*entry=true'
refuse "where the runtime knows, nothing is missing" \
  'exec=[^ ]* id=[^ ]* type=\(cri\|podman\|containerd\) name=<NA>.*origin=\(entry\|injected\)'

kubelet stop "$sandbox" "$(grep -o 'exec=sh id=[0-9a-f]* type=cri name=shop' $alerts | head -1 |
  sed 's/.*id=\([0-9a-f]*\).*/\1/')" || fail "StopPodSandbox"
ctr task kill -s KILL web6 >>$log 2>&1
pod kill web5 >>$log
kill $daemon
wait $daemon
kill $containerd
cat /out/daemon.log
grep -q '; balanced' /out/daemon.log || fail "not balanced"
echo "$failures failures"
[ $failures -eq 0 ]
