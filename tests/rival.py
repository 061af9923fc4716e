"""Somebody who acts at one exact moment of another action, on a connection of their own."""

from collections.abc import Callable
from threading import Thread

from django.db import connections

# A rival whom a lock holds up is let go on after this; one whom nothing holds up is done long before.
HELD_UP_SECONDS = 1.5


class Rival:
    """Comes once, and is waited for until done or held up by a lock."""

    def __init__(self, act: Callable[[], object]) -> None:
        self._act = act
        self._outcome: object = None
        self._thread: Thread | None = None

    def come(self) -> None:
        if self._thread is None:
            self._thread = Thread(target=self._run)
            self._thread.start()
            self._thread.join(HELD_UP_SECONDS)

    def _run(self) -> None:
        try:
            self._outcome = self._act()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            self._outcome = error
        finally:
            connections.close_all()

    def outcome(self) -> object:
        """What the rival returned or raised in the end."""
        assert self._thread is not None, "the rival never came"
        self._thread.join()
        return self._outcome
