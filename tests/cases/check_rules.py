#!/usr/bin/env python3
"""Fails if a rule has no case: check_rules.py SOURCE. A rule of the audit (PM-nnn) needs a case that shows
its Finding, a rule of a policy language, of RBAC, of platforms or of Exceptions (NP-1, CL-7) one that quotes its number."""

import pathlib
import re
import sys

import run


# Documents whose rules are a language's or a cluster's, not podmoat's own.
NUMBERED = ("networkpolicy", "adminnetworkpolicy", "clusternetworkpolicy", "combining", "cilium", "calico",
            "antrea", "egressfirewall", "rbac", "platforms", "exceptions")
RANGE = re.compile(r"\b([A-Z]{2,3})-(\d+) to (?:\1-)?(\d+)")


def quoted(source):
    """The numbers that cases quote, "CA-3 to CA-5" being three."""
    found = set()
    for path in (source / "tests" / "cases").glob("*.case"):
        text = path.read_text()
        found |= set(re.findall(r"\b[A-Z]{2,3}-[A-Z0-9]+\b", text))
        for prefix, first, last in RANGE.findall(text):
            found |= {f"{prefix}-{n}" for n in range(int(first), int(last) + 1)}
    return found


def numbered(source):
    """The numbers of the rules, as their documents have them."""
    for name in NUMBERED:
        text = (source / "docs" / "semantics" / f"{name}.md").read_text()
        for heading in re.findall(r"^\*\*((?:[A-Z]{2,3}-[A-Z0-9]+(?:, )?)+)\.", text, re.MULTILINE):
            yield from heading.split(", ")


def main():
    source = pathlib.Path(sys.argv[1])
    pages = (source / "src" / "core" / "audit" / "rule_pages.cc").read_text()
    rules = set(re.findall(r'\.id = "(PM-\d{3})"', pages))
    shown = set()
    for path in (source / "tests" / "cases").glob("*.case"):
        command = ""
        for name, _, body in run.parse(path.read_bytes().decode()):
            if name == "run":
                command = body
            elif name == "stdout" and "podmoat audit" in command:
                shown |= set(re.findall(r"PM-\d{3}", body))
    wanted = rules | set(numbered(source))
    missing = sorted(rules - shown) + sorted(wanted - rules - quoted(source))
    print("no case shows " + ", ".join(missing) if missing else f"{len(wanted)} rules have cases")
    return 1 if missing or not rules else 0


if __name__ == "__main__":
    sys.exit(main())
