#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The test of stack_frames.py: objects made by hand."""

import contextlib
import io
import pathlib
import struct
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True  # The source tree stays as it is.

import stack_frames  # noqa: E402

EXIT = stack_frames.INSTRUCTION.pack(0x95, 0, 0, 0)
STORE_U64 = 0x7b
TEXT, REL, SYMTAB, STRTAB = 1, 2, 3, 4  # Sections of the object that is made.


def store(offset):
    """*(u64 *)(r10 - offset) = r1"""
    return stack_frames.INSTRUCTION.pack(STORE_U64, 10 | 1 << 4, -offset, 0)


def point(offset):
    """r2 = r10; r2 += -offset"""
    return (stack_frames.INSTRUCTION.pack(stack_frames.MOVE_REGISTER, 2 | 10 << 4, 0, 0) +
            stack_frames.INSTRUCTION.pack(stack_frames.ADD_CONSTANT, 2, 0, -offset))


def call(name):
    """A call that a relocation leads to the function."""
    return name


def make_object(functions):
    """An ELF object of the functions: {name: [instructions, or names that are called]}."""
    names, code, starts, calls = b"\0", b"", {}, []
    for name, parts in functions.items():
        starts[name] = len(code)
        for part in parts:
            if isinstance(part, str):
                calls.append((len(code), part))
                part = stack_frames.INSTRUCTION.pack(stack_frames.CALL, 1 << 4, 0, -1)
            code += part
        code += EXIT
    symbols, numbers = [(0, 0, 0, 0, 0, 0)], {}
    ends = list(starts.values())[1:] + [len(code)]
    undefined = [name for _, name in calls if name not in starts]
    for name, end in list(zip(starts, ends)) + [(name, 0) for name in undefined]:
        numbers[name] = len(symbols)
        start, section = (starts[name], TEXT) if name in starts else (0, 0)
        symbols.append((len(names), 1 << 4 | (2 if name in starts else 0), 0, section, start,
                        end - start))
        names += name.encode() + b"\0"
    parts = [(1, 4, 0, 0, code),
             (9, 0, SYMTAB, TEXT,
              b"".join(stack_frames.RELOCATION.pack(at, numbers[name] << 32 | 10)
                       for at, name in calls)),
             (2, 0, STRTAB, 1, b"".join(stack_frames.SYMBOL.pack(*row) for row in symbols)),
             (3, 0, 0, 0, names)]
    headers, content = [stack_frames.SECTION.pack(*[0] * 10)], b""
    for kind, flags, link, info, part in parts:
        headers.append(stack_frames.SECTION.pack(0, kind, flags, 0, 64 + len(content), len(part),
                                                 link, info, 1, 0))
        content += part
    header = struct.pack("<16sHHIQQQIHHHHHH", b"\x7fELF\x02\x01\x01", 1, 247, 1, 0, 0,
                         64 + len(content), 0, 64, 0, 0, 64, len(headers), 4)
    return header + content + b"".join(headers)


def complaints_of(functions):
    """What is said of an object of these functions."""
    return list(stack_frames.complaints(stack_frames.chains(
        stack_frames.Object(make_object(functions)))))


class StackFrames(unittest.TestCase):
    """What chains of calls take."""

    def test_frames_of_a_chain_add_up_each_rounded_up(self):
        made = stack_frames.Object(make_object({
            "program": [store(8), store(33), call("middle")],
            "middle": [point(100), call("leaf")],
            "leaf": [],
        }))
        (stack, _), = stack_frames.chains(made)
        self.assertEqual(stack_frames.describe(stack),
                         "224 bytes in 3 frames: program 64, middle 128, leaf 32")

    def test_a_chain_over_512_bytes_is_named(self):
        functions = {"program": [store(256), call("a"), call("b")], "a": [store(200)],
                     "b": [store(128), call("c")], "c": [store(128)]}
        self.assertEqual(complaints_of(functions), [])
        functions["c"] = [store(136)]
        self.assertEqual(complaints_of(functions), [
            "program: over 512 bytes of stack: 544 bytes in 3 frames: program 256, b 128, c 160"])

    def test_more_than_8_frames_are_too_many(self):
        functions = {f"f{i}": [call(f"f{i + 1}")] for i in range(7)} | {"f7": []}
        self.assertEqual(complaints_of(functions), [])
        functions |= {"f7": [call("f8")], "f8": []}
        sentence, = complaints_of(functions)
        self.assertIn("f0: over 8 frames: 288 bytes in 9 frames: f0 32, ", sentence)

    def test_a_function_of_the_kernel_has_no_frame_here(self):
        self.assertEqual(complaints_of({"program": [store(512), call("bpf_kfunc")]}), [])

    def test_the_command_fails_and_says_why(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "made.bpf.o"
            for content, status, said in [
                    (make_object({"program": [store(512)]}), 0, ""),
                    (make_object({"program": [store(512), call("a")], "a": []}), 1,
                     "made.bpf.o: program: over 512 bytes of stack"),
                    (make_object({"a": [call("b")], "b": [call("a")], "c": [call("a")]}), 1,
                     "calls itself"),
                    (make_object({}), 1, "no programs in it"),
                    (b"no object", 1, "not a 64-bit little-endian ELF file")]:
                path.write_bytes(content)
                told = io.StringIO()
                with contextlib.redirect_stderr(told):
                    self.assertEqual(stack_frames.main([str(path)]), status)
                self.assertIn(said, told.getvalue())


if __name__ == "__main__":
    unittest.main()
