#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""vedette_bench that is ended from outside leaves no process and no file: PROGRAM"""

import glob
import os
import signal
import subprocess
import sys
import tempfile
import time

FOLDERS = '/tmp/vedette-bench.*', '/dev/shm/vedette-bench.*'


def children(pid):
    with open(f'/proc/{pid}/task/{pid}/children', encoding='ascii') as file:
        return {int(child) for child in file.read().split()}


def folders():
    return {path for pattern in FOLDERS for path in glob.glob(pattern)}


def await_it(holds, seconds):
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)
    return holds()


def main(program):
    if os.geteuid() != 0:
        print('skipped: it loads BPF programs, which needs root')
        return 77
    for number in (signal.SIGTERM, signal.SIGINT):
        before = folders()
        with tempfile.TemporaryDirectory() as folder, subprocess.Popen(
                [program, os.path.join(folder, 'bench.json'), 'latency'],
                stdout=subprocess.DEVNULL) as bench:
            begun = await_it(lambda bench=bench: children(bench.pid) and folders(), 60)
            assert begun, 'it started no daemon'
            found = children(bench.pid)
            made = folders() - before
            bench.send_signal(number)
            code = bench.wait(timeout=60)
            assert code == -number, f'it ended with {code} by {number.name}'
            gone = await_it(lambda found=found: not any(
                os.path.exists(f'/proc/{pid}') for pid in found), 10)
            assert gone, f'{found} live on after {number.name}'
            assert made and not made & folders(), f'{made & folders()} stay after {number.name}'
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
