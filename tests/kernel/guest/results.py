# SPDX-License-Identifier: Apache-2.0
"""What came out of a guest: the files of /out, the status of its command, or why there is none.
"""

import dataclasses
import gzip
import pathlib
import re
import tarfile
import zlib

STAMP = r"\[ *\d+\.\d+\] "  # Tells the kernel's lines from the command's.
# The first that matches the console log names the cause.
CAUSES = tuple((re.compile(STAMP + pattern), phrase) for pattern, phrase in (
    (r"(Initramfs unpacking failed: .+)", "its files do not fit, give it more --memory: {}"),
    (r"(sysrq: Trigger a crash)", "the kernel crashed: {}"),
    (r"Kernel panic - not syncing: (?!Fatal exception)(.+)", "the kernel panicked: {}"),
    (r"(BUG: .+|Oops: .+|general protection fault.*|kernel BUG at .+)", "the kernel crashed: {}"),
    (r"Kernel panic - not syncing: (.+)", "the kernel panicked: {}"),
))
HANGS = tuple((re.compile(STAMP + pattern), phrase) for pattern, phrase in (
    (r"(watchdog: BUG: soft lockup.+|rcu: INFO: .+ detected stalls.*)", "the kernel hung: {}"),
    (r"(INFO: task .+ blocked for more than .+)", "a task hung in the kernel: {}"),
    (r"(Out of memory: Killed process .+)", "the guest ran out of memory: {}"),
))
WARNING = re.compile(STAMP + r".*?((?:WARNING|BUG): .+)")


@dataclasses.dataclass
class Outcome:
    """How a run ended. `status` is None where the guest did not tell one; `cause` says why."""
    status: int | None = None
    cause: str = ""
    facts: dict = dataclasses.field(default_factory=dict)
    files: list = dataclasses.field(default_factory=list)


def line_of_cause(lines):
    """The index of the first line that names why the guest came to nothing, or None."""
    causes = CAUSES + HANGS
    return next((number for number, line in enumerate(lines)
                 if any(pattern.search(line) for pattern, _ in causes)), None)


def unpack(archive, into):
    """Unpacks the guest's tar as far as it goes: /out into a directory, the facts into memory."""
    outcome, into = Outcome(), pathlib.Path(into)
    try:
        with gzip.open(archive) as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
            for member in tar:
                _take(tar, member, into, outcome)
    except (tarfile.TarError, EOFError, gzip.BadGzipFile, zlib.error):
        pass  # Cut short. The status comes last, so it is missing now and says so.
    status = outcome.facts.get("status", "")
    outcome.status = int(status) if status.isdecimal() else None
    return outcome


def _take(tar, member, into, outcome):
    parts = pathlib.PurePosixPath(member.name).parts
    if ".." in parts or not parts or parts[0] not in ("out", "guest"):
        return
    if parts[0] == "guest":
        if member.isreg():
            outcome.facts[parts[-1]] = tar.extractfile(member).read().decode().strip()
    elif member.isdir():
        into.joinpath(*parts[1:]).mkdir(parents=True, exist_ok=True)
    elif member.isreg():
        path = into.joinpath(*parts[1:])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(tar.extractfile(member).read())
        outcome.files.append(path)


def read_log(console):
    """The console log as text."""
    return pathlib.Path(console).read_text(errors="replace").replace("\r", "")


def diagnose(log, in_time, timeout):
    """Why a guest has told no status, in a phrase."""
    for pattern, phrase in (() if in_time else HANGS) + CAUSES:
        found = pattern.search(log)
        if found:
            return phrase.format(found.group(1).strip())
    if in_time:
        return "it ended without a word; its first process may have died"
    if "guest: running" in log:
        return f"its command did not end within {timeout:g} s"
    return f"its kernel did not come up within {timeout:g} s"


def kernel_warnings(log):
    """The kernel's own warnings in its log; none of them ends a guest, nor shows on a quiet
    console."""
    return [line.strip() for line in WARNING.findall(log)]
