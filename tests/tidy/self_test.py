#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Shows every check of tidy_test.py a sample that it must refuse and one that it must accept."""

import sys
import unittest

import shape
import tidy_test


def function(lines, header='void F()'):
    """A function of so many lines, braces included."""
    return '\n'.join([header + ' {'] + ['  Step();'] * (lines - 2) + ['}']) + '\n'


PROGRAM = 'SEC("?lsm/file_open")\nint BPF_PROG(file_open__lsm, struct file *file)'
SPDX_LINE = '// SPDX-License-Identifier: '

# (check, path, text, must it be refused?)
SAMPLES = [
    ('columns', 'base/x.cc', 'x' * 101, True),
    ('columns', 'base/x.cc', 'x' * 100, False),
    ('columns', 'base/x.cc', 'é' * 100, False),
    ('columns', 'docs/x.md', 'x' * 101, True),
    ('columns', 'docs/x.md', '| ' + 'x' * 101, False),
    ('columns', 'docs/x.md', '```\n' + 'x' * 101 + '\n```', False),
    ('columns', 'tests/golden/x.cc', 'x' * 101, False),
    ('file_size', 'base/x.cc', 'x\n' * 501, True),
    ('file_size', 'base/x.cc', 'x\n' * 500, False),
    ('file_size', 'base/x.h', 'x\n' * 151, True),
    ('file_size', 'base/x.h', 'x\n' * 150, False),
    ('function_size', 'base/x.cc', function(71), True),
    ('function_size', 'base/x.cc', function(70), False),
    ('function_size', 'base/x.cc', 'namespace a {\n' + function(71) + '}\n', True),
    ('function_size', 'base/x.cc', 'namespace a {\n' + function(40) * 3 + '}\n', False),
    ('function_size', 'base/x.h', 'class A {\n' + function(71, 'int F() const') + '};', True),
    ('function_size', 'base/x.cc', function(71, 'A::A() : a_{1}, b_(2)'), True),
    ('function_size', 'base/x.cc', function(71, 'struct foo *F(struct bar *b)'), True),
    ('function_size', 'base/x.cc', 'const Row kRows[] = {\n' + '  {1, 2},\n' * 200 + '};', False),
    ('function_size', 'base/x_test.cc', function(71, 'TEST(A, B)'), True),
    ('function_size', 'base/x.cc', 'void F() {\n// }\n' + 'G("}", \'}\', R"(})");\n' * 70 + '}',
     True),
    ('function_size', 'base/x.cc', '#if A\nvoid F(int) {\n#else\nvoid F() {\n#endif\n}\n'
     + function(71), True),
    ('function_size', 'sensor/bpf/x.bpf.c', function(61, PROGRAM), True),
    ('function_size', 'sensor/bpf/x.bpf.c', function(60, PROGRAM), False),
    ('function_size', 'sensor/bpf/x.bpf.c', function(61, 'static int Helper(void)'), False),
    ('include_direction', 'base/x.cc', '#include "sensor/schema/schema.h"', True),
    ('include_direction', 'sensor/source/x.cc', '#include "rules/lang/program.h"', True),
    ('include_direction', 'sensor/bpf/x.bpf.c', '#include "base/text.h"', True),
    ('include_direction', 'sensor/schema/x.h', '#include "sensor/decode/event_view.h"', True),
    ('include_direction', 'rules/lang/x.cc', '#include "engine/event.h"', True),
    ('include_direction', 'rules/lang/x.cc', '#include "sensor/decode/event_view.h"', True),
    ('include_direction', 'rules/lang/x_test.cc', '#include "engine/event.h"', True),
    ('include_direction', 'engine/match/x.cc', '#include "rules/lang/parser.h"', True),
    ('include_direction', 'engine/match/x.cc', '#include "rules/lang/program.h"', False),
    ('include_direction', 'engine/match/x_test.cc', '#include "rules/lang/parser.h"', False),
    ('include_direction', 'engine/x.cc', '#include "storage/event_store.h"', True),
    ('include_direction', 'storage/x.cc', '#include "engine/match/matcher.h"', True),
    ('include_direction', 'storage/x.cc', '#include "engine/match/alert.h"', False),
    ('include_direction', 'storage/x.cc', '#include "integrations/sink.h"', True),
    ('include_direction', 'integrations/x.cc', '#include "storage/event_store.h"', True),
    ('include_direction', 'integrations/x.cc', '#include "cli/main.h"', True),
    ('include_direction', 'cli/x.cc', '#include "storage/event_store.h"', False),
    ('include_direction', 'base/x.cc', '// #include "cli/main.h"', False),
    ('library', 'engine/x.cc', '#include <bpf/libbpf.h>', True),
    ('library', 'sensor/source/x.cc', '#include <bpf/libbpf.h>', False),
    ('library', 'engine/x.cc', '#  include <sqlite3.h>', True),
    ('library', 'storage/x.cc', '#include <sqlite3.h>', False),
    ('library', 'cli/x.cc', '#include <curl/curl.h>', True),
    ('library', 'integrations/sinks/x.cc', '#include <curl/curl.h>', False),
    ('ends_process', 'engine/x.cc', 'void F() { exit(1); }', True),
    ('ends_process', 'engine/x.cc', 'void F() { std::abort(); }', True),
    ('ends_process', 'engine/x.cc', 'if (bad) ::_exit (1);', True),
    ('ends_process', 'engine/x.cc', 'process.exit(1); on_exit(2); // exit(1)', False),
    ('ends_process', 'engine/x.cc', 'Log("exit(1)");', False),
    ('ends_process', 'cli/main.cc', 'std::exit(1);', False),
    ('ends_process', 'base/check.cc', 'std::abort();', False),
    ('unit_test', 'base/nowhere.cc', 'int x;', True),
    ('unit_test', 'base/nowhere.cc', '// No unit test:\nint x;', True),
    ('unit_test', 'base/nowhere.cc', 'int x;\n// No unit test: a table of constants.\n', False),
    ('unit_test', 'base/text.cc', 'int x;', False),
    ('unit_test', 'tests/native/x.cc', 'int x;', False),
    ('spdx', 'base/x.cc', 'int x;', True),
    ('spdx', 'base/x.cc', '', True),
    ('spdx', 'base/x.cc', '\n' + SPDX_LINE + 'Apache-2.0', True),
    ('spdx', 'base/x.cc', SPDX_LINE + 'Apache-2.0\n', False),
    ('spdx', 'base/x.cc', SPDX_LINE + 'GPL-2.0-only OR Apache-2.0\n', True),
    ('spdx', 'sensor/bpf/x.bpf.c', SPDX_LINE + 'Apache-2.0\n', True),
    ('spdx', 'sensor/bpf/x.bpf.c', SPDX_LINE + 'GPL-2.0-only OR Apache-2.0\n', False),
    ('spdx', 'sensor/schema/x.h', '/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */',
     False),
    ('spdx', 'setup/x.sh', '#!/bin/bash\n# SPDX-License-Identifier: Apache-2.0\n', False),
    ('spdx', 'setup/x.sh', '#!/bin/bash\necho\n', True),
    ('marker', 'base/x.cc', '// TODO: later', True),
    ('marker', 'docs/x.md', 'FIXME', True),
    ('marker', 'base/x.cc', 'return absl::UnimplementedError("");', True),
    ('marker', 'setup/x.sh', '# Not yet implemented', True),
    ('marker', 'base/x.cc', '// A stub for now.', True),
    ('marker', 'base/x.cc', 'mkstemp("f.XXXXXX"); std::string stub;', False),
    ('place', 'base/x.cc', '"/work/main/base"', True),
    ('place', 'setup/x.sh', 'curl http://deb.debian.org/debian', True),
    ('place', 'setup/x.sh', 'http://mirror.example.com/', True),
    ('place', 'rules/packs/x.yaml', 'fd.name startswith /root/.ssh or /home/alice/', False),
]


