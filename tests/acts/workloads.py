#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What honest work in guests costs in attention, as it is written down in tests/acts/workloads.tsv
(docs/coverage.md shows it): compared with what the last runs left.

    workloads.py FOLDER [--rewrite]

FOLDER has one folder for each run; without any, exit code 77. Processes vary from run to run;
alerts must not. A run need not have done all of it: what it did not do stays as it is written.
"""

import pathlib
import sys

WRITTEN = pathlib.Path(__file__).resolve().parent / "workloads.tsv"
SKIPPED = 77  # What CTest is told to take for that.
HEADER = ("# Work, processes that it made, alerts of low and of more weight; rewritten by: "
          "tests/acts/workloads.py build/release/guest --rewrite\n")


def read(path):
    """[[work, processes, low, more]] of a file."""
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()
            if line and not line.startswith("#")]


def main(arguments):
    paths = sorted(pathlib.Path(arguments[0]).glob("*-acts*/workloads.tsv"),
                   key=lambda path: path.stat().st_mtime)
    rows = {row[0]: row for path in paths for row in read(path)}
    if not rows:
        print("skipped: no guest has done honest work")
        return SKIPPED
    if "--rewrite" in arguments:
        rows = {row[0]: row for row in read(WRITTEN)} | rows
        WRITTEN.write_text(HEADER + "".join("\t".join(row) + "\n" for row in rows.values()))
        return 0
    written = {row[0]: row[2:] for row in read(WRITTEN)}
    wrong = [f"{row[0]}: {row[2]} low and {row[3]} more, not {written.get(row[0])}"
             for row in rows.values() if written.get(row[0]) != row[2:]]
    print("\n".join(wrong))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
