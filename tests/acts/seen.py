#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What acts in guests brought alerts for, as it is written down in tests/acts/seen.tsv
(docs/coverage.md shows it): compared with what the last runs left.

    seen.py FOLDER [--rewrite]

FOLDER has one folder for each run, with its results.tsv; without any, exit code 77. A run need not
have done all acts: what it did not do stays as it is written.
"""

import pathlib
import sys

sys.dont_write_bytecode = True  # The source tree stays as it is.

import tables  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
WRITTEN = HERE / "seen.tsv"
SKIPPED = 77  # What CTest is told to take for that.
HEADER = ("# What it was run for, rule, loud or quiet, act, ok or what came instead; rewritten by: "
          "tests/acts/seen.py build/release/guest --rewrite\n")


def read(path=WRITTEN):
    """{(what it was run for, rule, loud or quiet, act): ok or what came instead} of a file."""
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()
            if line and not line.startswith("#"))
    return {tuple(row[:4]): row[4] for row in rows}


def acts():
    """{(rule, loud or quiet, act)} of the tables as they are."""
    return {(act.about, act.kind, act.name)
            for entry in tables.load(sorted(HERE.glob("*.yaml"))) for act in tables.acts_of(entry)}


def main(arguments):
    last = {}
    for path in sorted(pathlib.Path(arguments[0]).glob("*-acts*/results.tsv"),
                       key=lambda path: path.stat().st_mtime):
        last.update(read(path))
    if not last:
        print("skipped: no guest has done acts")
        return SKIPPED
    written = read() if WRITTEN.exists() else {}
    if "--rewrite" in arguments:
        known = acts()
        rows = sorted(row for row in (written | last).items() if row[0][1:] in known)
        WRITTEN.write_text(HEADER + "".join("\t".join((*key, verdict)) + "\n"
                                            for key, verdict in rows), encoding="utf-8")
        return 0
    wrong = [f"{': '.join(key)}: {verdict}, not {written.get(key)}" for key, verdict in last.items()
             if written.get(key) != verdict]
    print("\n".join(wrong))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
