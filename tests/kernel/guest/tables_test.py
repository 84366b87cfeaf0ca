#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is made from the runs on kernels: docs/kernels.md and the verifier's counts."""

import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True  # The source tree stays as it is.

import kernels_table  # noqa: E402
import series  # noqa: E402
import verifier_counts  # noqa: E402


def row(**changes):
    """A row that is seen in full, but for the changes."""
    return kernels_table.Row(**{
        "release": "6.1.0-56-cloud-amd64", "mode": "lsm", "kind": "file_open", "seen": "yes",
        "tested": True, "flags": 0, "hooks": "fexit/do_filp_open", "why": "", **changes})


class KernelsTable(unittest.TestCase):
    """docs/kernels.md"""

    def test_a_cell_says_how_it_is_seen(self):
        self.assertEqual(kernels_table.cell(row()), "yes")
        self.assertEqual(kernels_table.cell(row(tested=False)), "yes ?")
        self.assertEqual(kernels_table.cell(row(seen="no", tested=False)), "no")

    def test_the_record_knows_better_than_the_hook(self):
        self.assertEqual(kernels_table.cell(row(flags=8)), "before")
        self.assertEqual(kernels_table.cell(row(seen="before", flags=8 | 16)), "before ~")

    def test_a_kind_with_both_ways_says_both(self):
        hooks = "fexit/__sys_connect_file,lsm/socket_sendmsg"
        self.assertEqual(kernels_table.cell(row(hooks=hooks)), "yes, before")
        self.assertEqual(kernels_table.cell(row(hooks=hooks, flags=8)), "before")

    def test_kernels_are_columns_in_order_and_reasons_stand_below(self):
        page = kernels_table.page([
            row(release="6.12.1"), row(release="5.10.0-46", seen="no", why="lsm/x: it is old")])
        self.assertIn("| kind | 5.10 | 6.12 |\n", page)
        self.assertIn("| `file_open` | no | yes |\n", page)
        self.assertIn("* `file_open` (5.10): lsm/x: it is old.\n", page)

    def test_rows_are_read_as_the_tests_leave_them(self):
        with tempfile.TemporaryDirectory() as folder:
            run = pathlib.Path(folder) / "6.1-lsm-sensor"
            run.mkdir()
            (run / "kernels.tsv").write_text(
                "6.1.0-56-cloud-amd64\tlsm\tfile_open\tyes\ttested\t0\t"
                "fexit/do_filp_open,fexit/do_filp_open\t\n")
            self.assertEqual(kernels_table.read_runs(folder), [row()])


    def test_other_architectures_have_columns_of_their_own(self):
        page = kernels_table.page([
            row(release="6.12.1+deb13-cloud-arm64", seen="no", why="lsm/x: why"),
            row(release="7.3.4+deb13-cloud-amd64"), row(release="6.12.1+deb13-cloud-amd64")])
        self.assertIn("| kind | 6.12 | 7.3 | 6.12 arm64 |\n", page)
        self.assertIn("| `file_open` | yes | yes | no |\n", page)
        self.assertIn("* `file_open` (6.12 arm64): lsm/x: why.\n", page)

    def test_a_kernel_of_ones_own_has_its_series_alone(self):
        for release, kernel in (("6.18.44", "6.18"), ("5.10.0-46-cloud-amd64", "5.10"),
                                ("6.1.0-56-cloud-arm64", "6.1 arm64"),
                                ("6.1.0-rc1-custom", "6.1")):
            self.assertEqual(series.kernel_of(release), kernel)


class VerifierCounts(unittest.TestCase):
    """tests/kernel/verifier_counts.tsv"""

    def test_a_fifth_more_or_less_is_let_pass(self):
        written = {("6.1", "a"): 10000}
        for count in (8000, 10000, 12000):
            self.assertEqual(list(verifier_counts.changes({("6.1", "a"): count}, written)), [])
        for count in (7999, 12001):
            self.assertEqual(len(list(verifier_counts.changes({("6.1", "a"): count}, written))), 1)

    def test_what_nobody_has_written_down_is_named(self):
        self.assertIn("a on 6.1: 5", "".join(verifier_counts.changes({("6.1", "a"): 5}, {})))

    def test_what_is_written_is_read_again(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "counts.tsv"
            counts = {("6.1", "a"): 5, ("5.10", "a"): 4, ("6.12", "b"): 3, ("6.1 arm64", "a"): 6}
            verifier_counts.write(counts, path)
            self.assertEqual(verifier_counts.read_written(path), counts)
            self.assertEqual(path.read_text().splitlines()[1], "a\t5.10\t4")


if __name__ == "__main__":
    unittest.main()
