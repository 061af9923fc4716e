#!/usr/bin/env python3
"""Start ABM Hub as a new user would, twice, and stop it with Ctrl-C; nothing may be left running.

python3 scripts/smoke.py [make's variables, such as DEMO=no]
"""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

HOME = Path(os.environ.get("ABMHUB_HOME", "var")).resolve()


def left_running() -> list[str]:
    """Command lines of this installation's processes: they name its folder, or were told it."""
    folder = os.fsencode(HOME)
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command, environment = ((process / name).read_bytes() for name in ("cmdline", "environ"))
        except OSError:
            continue
        if folder in command or b"ABMHUB_HOME=" + folder + b"\0" in environment:
            found.append(command.replace(b"\0", b" ").decode(errors="replace"))
    return found


def start_and_stop(variables: list[str]) -> float:
    """Seconds from `make run` to the first page."""
    others = left_running()
    began = time.monotonic()
    make = subprocess.Popen(["make", "run", *variables], stdout=subprocess.PIPE, text=True, start_new_session=True)
    address = ""
    while not address:
        line = make.stdout.readline() if make.stdout else ""
        if not line:
            sys.exit("make run ended before it served a page")
        print(line, end="", flush=True)
        if found := re.search(r"runs at (\S+)", line):
            address = found.group(1)
    seconds = time.monotonic() - began
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=60) as answer:  # noqa: S310 - http, as printed
            print(f"{address}/healthz answers {answer.status} after {seconds:.1f} s", flush=True)
    finally:
        os.killpg(make.pid, signal.SIGINT)
        print(make.communicate(timeout=60)[0], end="", flush=True)
    if (still := left_running()) != others:
        sys.exit("left running:\n" + "\n".join(still))
    return seconds


if __name__ == "__main__":
    first = start_and_stop(sys.argv[1:])
    second = start_and_stop(sys.argv[1:])
    print(f"First start {first:.1f} s, second start {second:.1f} s; on an idle machine the second takes less than 10.")
