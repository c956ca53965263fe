#!/usr/bin/env python3
"""Fails if a test was skipped that this machine could have run. A skip is expected only where what
it needs is absent: ../shared, the SARIF schema that a registry did not give, or a Go toolchain.
Silent when all is well. Usage: check_skips.py JUNIT PATH..."""

import pathlib
import sys
import xml.etree.ElementTree as xml


def main() -> int:
    absent = [path.name for path in map(pathlib.Path, sys.argv[2:]) if not path.exists()]
    unexpected = []
    for case in xml.parse(sys.argv[1]).getroot().iter("testcase"):
        output = case.findtext("system-out") or ""
        was_skipped = case.find("skipped") is not None or "[  SKIPPED ]" in output
        if was_skipped and not any(name in output for name in absent):
            unexpected.append(case.get("name"))
    for name in unexpected:
        print(f"{name}: skipped, and nothing that it needs is missing here", file=sys.stderr)
    return 1 if unexpected else 0


if __name__ == "__main__":
    sys.exit(main())
