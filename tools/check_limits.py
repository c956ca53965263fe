#!/usr/bin/env python3
"""The limits that keep the house readable: a file has at most 500 lines, a function at most 50, main
at most 60, no line more than 100 columns, and "endpoint" alone is no word of ours.
Usage: check_limits.py [ROOT]"""

import pathlib
import re
import sys

# A definition starts in column 0, or two columns in for a member, and ends at the brace below it.
START = re.compile(r"^( {0,4})[A-Za-z_:~].*\)[^;]*\{$")
ENDPOINT = re.compile(r"(?<![A-Za-z_\"/.])[Ee]ndpoint(?![A-Za-z_])")


def functions(lines):
    """(first line number, length) of every function body that clang-format laid out."""
    for number, line in enumerate(lines):
        match = START.match(line)
        if not match or line.lstrip().startswith(("if ", "for ", "while ", "switch ", "namespace ")):
            continue
        closing = match[1] + "}"
        for end in range(number + 1, len(lines)):
            if lines[end].startswith(closing) and not lines[end].startswith(closing + ","):
                yield number + 1, end - number + 1
                break


def main() -> int:
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    wrong = []
    files = [p for top in ("src", "tests", "bench") for p in sorted((root / top).rglob("*"))
             if p.suffix in (".h", ".cc")]
    for path in files:
        name = path.relative_to(root).as_posix()
        lines = path.read_text().splitlines()
        if len(lines) > 500:
            wrong.append(f"{name}: {len(lines)} lines, at most 500")
        for number, line in enumerate(lines, 1):
            if len(line) > 100 and "R\"" not in line and "http" not in line:
                wrong.append(f"{name}:{number}: {len(line)} columns, at most 100")
            if ENDPOINT.search(line):
                wrong.append(f"{name}:{number}: say which of the three things 'endpoint' is")
        if name.startswith("src/") and not name.endswith(("_test.cc", "_fuzz.cc")):
            for number, length in functions(lines):
                if length > 50:
                    wrong.append(f"{name}:{number}: a function of {length} lines, at most 50")
    print("\n".join(wrong) or f"{len(files)} files within the limits")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
