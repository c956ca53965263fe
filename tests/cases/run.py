#!/usr/bin/env python3
"""Runs one case file: what a user types, and what podmoat answers.

    # What the case shows, and its source.
    --- file NAME            the lines that follow are written to NAME
    --- needs shared         skipped where ../shared is absent; it is then ./shared of the case
    --- run                  a shell command line; podmoat is on the PATH
    --- exit N               of the command before (0 if not said)
    --- stdout               of the command before; a line [...] stands for any number of lines
    --- stderr               likewise; not looked at if not said
    --- content NAME         what the file NAME holds now

Every command runs in one empty folder, at 80 columns, without colour; a pipe exits with the code of
the last command in it that failed. The folder tools/ is on the PATH too, and $PODMOAT_SOURCE is the
source tree. PODMOAT_UPDATE=1 writes what was seen into the case file (sections with [...] stay, and
so do exit codes): review the diff.

Usage: run.py PODMOAT CASE [SHARED]
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

SKIPPED = 77
ANY = "[...]\n"
SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent


def parse(text):
    """[(name, argument, body)]; the head has the name ''."""
    parts = [["", "", ""]]
    for line in re.findall(r".*\n|.+\Z", text):
        if match := re.match(r"--- (\w+)(?: (.*))?\n$", line):
            parts.append([match[1], match[2] or "", ""])
        else:
            parts[-1][2] += line
    return parts


def render(parts):
    out = parts[0][2]
    for name, argument, body in parts[1:]:
        out += f"--- {name}{' ' + argument if argument else ''}\n{body}"
    return out


def matches(expected, seen):
    pattern = "".join("(?:.*\n)*?" if line == ANY else re.escape(line)
                      for line in re.findall(r".*\n|.+\Z", expected))
    return re.fullmatch(pattern, seen) is not None


class Case:
    def __init__(self, podmoat, path, shared):
        self.path, self.shared = path, shared
        self.parts = parse(path.read_bytes().decode())
        self.folder = tempfile.TemporaryDirectory()
        self.here = pathlib.Path(self.folder.name)
        tools = SOURCE / "tests" / "cases" / "tools"
        self.env = {"PATH": f"{podmoat.parent}:{tools}:{os.environ['PATH']}", "COLUMNS": "80",
                    "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "HOME": self.folder.name,
                    "PODMOAT_SOURCE": str(SOURCE)}
        self.failures = []

    def compare(self, part, seen, what):
        if matches(part[2], seen):
            return
        if os.environ.get("PODMOAT_UPDATE") == "1" and ANY not in part[2]:
            part[2] = seen
            return
        self.failures.append(f"{what}: expected\n{part[2]}--- but saw\n{seen}---")

    def run(self, command):
        done = subprocess.run(["bash", "-o", "pipefail", "-c", command], cwd=self.here,
                              env=self.env, capture_output=True, timeout=300)
        done.stdout = done.stdout.decode(errors="replace")
        done.stderr = done.stderr.decode(errors="replace")
        return done

    def play(self):
        done, command, wanted_exit = None, "", None
        for part in self.parts:
            name, argument, body = part
            if name == "needs":
                if not self.shared.is_dir():
                    print(f"SKIPPED: {self.path.name} needs {argument}, which is absent")
                    return SKIPPED
                (self.here / "shared").symlink_to(self.shared)
            elif name == "file":
                target = self.here / argument
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(body, newline="")
            elif name == "run":
                self.check_exit(done, wanted_exit, command)
                command, wanted_exit = body.strip(), None
                done = self.run(command)
            elif name == "exit":
                wanted_exit = part
            elif name == "stdout":
                self.compare(part, done.stdout, f"$ {command}\nstdout")
            elif name == "stderr":
                self.compare(part, done.stderr, f"$ {command}\nstderr")
            elif name == "content":
                self.compare(part, (self.here / argument).read_bytes().decode(), argument)
            elif name:
                self.failures.append(f"unknown section --- {name}")
        self.check_exit(done, wanted_exit, command)
        if os.environ.get("PODMOAT_UPDATE") == "1":
            self.path.write_bytes(render(self.parts).encode())
        print("\n".join(self.failures) or "as expected")
        return 1 if self.failures else 0

    def check_exit(self, done, part, command):
        if done is None:
            return
        wanted = int(part[1]) if part else 0
        if done.returncode == wanted:
            return
        self.failures.append(f"$ {command}\nexit: expected {wanted} but saw {done.returncode}\n"
                             f"{done.stderr}")


def main():
    podmoat, path = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    shared = pathlib.Path(sys.argv[3] if len(sys.argv) > 3 else "/nonexistent").resolve()
    return Case(podmoat, path, shared).play()


if __name__ == "__main__":
    sys.exit(main())
