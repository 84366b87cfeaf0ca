#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the guest harness itself. Seven of them boot real guests (3-7 s each).

VEDETTE_GUEST_KERNEL chooses the kernel (6.1 if unset).
"""

import gzip
import io
import json
import os
import pathlib
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import unittest
import xml.etree.ElementTree as ET

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True  # The source tree stays as it is.

import architecture  # noqa: E402
import cpio  # noqa: E402
import fetch_kernel  # noqa: E402
import initramfs  # noqa: E402
import junit  # noqa: E402
import qemu  # noqa: E402
import results  # noqa: E402
import sysroot  # noqa: E402

KERNEL = os.environ.get("VEDETTE_GUEST_KERNEL", "6.1")
MACHINE = architecture.of_kernel(KERNEL)[0]
GTEST_XML = ('<testsuites><testsuite name="S" tests="1" failures="0">'
             '<testcase name="Works" classname="S"/></testsuite></testsuites>')


class TemporaryFolder(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="vedette-harness-test.")
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)


class GuestTest(TemporaryFolder):
    """Boots guests through the command line, as ctest does."""

    def guest(self, command, *options, timeout=120):
        """Runs `command` in a guest; what the harness printed is in `.stdout`."""
        return subprocess.run(
            [sys.executable, HERE / "run_guest.py", "--kernel", KERNEL, "--timeout", str(timeout),
             "--out", self.folder, *options, "--", *command],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)

    def result(self):
        """What result.json says."""
        return json.loads((self.folder / "result.json").read_text())

    def junit(self):
        """The root of junit.xml."""
        return ET.parse(self.folder / "junit.xml").getroot()

    def guests_left(self):
        """Pids of QEMUs that still write into this test's folder."""
        left = []
        for entry in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                line = entry.read_bytes()
            except OSError:
                continue
            if line.startswith(MACHINE.program.encode()) and os.fsencode(self.folder) in line:
                left.append(entry.parent.name)
        return left

    def test_a_passing_command_gives_0_and_its_files(self):
        (self.folder / "junit.xml").write_text("of an earlier run")
        note = self.folder / "note"
        note.write_text("from the host")
        script = (f"mkdir /out/deep && cp /srv/note /out/deep/copy; echo '{GTEST_XML}' >/out/a.xml;"
                  "uname -r; /job/dpkg --version; cat /sys/fs/cgroup/cgroup.controllers;"
                  "cat /etc/shadow; ls /sys/fs/bpf /sys/kernel/tracing/events; ping -c1 localhost")
        done = self.guest(["sh", "-ec", script], "--file", f"{note}:/srv/note",
                          "--file", "/usr/bin/dpkg")
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual(done.stdout, "", "a run that passes is quiet")
        self.assertEqual((self.folder / "deep/copy").read_text(), "from the host")
        log = (self.folder / "console.log").read_text()
        self.assertIn(self.result()["release"], log)
        self.assertIn("package management program", log)  # A program with shared libraries ran.
        self.assertIn(",bpf", self.result()["lsm"])
        case = self.junit().find(".//testcase")
        self.assertEqual(case.get("classname"), f"guest.{KERNEL}.bpf-lsm.S")
        self.assertEqual(self.junit().get("failures"), "0")

    def test_a_failing_command_passes_its_status_through(self):
        done = self.guest(["sh", "-c", "echo 'the reason'; exit 42"], "--no-bpf-lsm")
        self.assertEqual(done.returncode, 42, done.stdout)
        self.assertIn("the reason", done.stdout)
        self.assertNotIn("bpf", self.result()["lsm"])
        self.assertIn("42", self.junit().find(".//failure").get("message"))

    def test_a_panic_is_a_failure_with_the_console_log(self):
        done = self.guest(["sh", "-c", "echo c >/proc/sysrq-trigger"], "--mode", "fentry")
        self.assertEqual(done.returncode, 125, done.stdout)
        self.assertIn("Kernel panic", done.stdout)
        self.assertIn("the kernel crashed: sysrq: Trigger a crash", done.stdout)
        self.assertIn("Kernel panic", (self.folder / "console.log").read_text())
        failure = self.junit().find(".//failure")
        self.assertIn(KERNEL, failure.get("message"))
        self.assertIn("fentry", failure.get("message"))
        self.assertIn("Kernel panic", failure.text)

    def test_a_hang_is_ended_by_the_timeout(self):
        done = self.guest(["sleep", "1000"], timeout=15)
        self.assertEqual(done.returncode, 125, done.stdout)
        self.assertIn("its command did not end within 15 s", done.stdout)
        self.assertEqual(self.guests_left(), [])
        self.assertEqual(self.junit().get("failures"), "1")

    def test_a_guest_dies_with_a_killed_harness(self):
        harness = subprocess.Popen(
            [sys.executable, HERE / "run_guest.py", "--kernel", KERNEL, "--out", self.folder,
             "--timeout", "60", "--", "sleep", "1000"], env={**os.environ, "TMPDIR": self.folder})
        self.addCleanup(harness.wait)
        self.addCleanup(harness.kill)
        self.assertTrue(_eventually(self.guests_left), "no guest came up")
        harness.send_signal(signal.SIGKILL)
        self.assertTrue(_eventually(lambda: not self.guests_left()), "a guest was left behind")

    def test_a_guest_that_ends_early_is_a_failure(self):
        done = self.guest(["poweroff", "-f"])
        self.assertEqual(done.returncode, 125, done.stdout)
        self.assertIn("ended without a word", done.stdout)

    def test_modules_come_with_what_they_need(self):
        done = self.guest(["sh", "-ec", "grep '^nf_tables ' /proc/modules; grep overlay "
                           "/proc/filesystems"], "--module", "overlay", "--module", "nft_ct")
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_mistakes_of_the_caller_are_one_sentence(self):
        for options in (["--file", "/no/such"], ["--module", "no_such"]):
            with self.subTest(options):
                done = self.guest(["true"], *options)
                self.assertEqual(done.returncode, 125, done.stdout)
                self.assertRegex(done.stdout, r"^[^\n]+no.such[^\n]*\.\n$")


