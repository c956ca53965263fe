#!/usr/bin/env python3
"""Fails on an include that the module table of ARCHITECTURE.md does not allow, and on things that
the core must not touch. Usage: check_layers.py [ROOT]"""

import pathlib
import re
import sys

ROW = re.compile(r"^\| ((?:base|core|io|app)[a-z/]*) \|([^|]*)\|")
INCLUDE = re.compile(r'^\s*#\s*include\s+"((?:base|core|io|app)/[^"]+)"')
WORLD = re.compile(
    r"#\s*include\s+<(thread|mutex|filesystem|fstream|iostream|chrono|random|sys/.*|unistd\.h|netinet/.*)>"
    r"|\bstd::(cout|cerr|getenv|exit)\b|\b(getenv|exit|time)\("
)


def main() -> int:
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    table = {}
    for line in (root / "ARCHITECTURE.md").read_text().splitlines():
        if row := ROW.match(line):
            table[row[1]] = set(row[2].split())
    wrong = [] if table else ["ARCHITECTURE.md: no module table"]
    seen = set()
    for path in sorted((root / "src").rglob("*")):
        if path.suffix not in (".h", ".cc"):
            continue
        inside = path.relative_to(root / "src").as_posix()
        module = next((m for m in table if inside.startswith(m + "/")), None)
        if module is None:
            wrong.append(f"src/{inside}: its folder is no row of ARCHITECTURE.md")
            continue
        seen.add(module)
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if include := INCLUDE.match(line):
                target = next((m for m in table if include[1].startswith(m + "/")), include[1])
                if target != module and target not in table[module]:
                    wrong.append(f"src/{inside}:{number}: {module} may not include {target}")
            is_product = not re.search(r"_(test|fuzz)\.cc$", inside)
            if module.startswith(("core", "base")) and is_product and (touch := WORLD.search(line)):
                wrong.append(f"src/{inside}:{number}: the core touches the world: {touch[0].strip()}")
    wrong += [f"ARCHITECTURE.md: {m} has no code" for m in table if m not in seen]
    print("\n".join(wrong) or f"{len(seen)} modules, every include allowed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
