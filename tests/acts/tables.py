# SPDX-License-Identifier: Apache-2.0
"""The tables of acts: what run_acts.py does, and docs/coverage.md counts."""

import dataclasses
import shlex

import yaml

import evasions

PRESET_RUNS = ("monitor", "enforce")
WORK_KEYS = {"work", "prepare", "do"}
KEYS = {"rule", "writes", "loud", "quiet", "unseen", "not_here", "evasions", "do_not_apply",
        "preset", "tracepoint", "last"}
WRITE_ACTS = (("the shell writes", "loud", "echo '# note' >>{0}"),
              ("a copy of tee writes", "loud", "echo '# note' | /opt/tools/scribe -a {0}"),
              ("it is read", "quiet", "cat {0} >/dev/null; test -w {0}"))


@dataclasses.dataclass(frozen=True)
class Act:
    """What is done, and which rule has to tell of it, or not to."""
    about: str  # The rule that the act stands under.
    kind: str   # loud, quiet or work
    name: str
    commands: str
    rule: str   # The same, or another that is named.
    prepare: str = ""  # Before the time that counts.
    preset: str = ""   # "denies" or "alerts": of rules/presets.
    tracepoint: str = ""  # Why no alert comes of it in tracepoint mode; empty: one does.


@dataclasses.dataclass
class Proof:
    """How a rule is proven."""
    loud: int = 0
    evasions: int = 0
    quiet: int = 0
    notes: list = dataclasses.field(default_factory=list)
    acts: dict = dataclasses.field(default_factory=dict)  # {(loud or quiet, name): Act}
    seen: dict = dataclasses.field(default_factory=dict)  # {(run for, loud or quiet, name): what}

    def missing(self):
        """Names of acts that were not seen to do what they have to, in lsm mode."""
        return sorted({name for (kind, name), act in self.acts.items()
                       for run in (PRESET_RUNS if act.preset else ("lsm",))
                       if self.seen.get((run, kind, name)) != "ok"})

    def tracepoint(self):
        """(how many acts alerted in tracepoint mode, names of those that did not)."""
        loud = {name: what for (run, kind, name), what in self.seen.items()
                if (run, kind) == ("tracepoint", "loud")}
        missed = [name for name, what in loud.items() if what == "no alert"]
        return len(loud) - len(missed), missed

    @property
    def reasons(self):
        """{act: why no alert comes of it in tracepoint mode}"""
        return {name: act.tracepoint for (_, name), act in self.acts.items()}


def acts_of(entry):
    """All acts of one rule of a table, or its one piece of honest work."""
    if "work" in entry:
        if unknown := set(entry) - WORK_KEYS:
            raise evasions.TableError(f"{entry['work']}: there is no {', '.join(sorted(unknown))}")
        yield Act(entry["work"], "work", "", entry["do"], "", entry.get("prepare", ""))
        return
    about = entry["rule"]
    if unknown := set(entry) - KEYS:
        raise evasions.TableError(f"{about}: there is no {', '.join(sorted(unknown))}")
    if (preset := entry.get("preset", "")) not in ("", "denies", "alerts"):
        raise evasions.TableError(f"{about}: preset: denies or alerts")
    missed = entry.get("tracepoint", {})

    def act(kind, name, commands, rule=about):
        usual = evasions.TRACEPOINT.get(name.removeprefix(evasions.PREFIX), "")
        why = missed if isinstance(missed, str) else missed.get(name, usual)
        return Act(about, kind, name, commands, rule, preset=preset,
                   tracepoint=why if kind == "loud" else "")

    for number, path in enumerate(entry.get("writes", ())):
        for name, kind, commands in WRITE_ACTS:
            if number == 0 or kind == "loud":
                yield act(kind, f"{name} {path}", commands.format(shlex.quote(path)))
    for kind in ("loud", "quiet"):
        for name, commands in entry.get(kind, {}).items():
            yield act(kind, name, commands)
    if "evasions" in entry:
        for name, commands, rule in evasions.expand(entry):
            yield act("loud", name, commands, rule)


def load(paths):
    """The rules of all tables, in order, but those behind the others whose acts cannot be undone
    (`last: true`)."""
    entries = [entry for path in paths for entry in yaml.safe_load(path.read_text())]
    return sorted(entries, key=lambda entry: entry.get("last", False))


def read(paths):
    """{rule: Proof} of all tables."""
    proofs = {}
    for entry in load(paths):
        if "work" in entry:
            continue
        proof = proofs.setdefault(entry["rule"], Proof())
        for act in acts_of(entry):
            proof.acts[act.kind, act.name] = act
            if act.name.startswith(evasions.PREFIX):
                proof.evasions += 1
            elif act.kind == "loud":
                proof.loud += 1
            else:
                proof.quiet += 1
        if "not_here" in entry:
            proof.notes.append(entry["not_here"])
        for name, why in (entry.get("unseen", {}) | entry.get("do_not_apply", {})).items():
            proof.notes.append(f"{name}: {why.strip()}")
    return proofs
