#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs one command in a guest with a kernel of its own.

    run_guest.py --kernel 6.1 --file build/dev/some_test --out DIR -- some_test --verbose

The guest has busybox, a minimal /etc, cgroup2, bpffs, securityfs, tracefs and loopback. A --file
without a guest path lies in /job, which is first in PATH, with the libraries it needs (busybox's
shell prefers its own applets: there say /job/grep, not grep). What the command leaves in /out
arrives in DIR, next to console.log, dmesg.log, result.json and junit.xml (merged from the guest's
*.xml). The exit code is the command's own; 125 means that the guest told none: it panicked, hung,
ran out of time or could not be started.
"""

import argparse
import json
import os
import pathlib
import signal
import sys
import tempfile
import time

sys.dont_write_bytecode = True  # The source tree stays as it is.

import fetch_kernel  # noqa: E402
import initramfs  # noqa: E402
import junit  # noqa: E402
import kernel_modules  # noqa: E402
import qemu  # noqa: E402
import results  # noqa: E402
import sysroot  # noqa: E402

NO_STATUS = 125
SKIPPED = 77  # What CTest is told to take for that.
OWN_FILES = ("console.log", "dmesg.log", "result.json", "junit.xml")
DISK_MODULES = ("virtio_pci", "virtio_blk", "ext4")
TAIL_LINES = 40
LONG_TAIL_LINES = 200  # From the cause on: a stack trace goes on and on.
USER_MISTAKES = (fetch_kernel.KernelError, initramfs.JobError, kernel_modules.ModuleError,
                 qemu.QemuError, sysroot.SysrootError, OSError)


def _options(arguments):
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kernel", required=True,
                        help=f"{', '.join(fetch_kernel.SUITES)}; arm64-6.1 and so on")
    parser.add_argument("--out", required=True, type=pathlib.Path, metavar="DIR",
                        help="where results go")
    parser.add_argument("--file", action="append", default=[], metavar="HOST[:GUEST]",
                        help="a file or directory to take along; again for more")
    parser.add_argument("--module", action="append", default=[], metavar="NAME",
                        help="a kernel module to load first, with what it needs")
    parser.add_argument("--disk", default="", metavar="IMAGE",
                        help="an ext4 disk that becomes the root folder; debian: that of "
                        "setup/guest_root.sh, and without it exit code 77")
    parser.add_argument("--no-bpf-lsm", action="store_true",
                        help="leave bpf out of the kernel's list of security modules")
    parser.add_argument("--append", action="append", default=[],
                        help="more for the kernel's command line; again for more")
    parser.add_argument("--mode", help="the name of this run in junit.xml")
    parser.add_argument("--timeout", type=float, default=300, metavar="SECONDS")
    parser.add_argument("--memory", type=int, default=2048, metavar="MIB")
    parser.add_argument("--cpus", type=int, default=2)
    parser.add_argument("--icount", action="store_true",
                        help="one processor on which a nanosecond is one instruction")
    parser.add_argument("--verbose", action="store_true", help="show the console as it grows")
    parser.add_argument("command", nargs="+", metavar="COMMAND", help="after --")
    options = parser.parse_args(arguments)
    if options.disk == "debian":
        options.disk = str(fetch_kernel.cache_dir() / "roots" / "root.img")
        if not os.path.exists(options.disk):
            print(f"skipped: {options.disk} is missing: run setup/guest_root.sh", file=sys.stderr)
            sys.exit(SKIPPED)
    if options.disk:
        options.module[:0] = DISK_MODULES
        options.append.append("GUEST_DISK=/dev/vda")
    options.mode = options.mode or ("no-bpf-lsm" if options.no_bpf_lsm else "bpf-lsm")
    return options


def _boot(options, kernel, scratch):
    """Builds the initramfs and runs the guest; returns its outcome."""
    ramdisk, archive = scratch / "initramfs.cpio", scratch / "results"
    with open(ramdisk, "wb") as stream:
        initramfs.build(stream, kernel, options.command, cache=fetch_kernel.cache_dir(),
                        pairs=options.file, modules=options.module)
    console = options.out / "console.log"
    machine = qemu.Machine(str(kernel.vmlinuz), str(ramdisk), str(console), str(archive),
                           not options.no_bpf_lsm, " ".join(options.append), options.memory,
                           options.cpus, kernel.machine, options.disk, options.icount)
    in_time = qemu.run(machine, options.timeout, options.verbose)
    outcome = results.unpack(archive, options.out)
    if outcome.status is None:
        cause = results.diagnose(results.read_log(console), in_time, options.timeout)
        came = archive.stat().st_size
        outcome.cause = cause + (f" ({came} bytes of results came before that)" if came else "")
    return outcome


def _report(options, kernel, outcome, seconds):
    """Writes result.json and junit.xml; returns the exit code and a sentence if it is not 0."""
    log = results.read_log(options.out / "console.log")
    where = f"guest.{options.kernel}.{options.mode}"
    failure = None
    if outcome.status is None:
        sentence = (f"The guest with kernel {options.kernel} ({kernel.release}, {options.mode}) "
                    f"gave no result: {outcome.cause}.")
        failure = (sentence, _tail(log))
    damaged = junit.merge(outcome.files, options.out / "junit.xml", where=where, seconds=seconds,
                          status=outcome.status, failure=failure)
    (options.out / "dmesg.log").write_text(outcome.facts.get("dmesg", ""))
    warnings = results.kernel_warnings(outcome.facts.get("dmesg", log))
    (options.out / "result.json").write_text(json.dumps({
        "kernel": options.kernel, "release": kernel.release, "mode": options.mode,
        "status": outcome.status, "cause": outcome.cause, "seconds": round(seconds, 2),
        "lsm": outcome.facts.get("lsm"), "booted": outcome.facts.get("booted"),
        "kernel_warnings": warnings,
        "files": [str(path.relative_to(options.out)) for path in outcome.files],
    }, indent=2) + "\n")
    for warning in warnings:
        print(f"guest: the kernel warned: {warning}", file=sys.stderr)
    if failure:
        return NO_STATUS, failure[0]
    if outcome.status == 0 and damaged:
        return NO_STATUS, damaged
    return outcome.status, f"The command ended with status {outcome.status}."


def _tail(log):
    """The last lines; where the log names a cause, all from a little before it, up to a bound."""
    lines = log.splitlines()
    cause = results.line_of_cause(lines)
    first = len(lines) - TAIL_LINES
    if cause is not None:
        first = max(min(first, cause - 5), len(lines) - LONG_TAIL_LINES)
    return "\n".join(lines[max(first, 0):])


def _run(options):
    kernel = fetch_kernel.fetch(options.kernel, say=lambda line: print(line, file=sys.stderr))
    options.out.mkdir(parents=True, exist_ok=True)
    for name in OWN_FILES:  # Nothing of an earlier run may be taken for this one's.
        (options.out / name).unlink(missing_ok=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="vedette-guest.") as scratch:
        outcome = _boot(options, kernel, pathlib.Path(scratch))
    code, sentence = _report(options, kernel, outcome, time.monotonic() - started)
    if code != 0:
        if not options.verbose:
            print(_tail(results.read_log(options.out / "console.log")), file=sys.stderr)
        print(f"{sentence} The whole log is {options.out / 'console.log'}.", file=sys.stderr)
    return code


def main(arguments):
    """The command line."""
    options = _options(arguments)
    # A polite end takes QEMU and the scratch directory along.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        return _run(options)
    except USER_MISTAKES as sentence:
        print(sentence, file=sys.stderr)
        return NO_STATUS
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main(sys.argv[1:]))
