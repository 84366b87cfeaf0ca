# SPDX-License-Identifier: Apache-2.0
"""Writes docs/coverage.md and docs/coverage.layer.json from the rule packs and presets.

python3 tests/rules/coverage.py           writes them
python3 tests/rules/coverage.py --check   fails if they are not what it would write
"""

import collections
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TIERS = ("stable", "hunting", "preset")
sys.path.insert(0, str(ROOT / "tests" / "acts"))
sys.dont_write_bytecode = True  # The source tree stays as it is.

import seen  # noqa: E402
import tables  # noqa: E402
import workloads  # noqa: E402

MARKS = {"stable": "", "hunting": " (h)", "preset": " (p)"}
TECHNIQUE = re.compile(r"\bT\d{4}(?:\.\d{3})?\b")

# What ATT&CK has for Linux and no rule is about, and why.
NOT_COVERED = (
    ("T1566", "Phishing", "mail is judged where it arrives; what it starts is seen"),
    ("T1189", "Drive-by compromise", "seen by what the browser starts, not by the page"),
    ("T1200", "Hardware additions", "devices are not events yet"),
    ("T1195.003", "Hardware supply chain", "nothing on the running host shows it"),
    ("T1001", "Data obfuscation", "contents of connections are not read"),
    ("T1008", "Fallback channels", "needs the contents of connections"),
    ("T1029", "Scheduled transfer", "needs a profile of transfers over weeks"),
    ("T1030", "Transfer size limits", "sizes are known per connection only"),
    ("T1132", "Data encoding", "contents of connections are not read"),
    ("T1498", "Network denial of service", "packets are not counted"),
    ("T1557", "Adversary in the middle", "needs the contents of the network"),
    ("T1556.001", "Domain controller authentication", "not on Linux"),
    ("T1564.006", "Run virtual instance", "a virtual machine is a program like others"),
    ("T1027.001", "Binary padding", "contents of files are not read"),
)


def rules_of(path):
    """Name, tags and attack ids of the rules of a file."""
    rules = []
    for item in re.split(r"^- rule: ", path.read_text(), flags=re.M)[1:]:
        item = re.split(r"^- (?:macro|list|tests): ?", item, flags=re.M)[0]
        tags = re.search(r"^  tags: \[(.*?)\]", item, re.M | re.S).group(1)
        attack = re.search(r"^  attack: (.*)$", item, re.M)
        ids = TECHNIQUE.findall(tags) + (TECHNIQUE.findall(attack.group(1)) if attack else [])
        words = [tag.strip() for tag in tags.split(",")]
        tier = [tag for tag in words if tag in TIERS]
        if len(tier) != 1:
            sys.exit(f"{path}: {item.splitlines()[0]}: one of {', '.join(TIERS)} among its tags")
        rules.append({"name": item.splitlines()[0], "tier": tier[0],
                      "techniques": list(dict.fromkeys(ids))})
    return rules


def cases_of(path):
    """How many cases each rule has: those that expect it and those that do not."""
    cases = collections.defaultdict(lambda: [0, 0])
    for item in re.split(r"^- rule: ", path.read_text(), flags=re.M)[1:]:
        name = item.splitlines()[0].strip('"')
        expected = item[item.index("  expect:"):]
        loud = re.search(r"(?:[\[ ]|- )" + re.escape(name) + r"(?:[,\]]|$)", expected, re.M)
        cases[name][0 if loud else 1] += 1
    return cases


def read():
    packs = {}
    live = tables.read(sorted((ROOT / "tests" / "acts").glob("*.yaml")))
    for (run_for, rule, kind, name), verdict in seen.read().items():
        live[rule].seen[run_for, kind, name] = verdict
    for path in sorted((ROOT / "rules").glob("p*/**/*.yaml")):
        if path.parent.name == "tests" or path.parent.name == "base":
            continue
        cases = cases_of(path.parent / "tests" / "cases.yaml")
        rules = rules_of(path)
        for rule in rules:
            rule["loud"], rule["quiet"] = cases[rule["name"]]
            rule["live"] = live.pop(rule["name"], None)
        packs[path.parent.name] = rules
    if live:
        sys.exit(f"tests/acts: no rules of these names: {', '.join(live)}")
    return packs


def proven_live(rule):
    """Whether all of its acts have been seen, and it has some."""
    return bool(rule["live"] and rule["live"].loud and not rule["live"].missing())


def quietness():
    """Lines: what honest work cost in attention."""
    lines = ["", "## Honest work", "",
             "The same guest does honest work, and Vedette is silent or nearly so: no alert of",
             "WARNING or more, at most one below. tests/acts has what is done, to the command.", "",
             "| work | processes | alerts below WARNING | alerts |", "|---|---|---|---|"]
    return lines + [f"| {' | '.join(row)} |" for row in workloads.read(workloads.WRITTEN)]


def proof(packs):
    """Lines: how each rule is proven."""
    lines = ["", "## Proven live", "",
             "What tests/acts does for real, in a guest with Debian's kernel 6.1 in lsm mode: acts",
             "that alert (evasions: one act in all the ways of tests/acts/evasions.py) and",
             "neighbours that do not, as far as they were seen (tests/acts/seen.tsv). Hunting",
             "rules are switched on for it. Presets are seen twice: in `mode: monitor` the alert",
             "says that the act would have been denied, in `mode: enforce` it is, and the act has",
             "no effect. The rest is proven by the records of their cases alone.", "",
             "| rule | acts | evasions | neighbours | what is not seen, or why not live |",
             "|---|---|---|---|---|"]
    for pack in packs.values():
        for rule in pack:
            live = rule["live"]
            name = rule["name"] + MARKS[rule["tier"]]
            if live is None:
                lines.append(f"| {name} | - | - | - | by records only |")
            else:
                notes = live.notes + [f"not seen: {one}" for one in live.missing()]
                lines.append(f"| {name} | {live.loud or '-'} | {live.evasions or '-'} | "
                             f"{live.quiet or '-'} | {'; '.join(notes)} |")
    return lines


