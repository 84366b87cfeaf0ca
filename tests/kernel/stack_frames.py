#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The stack that chains of BPF-to-BPF calls take: fails where one takes over 512 bytes.

    stack_frames.py OBJECT... [--all]

Kernels up to 6.1 add up the frames of a chain, each rounded up to 32 bytes, and refuse a program
whose sum is over 512; and they refuse one of more than 8 frames. Here that is a matter of the
build, not of a guest. --all prints the deepest chain of every program.
"""

import argparse
import dataclasses
import pathlib
import struct
import sys

STACK_MAX = 512
FRAMES_MAX = 8
ROUNDED_TO = 32

INSTRUCTION = struct.Struct("<BBhi")
FRAME_POINTER = 10
CALL, PSEUDO_CALL = 0x85, 1
ADD_CONSTANT, MOVE_REGISTER = 0x07, 0xbf  # Of 64 bits.
LOAD, STORE_CONSTANT, STORE = 0x01, 0x02, 0x03  # The class, in the lowest three bits.

SECTION = struct.Struct("<IIQQQQIIQQ")
SYMBOL = struct.Struct("<IBBHQQ")
RELOCATION = struct.Struct("<QQ")
SHT_SYMTAB, SHT_REL = 2, 9
SHF_EXECINSTR = 4
STT_FUNC, STT_SECTION = 2, 3
SHN_UNDEF = 0


class ObjectError(Exception):
    """What is no BPF object."""


@dataclasses.dataclass
class Function:
    """A function of an object: what it takes of the stack, and whom it calls."""
    name: str
    section: int
    start: int  # In bytes, in the section.
    end: int
    frame: int = 0
    calls: set = dataclasses.field(default_factory=set)  # (section, start)

    @property
    def rounded(self):
        """What the kernel counts."""
        return -(-max(self.frame, 1) // ROUNDED_TO) * ROUNDED_TO


class Object:
    """An ELF object of BPF programs, as clang writes it."""

    def __init__(self, content):
        if content[:6] != b"\x7fELF\x02\x01":
            raise ObjectError("not a 64-bit little-endian ELF file")
        offset, = struct.unpack_from("<Q", content, 40)
        size, count = struct.unpack_from("<HH", content, 58)
        self.sections = [SECTION.unpack_from(content, offset + i * size) for i in range(count)]
        self.content = content
        self.symbols = self._symbols()
        self.functions = {}
        for name, kind, section, value, length in self.symbols:
            if kind == STT_FUNC and self.sections[section][2] & SHF_EXECINSTR:
                self.functions[section, value] = Function(name, section, value, value + length)
        for function in self.functions.values():
            self._measure(function)

    def _bytes(self, section):
        _, _, _, _, offset, size, *_ = self.sections[section]
        return self.content[offset:offset + size]

    def _symbols(self):
        symbols = []
        for i, section in enumerate(self.sections):
            if section[1] != SHT_SYMTAB:
                continue
            names = self._bytes(section[6])
            for name, info, _, where, value, size in SYMBOL.iter_unpack(self._bytes(i)):
                text = names[name:names.index(b"\0", name)].decode()
                symbols.append((text, info & 15, where, value, size))
        return symbols

    def _relocations(self, section):
        return {
            offset: self.symbols[info >> 32]
            for i, of in enumerate(self.sections) if of[1] == SHT_REL and of[7] == section
            for offset, info in RELOCATION.iter_unpack(self._bytes(i))
        }

    def _measure(self, function):
        code, relocations = self._bytes(function.section), self._relocations(function.section)
        copies = set()  # Registers that hold the frame pointer, where the code is straight.
        for at in range(function.start, function.end, INSTRUCTION.size):
            opcode, registers, offset, constant = INSTRUCTION.unpack_from(code, at)
            to, source = registers & 15, registers >> 4
            base = source if opcode & 7 == LOAD else to
            if opcode & 7 in (LOAD, STORE_CONSTANT, STORE) and base == FRAME_POINTER:
                function.frame = max(function.frame, -offset)
            elif opcode == MOVE_REGISTER and source == FRAME_POINTER:
                copies.add(to)
            elif opcode == ADD_CONSTANT and to in copies:
                function.frame = max(function.frame, -constant)
                copies.discard(to)
            elif opcode == CALL and source == PSEUDO_CALL:
                callee = self._callee(function, at, constant, relocations.get(at))
                if callee:
                    function.calls.add(callee)

    def _callee(self, function, at, constant, symbol):
        jump = (constant + 1) * INSTRUCTION.size
        if symbol is None:
            callee = function.section, at + jump
        else:
            _, kind, section, value, _ = symbol
            if section == SHN_UNDEF:
                return None  # A function of the kernel.
            callee = section, (jump if kind == STT_SECTION else value + jump)
        if callee not in self.functions:
            raise ObjectError(f"{function.name} calls what is no function, at {at:#x}")
        return callee

    def programs(self):
        """Functions that nobody calls: where the kernel begins."""
        called = set().union(*(function.calls for function in self.functions.values()))
        return [key for key in self.functions if key not in called]


def chains(of):
    """For each program its deepest chain: a list of functions. And chains of too many frames."""

    def deepest(key, above):
        function = of.functions[key]
        if key in above:
            raise ObjectError(f"{function.name} calls itself")
        below = [deepest(callee, above | {key}) for callee in function.calls]
        stack = max((chain for chain, _ in below), key=_stack_of, default=[])
        frames = max((chain for _, chain in below), key=len, default=[])
        return [function] + stack, [function] + frames

    return [deepest(program, frozenset()) for program in of.programs()]


def _stack_of(chain):
    return sum(function.rounded for function in chain)


def describe(chain):
    """ "360 bytes in 3 frames: a 128, b 200, c 32"; as large as the kernel counts them."""
    frames = ", ".join(f"{function.name} {function.rounded}" for function in chain)
    return f"{_stack_of(chain)} bytes in {len(chain)} frames: {frames}"


def complaints(found):
    """A sentence for each program that a kernel would refuse."""
    for stack, frames in found:
        if _stack_of(stack) > STACK_MAX:
            yield f"{stack[0].name}: over {STACK_MAX} bytes of stack: {describe(stack)}"
        if len(frames) > FRAMES_MAX:
            yield f"{frames[0].name}: over {FRAMES_MAX} frames: {describe(frames)}"


def main(arguments):
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("object", nargs="+", type=pathlib.Path, help="sensor_object.bpf.o")
    parser.add_argument("--all", action="store_true", help="print the deepest chains")
    options = parser.parse_args(arguments)
    status = 0
    for path in options.object:
        try:
            found = chains(Object(path.read_bytes()))
        except (ObjectError, OSError, struct.error) as error:
            print(f"{path}: {error}", file=sys.stderr)
            return 1
        if not found:
            print(f"{path}: no programs in it", file=sys.stderr)
            return 1
        for stack, _ in sorted(found, key=lambda chain: -_stack_of(chain[0])):
            if options.all:
                print(f"{path.name}: {describe(stack)}")
        for sentence in complaints(found):
            print(f"{path.name}: {sentence}", file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
