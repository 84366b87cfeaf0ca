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

`work: what`, `prepare` and `do` is honest work: no alert of any weight, at most one that is low.

`preset: denies` or `alerts` is a rule of rules/presets: its alerts have to say what the kernel
decided, or would have (`--presets monitor`), and each act has to end with status 0, but those that
it denies (`--presets enforce`).

`last: true` are acts that cannot be undone: they come behind all others.

Each act is a shell (with lib.sh) in a session of its own, one after the other: an alert belongs to
the act in whose time its event was. A loud act must bring an alert of its rule, a quiet one must
not. With `--mode tracepoint` those acts that the rule's `tracepoint` names, with the reason ({act:
reason}, or one reason for all), must bring none. `writes: [FILE, ...]` stands for two loud acts
(the shell, a copy of tee) and a quiet one (reading). Alerts are read from the store after the
daemon's end. DIR gets results.tsv (what it was run for, rule, loud or quiet, act, ok or what went
wrong, other rules that alerted), workloads.tsv (work, processes that it made, low alerts, others),
alerts.json and log/.

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

import yaml

import tables

STORE = "/var/lib/vedette/vedette.db"
PACKS = "/test/packs"
PRESETS = "/test/presets/presets.yaml"
LIBRARY = "/test/acts/lib.sh"
SECONDS_MAX = 40  # Of one act.
WORK_SECONDS_MAX = 600
VERDICTS = {"monitor": "would_deny", "enforce": "denied"}
LOW = ("Notice", "Informational", "Debug")
LOW_MAX = 1  # Of one piece of honest work.
SETTLE_SECONDS = 0.15  # Between two acts: what was left to others has happened by then.
# Acts set the clock; the time of events goes on from what it was when the daemon began. The two
# clocks that say so cannot be read at once: the pair that was read fastest is taken.
_READS = min(((time.time_ns(), time.clock_gettime_ns(time.CLOCK_BOOTTIME), time.time_ns())
                   for _ in range(100)), key=lambda read: read[2] - read[0])
CLOCK_BEGAN = _READS[0] - _READS[1]


def now():
    """The time of events, in nanoseconds."""
    return CLOCK_BEGAN + time.clock_gettime_ns(time.CLOCK_BOOTTIME)


def processes_made():
    """Since the machine started."""
    text = pathlib.Path("/proc/stat").read_text(encoding="ascii")
    return int(text.split("\nprocesses ")[1].split()[0])


def run(act, log):
    """Runs one act; returns [begin, end) of its time in nanoseconds, and its status."""
    strict = "set -e\n" if act.kind == "work" else ""
    script = f". {LIBRARY}\n{strict}{act.commands}"
    folder = pathlib.Path("/tmp/act")
    subprocess.run(["rm", "-rf", folder], check=False)
    folder.mkdir()
    folder.chmod(0o777)
    if act.prepare:
        with open(log.with_suffix(".prepare"), "wb") as stream:
            subprocess.run(["/bin/bash", "-c", f". {LIBRARY}\n{act.prepare}"], cwd=folder,
                           stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, check=False,
                           start_new_session=True)
        time.sleep(10 * SETTLE_SECONDS)
    begin = now()
    with open(log, "wb") as stream:
        with subprocess.Popen(["/bin/bash", "-c", script], cwd=folder, stdin=subprocess.DEVNULL,
                              stdout=stream, stderr=stream, start_new_session=True) as shell:
            try:
                shell.wait(WORK_SECONDS_MAX if act.kind == "work" else SECONDS_MAX)
            except subprocess.TimeoutExpired:
                stream.write(b"\nacts: out of time\n")
            time.sleep(SETTLE_SECONDS)
            end = now()  # What ends the rest of the act is none of it.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(shell.pid, signal.SIGKILL)
    return begin, end, shell.returncode


def boot_status():
    """0 if the system came up with the daemon in it."""
    return subprocess.run(["systemctl", "is-active", "--quiet", "vedette"], check=False).returncode