def less_seen(packs):
    """Lines: which rules see less in tracepoint mode."""
    lines = ["", "## In tracepoint mode", "",
             "Where the kernel has neither LSM hooks nor trampolines for Vedette, system calls and",
             "tracepoints are all there is. The same acts were done in that mode; these rules then",
             "miss some of theirs, or all. No rule denies in it.", "",
             "| rule | acts that alert | missed | why |", "|---|---|---|---|"]
    counts = collections.Counter()
    for pack in packs.values():
        for rule in pack:
            if not (live := rule["live"]):
                continue
            alerted, missed = live.tracepoint()
            counts["done" if alerted or missed else "not done"] += bool(live.loud)
            if not missed:
                continue
            counts["some" if alerted else "none"] += 1
            names = "; ".join(missed) if alerted else "all"
            why = "; ".join(dict.fromkeys(live.reasons[name] for name in missed))
            lines.append(f"| {rule['name']}{MARKS[rule['tier']]} | {alerted} of "
                         f"{alerted + len(missed)} | {names} | {why} |")
    return lines + ["", f"{counts['done']} rules have acts that were done in tracepoint mode: "
                    f"{counts['none']} miss all of them, {counts['some']} some, the others none."]


def page(packs):
    rules = [rule for pack in packs.values() for rule in pack]
    by_technique = collections.defaultdict(list)
    for rule in rules:
        for technique in rule["techniques"]:
            by_technique[technique].append(rule)
    tiers = collections.Counter(rule["tier"] for rule in rules)
    lines = [
        "# What the shipped rules cover", "",
        "Made from the rule packs by `python3 tests/rules/coverage.py`: do not edit. The same for",
        "MITRE's Navigator is in [coverage.layer.json](coverage.layer.json).", "",
        f"{len(rules)} rules: {tiers['stable']} stable (on), {tiers['hunting']} hunting (off until",
        f"`rules_off: []`), {tiers['preset']} presets for enforcement (not loaded unless named).",
        f"They are about {len(by_technique)} techniques and sub-techniques. Cases are acts that",
        "must alert, and neighbours that must stay silent; `rules_pack_test` plays them.", "",
        "| pack | stable | hunting | preset | acts | neighbours | proven live |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, pack in packs.items():
        counts = collections.Counter(rule["tier"] for rule in pack)
        lines.append(f"| `{name}` | " + " | ".join(str(counts[tier]) for tier in TIERS) +
                     f" | {sum(r['loud'] for r in pack)} | {sum(r['quiet'] for r in pack)} | "
                     f"{sum(proven_live(rule) for rule in pack)} |")
    lines += ["", "## Techniques", "", "h: hunting, p: preset.", "",
              "| technique | rules | acts | neighbours |", "|---|---|---|---|"]
    for technique in sorted(by_technique):
        own = by_technique[technique]
        names = "; ".join(rule["name"] + MARKS[rule["tier"]] for rule in own)
        link = f"https://attack.mitre.org/techniques/{technique.replace('.', '/')}/"
        lines.append(f"| [{technique}]({link}) | {names} | {sum(r['loud'] for r in own)} | "
                     f"{sum(r['quiet'] for r in own)} |")
    lines += proof(packs) + less_seen(packs) + quietness()
    lines += ["", "## Not covered, and why", "", "| technique | | why |", "|---|---|---|"]
    for technique, name, why in NOT_COVERED:
        if technique in by_technique:
            sys.exit(f"{technique} is covered: take it from NOT_COVERED")
        lines.append(f"| {technique} | {name} | {why} |")
    return "\n".join(lines) + "\n", by_technique


def layer(by_technique):
    techniques = [{
        "techniqueID": technique,
        "score": sum(rule["tier"] == "stable" for rule in own),
        "comment": "; ".join(rule["name"] for rule in own),
        "enabled": True,
    } for technique, own in sorted(by_technique.items())]
    return json.dumps({
        "name": "Vedette's shipped rules",
        "versions": {"layer": "4.5", "navigator": "5.1.0"},
        "domain": "enterprise-attack",
        "description": "Score: how many rules of the stable tier are about the technique",
        "filters": {"platforms": ["Linux", "Containers"]},
        "techniques": techniques,
        "gradient": {"colors": ["#ffe766ff", "#8ec843ff"], "minValue": 0, "maxValue": 5},
    }, indent=1) + "\n"


def main():
    text, by_technique = page(read())
    wanted = {"docs/coverage.md": text, "docs/coverage.layer.json": layer(by_technique)}
    stale = []
    for name, content in wanted.items():
        path = ROOT / name
        if "--check" not in sys.argv[1:]:
            path.write_text(content)
        elif not path.exists() or path.read_text() != content:
            stale.append(name)
    if stale:
        sys.exit(f"{', '.join(stale)}: not what the rules say; run python3 tests/rules/coverage.py")


if __name__ == "__main__":
    main()
