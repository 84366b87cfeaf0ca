# SPDX-License-Identifier: Apache-2.0
"""What differs between guests by their processor, in one table.

A guest kernel is called by its series on a PC ("6.1"), and with Debian's name of the architecture
in front of it on everything else ("arm64-6.1").
"""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Architecture:
    """Of guests that emulate one kind of processor. `console` and `results` are the two serial
    lines, by the guest's names; `lines` are QEMU's arguments for them, with their files to be
    filled in. `kernel_line` is what kernels of this kind need beside what all do."""
    name: str      # Debian's.
    triplet: str   # Of its libraries' directory.
    program: str   # QEMU's, and the package that has it.
    package: str
    machine: tuple
    console: str
    results: str
    lines: tuple
    kernel_line: str


AMD64 = Architecture(
    name="amd64", triplet="x86_64-linux-gnu",
    program="qemu-system-x86_64", package="qemu-system-x86",
    machine=("-cpu", "max"), console="ttyS0", results="ttyS1",
    lines=("-serial", "file:{console}", "-serial", "file:{results}"),
    # On a busy machine the emulated timer misses the deadline of the kernel's check, which ends in
    # a panic.
    kernel_line="no_timer_check")

# The virtual machine has one serial line of its own; the second is a PCI card. Authentication of
# pointers by the architecture's cipher would take half of the emulator's time.
ARM64 = Architecture(
    name="arm64", triplet="aarch64-linux-gnu",
    program="qemu-system-aarch64", package="qemu-system-arm",
    machine=("-M", "virt,gic-version=3", "-cpu", "max,pauth-impdef=on"),
    console="ttyAMA0", results="ttyS0",
    lines=("-serial", "file:{console}", "-chardev", "file,id=results,path={results}",
           "-device", "pci-serial,chardev=results"),
    kernel_line="")

ALL = {architecture.name: architecture for architecture in (AMD64, ARM64)}


def of_kernel(name):
    """(architecture, series) of a kernel's name; a name without an architecture is a PC's."""
    first, _, rest = name.partition("-")
    return (ALL[first], rest) if first in ALL and rest else (AMD64, name)
