#!/usr/bin/env python3
"""Fails if a test was skipped that this machine could have run. A skip is expected only where what
it needs is absent: ../shared. Silent when all is well. Usage: check_skips.py JUNIT SHARED"""

import pathlib
import sys
import xml.etree.ElementTree as xml


def main() -> int:
    shared = pathlib.Path(sys.argv[2]).is_dir()
    unexpected = []
    for case in xml.parse(sys.argv[1]).getroot().iter("testcase"):
        output = case.findtext("system-out") or ""
        was_skipped = case.find("skipped") is not None or "[  SKIPPED ]" in output
        if was_skipped and (shared or "shared" not in output):
            unexpected.append(case.get("name"))
    for name in unexpected:
        print(f"{name}: skipped, and nothing that it needs is missing here", file=sys.stderr)
    return 1 if unexpected else 0


if __name__ == "__main__":
    sys.exit(main())
