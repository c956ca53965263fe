#!/usr/bin/env python3
"""Writes the JSON schema of SARIF 2.1.0 (errata 01) to OUT, for the test schema.sarif.

OASIS publishes it on its site only; the Go module go-sarif carries it word for word, and modules come
from a registry with a version and a checksum, so it is taken from there. Needs `go` and the network once.

Usage: fetch_sarif_schema.py OUT
"""

import json
import pathlib
import subprocess
import sys
import tempfile

MODULE = "github.com/owenrumney/go-sarif/v3@v3.2.3"
SUM = "h1:n6mdX5ugKwCrZInvBsf6WumXmpAe3mbmQXgkXlIq34U="
FILE = "pkg/report/v210/sarif/schema.go"


def main():
    out = pathlib.Path(sys.argv[1])
    if out.exists():
        return
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["go", "mod", "download", "-json", MODULE], cwd=folder,
                              capture_output=True, text=True, timeout=120, check=True)
    module = json.loads(done.stdout)
    if module["Sum"] != SUM:
        sys.exit(f"{MODULE} has the checksum {module['Sum']}, not {SUM}")
    # One raw string: the schema stands between the first and the last back quote.
    source = (pathlib.Path(module["Dir"]) / FILE).read_text()
    schema = json.loads(source[source.index("`") + 1:source.rindex("`")])
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(schema))


if __name__ == "__main__":
    try:
        main()
    except (OSError, subprocess.SubprocessError, ValueError, KeyError) as error:
        sys.exit(f"the SARIF schema cannot be had: {error}")
