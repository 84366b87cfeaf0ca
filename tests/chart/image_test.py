#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the daemon's image has: image_test.py VEDETTE

setup/image_root.sh puts it together; here the program runs in it and finds its rules, and nothing
in it is a shell or belongs to anybody but the program. Needs root, for chroot.
"""

import os
import stat
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VEDETTE = None
BYTES_MAX = 120 << 20


def inside(root, *arguments):
    """With a /proc of its own: the program finds its rules by way of it."""
    return subprocess.run(
        ['unshare', '--mount', '--pid', '--fork', f'--mount-proc={root}/proc', 'chroot', root,
         '/usr/bin/vedette', *arguments], capture_output=True, text=True, check=False)


class Image(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.root = os.path.join(cls.folder.name, 'image')
        subprocess.run([os.path.join(ROOT, 'setup', 'image_root.sh'), VEDETTE, cls.root],
                       check=True)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def files(self):
        for folder, _, names in os.walk(self.root):
            for name in names:
                yield os.path.join(folder, name)

    def test_the_program_runs_and_has_its_rules(self):
        version = inside(self.root, 'version')
        self.assertEqual(version.returncode, 0, version.stderr)
        rules = inside(self.root, 'rules', 'list')
        self.assertEqual(rules.returncode, 0, rules.stderr)
        self.assertGreater(int(rules.stdout.strip().splitlines()[-1].split()[0]), 150)
        printed = inside(self.root, 'run', '--print-config')
        self.assertEqual(printed.returncode, 0, printed.stderr)

    def test_nothing_else_runs(self):
        programs = [one for one in self.files()
                    if os.stat(one).st_mode & stat.S_IXUSR and '.so' not in os.path.basename(one)]
        self.assertEqual(programs, [os.path.join(self.root, 'usr/bin/vedette')])
        for one in self.files():
            self.assertFalse(os.stat(one).st_mode & (stat.S_ISUID | stat.S_ISGID), one)
            self.assertNotIn('/tests/', one)

    def test_it_is_small_and_has_what_the_chart_mounts_on(self):
        self.assertLess(sum(os.lstat(one).st_size for one in self.files()), BYTES_MAX)
        for place in ['etc/vedette', 'etc/vedette-rules', 'var/lib/vedette', 'run/vedette',
                      'etc/passwd', 'etc/group', 'sys']:
            self.assertTrue(os.path.exists(os.path.join(self.root, place)), place)


if __name__ == '__main__':
    VEDETTE = os.path.abspath(sys.argv.pop(1))
    if os.geteuid() != 0:
        print('skipped: chroot needs root')
        sys.exit(77)
    unittest.main()
