"""Has a packed file opened by a process that can do no harm: little memory, little time, no privileges, no secrets."""

import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, cast

import structlog

from abmhub.imports.reading import NotReadable, limits
from abmhub.imports.unpacking.limits import Limits
from abmhub.imports.unpacking.refusal import TOO_LARGE

log = structlog.get_logger(__name__)

LIMITS = Limits(rows=limits.MAX_ROWS, columns=limits.MAX_COLUMNS, text_bytes=limits.MAX_FILE_BYTES)
PIECE_BYTES = 1024 * 1024
HOUSE = Path(__file__).parents[3]
# Isolated: none of our settings, packages or environment; only the modules of this folder.
PROGRAM = (
    "import json, sys; sys.path.insert(0, sys.argv[1]); "
    "from abmhub.imports.unpacking.child import main; from abmhub.imports.unpacking.limits import Limits; "
    "main(sys.argv[2], sys.argv[3], Limits(**json.loads(sys.argv[4])))"
)


def command(form: str, sheet: str, within: Limits) -> list[str]:
    return [sys.executable, "-I", "-S", "-c", PROGRAM, str(HOUSE), form, sheet, json.dumps(asdict(within))]


class Unpacking:
    """One packed file on its way to text: take its `pieces`, then see `said`."""

    def __init__(self, file: IO[bytes], form: str, sheet: str = "", within: Limits | None = None) -> None:
        """`file` lies on disk; `form` is gzip or workbook."""
        self._within = within or LIMITS
        self.said: dict[str, Any] = {}
        file.seek(0)
        self._process = subprocess.Popen(
            command(form, sheet, self._within),
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={},
            cwd="/",
        )

    def pieces(self) -> Iterator[bytes]:
        """The text, piece by piece. Raises NotReadable, whatever the process did or did not do."""
        try:
            yield from self._output()
            self._conclude()
        finally:
            self._process.kill()
            self._process.communicate()

    def _output(self) -> Iterator[bytes]:
        out = cast(IO[bytes], self._process.stdout)
        ends_at = time.monotonic() + self._within.wall_seconds
        size = 0
        with selectors.DefaultSelector() as ready:
            ready.register(out, selectors.EVENT_READ)
            while ready.select(timeout=max(0, ends_at - time.monotonic())):
                piece = os.read(out.fileno(), PIECE_BYTES)
                if not piece:
                    return
                size += len(piece)
                if size > self._within.text_bytes:
                    megabytes = self._within.text_bytes // 1024**2
                    raise NotReadable(f"The file unpacks to more than {megabytes} MB: cut it into several.")
                yield piece
        raise NotReadable("Opening the file takes too long: save the sheet as CSV and bring that.")

    def _conclude(self) -> None:
        """Hear what the process has to say. Raises NotReadable."""
        words = cast(IO[bytes], self._process.stderr).read()
        code = self._process.wait(timeout=10)
        try:
            self.said = json.loads(words)
        except ValueError:
            log.warning("unpacking_died", code=code, words=words[-2_000:].decode(errors="replace"))
            raise NotReadable(TOO_LARGE) from None
        if refusal := self.said.get("refusal"):
            raise NotReadable(refusal)