class KernelTest(TemporaryFolder):
    """The cache, and kernels that are not to be had."""

    def fetch(self, name):
        """Runs the command with an empty cache and a mirror that does not exist."""
        environment = {**os.environ, "VEDETTE_CACHE": str(self.folder),
                       "VEDETTE_DEBIAN_MIRROR": "file:/no/such/mirror"}
        return subprocess.run([sys.executable, HERE / "run_guest.py", "--kernel", name, "--out",
                               self.folder / "out", "--", "true"], capture_output=True, text=True,
                              check=False, env=environment)

    def test_a_missing_kernel_is_one_clear_sentence(self):
        done = self.fetch("5.10")
        self.assertEqual(done.returncode, 125)
        self.assertEqual(done.stdout, "")
        sentence = done.stderr.splitlines()[-1]
        self.assertRegex(sentence, r"^Kernel 5\.10 cannot be fetched: no reachable suite .+\.$")
        self.assertEqual(list(self.folder.glob("kernels/[!.]*")), [])

    def test_missing_libraries_of_another_architecture_are_one_clear_sentence(self):
        environment = {**os.environ, "VEDETTE_CACHE": str(self.folder),
                       "VEDETTE_DEBIAN_MIRROR": "file:/no/such/mirror"}
        done = subprocess.run([sys.executable, HERE / "sysroot.py", "arm64"], capture_output=True,
                              text=True, check=False, env=environment)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        sentence = done.stderr.splitlines()[-1]
        self.assertRegex(sentence, r"^The libraries for arm64 cannot be fetched: .+MIRROR\.$")
        self.assertEqual(list(self.folder.glob("sysroots/[!.]*")), [])

    def test_an_unknown_kernel_is_one_clear_sentence(self):
        done = self.fetch("4.19")
        self.assertEqual(done.returncode, 125)
        self.assertRegex(done.stderr, r"^There is no guest kernel called '4\.19'; choose one .+\n$")

    def test_a_cached_kernel_needs_neither_apt_nor_time(self):
        fetch_kernel.fetch(KERNEL)
        before = _seconds_of_children()
        done = subprocess.run([sys.executable, HERE / "fetch_kernel.py", KERNEL], check=False,
                              capture_output=True, text=True, env={**os.environ, "PATH": "/none"})
        self.assertLess(_seconds_of_children() - before, 0.5)  # It takes 0.1 s.
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_dependencies_lead_to_the_files_of_old_and_new_packages(self):
        old = "linux-image-6.1.0-56-cloud-amd64 (= 6.1.192-2)"
        new = "linux-binary-7.3.4+deb13-cloud-amd64 (= 7.3.4-1), linux-base (>= 4.12)"
        meta = "linux-base-cloud-amd64 (= 7.3.4-1), linux-modules-cloud-amd64 (= 7.3.4-1)"
        self.assertEqual(fetch_kernel.PARTS.findall(old), ["linux-image-6.1.0-56-cloud-amd64"])
        self.assertEqual(fetch_kernel.PARTS.findall(new), ["linux-binary-7.3.4+deb13-cloud-amd64"])
        self.assertEqual(fetch_kernel.PARTS.findall(meta), [])


