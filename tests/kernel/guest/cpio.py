# SPDX-License-Identifier: Apache-2.0
"""Writes cpio archives in the kernel's initramfs format ("newc"), owned by root.

Done here rather than by cpio(1) so that no root, no staging directory and no copy is needed.
Archives may be joined end to end; where two name the same file the later one holds.
"""

import os
import stat

TRAILER = "TRAILER!!!"
# Debian's layout: these are links, and files meant for them land behind the link.
MERGED = {"bin": "usr/bin", "sbin": "usr/sbin", "lib": "usr/lib", "lib64": "usr/lib64"}

MODES = {"tmp": 0o1777, "root": 0o700}


def guest_path(path):
    """The path without leading slash, and with /bin, /sbin and /lib as in a merged /usr."""
    clean = os.path.normpath("/" + str(path)).lstrip("/")
    first, _, rest = clean.partition("/")
    return f"{MERGED[first]}/{rest}" if first in MERGED and rest else clean


class Archive:
    """A cpio archive that is written to a binary stream. Parents are made on the way."""

    def __init__(self, stream):
        self._stream = stream
        self._seen = set()
        self._inode = 0

    def _entry(self, name, mode, data=b"", device=(0, 0)):
        self._inode += 1
        encoded = os.fsencode(name) + b"\0"
        links = 2 if stat.S_ISDIR(mode) else 1
        fields = (self._inode, mode, 0, 0, links, 0, len(data), 0, 0, *device, len(encoded), 0)
        head = b"070701" + b"".join(b"%08X" % field for field in fields) + encoded
        self._stream.write(head + b"\0" * (-len(head) % 4))
        self._stream.write(data)
        self._stream.write(b"\0" * (-len(data) % 4))

    def _parents(self, name):
        parent = os.path.dirname(name)
        if parent:
            self.directory(parent)

    def directory(self, path):
        """A directory with its parents; a second time it is silently the same."""
        name = guest_path(path)
        if name and name not in self._seen:
            self._parents(name)
            self._seen.add(name)
            self._entry(name, stat.S_IFDIR | MODES.get(name, 0o755))

    def symlink(self, path, target):
        """A symbolic link at `path`."""
        name = guest_path(path)
        self._parents(name)
        self._entry(name, stat.S_IFLNK | 0o777, os.fsencode(str(target)))

    def data(self, path, content, mode=0o644):
        """A regular file with the given bytes or text."""
        name = guest_path(path)
        self._parents(name)
        raw = content.encode() if isinstance(content, str) else content
        self._entry(name, stat.S_IFREG | mode, raw)

    def file(self, path, host_path):
        """A file of the host, its links followed, with its permissions."""
        with open(host_path, "rb") as source:
            mode = stat.S_IMODE(os.fstat(source.fileno()).st_mode)
            self.data(path, source.read(), mode)

    def character_device(self, path, major, minor):
        """A device node, which the kernel makes: no privilege is needed here."""
        name = guest_path(path)
        self._parents(name)
        self._entry(name, stat.S_IFCHR | 0o600, device=(major, minor))

    def finish(self):
        """Ends the archive, padded so that another may follow."""
        self._entry(TRAILER, 0)
        self._stream.write(b"\0" * (-self._stream.tell() % 512))
