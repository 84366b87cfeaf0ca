# SPDX-License-Identifier: Apache-2.0
"""The tables of acts: what run_acts.py does, and docs/coverage.md counts."""

import dataclasses
import shlex

import yaml

import evasions

KEYS = {"rule", "writes", "loud", "quiet", "unseen", "not_here", "evasions", "do_not_apply"}
WRITE_ACTS = (("the shell writes", "loud", "echo '# note' >>{0}"),
              ("a copy of tee writes", "loud", "echo '# note' | /opt/tools/scribe -a {0}"),
              ("it is read", "quiet", "cat {0} >/dev/null; test -w {0}"))


@dataclasses.dataclass(frozen=True)
class Act:
    """What is done, and which rule has to tell of it, or not to."""
    about: str  # The rule that the act stands under.
    kind: str   # loud or quiet
    name: str
    commands: str
    rule: str   # The same, or another that is named.


@dataclasses.dataclass
class Proof:
    """How a rule is proven."""
    loud: int = 0
    evasions: int = 0
    quiet: int = 0
    notes: list = dataclasses.field(default_factory=list)


def acts_of(entry):
    """All acts of one rule of a table."""
    about = entry["rule"]
    if unknown := set(entry) - KEYS:
        raise evasions.TableError(f"{about}: there is no {', '.join(sorted(unknown))}")
    for number, path in enumerate(entry.get("writes", ())):
        for name, kind, commands in WRITE_ACTS:
            if number == 0 or kind == "loud":
                yield Act(about, kind, f"{name} {path}", commands.format(shlex.quote(path)), about)
    for kind in ("loud", "quiet"):
        for name, commands in entry.get(kind, {}).items():
            yield Act(about, kind, name, commands, about)
    if "evasions" in entry:
        for name, commands, rule in evasions.expand(entry):
            yield Act(about, "loud", name, commands, rule)


def load(paths):
    """The rules of all tables, in order."""
    return [entry for path in paths for entry in yaml.safe_load(path.read_text())]


def read(paths):
    """{rule: Proof} of all tables."""
    proofs = {}
    for entry in load(paths):
        proof = proofs.setdefault(entry["rule"], Proof())
        for act in acts_of(entry):
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
