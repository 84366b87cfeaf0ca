#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The style that matters, as a test: sizes, direction of includes, licences, leftovers.

tidy_test.py [FILE...] checks the files that git knows or would add, or those given. Each check
takes a path (relative to the root of the project) and a text, and yields findings, so that
self_test.py can show it bad samples. Exceptions are in EXEMPTIONS, each with a reason, and nowhere
else.
"""

import fnmatch
import os
import re
import subprocess
import sys
from typing import NamedTuple

import shape

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

LINE_COLUMNS_MAX = 100
SOURCE_LINES_MAX = 500
HEADER_LINES_MAX = 150
FUNCTION_LINES_MAX = 70
BPF_PROGRAM_LINES_MAX = 60

# (check, path pattern, reason). One that excuses nothing is itself a finding.
EXEMPTIONS = [
    ('file_size', 'sensor/bpf/kernel_types.h', 'declarations of kernel types, no code'),
    ('file_size', 'sensor/schema/arguments.h', 'a table of rows, no code'),
    ('file_size', 'sensor/schema/context.h', 'a table of rows, no code'),
    ('file_size', 'sensor/schema/file.h', 'a table of rows, no code'),
    ('file_size', 'sensor/schema/process.h', 'a table of rows, no code'),
    ('marker', 'tests/tidy/*.py', 'names the markers it looks for'),
    ('place', 'tests/tidy/*.py', 'names the places it looks for'),
]

# What a directory may include of the project, by prefix; the longest matching directory counts.
# The order is the event's way: nothing includes what comes after it.
INCLUDES_ALLOWED = {
    'base': ['base/'],
    'sensor': ['base/', 'sensor/'],
    'sensor/schema': ['base/', 'sensor/schema/'],
    'sensor/bpf': ['sensor/bpf/', 'sensor/schema/'],
    'rules': ['base/', 'sensor/schema/', 'rules/'],
    # The classifier works out of a record what the kernel worked out of the act.
    'rules/classify': ['base/', 'sensor/schema/', 'sensor/decode/', 'rules/'],
    'engine': ['base/', 'sensor/', 'rules/lang/program.h', 'rules/lang/operators.h',
               'rules/lang/access.h', 'rules/lang/evaluate.h', 'rules/classify/', 'engine/'],
    # Plays what people write beside their rules.
    'engine/testing': ['base/', 'sensor/', 'rules/', 'engine/'],
    'storage': ['base/', 'sensor/schema/', 'sensor/decode/', 'rules/lang/program.h',
                'engine/event.h', 'engine/arena.h', 'engine/match/alert.h', 'storage/'],
    'integrations': ['base/', 'sensor/schema/', 'sensor/decode/', 'rules/lang/program.h',
                     'engine/event.h', 'engine/arena.h', 'engine/match/alert.h',
                     'engine/enrich/container_info.h', 'engine/enrich/container_infos.h',
                     'integrations/'],
    # Reads alerts out of the store and keeps the sinks' places.
    'integrations/fleet': ['base/', 'engine/match/alert.h', 'storage/queries.h',
                           'storage/record_columns.h', 'integrations/'],
    'integrations/delivery': ['base/', 'rules/lang/program.h', 'engine/match/alert.h', 'storage/',
                              'integrations/'],
    'integrations/api': ['base/', 'sensor/schema/', 'rules/lang/program.h', 'engine/event.h',
                         'engine/match/alert.h', 'storage/', 'integrations/'],
}
# A unit test may also use the stages before its own, whole: it compiles rules to match, and so on.
INCLUDES_ALLOWED_TO_TESTS = {
    'engine': ['rules/'],
    'storage': ['sensor/', 'rules/', 'engine/'],
    'integrations': ['sensor/', 'rules/', 'engine/', 'storage/'],
}
OUR_DIRECTORIES = ('base/', 'sensor/', 'rules/', 'engine/', 'storage/', 'integrations/', 'cli/',
                   'tests/')

# (header pattern, the one directory that may include it)
LIBRARIES = [
    (r'bpf/', 'sensor/'),
    (r'sqlite3(ext)?\.h', 'storage/'),
    (r'(curl|librdkafka|nats|grpc|grpcpp|hiredis|mosquitto)(/|\.h)|httplib\.h', 'integrations/'),
]

MARKERS = re.compile(r'\b(TODO|FIXME|XXX|HACK|TBD)\b|\bnot (yet )?implemented\b'
                     r'|\bUnimplementedError\b', re.IGNORECASE)
STUB = re.compile(r'\bstub(bed)?\b', re.IGNORECASE)
PLACES = re.compile(
    r'/work/(main|shared|\.)|/tmp/(build|trixie|bash_jobs)|/Users/'
    r'|/(home/\w+|root)/(src|git|work|projects|vedette)\b'
    r'|\b(deb|ftp[\w.]*|security|snapshot|archive)\.(debian|ubuntu)\.(org|com)\b'
    r'|\bmirrors?\.[\w-]+\.\w+|\b(pypi|pythonhosted)\.org\b|\bproxy\.golang\b')
ENDS_PROCESS = re.compile(r'(?<![\w.>:])(?:std::|::)?(_exit|exit|_Exit|quick_exit|abort|terminate)'
                          r'\s*\(')
SPDX = re.compile(r'(?://|#|/\*) SPDX-License-Identifier: ([\w.+ -]+?)(?: \*/)?$')

DUAL = 'GPL-2.0-only OR Apache-2.0'
APACHE = 'Apache-2.0'


class Finding(NamedTuple):
    check: str
    path: str
    line: int
    text: str


def is_cpp(path):
    return path.endswith(('.h', '.cc', '.c'))


def is_code(path):
    name = os.path.basename(path)
    return is_cpp(path) or name in ('CMakeLists.txt', 'Makefile') or path.endswith(
        ('.py', '.sh', '.cmake', '.def', '.proto')) or path == '.ci/run'


def is_fixture(path):
    return re.search(r'(^|/)(testdata|golden)/', path) is not None


def is_test(path):
    return path.startswith('tests/') or re.search(r'_(test|fuzz|bench)\.cc$', path) is not None


def longest_prefix(table, path):
    """The row of the deepest directory in `table` that holds `path`, or None."""
    found = [key for key in table if path.startswith(key + '/')]
    return table[max(found, key=len)] if found else None


def numbered(text):
    return enumerate(text.splitlines(), start=1)


def check_columns(path, text):
    prose = path.endswith('.md')
    if not (is_code(path) or prose) or is_fixture(path):
        return
    fenced = False
    for number, line in numbered(text):
        if prose and line.lstrip().startswith('```'):
            fenced = not fenced
        excused = prose and (fenced or line.startswith('|') or '://' in line)
        if len(line) > LINE_COLUMNS_MAX and not excused:
            yield number, f'{len(line)} columns, at most {LINE_COLUMNS_MAX}'


def check_file_size(path, text):
    if not (is_cpp(path) or path.endswith(('.py', '.sh'))):
        return
    limit = HEADER_LINES_MAX if path.endswith('.h') else SOURCE_LINES_MAX
    count = len(text.splitlines())
    if count > limit:
        yield 1, f'{count} lines, at most {limit}: split the file by what it does'


def check_function_size(path, text):
    if not is_cpp(path):
        return
    for function in shape.functions(text):
        bpf = function.is_bpf_program and path.startswith('sensor/bpf/')
        limit = BPF_PROGRAM_LINES_MAX if bpf else FUNCTION_LINES_MAX
        if function.lines > limit:
            yield function.line, f'{function.name} has {function.lines} lines, at most {limit}'


def includes(text):
    for number, line in numbered(shape.strip(text, keep_strings=True)):
        match = re.match(r'\s*#\s*include\s*["<]([^">]+)[">]', line)
        if match:
            yield number, match.group(1)


def check_include_direction(path, text):
    allowed = longest_prefix(INCLUDES_ALLOWED, path) if is_cpp(path) else None
    if allowed is None:
        return
    if is_test(path):
        allowed = allowed + (longest_prefix(INCLUDES_ALLOWED_TO_TESTS, path) or [])
    for number, header in includes(text):
        if header.startswith(OUR_DIRECTORIES) and not header.startswith(tuple(allowed)):
            yield number, f'{header} is not for {os.path.dirname(path)}/, which may include ' + (
                ', '.join(allowed))


def check_library(path, text):
    if not is_cpp(path):
        return
    for number, header in includes(text):
        for pattern, home in LIBRARIES:
            if re.match(pattern, header) and not path.startswith(home):
                yield number, f'{header} is for {home} only'


def check_ends_process(path, text):
    allowed = path.startswith(('cli/', 'base/check')) or is_test(path)
    if not is_cpp(path) or allowed:
        return
    for number, line in numbered(shape.strip(text)):
        match = ENDS_PROCESS.search(line)
        if match:
            yield number, f'{match.group(1)}() is for base/check and cli/: return a status or CHECK'


def check_unit_test(path, text):
    if not path.endswith('.cc') or is_test(path):
        return
    beside = os.path.join(ROOT, path[:-len('.cc')] + '_test.cc')
    if not os.path.exists(beside) and not re.search(r'^// No unit test: \S', text, re.MULTILINE):
        yield 1, 'no _test.cc beside it and no line "// No unit test: <reason>"'


def check_spdx(path, text):
    if not is_code(path) or is_fixture(path):
        return
    lines = text.splitlines()
    if lines and lines[0].startswith('#!'):
        lines = lines[1:]
    match = SPDX.match(lines[0]) if lines else None
    dual = path.startswith(('sensor/bpf/', 'sensor/schema/')) and is_cpp(path)
    wanted = DUAL if dual else APACHE
    if not match:
        yield 1, f'the first line is not "SPDX-License-Identifier: {wanted}"'
    elif match.group(1) != wanted and not (match.group(1) == DUAL and not is_cpp(path)):
        yield 1, f'licence {match.group(1)}, here {wanted}'


def check_marker(path, text):
    if is_fixture(path):
        return
    for number, line in numbered(text):
        match = MARKERS.search(line)
        if match:
            yield number, f'"{match.group(0)}": finish it or file an issue'
    if is_cpp(path):
        for number, line in shape.comments(text):
            if STUB.search(line):
                yield number, 'a comment speaks of a stub: finish it'


def check_place(path, text):
    for number, line in numbered(text):
        match = PLACES.search(line)
        if match:
            yield number, f'"{match.group(0)}" is a path or host of somebody\'s machine'


CHECKS = {
    'columns': check_columns,
    'file_size': check_file_size,
    'function_size': check_function_size,
    'include_direction': check_include_direction,
    'library': check_library,
    'ends_process': check_ends_process,
    'unit_test': check_unit_test,
    'spdx': check_spdx,
    'marker': check_marker,
    'place': check_place,
}


def findings(path, text, names=tuple(CHECKS)):
    for name in names:
        for line, message in CHECKS[name](path, text):
            yield Finding(name, path, line, message)


def exemption(finding):
    for row in EXEMPTIONS:
        if row[0] == finding.check and fnmatch.fnmatch(finding.path, row[1]):
            return row
    return None


def project_files():
    """What git knows or would add; without git (a tarball, another's clone), all but build/."""
    # Root may run the tests in another user's clone.
    listing = subprocess.run(
        ['git', '-C', ROOT, '-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others',
         '--exclude-standard'], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    if listing.returncode == 0:
        return sorted(set(os.fsdecode(listing.stdout).split('\0')) - {''})
    found = []
    for directory, below, names in os.walk(ROOT):
        at_root = directory == ROOT
        below[:] = [d for d in below if d not in ('.git', '__pycache__')
                    and not (at_root and d == 'build')]
        found += [os.path.relpath(os.path.join(directory, name), ROOT) for name in names]
    return sorted(found)


def read_text(path):
    """None for what is gone, a link, or not text."""
    full = os.path.join(ROOT, path)
    if os.path.islink(full) or not os.path.isfile(full):
        return None
    with open(full, 'rb') as file:
        data = file.read()
    try:
        return None if b'\0' in data else data.decode('utf-8')
    except UnicodeDecodeError:
        return None


def main(arguments):
    paths = [os.path.relpath(os.path.abspath(path), ROOT) for path in arguments]
    used = set()
    bad = []
    checked = 0
    for path in paths or project_files():
        text = read_text(path)
        if text is None:
            continue
        checked += 1
        for finding in findings(path, text):
            row = exemption(finding)
            if row:
                used.add(row)
            else:
                bad.append(finding)
    if not paths:
        me = 'tests/tidy/tidy_test.py'
        bad += [Finding('exemption', me, 1, f'{row[:2]} excuses nothing: delete the row')
                for row in EXEMPTIONS if row not in used]
    for finding in bad:
        print(f'{finding.path}:{finding.line}: {finding.check}: {finding.text}')
    print(f'tidy: {checked} files, {len(bad)} findings')
    return 1 if bad or not checked else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