def overriding(rules, key, value):
    """A rule file that gives the rules another value."""
    return "".join(f"- rule: {json.dumps(rule)}\n  {key}: {value}\n"
                   f"  override: {{{key}: replace}}\n" for rule in rules)


def configure(config, presets, denying):
    """Writes the daemon's settings: all rules, none of which folds repeats, or those that are on
    for everybody; with the presets that monitor, or of which those that can deny do."""
    config.parent.mkdir(exist_ok=True)
    rules = [PACKS]
    more = "rules_off: []\nsensor: {environment: true}\n"
    if presets == "none":
        more = ""
    elif not presets:
        own = config.with_name("unfold.yaml")
        folding = (rule["rule"] for path in sorted(pathlib.Path(PACKS).glob("*/*.yaml"))
                   for rule in yaml.safe_load(path.read_text()) if "suppress" in rule)
        own.write_text(overriding(folding, "suppress", "null"))
        rules.append(str(own))
    else:
        rules.append(PRESETS)
        more = "enforce: {protect_self: false}\n"  # It is ended by a signal.
    if presets == "enforce":
        own = config.with_name("enforce.yaml")
        own.write_text(overriding(denying, "mode", "enforce"))
        rules.append(str(own))
    config.write_text(f"rules: {json.dumps(rules)}\nstore: {{path: {STORE}}}\n{more}"
                      "recording: {}\n")


