"""make run: everything up with one command, everything down however it ends."""

import json
import os
import re
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from abmhub.embedded import __main__ as supervisor
from abmhub.embedded.home import Home
from tests.embedded.conftest import processes_of, start, wait_until

pytestmark = pytest.mark.processes


@contextmanager
def running(home: Home, port: int) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """The supervisor, up and serving, and the lines that it had printed by then."""
    process = start(home, "-m", "abmhub.embedded", "--demo", "no", "--port", str(port), errors_apart=False)
    with process:
        assert process.stdout
        lines: list[str] = []
        for line in process.stdout:
            lines.append(line)
            if "/setup/" in line:
                break
        try:
            yield process, lines
        finally:
            process.kill()


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def address_in(lines: list[str]) -> str:
    found = re.search(r"runs at (http://127\.0\.0\.1:\d+)", "".join(lines))
    assert found, lines
    return found.group(1)


def ready(address: str) -> bool:
    """Whether pages are served, from the database and with the cache."""
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=10) as answer:
            state: dict[str, str] = json.load(answer)
            return state == {"status": "ok", "database": "ok", "cache": "ok"}
    except (urllib.error.HTTPError, OSError):
        return False


def test_it_serves_survives_the_death_of_each_part_and_stops_all_when_told(home: Home, busy_port: int) -> None:
    with running(home, busy_port) as (process, lines):
        assert f"port {busy_port} is taken" in "".join(lines)
        address = address_in(lines)
        assert not address.endswith(f":{busy_port}")

        second = start(home, "-m", "abmhub.embedded", "--demo", "no", errors_apart=False)
        said, _ = second.communicate()
        assert second.returncode == 1
        assert f"runs already from {home.path}: {address}" in said

        wait_until(lambda: ready(address))
        for part in ("valkey-server", "bin/postgres", "granian", "celery", "beat", "keeper"):
            before = processes_of(home, part)
            os.kill(before[0], signal.SIGKILL)
            wait_until(lambda: processes_of(home, part) and before[0] not in processes_of(home, part))  # noqa: B023
        wait_until(lambda: ready(address))

        process.terminate()
        rest, _ = process.communicate()
        assert process.returncode == 0
        assert "Stopped." in rest
        assert not processes_of(home)


def test_nothing_is_left_when_it_is_killed_and_it_starts_again(home: Home, busy_port: int) -> None:
    for _ in range(2):
        with running(home, busy_port) as (process, lines):
            wait_until(lambda: ready(address_in(lines)))
            process.kill()
        wait_until(lambda: not processes_of(home))


def test_a_port_is_free_until_somebody_listens(busy_port: int) -> None:
    found = supervisor.free_port(busy_port)
    assert busy_port < found <= busy_port + supervisor.PORTS_TRIED
    with socket.socket() as mine:
        mine.bind(("127.0.0.1", found))
