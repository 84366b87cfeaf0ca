# SPDX-License-Identifier: Apache-2.0
"""Prints the config.json of a privileged container: bundle.py COMMANDS, with $container in the
environment or not, and with one that it does not get in $without_capability."""

import json
import os
import sys

with open("/proc/sys/kernel/cap_last_cap", encoding="ascii") as stream:
    count = int(stream.read()) + 1
NAMES = """CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP
LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE
SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME
SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG
WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE""".split()[:count]
capabilities = [f"CAP_{name}" for name in NAMES if name != os.environ.get("without_capability")]
identity = (os.environ.get("container") or "0" * 64).rjust(64, "0")
json.dump({
    "ociVersion": "1.0.2",
    "process": {"user": {"uid": 0, "gid": 0}, "args": ["/bin/bash", "-c", sys.argv[1]], "cwd": "/",
                "env": ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"],
                "capabilities": {kind: capabilities for kind in
                                 ("bounding", "effective", "permitted", "inheritable")}},
    "root": {"path": "rootfs"},
    "mounts": [
        {"destination": "/proc", "type": "proc", "source": "proc"},
        {"destination": "/dev", "type": "bind", "source": "/dev", "options": ["rbind", "rw"]},
        {"destination": "/sys", "type": "bind", "source": "/sys", "options": ["rbind", "rw"]},
        {"destination": "/tmp", "type": "tmpfs", "source": "tmpfs"},
        {"destination": "/host", "type": "bind", "source": "/", "options": ["bind", "rw"]}],
    "linux": {"cgroupsPath": f"/docker/{identity}",
              "namespaces": [{"type": "pid"}, {"type": "mount"}, {"type": "ipc"}, {"type": "uts"}],
              "resources": {"devices": [{"allow": True, "access": "rwm"}]}},
}, sys.stdout)