def start_daemon(out, config, mode):
    """The daemon, once it watches."""
    log = out / "daemon.log"
    with open(log, "wb") as errors:
        daemon = subprocess.Popen(["/usr/bin/vedette", "run", "-c", config, "--mode", mode],
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
    """(time in nanoseconds, alert) of all alerts in the store."""
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
        alerts.append((int(when.timestamp()) * 10**9 + nanoseconds, alert))
    return sorted(alerts, key=lambda pair: pair[0])


def judge(act, times, alerts, run_for):
    """("ok" or what went wrong, names of other rules that alerted)."""
    told = [alert for when, alert in alerts if times[0] <= when < times[1]]
    own = [alert for alert in told if alert["rule"] == act.rule]
    wrong = "" if bool(own) == (act.kind == "loud") else (
        "no alert" if act.kind == "loud" else "an alert")
    if act.preset and run_for in VERDICTS and not wrong:
        wrong = judge_preset(act, times[2], own, run_for)
    return wrong or "ok", sorted({alert["rule"] for alert in told} - {act.rule})


def judge_preset(act, status, own, run_for):
    """What went wrong with an act of a preset that alerted as it has to."""
    denies = act.kind == "loud" and act.preset == "denies"
    wanted = VERDICTS[run_for] if denies else None
    if told := [alert["verdict"] for alert in own if alert["verdict"] != wanted]:
        return f"the verdict is {told[0]}, not {wanted}"
    if (status != 0) != (denies and run_for == "enforce"):
        return "it had an effect" if status == 0 else f"it had none (status {status})"
    return ""


def explained(act, verdict):
    """Whether it is known what comes of an act in tracepoint mode."""
    return verdict == ("no alert" if act.tracepoint else "ok")


def judge_work(times, alerts):
    """("ok" or what went wrong, how many alerts of little weight, how many others) of honest work.
    What was not done to its end shows nothing."""
    told = [alert for when, alert in alerts if times[0] <= when < times[1]]
    low = [alert for alert in told if alert["priority"] in LOW]
    wrong = [alert["output"] for alert in told if alert not in low]
    if len(low) > LOW_MAX:
        wrong += [alert["output"] for alert in low]
    if times[2] != 0:
        wrong.append(f"it ended with status {times[2]}")
    return "\n  ".join(wrong) or "ok", len(low), len(told) - len(low)


def perform(acts, out, first):
    """Does all acts; returns [(act, times, how many processes they made)]. `first` is the number of
    the first one."""
    done = []
    (out / "log").mkdir(exist_ok=True)
    for number, act in enumerate(acts, first):
        before = processes_made()
        times = run(act, log_of(out, number))
        done.append((act, times, processes_made() - before))
        print(f"acts: {number:3} {(times[1] - times[0]) / 1e9:5.1f} s  {act.about}: {act.name}",
              flush=True)
    return done


def log_of(out, number):
    """What an act says."""
    return out / "log" / f"{number:03}.log"


def read_log(out, number):
    """The end of it."""
    log = log_of(out, number)
    return log.read_text(errors="replace").strip()[-600:] if log.exists() else ""


def report(done, alerts, out, run_for):
    """Writes results.tsv and workloads.tsv; returns how many acts went wrong."""
    failures = 0
    works = [one for one in done if one[0].kind == "work"]
    with open(out / "workloads.tsv", "w", encoding="utf-8") as stream:
        for act, times, processes in works:
            verdict, low, more = judge_work(times, alerts)
            print(act.about, processes, low, more, sep="\t", file=stream)
            print(f"acts: {act.about}: {processes} processes, {low} low, {more} more")
            if verdict != "ok":
                failures += 1
                print(f"FAILED: {act.about}:\n  {verdict}")
                print("  " + read_log(out, done.index((act, times, processes))))
    with open(out / "results.tsv", "w", encoding="utf-8") as stream:
        for number, (act, times, _) in enumerate(done):
            if act.kind == "work":
                continue
            verdict, others = judge(act, times, alerts, run_for)
            print(run_for, act.about, act.kind, act.name, verdict, "; ".join(others), sep="\t",
                  file=stream)
            if not (explained(act, verdict) if run_for == "tracepoint" else verdict == "ok"):
                failures += 1
                print(f"FAILED: {act.about} ({act.kind}): {act.name}: {verdict} "
                      f"(others: {'; '.join(others) or 'none'})\n  {read_log(out, number)}")
    print(f"acts: {len(done) - len(works)} acts and {len(works)} pieces of work, "
          f"{failures} went wrong")
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--booted", action="store_true",
                        help="the daemon is a unit of systemd (before.sh); its start is work, too")
    parser.add_argument("--only", action="append", default=[], metavar="TEXT",
                        help="rules and work whose name contains this; again for more")
    parser.add_argument("--loud", action="store_true", help="without acts that have to be quiet")
    parser.add_argument("--mode", default="lsm", choices=("lsm", "fentry", "tracepoint"))
    parser.add_argument("--presets", choices=("monitor", "enforce"),
                        help="load rules/presets, too, and let them do that")
    parser.add_argument("tables", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    if "GUEST_DISK" not in os.environ:
        sys.exit("acts: these acts are for guests; on a machine that is used they do damage")
    acts = [act for entry in tables.load(options.tables)
            if not options.only or any(text in entry.get("rule", entry.get("work"))
                                       for text in options.only)
            for act in tables.acts_of(entry) if act.kind != "quiet" or not options.loud]
    boot = []
    if options.booted:
        boot = [(tables.Act("the system starts", "work", "", "", ""), (0, now(), boot_status()),
                 processes_made())]
    subprocess.run(["/bin/bash", "/test/acts/prepare.sh"], check=True)
    # Honest work is judged by the rules that are on for everybody.
    everything = all(act.kind != "work" for act in acts)
    daemon = None
    if not options.booted:
        config = pathlib.Path("/etc/vedette/vedette.yaml")
        denying = dict.fromkeys(act.rule for act in acts if act.preset == "denies")
        configure(config, options.presets or ("" if everything else "none"), denying)
        daemon = start_daemon(options.out, config, options.mode)
    done = boot + perform(acts, options.out, len(boot))
    time.sleep(1)
    if daemon:
        daemon.send_signal(signal.SIGTERM)
        if daemon.wait(60) != 0:
            sys.exit("acts: the daemon failed: " + (options.out / "daemon.log").read_text())
    else:
        subprocess.run(["systemctl", "stop", "vedette"], check=True)
    run_for = options.presets if options.presets and options.mode == "lsm" else options.mode
    return report(done, read_alerts(options.out), options.out, run_for) != 0


if __name__ == "__main__":
    sys.exit(main())
