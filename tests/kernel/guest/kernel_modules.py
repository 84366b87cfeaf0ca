# SPDX-License-Identifier: Apache-2.0
"""Kernel modules for guests: found by name, unpacked, in the order in which they load.

Debian's packages come without modules.dep (depmod writes it on installation), so what a module
needs is read from the module itself.
"""

import lzma
import pathlib
import re
import subprocess


class ModuleError(Exception):
    """One sentence about a module that a kernel does not have or that does not unpack."""


def _unpacked(path):
    if path.suffix == ".xz":
        return lzma.decompress(path.read_bytes())
    if path.suffix == ".zst":
        done = subprocess.run(["zstd", "-dcq", path], capture_output=True, check=False)
        if done.returncode != 0:
            raise ModuleError(f"{path.name} does not unpack ({done.stderr.decode().strip()}).")
        return done.stdout
    return path.read_bytes()


def _built_in(kernel):
    listing = pathlib.Path(kernel.modules) / "modules.builtin"
    return {pathlib.Path(line).stem.replace("-", "_") for line in
            (listing.read_text().split() if listing.exists() else ())}


def load_order(kernel, names):
    """[(name, bytes)] of the modules and of all that they need, needs first."""
    files = {path.name.split(".ko")[0].replace("-", "_"): path
             for path in pathlib.Path(kernel.modules).rglob("*.ko*")}
    present, ordered = _built_in(kernel), {}

    def visit(name):
        name = name.replace("-", "_")
        if name in ordered or name in present:
            return
        if name not in files:
            raise ModuleError(f"Kernel {kernel.name} ({kernel.release}) has no module {name}.")
        content = _unpacked(files[name])
        needs = re.search(rb"\0depends=([^\0]*)\0", content)
        for need in filter(None, (needs.group(1) if needs else b"").decode().split(",")):
            visit(need)
        ordered[name] = content

    for name in names:
        visit(name)
    return list(ordered.items())
