#!/usr/bin/env python3
"""Fails if a fact of a profile is shown by no case: check_platforms.py PODMOAT SOURCE."""

import json
import pathlib
import re
import subprocess
import sys

import run


def main():
    podmoat, source = sys.argv[1], pathlib.Path(sys.argv[2])
    listed = subprocess.run([podmoat, "platform", "--list", "-o", "json"], capture_output=True,
                            text=True, timeout=60, check=True)
    wanted = {(item["name"], name, answer["answer"])
              for item in json.loads(listed.stdout)["items"]
              for name, answer in {**item["facts"], **item["languages"]}.items()}
    shown = set()
    for path in (source / "tests" / "cases").glob("platform-*.case"):
        profile = None
        for name, _, body in run.parse(path.read_bytes().decode()):
            if name == "run":
                match = re.match(r"podmoat platform --platform (\S+)", body)
                profile = match and match[1]
            elif name == "stdout" and profile:
                for line in body.splitlines():
                    words = line.split()
                    if len(words) >= 2:
                        shown.add((profile, words[0], words[1]))
    missing = sorted(wanted - shown)
    for cell in missing:
        print("no case shows " + " ".join(cell))
    if not missing:
        print(f"{len(wanted)} cells have cases")
    return 1 if missing or not wanted else 0


if __name__ == "__main__":
    sys.exit(main())