class SelfTest(unittest.TestCase):
    def test_samples(self):
        for check, path, text, refused in SAMPLES:
            with self.subTest(check=check, path=path, text=text[:60]):
                found = list(tidy_test.findings(path, text, [check]))
                self.assertEqual(bool(found), refused, found)

    def test_every_check_can_fail_and_pass(self):
        verdicts = {(check, refused) for check, _, _, refused in SAMPLES}
        for check in tidy_test.CHECKS:
            self.assertIn((check, True), verdicts)
            self.assertIn((check, False), verdicts)

    def test_a_finding_names_the_line(self):
        found = list(tidy_test.findings('base/x.cc', 'int x;\n\nexit(1);\n', ['ends_process']))
        self.assertEqual([finding.line for finding in found], [3])

    def test_functions_are_named_and_measured(self):
        text = 'namespace {\nint A::F(int x) const {\n  if (x) {\n  }\n}\n}  // namespace\n' + (
            function(3, 'TEST(Suite, Name)')) + function(2, PROGRAM)
        self.assertEqual(
            [(f.name, f.line, f.lines, f.is_bpf_program) for f in shape.functions(text)],
            [('A::F', 2, 4, False), ('Suite.Name', 7, 3, False), ('file_open__lsm', 11, 2, True)])

    def test_an_exemption_has_a_reason_and_a_known_check(self):
        for check, pattern, reason in tidy_test.EXEMPTIONS:
            self.assertIn(check, tidy_test.CHECKS)
            self.assertTrue(pattern and reason)

    def test_the_program_fails_on_a_bad_file(self):
        self.assertEqual(tidy_test.main(['tests/tidy/no_such_file.cc']), 1)


if __name__ == '__main__':
    sys.exit(unittest.main())
