#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The guest's first process: a small Debian-like system, one command, its results, power off. With
# $GUEST_DISK it is the Debian on that disk, which gets what the job brought along.
#
# The command's output goes to $GUEST_CONSOLE. /out and /guest/facts go as a tar to $GUEST_RESULTS,
# /guest/facts/status last: a tar that was cut short has no status, and that counts as failure. Both
# are serial lines that the kernel's command line names.

export PATH=/job:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export HOME=/root TERM=dumb LANG=C.UTF-8

mount_kernel() {  # What the kernel shows of itself.
  mount -t proc -o nosuid,nodev,noexec proc /proc
  mount -t sysfs -o nosuid,nodev,noexec sysfs /sys
  mount -t devtmpfs devtmpfs /dev
  mkdir -p /dev/pts /dev/shm
  mount -t devpts -o gid=5,mode=620,ptmxmode=666 devpts /dev/pts
  mount -t tmpfs -o mode=1777 tmpfs /dev/shm
  ln -sf /proc/self/fd /dev/fd
  ln -sf /proc/self/fd/0 /dev/stdin
  ln -sf /proc/self/fd/1 /dev/stdout
  ln -sf /proc/self/fd/2 /dev/stderr
  exec </dev/null >"$GUEST_CONSOLE" 2>&1

  mount -t cgroup2 cgroup2 /sys/fs/cgroup
  for controller in $(cat /sys/fs/cgroup/cgroup.controllers); do
    echo "+$controller" >/sys/fs/cgroup/cgroup.subtree_control
  done
  mount -t securityfs securityfs /sys/kernel/security
  mount -t bpf -o mode=700 bpf /sys/fs/bpf
  mount -t tracefs tracefs /sys/kernel/tracing
  mount -t debugfs debugfs /sys/kernel/debug
}

mount_own() {  # Folders that programs write to.
  for place in tmp run var; do  # What the job brought along stays visible.
    mount -t tmpfs tmpfs /mnt
    cp -a "/$place/." /mnt/
    mount -o move /mnt "/$place"
  done
  mkdir -p /var/lib /var/log /var/cache /var/spool /run/lock
  mkdir -p -m 1777 /var/tmp
  ln -s /run /var/run
}

# The disk becomes the root folder, as in every Debian that starts with an initramfs, and this
# script goes on there. Libraries of the job are those of the disk or lie beside them.
enter_disk() {
  mkdir /disk
  mount -t ext4 "$GUEST_DISK" /disk || return
  for place in job test guest usr/lib opt srv home; do
    [ -d "/$place" ] && mkdir -p "/disk/$place" && cp -a "/$place/." "/disk/$place/"
  done
  cp -a /init /disk/guest/init
  for place in proc sys dev; do
    mount -o move "/$place" "/disk/$place"
  done
  cd /disk && mount -o move . / && exec chroot . /bin/sh /guest/init on_disk
}

prepare() {
  ip link set lo up
  hostname "$(cat /etc/hostname)"
  mkdir -p /out /guest/facts
  uname -r >/guest/facts/release
  cat /sys/kernel/security/lsm >/guest/facts/lsm
  cut -d' ' -f1 /proc/uptime >/guest/facts/booted
}

if [ "${1:-}" != on_disk ]; then
  chmod 755 /
  mount_kernel
  for module in $(cat /guest/modules/order 2>/dev/null); do
    insmod "/guest/modules/$module.ko" || echo "guest: module $module does not load"
  done
  if [ -n "${GUEST_DISK:-}" ]; then
    enter_disk
    echo "guest: the disk $GUEST_DISK cannot be the root folder"
    busybox poweroff -f
  fi
  mount_own
else
  mount -t tmpfs -o mode=755 tmpfs /run
  mkdir -m 1777 /run/lock
fi
prepare

echo "guest: running"
cd /root
setsid sh /guest/command
echo $? >/guest/facts/status
cd /
echo "guest: status $(cat /guest/facts/status)"

dmesg >/guest/facts/dmesg
stty -F "$GUEST_RESULTS" raw -echo 115200
facts="guest/facts/release guest/facts/lsm guest/facts/booted guest/facts/dmesg"
tar -c -f - out $facts guest/facts/status | gzip -1 -f >"$GUEST_RESULTS"
sync
busybox poweroff -f
