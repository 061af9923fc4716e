"""Valkey is wiped, and then answers nobody, while a worker runs the night: the night ends, and pages are answered."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from threading import Thread
from typing import Any
from urllib.parse import quote

import pytest
from celery import current_app
from django.conf import settings as project
from django.core.cache import caches
from django.db import connection
from django.test import Client
from redis import Redis

from abmhub.accounts.models import Account, Standing
from abmhub.core.cache import FailOpenCache
from abmhub.core.models import Run, RunStep
from abmhub.embedded.home import Home
from abmhub.nightly import jobs, steps
from abmhub.users.models import User
from tests.at_once import PATIENCE_SECONDS
from tests.nightly.conftest import HELD

QUEUE, CACHE = 5, 6
"""Databases of Valkey that no other test uses."""


class Passage:
    """A way to Valkey over TCP, until it is closed without a word: then it takes whatever comes, and says nothing."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._door = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        self.port = self._door.getsockname()[1]
        self.is_open = True
        Thread(target=self._welcome, daemon=True).start()

    def _welcome(self) -> None:
        with suppress(OSError):
            while True:
                guest, _ = self._door.accept()
                server = self._stack.enter_context(_valkey())
                self._stack.enter_context(guest)
                Thread(target=self._carry, args=(guest, server), daemon=True).start()
                Thread(target=self._carry, args=(server, guest), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while said := source.recv(65_536):
                if self.is_open:
                    target.sendall(said)


def _valkey() -> socket.socket:
    given = os.environ.get("REDIS_URL")
    if given:
        address = Redis.from_url(given).connection_pool.connection_kwargs
        return socket.create_connection((address["host"], address["port"]))
    server = socket.socket(socket.AF_UNIX)
    server.connect(str(Home.from_environment().valkey_socket))
    return server


@pytest.fixture
def passage() -> Iterator[Passage]:
    with ExitStack() as stack:
        yield Passage(stack)


@contextmanager
def worker(passage: Passage) -> Iterator[None]:
    database = connection.settings_dict
    url = f"postgres://{database['USER']}@{quote(str(database['HOST']), safe='')}/{database['NAME']}"
    command = "celery -A tests.nightly.held_worker worker --concurrency 1 --without-gossip --without-mingle"
    process = subprocess.Popen(
        [sys.executable, "-m", *command.split()],
        cwd=project.BASE_DIR,
        env={**os.environ, "DATABASE_URL": url, "REDIS_URL": f"redis://127.0.0.1:{passage.port}/{QUEUE}"},
        start_new_session=True,
    )
    with process:
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def wait_until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline, "it did not become true"
        time.sleep(0.05)


def status_of(client: Client, path: str) -> int:
    """The status of a page that asked the cache in vain; fails when it is not answered at all."""
    answers: list[int] = []

    def ask() -> None:
        answers.append(client.get(path).status_code)
        asked = caches["default"]
        assert isinstance(asked, FailOpenCache)
        assert asked._asleep_until > 0
        connection.close()

    asking = Thread(target=ask, daemon=True)
    asking.start()
    asking.join(PATIENCE_SECONDS)
    assert answers, "the page waits for Valkey"
    return answers[0]


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_the_night_ends_though_valkey_is_wiped_and_then_silent(
    fitting: Account, analyst: User, client: Client, passage: Passage, settings: Any
) -> None:
    client.force_login(analyst)
    with worker(passage), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [HELD])
        with current_app.connection_for_write(f"redis://127.0.0.1:{passage.port}/{QUEUE}") as queue:
            job: Any = jobs.nightly
            job.apply_async(connection=queue)
            wait_until(lambda: RunStep.objects.filter(name="held").exists())
            channel: Any = queue.default_channel
            assert channel.client.flushdb()
        passage.is_open = False
        settings.CACHES = {
            "default": {**settings.CACHES["default"], "LOCATION": f"redis://127.0.0.1:{passage.port}/{CACHE}"}
        }
        assert status_of(client, "/search/") == 200
        cursor.execute("SELECT pg_advisory_unlock(%s)", [HELD])
        wait_until(lambda: Run.objects.last_finished("nightly"))
    run = Run.objects.get(job=steps.JOB)
    assert (run.status, run.attempts) == (Run.Status.DONE, 1)
    assert Standing.objects.get(account=fitting).tier_id == 3
