#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Finds, downloads and unpacks Debian's cloud kernels for guests; installs nothing.

    fetch_kernel.py [--refresh] [--json] 5.10|6.1|6.12|newest|arm64-6.1|...|all

Names are those of architecture.py; `all` are a PC's. A kernel stays in the cache under its short
name until --refresh: the ABI number that Debian happens to publish today is looked up once, through
the metapackage. A cached kernel needs neither network nor apt.
"""

import argparse
import dataclasses
import fcntl
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True  # The source tree stays as it is.

import architecture  # noqa: E402
import private_apt  # noqa: E402

# Up to 6.18 the files are in linux-image-X; from 6.19 on that is empty and names the other two.
PARTS = re.compile(r"\b(linux-(?:image|binary|modules)-[0-9][^ ,]*)")

# Series: the suites that carry it. Whatever version is highest among them is taken.
SUITES = {
    "5.10": ("bullseye", "bullseye-security"),
    "6.1": ("bookworm", "bookworm-security"),
    "6.12": ("trixie", "trixie-security"),
    "newest": ("sid", "trixie-backports", "bookworm-backports"),
}


class KernelError(Exception):
    """One sentence that says which kernel is not to be had, why, and what to do."""


@dataclasses.dataclass(frozen=True)
class Kernel:
    """A kernel that is unpacked on disk. `modules` is .../lib/modules/<release>."""
    name: str
    release: str
    version: str
    vmlinuz: pathlib.Path
    modules: pathlib.Path

    @property
    def machine(self):
        """The architecture that it is for."""
        return architecture.of_kernel(self.name)[0]


def cache_dir():
    """Where everything that may be downloaded or built again is kept."""
    explicit = os.environ.get("VEDETTE_CACHE")
    if explicit:
        return pathlib.Path(explicit)
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(base) / "vedette"


def cached(name):
    """The kernel from the cache, or None. Touches a few files only."""
    home = cache_dir() / "kernels" / name
    try:
        facts = json.loads((home / "kernel.json").read_text())
        kernel = Kernel(name, facts["release"], facts["version"],
                        home / facts["vmlinuz"], home / facts["modules"])
    except (OSError, ValueError, KeyError):
        return None
    return kernel if kernel.vmlinuz.is_file() and kernel.modules.is_dir() else None


def fetch(name, refresh=False, say=lambda line: None):
    """Returns the kernel called `name`, from the cache or through apt."""
    if architecture.of_kernel(name)[1] not in SUITES:
        raise KernelError(f"There is no guest kernel called {name!r}; choose one of "
                          f"{', '.join(SUITES)}, or for arm64 one of "
                          f"{', '.join(f'arm64-{series}' for series in SUITES)}.")
    kernel = None if refresh else cached(name)
    if kernel:
        return kernel
    root = cache_dir() / "kernels"
    try:
        root.mkdir(parents=True, exist_ok=True)
        with open(root / f".{name}.lock", "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            kernel = None if refresh else cached(name)  # Another process may have been first.
            return kernel or _download(name, root, say)
    except private_apt.AptError as reason:
        raise KernelError(f"Kernel {name} cannot be fetched: {reason}") from reason
    except OSError as reason:
        raise KernelError(f"Kernel {name} cannot be kept in {root}: {reason}.") from reason


def _download(name, root, say):
    machine, series = architecture.of_kernel(name)
    suites, metapackage = SUITES[series], f"linux-image-cloud-{machine.name}"
    say(f"kernel {name}: looking in {', '.join(suites)}")
    with tempfile.TemporaryDirectory(prefix=f".{name}.", dir=root) as scratch:
        scratch = pathlib.Path(scratch)
        apt = private_apt.PrivateApt(scratch / "apt", suites, machine.name)
        complaints = apt.update()
        meta = apt.newest(metapackage)
        if not meta:
            why = f" ({complaints[0]})" if complaints else ""
            raise KernelError(f"Kernel {name} cannot be fetched: no reachable suite of "
                              f"{', '.join(suites)} has {metapackage}{why}; name a mirror "
                              "that has it in VEDETTE_DEBIAN_MIRROR.")
        parts = _parts(apt, meta)
        say(f"kernel {name}: downloading {' '.join(package for package, _ in parts)}")
        apt.download(parts, scratch)
        unpacked = _unpack(name, scratch, meta["Version"])
        home = root / name
        shutil.rmtree(home, ignore_errors=True)
        unpacked.rename(home)
    say(f"kernel {name}: {meta['Version']} is in {home}")
    return cached(name)


def _parts(apt, meta):
    """The (package, version) pairs that hold files, found by following the dependencies."""
    version, wanted, stack = meta["Version"], {}, [meta]
    while stack:
        for package in PARTS.findall(stack.pop().get("Depends", "")):
            stanza = None if package in wanted else apt.exact(package, version)
            if stanza:
                wanted[package] = version
                stack.append(stanza)
    return sorted(wanted.items())


def _unpack(name, scratch, version):
    """Unpacks what was downloaded and describes it; returns the finished directory."""
    tree, keep = scratch / "tree", scratch / "keep"
    tree.mkdir()
    keep.mkdir()
    for package in scratch.glob("*.deb"):
        done = subprocess.run(["dpkg-deb", "-x", package, tree], capture_output=True, text=True,
                              check=False)
        if done.returncode != 0:
            raise KernelError(f"Kernel {name}: {package.name} does not unpack "
                              f"({done.stderr.strip()}).")
    # Older packages have /boot/vmlinuz-X, newer ones keep it with the modules as "vmlinuz".
    images = [*tree.glob("boot/vmlinuz-*"), *tree.glob("usr/lib/modules/*/vmlinuz")]
    modules = [path for path in tree.glob("**/lib/modules/*") if path.is_dir()]
    if len(images) != 1 or len(modules) != 1:
        raise KernelError(f"Kernel {name} {version}: its packages hold {len(images)} kernel images "
                          f"and {len(modules)} module trees, where one of each was expected.")
    release = modules[0].name
    shutil.move(images[0], keep / "vmlinuz")
    shutil.move(modules[0], keep / "modules")
    (keep / "kernel.json").write_text(json.dumps({
        "release": release, "version": version, "vmlinuz": "vmlinuz", "modules": "modules"}))
    return keep


def main(arguments):
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("name", help="or all")
    parser.add_argument("--refresh", action="store_true", help="look for a newer version")
    parser.add_argument("--json", action="store_true", help="print paths as JSON")
    options = parser.parse_args(arguments)
    names = list(SUITES) if options.name == "all" else [options.name]
    failed = False
    for name in names:
        try:
            kernel = fetch(name, options.refresh, lambda line: print(line, file=sys.stderr))
        except KernelError as sentence:
            print(sentence, file=sys.stderr)
            failed = True
            continue
        if options.json:
            print(json.dumps(dataclasses.asdict(kernel), default=str))
        else:
            print(f"{kernel.name}\t{kernel.release}\t{kernel.vmlinuz}\t{kernel.modules}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
