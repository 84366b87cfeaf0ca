#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""systemd finds no fault in the units that are installed: unit_test.py PROGRAM"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77  # As CMakeLists.txt has it.
UNITS = pathlib.Path(__file__).resolve().parents[2] / "setup/systemd"
# Of 10, as `systemd-analyze security` reckons; 9.6 is a unit without any care.
EXPOSURE_MAX = {"vedette": 6.5, "vedette-api": 2.5}


def find_fault(name, program):
    """What is wrong with a unit, or an empty text. The program stands for both: it has to exist."""
    text = (UNITS / f"{name}.service.in").read_text()
    text = re.sub(r"@PREFIX@/bin/[a-z-]+", program, text)
    if "@PREFIX" in text:
        return "a placeholder is left"
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / f"{name}.service"
        path.write_text(text)
        verify = subprocess.run(["systemd-analyze", "verify", "--man=no", path],
                                capture_output=True, text=True, check=False)
        complaints = [line for line in verify.stderr.splitlines() if name in line]
        if verify.returncode != 0 or complaints:
            return verify.stderr
        security = subprocess.run(["systemd-analyze", "security", "--offline=true", path],
                                  capture_output=True, text=True, check=False)
    exposure = re.search(r"exposure level for [a-z-]+.service: ([0-9.]+)", security.stdout)
    print(name, "exposure", exposure.group(1) if exposure else "not told by this systemd")
    if exposure and float(exposure.group(1)) > EXPOSURE_MAX[name]:
        return security.stdout
    return ""


def main(program):
    """Exit status."""
    if not shutil.which("systemd-analyze"):
        print("systemd-analyze is missing: the units are not checked")
        return SKIPPED
    faults = {name: find_fault(name, os.path.abspath(program)) for name in EXPOSURE_MAX}
    for name, fault in faults.items():
        if fault:
            print(f"{name}: {fault}")
    return 1 if any(faults.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
