# SPDX-License-Identifier: Apache-2.0
"""Builds a guest's initramfs: a cached base, and the job of one run appended to it.

The base is busybox with its applets, the init script and the few files of /etc that programs
look for. The job is the command and the given files, each program with its shared libraries at
the places where its loader looks for them. What is not of this machine's architecture comes from
the tree of sysroot.py.
"""

import hashlib
import os
import pathlib
import platform
import re
import shlex
import shutil
import subprocess
import tempfile
import time

import cpio
import kernel_modules
import sysroot

HERE = pathlib.Path(__file__).resolve().parent
BUSYBOX = "/bin/busybox"
STALE_SECONDS = 24 * 60 * 60  # An older base that nobody needs: other clones have theirs.

ETC = {
    "passwd": ("root:x:0:0:root:/root:/bin/sh\n"
               "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
               "www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n"
               "user:x:1000:1000:A person:/home/user:/bin/sh\n"
               "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"),
    "group": ("root:x:0:\ndaemon:x:1:\ntty:x:5:\nshadow:x:42:\nwww-data:x:33:\n"
              "user:x:1000:\nnogroup:x:65534:\n"),
    "hosts": "127.0.0.1 localhost guest\n::1 localhost\n",
    "hostname": "guest\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nshadow: files\nhosts: files\n",
    "os-release": "ID=debian\nNAME=\"Debian GNU/Linux\"\nPRETTY_NAME=\"A test guest\"\n",
    "shells": "/bin/sh\n",
}
SHADOW = "root:*:19000:0:99999:7:::\nwww-data:*:19000:0:99999:7:::\nuser:!:19000:0:99999:7:::\n"
FOLDERS = ("dev", "proc", "sys", "run", "var", "out", "job", "guest/facts", "usr/bin", "usr/sbin",
           "usr/lib", "usr/lib64", "usr/local/bin", "home/user", "tmp", "root",
           "mnt", "opt", "srv")


class JobError(Exception):
    """One sentence about a file or program that cannot be taken into the guest."""


def native(machine):
    """Are its programs this machine's own?"""
    return machine.triplet.startswith(f"{platform.machine()}-")


def root_of(machine):
    """The tree that holds the packages of an architecture."""
    return pathlib.Path("/") if native(machine) else sysroot.ensure(machine.name)


def _loader_dirs(machine):
    """Where Debian's loader looks without being told."""
    triplet = machine.triplet
    return (f"/lib/{triplet}", f"/usr/lib/{triplet}", "/lib", "/usr/lib", "/lib64")


