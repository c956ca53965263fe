#!/usr/bin/env python3
"""Measures podmoat on made-up clusters and prints a Markdown table of ratios.

Each size is generated once. The programs then run in turn, A B C A B C, so that what else the machine
does falls on all of them alike; the table shows the minimum and the median of wall time, user+sys time
of the fastest run, peak memory, and the ratio of the minima to the first program, simdjson's DOM parser.
"""
import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path


class Run:
    """One program's measurements on one file."""

    def __init__(self, name, command, ok=(0,)):
        self.name, self.command, self.ok = name, [str(word) for word in command], ok
        self.wall, self.cpu, self.peak = [], [], 0

    def once(self):
        start = time.monotonic()
        process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        complaint = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        self.wall.append(time.monotonic() - start)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in self.ok:
            sys.exit(f"{' '.join(self.command)}: exit {process.returncode}\n{complaint.decode()}")
        self.cpu.append(usage.ru_utime + usage.ru_stime)
        self.peak = max(self.peak, usage.ru_maxrss / 1024)

    def row(self, first):
        ratio = min(self.wall) / min(first.wall)
        cpu_ratio = min(self.cpu) / max(min(first.cpu), 1e-6)
        return (f"| {self.name} | {min(self.wall):.2f} | {statistics.median(self.wall):.2f} | "
                f"{min(self.cpu):.2f} | {self.peak:.0f} | {ratio:.2f} | {cpu_ratio:.2f} |")


def generate(build, folder, pods, form, mixed="none"):
    path = Path(folder) / f"{pods}-{mixed}.{form}"
    with open(path, "wb") as out:
        subprocess.run([build / "bench/podmoat_generate", "--pods", str(pods), "--mixed", mixed, "-o", form],
                       stdout=out, check=True)
    return path


def measure(title, runs, count):
    for _ in range(count):
        for run in runs:
            run.once()
    print(f"\n{title}\n")
    print("| program | wall min (s) | wall median (s) | user+sys (s) | peak (MB) | wall ratio | CPU ratio |")
    print("|---|---|---|---|---|---|---|")
    for run in runs:
        print(run.row(runs[0]))
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=Path("build/release"), help="a build folder, of the release preset")
    parser.add_argument("--pods", type=int, nargs="*", default=[1000, 10000, 50000, 100000], help="sizes of the JSON Lists")
    parser.add_argument("--yaml-pods", type=int, default=10000, help="Pods in the YAML file")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--fix", action="store_true", help="measure fix too")
    parser.add_argument("--mixed", nargs="*", choices=["none", "calico", "cilium"], default=["none", "calico", "cilium"],
                        help="whose policies stand among the NetworkPolicies of the JSON Lists")
    options = parser.parse_args()
    podmoat = options.build / "podmoat"
    reader = options.build / "bench/podmoat_read"
    found = (0, 1)  # podmoat's exit code 1: there are findings

    with tempfile.TemporaryDirectory() as folder:
        for pods, mixed in ((pods, mixed) for pods in options.pods for mixed in options.mixed):
            path = generate(options.build, folder, pods, "json", mixed)
            platform = [] if mixed == "none" else ["--platform", mixed]
            runs = [Run("simdjson DOM parser", [options.build / "bench/podmoat_dom_baseline", path]),
                    Run("podmoat, reading alone", [reader, path]),
                    Run("podmoat audit", [podmoat, "audit", path, *platform], found)]
            if options.fix:
                runs.append(Run("podmoat fix", [podmoat, "fix", path, *platform], found))
            kinds = "" if mixed == "none" else f", with {mixed.capitalize()}'s policies"
            measure(f"{pods:,} Pods{kinds}, JSON of {path.stat().st_size / 1e6:,.0f} MB", runs, options.runs)
            path.unlink()
        path = generate(options.build, folder, options.yaml_pods, "yaml")
        measure(f"{options.yaml_pods:,} Pods, YAML of {path.stat().st_size / 1e6:,.1f} MB",
                [Run("podmoat, reading alone", [reader, path]),
                 Run("podmoat audit", [podmoat, "audit", path], found),
                 Run("podmoat who-can-reach", [podmoat, "who-can-reach", "aws-imds", "-f", path], found)], options.runs)


if __name__ == "__main__":
    main()
