"""Somebody who acts at one exact moment of another action, on a connection of their own."""

import time
from collections.abc import Callable
from threading import Event, Thread

from django.db import connection, connections

from tests.at_once import PATIENCE_SECONDS


def is_held_up(process_id: int) -> bool:
    """Whether that connection waits for a lock of this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid() = ANY (pg_blocking_pids(%s))", [process_id])
        [answer] = cursor.fetchone() or (False,)
    return bool(answer)


class Rival:
    """Comes once, and is waited for until done or held up by a lock."""

    def __init__(self, act: Callable[[], object]) -> None:
        self._act = act
        self._outcome: object = None
        self._thread: Thread | None = None
        self._connected = Event()
        self._process_id = 0

    def come(self) -> None:
        if self._thread is None:
            self._thread = Thread(target=self._run)
            self._thread.start()
            assert self._connected.wait(PATIENCE_SECONDS)
            while self._thread.is_alive() and not is_held_up(self._process_id):
                time.sleep(0.005)

    def _run(self) -> None:
        try:
            connection.ensure_connection()
            self._process_id = connection.connection.info.backend_pid
            self._connected.set()
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
