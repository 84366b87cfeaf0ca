# SPDX-License-Identifier: Apache-2.0
"""Runs one guest under QEMU's own emulation (never KVM) and sees to it that it ends.

QEMU dies with this process, whatever kills it, and at the latest when its time is over.
"""

import ctypes
import dataclasses
import shutil
import signal
import subprocess
import sys
import time

import architecture

# One thread for all processors. With thread=multi, QEMU before 8.1 may keep running the int3 that
# a kernel puts into its code while it patches it (jump labels, fentry, BPF trampolines): attaching
# programs then crashes or hangs a sound kernel. QEMU's deba78709ae8 is the fix.
ACCELERATOR = "tcg,thread=single"
ICOUNT = "shift=0,sleep=off,align=off"
PR_SET_PDEATHSIG = 1
# Without "integrity" kernels before 6.9 panic at the first file that IMA's policy has measured.
LSM = "lockdown,capability,yama,integrity,landlock,apparmor"
# oops=panic and panic=-1 with -no-reboot: a broken kernel ends QEMU instead of limping on. The
# first process gets as variables what the kernel does not know: where its output and results go.
KERNEL_LINE = ("console={console} quiet panic=-1 oops=panic "
               "GUEST_CONSOLE=/dev/{console} GUEST_RESULTS=/dev/{results}")


class QemuError(Exception):
    """One sentence: QEMU did not start."""


@dataclasses.dataclass(frozen=True)
class Machine:
    """What a guest is made of. `append` goes last on the kernel's command line, and wins. What is
    written to `disk` is forgotten at the end."""
    vmlinuz: str
    initramfs: str
    console: str
    results: str
    bpf_lsm: bool = True
    append: str = ""
    memory: int = 2048
    cpus: int = 2
    kind: architecture.Architecture = architecture.AMD64
    disk: str = ""
    icount: bool = False  # A nanosecond is one instruction: for counting them, on one processor.

    def command(self):
        """QEMU's command line."""
        kind, lsm = self.kind, LSM + (",bpf" if self.bpf_lsm else "")
        common = KERNEL_LINE.format(console=kind.console, results=kind.results)
        kernel_line = " ".join(f"{common} {kind.kernel_line} lsm={lsm} {self.append}".split())
        disk = ["-drive", f"file={self.disk},if=virtio,format=raw,snapshot=on"] if self.disk else []
        counting = ["-icount", ICOUNT] if self.icount else []
        return [kind.program, "-accel", ACCELERATOR, *counting, *kind.machine,
                "-smp", "1" if self.icount else str(self.cpus),
                "-m", str(self.memory), "-nodefaults", "-no-reboot", "-display", "none",
                "-kernel", self.vmlinuz, "-initrd", self.initramfs, "-append", kernel_line,
                *disk, *(line.format(console=self.console, results=self.results)
                         for line in kind.lines)]


def _die_with_parent():
    """In the child, before exec. The signal comes even if the harness is killed by SIGKILL."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class _Follower:
    """Prints what is new at the end of a growing file."""

    def __init__(self, path):
        self._path, self._at = path, 0

    def print_new(self):
        with open(self._path, "rb") as stream:
            stream.seek(self._at)
            fresh = stream.read()
        self._at += len(fresh)
        sys.stdout.write(fresh.decode(errors="replace").replace("\r", ""))
        sys.stdout.flush()


def run(machine, timeout, follow=False):
    """Runs the guest until it powers off or `timeout` seconds have passed; true if it ended by
    itself. With `follow` its console is printed as it grows."""
    if not shutil.which(machine.kind.program):
        raise QemuError(f"{machine.kind.program} is missing; install {machine.kind.package}.")
    for log in (machine.console, machine.results):
        open(log, "wb").close()
    follower = _Follower(machine.console)
    end = time.monotonic() + timeout
    with subprocess.Popen(machine.command(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, preexec_fn=_die_with_parent) as qemu:
        try:
            while qemu.poll() is None and time.monotonic() < end:
                if follow:
                    follower.print_new()
                try:
                    qemu.wait(min(0.1, max(0.0, end - time.monotonic())))
                except subprocess.TimeoutExpired:
                    pass
            in_time = qemu.poll() is not None
        finally:
            if qemu.poll() is None:
                qemu.kill()
            qemu.wait()
        if follow:
            follower.print_new()
        complaint = qemu.stderr.read().decode(errors="replace").strip()
        if in_time and qemu.returncode != 0:
            raise QemuError(f"QEMU ended with status {qemu.returncode}: {complaint or 'no word'}.")
    return in_time
