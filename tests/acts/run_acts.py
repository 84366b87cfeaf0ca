#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Does the acts of tables for real, in a guest, while the daemon watches with all shipped rules.

    run_acts.py --out DIR TABLE.yaml...

A table is a list of rules:

    - rule: Password hashes read
      loud: {a copy of cat: COMMANDS, an interpreter: COMMANDS}
      quiet: {a password's age: COMMANDS}
    - rule: Firmware settings written
      not_here: the guest's firmware has no variables

Each act is a shell (with lib.sh) in a session of its own, one after the other: an alert belongs to
the act in whose time its event was. A loud act must bring an alert of its rule, a quiet one must
not. `writes: [FILE, ...]` stands for two loud acts (the shell, a copy of tee) and a quiet one
(reading). Alerts are read from the store after the daemon's end. DIR gets results.tsv (rule, loud
or quiet, act, ok or what went wrong, other rules that alerted), alerts.json and log/.

This runs in guests alone: acts write system files, load modules and stop services.
"""

import argparse
import contextlib
import datetime
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

import tables

STORE = "/var/lib/vedette/vedette.db"
PACKS = "/test/packs"
LIBRARY = "/test/acts/lib.sh"
SECONDS_MAX = 40  # Of one act.
SETTLE_SECONDS = 0.15  # Between two acts: what was left to others has happened by then.
# Acts set the clock; the time of events goes on from what it was when the daemon began.
CLOCK_BEGAN = time.time_ns() - time.clock_gettime_ns(time.CLOCK_BOOTTIME)


def now():
    """The time of events, in nanoseconds."""
    return CLOCK_BEGAN + time.clock_gettime_ns(time.CLOCK_BOOTTIME)


def run(commands, log):
    """Runs one act; returns [begin, end) of its time in nanoseconds."""
    folder = pathlib.Path("/tmp/act")
    subprocess.run(["rm", "-rf", folder], check=False)
    folder.mkdir()
    folder.chmod(0o777)
    begin = now()
    with open(log, "wb") as stream:
        with subprocess.Popen(["/bin/bash", "-c", f". {LIBRARY}\n{commands}"], cwd=folder,
                              stdin=subprocess.DEVNULL, stdout=stream, stderr=stream,
                              start_new_session=True) as act:
            try:
                act.wait(SECONDS_MAX)
            except subprocess.TimeoutExpired:
                stream.write(b"\nacts: out of time\n")
            time.sleep(SETTLE_SECONDS)
            end = now()  # What ends the rest of the act is none of it.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(act.pid, signal.SIGKILL)
    return begin, end


def start_daemon(out):
    """The daemon, once it watches."""
    config = pathlib.Path("/etc/vedette/vedette.yaml")
    config.parent.mkdir(exist_ok=True)
    config.write_text(f"rules: [{PACKS}]\nstore: {{path: {STORE}}}\nrecording: {{}}\n")
    log = out / "daemon.log"
    with open(log, "wb") as errors:
        daemon = subprocess.Popen(["/usr/bin/vedette", "run", "-c", config],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                  stderr=errors, start_new_session=True)
    for _ in range(1200):
        if "is watching" in log.read_text():
            return daemon
        if daemon.poll() is not None:
            break
        time.sleep(0.1)
    sys.exit(f"acts: the daemon does not watch:\n{log.read_text()}")


def read_alerts(out):
    """(time in nanoseconds, rule) of all alerts in the store."""
    done = subprocess.run(["/usr/bin/vedette", "alerts", "list", "--store", STORE, "--output",
                           "json", "--limit", "1000000"], capture_output=True, text=True,
                          check=True)
    (out / "alerts.json").write_text(done.stdout)
    alerts = []
    for line in done.stdout.splitlines():
        alert = json.loads(line)
        day, _, fraction = alert["time"].rstrip("Z").partition(".")
        when = datetime.datetime.fromisoformat(day).replace(tzinfo=datetime.timezone.utc)
        nanoseconds = int(fraction.ljust(9, "0"))
        alerts.append((int(when.timestamp()) * 10**9 + nanoseconds, alert["rule"]))
    return sorted(alerts)


def judge(act, times, alerts):
    """("ok" or what went wrong, names of other rules that alerted)."""
    told = {name for when, name in alerts if times[0] <= when < times[1]}
    wrong = "" if (act.rule in told) == (act.kind == "loud") else (
        "no alert" if act.kind == "loud" else "an alert")
    return wrong or "ok", sorted(told - {act.rule})


def perform(acts, out):
    """Does all acts; returns [(act, times)]."""
    done = []
    (out / "log").mkdir(exist_ok=True)
    for number, act in enumerate(acts):
        times = run(act.commands, out / "log" / f"{number:03}.log")
        done.append((act, times))
        print(f"acts: {number:3} {(times[1] - times[0]) / 1e9:5.1f} s  {act.about}: {act.name}",
              flush=True)
    return done


def report(done, alerts, out):
    """Writes results.tsv; returns how many acts went wrong."""
    failures = 0
    with open(out / "results.tsv", "w", encoding="utf-8") as stream:
        for number, (act, times) in enumerate(done):
            verdict, others = judge(act, times, alerts)
            print(act.about, act.kind, act.name, verdict, "; ".join(others), sep="\t", file=stream)
            if verdict != "ok":
                failures += 1
                log = (out / "log" / f"{number:03}.log").read_text(errors="replace")
                print(f"FAILED: {act.about} ({act.kind}): {act.name}: {verdict} "
                      f"(others: {'; '.join(others) or 'none'})\n  {log.strip()[:600]}")
    print(f"acts: {len(done)} acts, {failures} went wrong")
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--only", default="", help="rules whose name contains this")
    parser.add_argument("tables", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    if "GUEST_DISK" not in os.environ:
        sys.exit("acts: these acts are for guests; on a machine that is used they do damage")
    acts = [act for entry in tables.load(options.tables) if options.only in entry["rule"]
            for act in tables.acts_of(entry)]
    subprocess.run(["/bin/bash", "/test/acts/prepare.sh"], check=True)
    daemon = start_daemon(options.out)
    done = perform(acts, options.out)
    time.sleep(1)
    daemon.send_signal(signal.SIGTERM)
    if daemon.wait(60) != 0:
        sys.exit("acts: the daemon failed: " + (options.out / "daemon.log").read_text())
    return report(done, read_alerts(options.out), options.out) != 0


if __name__ == "__main__":
    sys.exit(main())
