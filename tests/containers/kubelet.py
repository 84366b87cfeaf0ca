#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a kubelet asks of a runtime over CRI, version 1, in a guest.

    kubelet.py SOCKET pod NAME NAMESPACE UID         makes a sandbox; prints its id
    kubelet.py SOCKET run SANDBOX NAME IMAGE COMMAND...      starts a container; prints its id
    kubelet.py SOCKET exec CONTAINER COMMAND...      runs a program in it
    kubelet.py SOCKET many SANDBOX HOW_MANY IMAGE    so many containers that start, end and are
                                                     removed, one after the other; prints their ids
    kubelet.py SOCKET stop SANDBOX CONTAINER...      stops and removes all of them

The messages are written by hand, field by field: a kubelet's few, with the numbers of
k8s.io/cri-api. The network is the node's, so no plugin for it has to be there.
"""

import sys

import grpc

NODE = 2  # Of the modes of a namespace.
SECONDS = 120  # Guests are emulated.


def varint(number):
    """A number as protobuf has it."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out + bytes([number]))


def message(*fields):
    """A message of (number, value): a text, bytes (a message), a number, a dict (a map), or a list
    of these."""
    out = b""
    for number, value in fields:
        if isinstance(value, list):
            out += b"".join(message((number, each)) for each in value)
        elif isinstance(value, dict):
            out += b"".join(message((number, message((1, key), (2, text))))
                            for key, text in value.items())
        elif isinstance(value, int):
            out += varint(number << 3) + varint(value)
        else:
            data = value.encode() if isinstance(value, str) else value
            out += varint(number << 3 | 2) + varint(len(data)) + data
    return out


def first_text(data):
    """The first field of an answer, which is a text."""
    size, at, shift = 0, 1, 0
    while True:
        size |= (data[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not data[at - 1] & 0x80:
            return data[at:at + size].decode()


class Kubelet:
    """Speaks to one runtime."""

    def __init__(self, socket):
        self.channel = grpc.insecure_channel(f"unix://{socket}")

    def ask(self, method, *fields):
        """The answer's bytes."""
        call = self.channel.unary_unary(f"/runtime.v1.RuntimeService/{method}",
                                        request_serializer=bytes, response_deserializer=bytes)
        return call(message(*fields), timeout=SECONDS, wait_for_ready=True)

    @staticmethod
    def sandbox(name, namespace, uid):
        """PodSandboxConfig."""
        security = message((1, message((1, NODE))))
        linux = message((1, f"/kubepods/besteffort/pod{uid}"), (2, security))
        labels = {"io.kubernetes.pod.name": name, "io.kubernetes.pod.namespace": namespace,
                  "io.kubernetes.pod.uid": uid, "tier": "front"}
        return message((1, message((1, name), (2, uid), (3, namespace))), (6, labels), (8, linux))

    def pod(self, name, namespace, uid):
        """Makes a sandbox."""
        return first_text(self.ask("RunPodSandbox", (1, self.sandbox(name, namespace, uid))))

    def start(self, sandbox, pod, name, image, command):
        """Makes a container in the sandbox and starts it."""
        labels = {"io.kubernetes.container.name": name, "io.kubernetes.pod.name": pod[0],
                  "io.kubernetes.pod.namespace": pod[1], "io.kubernetes.pod.uid": pod[2]}
        linux = message((2, message((3, message((1, NODE))))))
        config = message((1, message((1, name))), (2, message((1, image))), (3, command),
                         (9, labels), (15, linux))
        made = first_text(self.ask("CreateContainer", (1, sandbox), (2, config),
                                   (3, self.sandbox(*pod))))
        self.ask("StartContainer", (1, made))
        return made

    def execute(self, container, command):
        """Runs a program in the container, to its end."""
        self.ask("ExecSync", (1, container), (2, command), (3, SECONDS))

    def remove(self, container):
        """Ends a container, if it has not, and removes it."""
        self.ask("StopContainer", (1, container), (2, 0))
        self.ask("RemoveContainer", (1, container))

    def end(self, sandbox, containers):
        """Ends a pod."""
        for container in containers:
            self.remove(container)
        self.ask("StopPodSandbox", (1, sandbox))
        self.ask("RemovePodSandbox", (1, sandbox))


POD = ("shop-1", "prod", "7b9e5d1c-0b6f-4e0a-9a6f-2f5c1d3e4a5b")


def main(arguments):
    """The command line."""
    kubelet, what, rest = Kubelet(arguments[0]), arguments[1], arguments[2:]
    if what == "pod":
        print(kubelet.pod(*rest))
    elif what == "run":
        print(kubelet.start(rest[0], POD, rest[1], rest[2], rest[3:]))
    elif what == "exec":
        kubelet.execute(rest[0], rest[1:])
    elif what == "many":
        for number in range(1, int(rest[1]) + 1):
            made = kubelet.start(rest[0], POD, f"n{number}", rest[2], ["/bin/sh", "-c", "exit 0"])
            print(made, flush=True)
            kubelet.remove(made)
    elif what == "stop":
        kubelet.end(rest[0], rest[1:])


if __name__ == "__main__":
    main(sys.argv[1:])
