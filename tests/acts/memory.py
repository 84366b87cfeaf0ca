# SPDX-License-Identifier: Apache-2.0
"""Runs a program from memory: memory.py PROGRAM ARGUMENT..., with the program's name as argv[0]."""

import os
import sys

memory = os.memfd_create("m")
with open(sys.argv[1], "rb") as stream:
    os.write(memory, stream.read())
os.execve(memory, sys.argv[1:], os.environ)
