"""Rivals: the same moment for many, on real PostgreSQL connections."""

from collections.abc import Callable, Sequence
from threading import Barrier, Thread
from typing import TypeVar

from django.db import connections

Answer = TypeVar("Answer")

PATIENCE_SECONDS = 120
"""A barrier that is not reached breaks the test instead of hanging it."""


def meeting_point(people: int) -> Barrier:
    """Where rivals wait for each other, so that a race happens every time and not by luck."""
    return Barrier(people, timeout=PATIENCE_SECONDS)


def at_once(actions: Sequence[Callable[[], Answer]]) -> list[Answer | Exception]:
    """Run each action in a thread of its own, all starting together; what each returned or raised."""
    start = meeting_point(len(actions))
    outcomes: list[Answer | Exception] = [RuntimeError("The thread never finished.")] * len(actions)

    def run(index: int, action: Callable[[], Answer]) -> None:
        try:
            start.wait()
            outcomes[index] = action()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            outcomes[index] = error
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=each) for each in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
