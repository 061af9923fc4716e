"""The process that opens a packed file: the file is its input, the text its output, what it found a line beside it."""

import ctypes
import io
import json
import resource
import signal
import sys
from typing import cast

from abmhub.imports.unpacking.archive import gunzip
from abmhub.imports.unpacking.limits import Limits
from abmhub.imports.unpacking.refusal import TOO_LARGE, Unopened
from abmhub.imports.unpacking.workbook import Workbook

PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38


def main(form: str, sheet: str, limits: Limits) -> None:
    """Unpack standard input to standard output; say on standard error what was found, or why nothing was."""
    confine(limits)
    try:
        said = unpack(form, sheet, limits)
    except Unopened as refusal:
        said = {"refusal": str(refusal)}
    except (MemoryError, RecursionError):
        said = {"refusal": TOO_LARGE}
    sys.stdout.flush()
    sys.stderr.write(json.dumps(said))


def confine(limits: Limits) -> None:
    """From here on: no more memory or time than this, no file written, no program started."""
    library = ctypes.CDLL(None)
    library.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    library.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds))
    for nothing in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE, resource.RLIMIT_NPROC):
        resource.setrlimit(nothing, (0, 0))


def unpack(form: str, sheet: str, limits: Limits) -> dict[str, object]:
    """Raises Unopened."""
    if form == "gzip":
        sys.stdout.buffer.writelines(gunzip(sys.stdin.buffer, limits))
        return {}
    workbook = Workbook(sys.stdin.buffer, limits)
    cast(io.TextIOWrapper, sys.stdout).reconfigure(encoding="utf-8", newline="")
    read = workbook.write(sheet, sys.stdout)
    return {"sheets": [each.name for each in workbook.sheets], "sheet": read}
