#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The JSON Schema takes what the program takes, and not what it refuses: schema_test.py PROGRAM"""

import json
import subprocess
import sys
import tempfile

SKIPPED = 77  # As CMakeLists.txt has it.

GOOD = [
    "",
    "store: {path: /x, bytes_max: 1GiB, age_max: 1h30m}",
    "store:\nsinks:\n",
    "store: {path: \"/${HOSTNAME:-x}\", age_max: \"${AGE:-3d}\"}",
    "sinks: [{type: file, path: /a, keep: 3, rules: [\"a*\"], heartbeat: 1m}]",
    "sinks: [{type: syslog, transport: tcp, address: \"127.0.0.1:514\"}]",
    "recording: {all: evt.num > 0}",
    "sensor: {mode: lsm, environment: true, drop_threshold: 7}",
]
BAD = [
    "stroe: {path: /x}",
    "store: {paht: /x}",
    "store: {bytes_max: 1 GB}",
    "store: {age_max: fortnight}",
    "store: 7",
    "sinks: [{type: fiel}]",
    "sinks: [{path: /a}]",
    "sinks: [{type: file}]",
    "sinks: [{type: file, path: /a, keeb: 3}]",
    "sinks: [{type: file, path: /a, priority: loud}]",
    "sensor: {mode: fentri}",
    "sensor: {environment: maybe}",
    "recording: [a]",
]


def accepts(program, text):
    """Whether the program takes the text as its configuration."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(text)
        file.flush()
        done = subprocess.run([program, "config", "print", "-c", file.name], capture_output=True,
                              text=True, check=False)
    return done.returncode == 0


def main(program):
    """Exit status."""
    try:
        import jsonschema  # pylint: disable=import-outside-toplevel
        import yaml  # pylint: disable=import-outside-toplevel
    except ImportError as missing:
        print(f"{missing.name} is missing: the schema is not tried")
        return SKIPPED
    printed = subprocess.run([program, "config", "schema"], capture_output=True, text=True,
                             check=True)
    schema = json.loads(printed.stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    failed = 0
    defaults = subprocess.run([program, "config", "print"], capture_output=True, text=True,
                              check=True)
    for text, good in [(text, True) for text in [defaults.stdout, *GOOD]] + \
                      [(text, False) for text in BAD]:
        for who, verdict in (("schema", validator.is_valid(yaml.safe_load(text))),
                             ("program", accepts(program, text))):
            if verdict != good:
                failed += 1
                print(f"the {who} {'refuses' if good else 'takes'}:\n{text}")
                if who == "schema":
                    for error in validator.iter_errors(yaml.safe_load(text)):
                        print("   ", error.json_path, error.message[:200])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
