#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The tree of packages of another architecture that a cross build compiles and links with, and that
its guests take their libraries and busybox from. Nothing in it is run here, nothing is installed.

    sysroot.py [--refresh] arm64

Prints where the tree is. It has the -dev packages of setup/packages.txt, of this machine's own
Debian, and stays in the cache until that list changes or --refresh.
"""

import argparse
import fcntl
import os
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True  # The source tree stays as it is.

import architecture  # noqa: E402
import fetch_kernel  # noqa: E402
import private_apt  # noqa: E402

PACKAGES = pathlib.Path(__file__).resolve().parents[3] / "setup" / "packages.txt"
GUEST_PACKAGES = ("busybox-static",)
STAMP = "packages"  # A file of the tree: what it was made of.
RECIPE = 1  # Counts up when trees have to be made anew because this file makes them otherwise.
MERGED = ("bin", "sbin", "lib", "lib64")  # Links into usr, as on every Debian.


class SysrootError(Exception):
    """One sentence that says why there is no such tree, and what to do."""


def wanted_packages():
    """Names of the packages that a tree is made of; apt adds what they need."""
    names = [line.split("#")[0].strip() for line in PACKAGES.read_text().splitlines()]
    return sorted({name for name in names if name.endswith("-dev")} | set(GUEST_PACKAGES))


def _codename():
    """Of this machine's Debian: the compiler's own libraries are of that release too."""
    facts = dict(line.split("=", 1) for line in
                 pathlib.Path("/etc/os-release").read_text().splitlines() if "=" in line)
    codename = facts.get("VERSION_CODENAME", "").strip('"')
    if facts.get("ID") != "debian" or not codename:
        raise SysrootError("A cross build takes its libraries from the packages of this machine's "
                           "Debian release, and this machine is not Debian: build in Debian 12 "
                           "or 13.")
    return codename


def ensure(name, refresh=False, say=lambda line: None):
    """The path of the tree for an architecture, made first if need be."""
    if name not in architecture.ALL:
        raise SysrootError(f"There is no architecture called {name!r}; choose one of "
                           f"{', '.join(architecture.ALL)}.")
    codename, wanted = _codename(), wanted_packages()
    stamp = f"{' '.join(wanted)}\n{RECIPE}\n"
    root = fetch_kernel.cache_dir() / "sysroots"
    home = root / f"{name}-{codename}"
    if not refresh and _is_made_of(home, stamp):
        return home
    try:
        root.mkdir(parents=True, exist_ok=True)
        with open(root / f".{home.name}.lock", "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if refresh or not _is_made_of(home, stamp):  # Another process may have been first.
                _make(architecture.ALL[name], codename, home, (wanted, stamp), say)
    except private_apt.AptError as reason:
        raise SysrootError(f"The libraries for {name} cannot be fetched: {reason}") from reason
    except OSError as reason:
        raise SysrootError(f"The libraries for {name} cannot be kept in {root}: {reason}.") \
            from reason
    return home


def _is_made_of(home, stamp):
    try:
        return (home / STAMP).read_text() == stamp
    except OSError:
        return False


def _make(machine, codename, home, recipe, say):
    wanted, stamp = recipe
    with tempfile.TemporaryDirectory(prefix=f".{home.name}.", dir=home.parent) as scratch:
        scratch = pathlib.Path(scratch)
        suites = (codename, f"{codename}-updates", f"{codename}-security")
        apt = private_apt.PrivateApt(scratch / "apt", suites, machine.name)
        say(f"libraries for {machine.name}: reading the package lists")
        complaints = apt.update()
        say(f"libraries for {machine.name}: downloading {len(wanted)} packages of {codename}, "
            "with what they need")
        try:
            packages = apt.download_with_needs(wanted)
        except private_apt.AptError as reason:
            why = f" Before that: {complaints[0]}." if complaints else ""
            raise private_apt.AptError(f"{reason}{why} A mirror that has them can be named in "
                                       "VEDETTE_DEBIAN_MIRROR.") from reason
        say(f"libraries for {machine.name}: unpacking {len(packages)} packages")
        tree = scratch / "tree"
        _unpack(packages, tree)
        (tree / STAMP).write_text(stamp)
        if home.exists():  # Builds that are under way miss it for a moment only.
            home.rename(scratch / "old")
        tree.rename(home)
    say(f"libraries for {machine.name}: they are in {home}")


def _unpack(packages, tree):
    (tree / "usr").mkdir(parents=True)
    for name in MERGED:
        (tree / "usr" / name).mkdir()
        (tree / name).symlink_to(f"usr/{name}")
    for package in packages:
        with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package],
                              stdout=subprocess.PIPE) as content:
            done = subprocess.run(["tar", "-x", "--keep-directory-symlink", "--no-same-owner",
                                   "-C", tree], stdin=content.stdout, capture_output=True,
                                  text=True, check=False)
        if done.returncode != 0 or content.returncode != 0:
            raise SysrootError(f"{package.name} does not unpack ({done.stderr.strip()}): make room "
                               f"on the file system of {tree} and try again.")
    make_links_relative(tree)


def make_links_relative(tree):
    """An absolute link would lead out of the tree, to files of this machine."""
    for folder, folders, files in os.walk(tree):
        for name in folders + files:
            path = os.path.join(folder, name)
            target = os.readlink(path) if os.path.islink(path) else ""
            if target.startswith("/"):
                os.unlink(path)
                os.symlink(os.path.relpath(f"{tree}{target}", folder), path)


def main(arguments):
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("name", choices=sorted(architecture.ALL))
    parser.add_argument("--refresh", action="store_true", help="make it anew, with newer packages")
    options = parser.parse_args(arguments)
    try:
        print(ensure(options.name, options.refresh, lambda line: print(line, file=sys.stderr)))
    except SysrootError as sentence:
        print(sentence, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main(sys.argv[1:]))