def base(cache, machine):
    """Path of the base archive for an architecture, built if busybox or this directory has changed
    since."""
    busybox = root_of(machine) / BUSYBOX.lstrip("/")
    if not busybox.exists():
        raise JobError(f"{busybox} is missing; install busybox-static.")
    if libraries(busybox, machine):
        raise JobError(f"{busybox} needs shared libraries; install busybox-static.")
    key = hashlib.sha256()
    for source in (busybox, __file__, HERE / "guest_init.sh", HERE / "cpio.py"):
        key.update(pathlib.Path(source).read_bytes())
    folder = pathlib.Path(cache) / "guest"
    path = folder / f"base-{key.hexdigest()[:16]}.cpio"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        for stale in folder.glob("base-*.cpio"):
            if time.time() - stale.stat().st_mtime > STALE_SECONDS:
                stale.unlink(missing_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as stream:
            _write_base(cpio.Archive(stream), busybox)
        os.replace(stream.name, path)
    return path


def _write_base(archive, busybox):
    for folder in FOLDERS:
        archive.directory(folder)
    for link, target in cpio.MERGED.items():
        archive.symlink(link, target)
    archive.character_device("dev/console", 5, 1)
    archive.character_device("dev/null", 1, 3)
    archive.file("usr/bin/busybox", busybox)
    # Debian's busybox has the same applets everywhere, and only our own can be asked.
    applets = subprocess.run([BUSYBOX, "--list-full"], capture_output=True, text=True, check=True)
    for applet in applets.stdout.split():
        if applet not in ("linuxrc", "init") and not applet.endswith("/busybox"):
            archive.symlink(applet, "/usr/bin/busybox")
    archive.data("init", (HERE / "guest_init.sh").read_text(), 0o755)
    for name, content in ETC.items():
        archive.data(f"etc/{name}", content)
    archive.data("etc/shadow", SHADOW, 0o640)
    archive.finish()


def libraries(program, machine):
    """{name: (guest path, host path)} of a program's shared libraries and loader; empty if it is
    static or not an ELF program."""
    with open(program, "rb") as stream:
        if stream.read(4) != b"\x7fELF":
            return {}
    if native(machine):
        return _linked_here(program)
    return linked_in_tree(program, machine, root_of(machine))


def _linked_here(program):
    """The same, of this machine's programs: its loader is asked."""
    done = subprocess.run(["ldd", program], capture_output=True, text=True, check=False)
    if "not found" in done.stdout:
        missing = re.search(r"(\S+) => not found", done.stdout)
        raise JobError(f"{program} needs {missing.group(1)}, which this machine does not have.")
    found = {}
    for name, path in re.findall(r"^\s*(\S+)(?: => (\S+))? \(0x", done.stdout, re.MULTILINE):
        if "/" in (path or name):
            found[os.path.basename(name)] = (path or name, path or name)
    return found


def linked_in_tree(program, machine, tree):
    """The same, of programs that cannot run here: what they name is looked for where their loader
    would look, in a tree of packages."""
    found, left = {}, [program]
    while left:
        current = left.pop()
        listing = subprocess.run(["readelf", "-d", "-l", current], capture_output=True, text=True,
                                 check=False).stdout
        loader = re.search(r"Requesting program interpreter: ([^\]]+)\]", listing)
        names = re.findall(r"\(NEEDED\)\s+Shared library: \[([^\]]+)\]", listing)
        # The loader first: programs may also name it as a library, without its place.
        for name in [*([loader.group(1)] if loader else []), *names]:
            if os.path.basename(name) in found:
                continue
            places = [name] if "/" in name else [f"{folder}/{name}"
                                                 for folder in _loader_dirs(machine)]
            guest = next((place for place in places if (tree / place.lstrip("/")).exists()), None)
            if not guest:
                raise JobError(f"{current} needs {name}, which the libraries for {machine.name} in "
                               f"{tree} do not have.")
            found[os.path.basename(name)] = (guest, tree / guest.lstrip("/"))
            left.append(tree / guest.lstrip("/"))
    return found


def guest_files(pairs):
    """{guest path: host path} for `HOST[:GUEST]` pairs. A directory is taken with everything
    below it; without GUEST a file or directory goes to /job/NAME."""
    files = {}
    for pair in pairs:
        host, _, guest = pair.partition(":")
        root = pathlib.Path(host)
        guest = guest or f"/job/{root.resolve().name}"
        if root.is_file():
            files[guest] = root
        elif root.is_dir():
            files |= {f"{guest}/{path.relative_to(root)}": path
                      for path in sorted(root.rglob("*")) if path.is_file()}
        else:
            raise JobError(f"--file {pair}: there is no {host}.")
    return files


def _write_job(archive, command, pairs, modules, machine):
    needed, usual = {}, _loader_dirs(machine)
    for guest, host in guest_files(pairs).items():
        archive.file(guest, host)
        if os.access(host, os.X_OK) or ".so" in host.name:
            needed |= libraries(host, machine)
    for name, (guest, host) in needed.items():
        archive.file(guest, host)
        if os.path.dirname(guest) not in usual:  # Found through an RPATH or ld.so.conf.
            archive.symlink(f"usr/lib/{machine.triplet}/{name}", guest)
    for name, content in modules:
        archive.data(f"guest/modules/{name}.ko", content)
    archive.data("guest/modules/order", "".join(f"{name}\n" for name, _ in modules))
    archive.data("guest/command", f"exec {shlex.join(command)}\n")
    archive.finish()


def build(stream, kernel, command, *, cache, pairs=(), modules=()):
    """Writes the whole initramfs for one run to a binary stream."""
    with open(base(cache, kernel.machine), "rb") as ready:
        shutil.copyfileobj(ready, stream)
    _write_job(cpio.Archive(stream), command, pairs, kernel_modules.load_order(kernel, modules),
               kernel.machine)