class JunitTest(TemporaryFolder):
    """Merging, without a guest."""

    def merge(self, texts, status=0, failure=None):
        """Merges files with the given texts; returns the root and the complaint."""
        files = [self.folder / f"{number}.xml" for number in range(len(texts))]
        for path, text in zip(files, texts):
            path.write_text(text)
        target = self.folder / "junit"
        complaint = junit.merge(files, target, where="guest.6.1.lsm", seconds=1.0, status=status,
                                failure=failure)
        return ET.parse(target).getroot(), complaint

    def test_counts_are_summed(self):
        root, complaint = self.merge([GTEST_XML, GTEST_XML])
        self.assertEqual((root.get("tests"), root.get("failures")), ("2", "0"))
        self.assertIsNone(complaint)

    def test_damage_is_a_failure_even_if_the_command_passed(self):
        root, complaint = self.merge([GTEST_XML, GTEST_XML[:40]])
        self.assertEqual((root.get("tests"), root.get("failures")), ("2", "1"))
        self.assertIn("1.xml", complaint)

    def test_a_crash_after_passing_tests_is_a_failure(self):
        root, _ = self.merge([GTEST_XML], status=139)
        self.assertEqual((root.get("tests"), root.get("failures")), ("2", "1"))

    def test_control_characters_of_a_console_do_not_break_the_file(self):
        root, _ = self.merge([], status=None, failure=("died", "\x1b[31mred\0"))
        self.assertEqual(root.find(".//failure").text, "?[31mred?")


