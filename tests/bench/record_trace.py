#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Records what a command does, with strace, as the events that the benchmark matches.

record_trace.py OUTPUT DIRECTORY COMMAND...  runs COMMAND in DIRECTORY. One event a line, tabs
between members: milliseconds, process, then
  fork CHILD | exec PATH ARGUMENT... | exit | open FLAGS RESULT PATH | connect RESULT ADDRESS PORT
Paths are as they were asked for, made absolute. Kept as text, so that it outlives every layout.
"""

import ast
import os
import re
import subprocess
import sys
import tempfile

CALL = re.compile(r'(\d+) (\d+\.\d+) (?:<\.\.\. )?(\w+)(?: resumed>|\()(.*)')
ERRORS = {'ENOENT': -2, 'EACCES': -13, 'ENOTDIR': -20, 'ELOOP': -40, 'EINPROGRESS': -115,
          'ECONNREFUSED': -111}
FLAGS = {name: getattr(os, name) for name in dir(os) if name.startswith('O_')}


def text_of(quoted):
    return ast.literal_eval(quoted)


def flags_of(names):
    return sum(FLAGS.get(name, 0) for name in names.split('|'))


def result_of(rest):
    found = re.search(r'\) += (-?\d+)(?: (\w+))?', rest)
    if found is None:
        return None
    return ERRORS.get(found[2], -1) if found[1] == '-1' else int(found[1])


def event_of(call, rest, directory):
    """The members of one call's event, or None."""
    result = result_of(rest)
    if result is None:
        return None
    if call in ('fork', 'vfork', 'clone', 'clone3') and result > 0:
        return None if 'CLONE_THREAD' in rest else ['fork', str(result)]
    if call == 'execve' and result == 0:
        found = re.match(r'("(?:[^"\\]|\\.)*"), (\[.*?\])(?:, 0x|\.\.\.)', rest)
        arguments = text_of(found[2]) if found else []
        return ['exec', text_of(found[1]), *arguments] if found else None
    if call in ('openat', 'open'):
        found = re.match(r'(?:AT_FDCWD, )?("(?:[^"\\]|\\.)*"), ([A-Z_|]+)', rest)
        if found is None:
            return None
        path = os.path.join(directory, text_of(found[1]))
        return ['open', str(flags_of(found[2])), str(result), path]
    if call == 'connect':
        port = re.search(r'htons\((\d+)\)', rest)
        address = re.search(r'(?:inet_addr\(|inet_pton\(AF_INET6, )"([^"]+)"', rest)
        return ['connect', str(result), address[1], port[1]] if port and address else None
    return None


def events_of(lines, directory):
    begun = {}
    first = None
    for line in lines:
        ended = re.match(r'(\d+) (\d+\.\d+) \+\+\+ (?:exited|killed)', line)
        found = CALL.match(line)
        if ended is None and found is None:
            continue
        process, when = (ended or found)[1], float((ended or found)[2])
        first = when if first is None else first
        if ended:
            members = ['exit']
        else:
            call, rest = found[3], found[4]
            if rest.endswith('<unfinished ...>'):
                begun[process, call] = rest[:-len('<unfinished ...>')]
                continue
            members = event_of(call, begun.pop((process, call), '') + rest, directory)
        if members is not None and not any(c in ''.join(members) for c in '\t\n'):
            yield '\t'.join([str(int(1000 * (when - first))), process, *members])


def main(output, directory, command):
    with tempfile.NamedTemporaryFile('r') as trace:
        subprocess.run(
            ['strace', '-f', '-ttt', '-s', '400', '-o', trace.name, '-e',
             'trace=execve,open,openat,connect,fork,vfork,clone,clone3,exit_group', *command],
            cwd=directory, check=False)
        lines = [re.sub(r' +', ' ', line, count=1) for line in trace.read().splitlines()]
    with open(output, 'w', encoding='utf-8') as file:
        for event in events_of(lines, directory):
            file.write(event + '\n')


if __name__ == '__main__':
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
