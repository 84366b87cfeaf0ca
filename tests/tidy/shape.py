# SPDX-License-Identifier: Apache-2.0
"""The shape of C and C++ source: text without comments and strings, and the functions in it.

No parser: braces are matched in text from which everything that could mislead is blanked out. Good
enough to measure, because what it cannot classify it counts as a function, and people look then.
"""

import re
from typing import NamedTuple

_TOKEN = re.compile(
    r'//[^\n]*'
    r'|/\*.*?\*/'
    r'|R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"'
    r'|"(?:\\.|[^"\\\n])*"'
    # Not the apostrophe of 1'000'000.
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'",
    re.DOTALL,
)
_SCOPE = re.compile(r'\b(class|struct|union|enum|namespace)\b|extern\s*""')
_ATTRIBUTE = re.compile(r'\b(?:alignas|__attribute__)\s*\((?:[^()]|\([^()]*\))*\)')


class Function(NamedTuple):
    name: str
    line: int  # Of the opening brace, from 1.
    lines: int  # From the opening to the closing brace, both counted.
    is_bpf_program: bool


def _blank(text):
    return re.sub(r'[^\n]', '', text)


def strip(text, keep_strings=False):
    """Comments become nothing and strings become "", on the same lines as before."""

    def replace(match):
        token = match.group(0)
        if token.startswith('/'):
            return _blank(token) or ' '
        return token if keep_strings else '""' + _blank(token)

    return _TOKEN.sub(replace, text)


def comments(text):
    """(line, text) of each comment."""
    for match in _TOKEN.finditer(text):
        if match.group(0).startswith('/'):
            first = text.count('\n', 0, match.start()) + 1
            for offset, line in enumerate(match.group(0).split('\n')):
                yield first + offset, line


def _without_preprocessor(text):
    """Directives and the branches after #else become empty lines, so that braces balance."""
    out = []
    skipping = []  # One bool per open #if: are we in its #else?
    continued = False
    for line in text.split('\n'):
        directive = re.match(r'\s*#\s*(\w+)', line) if not continued else None
        if directive:
            word = directive.group(1)
            if word.startswith('if'):
                skipping.append(False)
            elif word.startswith('el') and skipping:
                skipping[-1] = True
            elif word == 'endif' and skipping:
                skipping.pop()
        drop = continued or directive or any(skipping)
        continued = bool(directive or continued) and line.endswith('\\')
        out.append('' if drop else line)
    return '\n'.join(out)


def _kind(header):
    header = _ATTRIBUTE.sub('', header)
    if _SCOPE.search(header) and '(' not in header:
        return 'scope'
    # `= {`, `return {`, `kRows[] {`: data, of any length.
    if re.search(r'(=|\]|,|\breturn)\s*$', header):
        return 'data'
    return 'function'


def _name(header):
    program = re.search(r'\bBPF_\w+\s*\(\s*(\w+)', header)
    if program:
        return program.group(1)
    test = re.search(r'\b(?:TEST|TEST_F|TEST_P|TRIGGER)\s*\(([^)]*)\)', header)
    if test:
        return re.sub(r'\s*,\s*', '.', test.group(1))
    names = re.findall(r'([~\w:]+)\s*\(', header)
    names = [name for name in names if name != 'SEC']
    return names[0] if names else '(unnamed)'


def functions(text):
    """The functions of a file, lambdas counted with the function that they stand in."""
    text = _without_preprocessor(strip(text))
    found = []
    stack = []  # (kind, header, line of the brace)
    line = 1
    header = ''
    for char in text:
        if char == '\n':
            line += 1
        if char == '{':
            inside = stack and stack[-1][0] != 'scope'
            stack.append(('inner' if inside else _kind(header), header, line))
            header = ''
        elif char == '}':
            if stack:
                kind, opening, start = stack.pop()
                if kind == 'function':
                    bpf = re.search(r'\bSEC\s*\(', opening) is not None
                    found.append(Function(_name(opening), start, line - start + 1, bpf))
            header = ''
        elif char == ';':
            header = ''
        else:
            header += char
    return found
