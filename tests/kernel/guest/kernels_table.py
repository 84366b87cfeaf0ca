#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes docs/kernels.md: which kinds of events are seen on which kernel and in which mode, and why
not all, from what the tests on kernels have left.

    kernels_table.py FOLDER... [--out docs/kernels.md]

Each FOLDER has one folder for each run, with the kernels.tsv that sensor_kernel_test left in it
(tests/kernel/kernel_results.h says what is in there).
"""

import argparse
import pathlib
import sys
from typing import NamedTuple

sys.dont_write_bytecode = True  # The source tree stays as it is.

from series import kernel_of, order_of  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[3]
COLUMNS_MAX = 100
MODES = ("lsm", "fentry", "tracepoint")
FAMILIES = ("process", "file", "network", "kernel")
HOOKS_BEFORE = ("lsm/", "fexit/security_")
FLAG_ATTEMPT, FLAG_LOOSE_PATH = 8, 16  # sensor/schema/wire.h

MODE_MEANINGS = {
    "lsm": "`bpf` is among the kernel's security modules: acts are seen where it decides on them.",
    "fentry": "Without `bpf` among them: at the kernel's functions.",
    "tracepoint": "Neither is permitted, or possible, as on arm64's 6.1: at the scheduler's "
                  "tracepoints and the return of system calls. What comes through io_uring is not "
                  "seen there.",
}
INTRODUCTION = """# What is seen on which kernel

Made from the results of the tests by `make kernel-tables`: do not edit. On a host of your own ask
`vedette doctor`. Kernels are those of PCs (x86-64) where their name does not say otherwise.

| in the tables | means |
|---|---|
| yes | Seen with its result. |
| before | Seen when the kernel asks its security modules whether it may be done: the result is \
their verdict, and what the kernel refuses earlier is not seen. |
| yes, before | Some of the ways in which it comes about are seen with their result, others \
before. |
| at return | Seen at the return of the system call: names are as the program gave them. |
| in part | Some of the ways in which it comes about are not seen. |
| no | Not seen: rules about it stay silent. |
| `~` | The path may be loose: as the program gave it, or from its file system's root. |
| `?` | A hook is attached, but no test here has made it report. |
"""


class Row(NamedTuple):
    """A line of kernels.tsv."""
    release: str
    mode: str
    kind: str
    seen: str
    tested: bool
    flags: int
    hooks: str
    why: str


def read_runs(*folders):
    """All rows of all runs."""
    rows = []
    for path in sorted(path for folder in folders
                       for path in pathlib.Path(folder).glob("*/kernels.tsv")):
        for line in path.read_text().splitlines():
            release, mode, kind, seen, tested, flags, hooks, why = line.split("\t")
            # Several programs may be at one hook.
            hooks = ",".join(dict.fromkeys(hooks.split(",")))
            rows.append(Row(release, mode, kind, seen, tested == "tested", int(flags), hooks, why))
    return rows


def cell(row):
    """What the table says of a kind on a kernel."""
    seen = row.seen
    if seen in ("no", "-"):
        return seen
    # The record knows better than the hook's name what it is.
    if seen == "yes" and row.flags & FLAG_ATTEMPT:
        seen = "before"
    elif seen == "yes" and any(hook.startswith(HOOKS_BEFORE) for hook in row.hooks.split(",")):
        seen = "yes, before"  # Not all records were attempts, and this hook's are.
    return seen + (" ~" if row.flags & FLAG_LOOSE_PATH else "") + ("" if row.tested else " ?")


def _table(rows, kinds):
    kernels = sorted({kernel_of(row.release) for row in rows}, key=order_of)
    by_place = {(row.kind, kernel_of(row.release)): row for row in rows}
    yield "| kind | " + " | ".join(kernels) + " |"
    yield "|---" * (len(kernels) + 1) + "|"
    for kind in kinds:
        cells = (by_place.get((kind, kernel)) for kernel in kernels)
        yield f"| `{kind}` | " + " | ".join(cell(row) if row else "" for row in cells) + " |"


def _reasons(rows, kinds):
    """One line for each reason, with the kernels and kinds that it is true of."""
    kernels_by_why = {}
    for row in sorted(rows, key=lambda row: (kinds.index(row.kind),
                                             order_of(kernel_of(row.release)))):
        if row.why:
            kernels_by_why.setdefault((row.why, row.kind), []).append(kernel_of(row.release))
    kinds_by_why = {}
    for (why, kind), kernels in kernels_by_why.items():
        kinds_by_why.setdefault((why, ", ".join(kernels)), []).append(f"`{kind}`")
    for (why, kernels), named in kinds_by_why.items():
        yield f"* {', '.join(named)} ({kernels}): {why}."


def _hooks(rows, kinds):
    """Which hooks serve each kind, with the kernels if they differ."""
    for kind in kinds:
        kernels_by_hooks = {}
        for row in sorted(rows, key=lambda row: order_of(kernel_of(row.release))):
            if row.kind == kind and row.hooks:
                kernels_by_hooks.setdefault(row.hooks, []).append(kernel_of(row.release))
        for hooks, kernels in kernels_by_hooks.items():
            where = f" ({', '.join(kernels)})" if len(kernels_by_hooks) > 1 else ""
            yield f"* `{kind}`{where}: " + ", ".join(f"`{hook}`" for hook in hooks.split(","))


def _wrapped(line):
    """Markdown lines are kept short, items with their text below them."""
    if len(line) <= COLUMNS_MAX or line.startswith("|"):
        return line
    lines, current = [], ""
    for word in line.split(" "):
        if current and len(current) + 1 + len(word) > COLUMNS_MAX:
            lines.append(current)
            current = ("  " if line.startswith("* ") else "") + word
        else:
            current = f"{current} {word}" if current else word
    return "\n".join([*lines, current])


def _family(kind):
    """Where in the tables a kind stands."""
    family = "kernel" if kind == "system_call" else kind.split("_")[0]
    return FAMILIES.index(family) if family in FAMILIES else len(FAMILIES)


def page(rows):
    """The whole page."""
    kinds = sorted(dict.fromkeys(row.kind for row in rows), key=_family)
    # Of a guest's kernel the package, of the machine's own the version alone.
    releases = sorted({row.release if 'cloud' in row.release else kernel_of(row.release)
                       for row in rows}, key=lambda name: order_of(kernel_of(name)))
    lines = [INTRODUCTION, "Kernels: " + ", ".join(f"`{release}`" for release in releases) + "."]
    for mode in MODES:
        of_mode = [row for row in rows if row.mode == mode]
        if not of_mode:
            continue
        lines += ["", f"## Mode {mode}", "", MODE_MEANINGS[mode], "", *_table(of_mode, kinds)]
        for title, items in (("Why not all:", list(_reasons(of_mode, kinds))),
                             ("Hooks:", list(_hooks(of_mode, kinds)))):
            if items:
                lines += ["", title, "", *items]
    return "\n".join(_wrapped(line) if not line.startswith("#") else line for line in lines) + "\n"


def main(arguments):
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("folder", nargs="+", help="of the runs: build/release/guest")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "docs" / "kernels.md")
    options = parser.parse_args(arguments)
    rows = read_runs(*options.folder)
    if not rows:
        print(f"{' '.join(options.folder)}: no results there: run the guests first "
              "(make test-all).",
              file=sys.stderr)
        return 1
    options.out.write_text(page(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
