"""How far a file has come, told while the transaction that takes it in is still open."""

from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

from django.db import connection

from abmhub.imports.models import ImportRun

ROWS_WORTH_TELLING = 20_000
"""Fewer are in before anybody could read what is being done with them."""


class Progress:
    """Says what is being done with a file, from a thread of its own, because Django gives each thread its own
    connection: others see it at once."""

    def __init__(self, run: ImportRun) -> None:
        self._run = run.pk
        self._writer = ThreadPoolExecutor(1, "import-progress") if run.rows >= ROWS_WORTH_TELLING else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer is not None:
            self._writer.submit(self._leave).result()
            self._writer.shutdown()

    def tell(self, phase: str) -> None:
        if self._writer is not None:
            self._writer.submit(self._write, phase).result()

    def _write(self, phase: str) -> None:
        ImportRun.objects.filter(pk=self._run).update(phase=phase)

    def _leave(self) -> None:
        # Asked for in its own thread: outside of it `connection` is another one.
        connection.close()


class Silence(Progress):
    """Nobody waits to be told."""

    def __init__(self) -> None:
        self._run, self._writer = 0, None
