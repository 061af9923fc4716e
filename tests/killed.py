"""A worker that dies at its work, on real PostgreSQL connections."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from django.db import OperationalError, connection, transaction

from tests.at_once import PATIENCE_SECONDS


@contextmanager
def killed_before_its_commit(work: Callable[[], object]) -> Iterator[None]:
    """Inside, another connection has done the work and not committed it; at the end that connection is cut."""
    done, dead = Event(), Event()
    process_ids: list[int] = []

    def live() -> None:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_backend_pid()")
                    process_ids.append(cursor.fetchone()[0])
                work()
                done.set()
                dead.wait(PATIENCE_SECONDS)
        except OperationalError:
            pass  # as the connection was cut
        finally:
            connection.close()

    worker = Thread(target=live)
    worker.start()
    assert done.wait(PATIENCE_SECONDS)
    yield
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", process_ids)
        assert cursor.fetchone()[0]
    dead.set()
    worker.join()
