#!/usr/bin/env python3
"""Fails if a rule of the audit has no case that shows its Finding: check_rules.py SOURCE."""

import pathlib
import re
import sys

import run


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
    missing = sorted(rules - shown)
    print("no case shows " + ", ".join(missing) if missing else f"{len(rules)} rules have cases")
    return 1 if missing or not rules else 0


if __name__ == "__main__":
    sys.exit(main())
