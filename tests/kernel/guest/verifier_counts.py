#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How many instructions the verifier looks at, by program and kernel: compared with what is
written down in tests/kernel/verifier_counts.tsv.

    verifier_counts.py FOLDER... [--rewrite]

Each FOLDER has one folder for each run, with the verifier_counts.tsv that sensor_kernel_test left
in it. A program that needs over 20 % more or less than before, or that nobody has written down,
fails.
"""

import argparse
import pathlib
import sys

sys.dont_write_bytecode = True  # The source tree stays as it is.

from series import kernel_of, order_of  # noqa: E402

WRITTEN = pathlib.Path(__file__).resolve().parent.parent / "verifier_counts.tsv"
HEADER = "# Instructions that the verifier looks at; rewritten by: make kernel-tables\n"
CHANGE_MAX = 0.2
SMALL = 200  # A difference of so many is no change: a load more or less.
HINT = "If it is meant: make kernel-tables, and commit tests/kernel/verifier_counts.tsv."


def read_runs(*folders):
    """{(kernel, program): count} of all runs; of several counts the highest."""
    counts = {}
    for path in sorted(path for folder in folders
                       for path in pathlib.Path(folder).glob("*/verifier_counts.tsv")):
        if path.parent.name.startswith("native"):
            continue  # Which kernel that is depends on whose machine this is.
        for line in path.read_text().splitlines():
            release, program, count = line.split("\t")
            key = kernel_of(release), program
            counts[key] = max(counts.get(key, 0), int(count))
    return counts


def read_written(path):
    """The same of the written file."""
    lines = path.read_text().splitlines() if path.exists() else []
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {(kernel, program): int(count) for program, kernel, count in rows}


def write(counts, path):
    """Writes the file, by program and then by kernel."""
    rows = sorted(counts.items(), key=lambda row: (row[0][1], order_of(row[0][0])))
    path.write_text(HEADER + "".join(f"{program}\t{kernel}\t{count}\n"
                                     for (kernel, program), count in rows))


def changes(counts, written):
    """A sentence for each program that changed too much."""
    for (kernel, program), count in sorted(counts.items()):
        before = written.get((kernel, program))
        if before is None:
            yield f"{program} on {kernel}: {count}, and nobody has written that down"
        elif abs(count - before) > max(CHANGE_MAX * before, SMALL):
            yield f"{program} on {kernel}: {count} instead of {before} ({count / before - 1:+.0%})"


def main(arguments):
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("folder", nargs="+", help="of the runs: build/release/guest")
    parser.add_argument("--rewrite", action="store_true", help="write down what was counted")
    options = parser.parse_args(arguments)
    counts, written = read_runs(*options.folder), read_written(WRITTEN)
    if not counts:
        print(f"{' '.join(options.folder)}: no counts there: run the guests first "
              "(make test-all).",
              file=sys.stderr)
        return 1
    if options.rewrite:
        # Of kernels that did not run what is known is kept; programs that are gone, go.
        ran = {kernel for kernel, _ in counts}
        kept = {key: count for key, count in written.items() if key[0] not in ran}
        write(kept | counts, WRITTEN)
        return 0
    found = list(changes(counts, written))
    for sentence in found:
        print(sentence, file=sys.stderr)
    if found:
        print(HINT, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
