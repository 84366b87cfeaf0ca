# SPDX-License-Identifier: Apache-2.0
"""Makes acts out of an act: all the ways by which somebody who knows the rules does the same thing.

    - rule: Password hashes read
      evasions:
        tool: /bin/cat            # of the base system, and its name in busybox
        arguments: "{object}"     # {object} is the path that it acts on, if it acts on one
        object: /etc/shadow
        setup: COMMANDS           # before each
        an interpreter: COMMANDS
        io_uring: COMMANDS
      do_not_apply: {io_uring: the reason}

Each is loud; a mapping {commands: ..., rule: NAME} names another rule that tells of it.
"""

import os
import shlex

WAYS = {
    "renamed": "cp {tool} x; mv x plain; ./plain {arguments}",
    "copied to a folder of programs": "cp {tool} /usr/local/bin/plain; plain {arguments}",
    "a hard link": "ln {tool} /usr/local/bin/hard; hard {arguments}; rm /usr/local/bin/hard",
    "a symbolic link": "ln -s {tool} s; ./s {arguments}",
    "wrapped": "printf '#!/bin/sh\\nexec nice timeout 9 {tool} \"$@\"\\n' >w; chmod 755 w; "
               "./w {arguments}",
    "another argv[0]": "(exec -a '[kworker/0:1]' {tool} {arguments})",
    "an interpreter": None,
    "through ld.so": "/lib64/ld-linux-x86-64.so.2 {tool} {arguments}",
    "from memory": "python3 /test/acts/memory.py {tool} {arguments}",
    "io_uring": None,
    "user and mount namespace": "unshare -U -r -m bash -c {namespace}",
    "chroot": "cp /bin/busybox {root}/busybox; chroot {root} /busybox {applet} {rooted}; "
              "rm -f {root}/busybox",
}
PREFIX = "evasion: "
# Why no alert comes of a way in tracepoint mode.
TRACEPOINT = {"io_uring": "operations of io_uring are no system calls"}
IN_NAMESPACE = "mount --rbind {folder} /mnt && {tool} {moved}"


class TableError(Exception):
    """One sentence about a table that is wrong."""


def _words(act):
    """What the ways are filled in with."""
    target = act.get("object", "")
    folder, name = os.path.split(target)
    arguments = act.get("arguments", "")
    moved = arguments.format(object=f"/mnt/{name}")
    namespace = IN_NAMESPACE.format(folder=folder, tool=act["tool"], moved=moved) if target else (
        f"{act['tool']} {moved}")
    return {
        "tool": act["tool"], "applet": act.get("applet", os.path.basename(act["tool"])),
        "arguments": arguments.format(object=target), "namespace": shlex.quote(namespace),
        "root": folder or "/tmp/act", "rooted": arguments.format(object=f"/{name}"),
    }


def expand(entry):
    """(name, commands, rule) of all ways that apply."""
    act, excused = entry["evasions"], entry.get("do_not_apply", {})
    words = _words(act)
    for way, commands in WAYS.items():
        if (way in excused) == (way in act or (commands is not None and way not in excused)):
            raise TableError(f"{entry['rule']}: {way}: it needs commands or a reason, not both")
        if way in excused:
            continue
        own = act.get(way) or commands.format(**words)
        rule = entry["rule"]
        if isinstance(own, dict):
            rule, own = own["rule"], own.get("commands") or commands.format(**words)
        yield PREFIX + way, f"{act.get('setup', '')}\n{own}", rule