class PartsTest(TemporaryFolder):
    """Small parts, without a guest."""

    def test_no_guest_uses_kvm(self):
        for kind in architecture.ALL.values():
            line = " ".join(qemu.Machine("k", "i", "c", "r", kind=kind).command())
            self.assertIn("-accel tcg", line)
            self.assertNotIn("kvm", line)

    def test_kernels_that_patch_their_code_need_one_emulator_thread(self):
        """A busy guest that toggles a jump label, as attaching BPF programs does, died or hung in
        4 of 4 runs with thread=multi on QEMU 7.2, and in none with thread=single."""
        self.assertIn("thread=single", " ".join(qemu.Machine("k", "i", "c", "r").command()))

    def test_a_disk_is_as_it_was_after_every_guest(self):
        line = " ".join(qemu.Machine("k", "i", "c", "r", disk="/d").command())
        self.assertIn("file=/d,if=virtio,format=raw,snapshot=on", line)
        self.assertNotIn("-drive", " ".join(qemu.Machine("k", "i", "c", "r").command()))

    def test_without_the_debian_a_guest_is_skipped(self):
        done = subprocess.run(
            [sys.executable, HERE / "run_guest.py", "--kernel", KERNEL, "--disk", "debian", "--out",
             self.folder, "--", "true"], env=os.environ | {"VEDETTE_CACHE": str(self.folder)},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        self.assertEqual(done.returncode, 77, done.stdout)
        self.assertIn("setup/guest_root.sh", done.stdout)

    def test_every_architecture_has_two_lines_that_its_first_process_is_told(self):
        for kind in architecture.ALL.values():
            with self.subTest(kind.name):
                line = qemu.Machine("k", "i", "/c", "/r", kind=kind).command()
                self.assertEqual(line[0], kind.program)
                told = line[line.index("-append") + 1]
                self.assertIn(f"GUEST_CONSOLE=/dev/{kind.console}", told)
                self.assertIn(f"GUEST_RESULTS=/dev/{kind.results}", told)
                for path in ("/c", "/r"):
                    self.assertTrue(any(word.endswith(path) for word in line), path)

    def test_the_name_of_a_kernel_says_what_it_runs_on(self):
        for name, kind, series in (("6.1", "amd64", "6.1"), ("newest", "amd64", "newest"),
                                   ("arm64-6.12", "arm64", "6.12"), ("arm64", "amd64", "arm64"),
                                   ("mips-6.1", "amd64", "mips-6.1")):
            machine, rest = architecture.of_kernel(name)
            self.assertEqual((machine.name, rest), (kind, series))

    def test_libraries_of_another_architecture_come_from_its_tree(self):
        """The same program by both ways: asking our loader, and reading what it names."""
        here = next((kind for kind in architecture.ALL.values() if initramfs.native(kind)), None)
        if not here:
            self.skipTest("this machine is none of those that guests emulate")
        program = "/usr/bin/dpkg"
        asked = initramfs.libraries(program, here)
        read = initramfs.linked_in_tree(program, here, pathlib.Path("/"))
        self.assertEqual(sorted(name for name in asked if "ld-linux" not in name),
                         sorted(name for name in read if "ld-linux" not in name))
        self.assertTrue(any("ld-linux" in name for name in read))

    def test_a_library_that_the_tree_lacks_is_named(self):
        with self.assertRaisesRegex(initramfs.JobError, "dpkg needs .+, which .+ do not have"):
            initramfs.linked_in_tree("/usr/bin/dpkg", architecture.AMD64, self.folder)

    def test_links_of_a_tree_stay_inside(self):
        deep = self.folder / "usr/lib/deep"
        deep.mkdir(parents=True)
        (self.folder / "usr/lib/real").write_text("the tree's")
        (deep / "absolute").symlink_to("/usr/lib/real")
        (deep / "relative").symlink_to("../real")
        sysroot.make_links_relative(self.folder)
        for name in ("absolute", "relative"):
            self.assertEqual(os.readlink(deep / name), "../real")
            self.assertEqual((deep / name).read_text(), "the tree's")

    def test_a_tree_has_what_the_project_builds_with(self):
        wanted = sysroot.wanted_packages()
        self.assertIn("libbpf-dev", wanted)
        self.assertIn("busybox-static", wanted)
        self.assertNotIn("clang", wanted)

    def test_the_line_of_the_cause_is_found(self):
        log = ["hello", "[    2.0] sysrq: Trigger a crash",
               "[    2.1] Kernel panic - not syncing: x"]
        self.assertEqual(results.line_of_cause(log), 1)
        self.assertIsNone(results.line_of_cause(["hello", "Kernel panic: says the command"]))

    def test_a_cut_tar_has_no_status(self):
        whole = io.BytesIO()
        with tarfile.open(fileobj=whole, mode="w") as tar:
            for name, content in (("out/data", os.urandom(100000)), ("guest/facts/status", b"0")):
                member = tarfile.TarInfo(name)
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
        packed = gzip.compress(whole.getvalue())
        for size, status in ((len(packed), 0), (len(packed) // 2, None), (0, None)):
            with self.subTest(size):
                (self.folder / "tar").write_bytes(packed[:size])
                self.assertEqual(results.unpack(self.folder / "tar", self.folder).status, status)

    def test_a_tar_cannot_write_outside(self):
        with tarfile.open(self.folder / "plain", "w") as tar:
            tar.addfile(tarfile.TarInfo("out/../../escaped"))
            tar.addfile(tarfile.TarInfo("/out/absolute"))
        (self.folder / "tar").write_bytes(gzip.compress((self.folder / "plain").read_bytes()))
        inner = self.folder / "inner"
        self.assertEqual(results.unpack(self.folder / "tar", inner).files, [])
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["plain", "tar"])

    def test_causes_are_named(self):
        for log, in_time, phrase in (
                ("[    1.0] BUG: kernel NULL pointer dereference, address: 0\n"
                 "[    1.1] Kernel panic - not syncing: Fatal exception", True,
                 "the kernel crashed: BUG: kernel NULL pointer dereference, address: 0"),
                ("[    1.0] Kernel panic - not syncing: Attempted to kill init!", True,
                 "the kernel panicked: Attempted to kill init!"),
                ("[   30.0] watchdog: BUG: soft lockup - CPU#0 stuck for 26s!", False,
                 "the kernel hung: watchdog: BUG: soft lockup - CPU#0 stuck for 26s!"),
                ("guest: running\nBUG: said by the command", False,
                 "its command did not end within 9 s"),
                ("", False, "its kernel did not come up within 9 s"),
                ("", True, "it ended without a word; its first process may have died")):
            with self.subTest(phrase):
                self.assertEqual(results.diagnose(log, in_time, 9), phrase)

    def test_files_land_behind_the_links_of_a_merged_usr(self):
        for given, path in (("/lib64/ld.so", "usr/lib64/ld.so"), ("bin/x", "usr/bin/x"),
                            ("/a/../etc/b", "etc/b"), ("/lib", "lib"), ("/libx/y", "libx/y")):
            self.assertEqual(cpio.guest_path(given), path)

    def test_a_directory_is_taken_with_all_below_it(self):
        (self.folder / "rules/deep").mkdir(parents=True)
        (self.folder / "rules/deep/a.yaml").write_text("")
        taken = initramfs.guest_files([f"{self.folder}/rules:/etc/rules", f"{self.folder}/rules"])
        self.assertEqual(sorted(taken), ["/etc/rules/deep/a.yaml", "/job/rules/deep/a.yaml"])


def _seconds_of_children():
    """Of a processor, that ended children have used: what else runs here does not count."""
    used = os.times()
    return used.children_user + used.children_system


def _eventually(condition, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


if __name__ == "__main__":
    unittest.main()
