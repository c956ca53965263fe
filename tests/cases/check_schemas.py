#!/usr/bin/env python3
"""Checks what podmoat prints for programs against the schemas of it.

    check_schemas.py PODMOAT documents        docs/schema/*.json
    check_schemas.py PODMOAT sarif SCHEMA     SARIF 2.1.0; skipped if the file SCHEMA is absent
                                              (tools/fetch_sarif_schema.py writes it)
"""

import json
import pathlib
import subprocess
import sys

import jsonschema

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
SHOP = "examples/shop"
MOAT = "tests/corpus/moat/good"
SKIPPED = 77

# Every verb that prints a document, with findings of many kinds and with none at all.
DOCUMENTS = [
    ("audit-report", ["audit", SHOP]),
    ("audit-report", ["audit", SHOP, "--platform", "none"]),
    ("audit-report", ["audit", SHOP, "-n", "nowhere"]),
    ("audit-report", ["audit", SHOP, "--exceptions", MOAT]),
    ("reach-report", ["who-can-reach", "aws-imds", "-f", SHOP]),
    ("reach-report", ["can-reach", "payments/StatefulSet/ledger", "kubelet-api", "-f", SHOP]),
    ("platform", ["platform", SHOP]),
    ("platform", ["platform", "--platform", "eks-ipv6"]),
    ("platform", ["platform", "--list"]),
    ("proof", ["verify", SHOP, SHOP]),
    ("proof", ["verify", SHOP, SHOP, "--exceptions", MOAT]),
    ("proof", ["verify", SHOP, SHOP, "--target", "alibaba-mds"]),
]
SARIF = [["audit", SHOP], ["audit", SHOP, "--exceptions", MOAT], ["audit", SHOP, "--platform", "none"], ["audit", SHOP, "-n", "nowhere"]]


def output(podmoat, arguments, form):
    done = subprocess.run([podmoat, *arguments, "-o", form], cwd=SOURCE, capture_output=True,
                          text=True, timeout=60)
    if done.returncode not in (0, 1, 4):
        sys.exit(f"podmoat {' '.join(arguments)}: exit {done.returncode}\n{done.stderr}")
    return json.loads(done.stdout)


def failures(validator, document, arguments):
    return [f"podmoat {' '.join(arguments)}: {error.json_path}: {error.message}"
            for error in validator.iter_errors(document)]


def main():
    podmoat, what = str(pathlib.Path(sys.argv[1]).resolve()), sys.argv[2]
    found = []
    if what == "documents":
        for name, arguments in DOCUMENTS:
            schema = json.loads((SOURCE / "docs" / "schema" / f"{name}.json").read_text())
            jsonschema.Draft7Validator.check_schema(schema)
            found += failures(jsonschema.Draft7Validator(schema),
                              output(podmoat, arguments, "json"), arguments)
    else:
        schema = pathlib.Path(sys.argv[3])
        if not schema.exists():
            print(f"SKIPPED: {schema} is absent; tools/fetch_sarif_schema.py fetches it")
            return SKIPPED
        validator = jsonschema.Draft4Validator(json.loads(schema.read_text()))
        for arguments in SARIF:
            found += failures(validator, output(podmoat, arguments, "sarif"), arguments)
    print("\n".join(found) or "as the schemas want it")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
