# SPDX-License-Identifier: Apache-2.0
"""One JUnit file per guest run, merged from the files that GoogleTest wrote inside the guest.

Every test case gets `guest.<kernel>.<mode>.` before its class name, so that the same test on
two kernels stays two tests. What GoogleTest could not write (the guest died, a program crashed
or a file is damaged) becomes a failed case of its own.
"""

import pathlib
import re
import xml.etree.ElementTree as ET

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd]")


def _case(where, name, seconds, failure=None):
    """A suite with one synthetic test case."""
    suite = ET.Element("testsuite", name=where, tests="1", failures="1" if failure else "0",
                       errors="0", time=f"{seconds:.3f}")
    case = ET.SubElement(suite, "testcase", name=name, classname=where, time=f"{seconds:.3f}")
    if failure:
        sentence, detail = (NOT_XML.sub("?", text) for text in failure)
        ET.SubElement(case, "failure", message=sentence).text = detail
    return suite


def _suites(path, where):
    root = ET.parse(path).getroot()
    for suite in [root] if root.tag == "testsuite" else root.findall("testsuite"):
        suite.set("name", f"{where}.{suite.get('name', path.stem)}")
        for case in suite.iter("testcase"):
            case.set("classname", f"{where}.{case.get('classname', path.stem)}")
        yield suite


def merge(files, target, *, where, seconds, status, failure):
    """Merges `files` (those that end in .xml) into `target`. `failure` is (sentence, detail) for
    a run that told no status, else None. Returns a sentence about the first damaged file or
    None."""
    merged, damaged = ET.Element("testsuites", name=where), None
    for path in sorted(pathlib.Path(file) for file in files if str(file).endswith(".xml")):
        try:
            merged.extend(list(_suites(path, where)))
        except ET.ParseError as error:
            sentence = f"The test results in {path.name} are damaged: {error}."
            merged.append(_case(where, path.stem, 0, (sentence, "")))
            damaged = damaged or sentence
    failed = any(True for kind in ("failure", "error") for _ in merged.iter(kind))
    if failure:
        merged.append(_case(where, "guest", seconds, failure))
    elif status != 0 and not failed:
        sentence = f"The command ended with status {status}, and no test says why."
        merged.append(_case(where, "command", seconds, (sentence, "")))
    elif len(merged) == 0:
        merged.append(_case(where, "command", seconds))
    for count in ("tests", "failures", "errors", "disabled"):
        merged.set(count, str(sum(int(suite.get(count, 0)) for suite in merged)))
    merged.set("time", f"{seconds:.3f}")
    ET.ElementTree(merged).write(target, encoding="utf-8", xml_declaration=True)
    return damaged
