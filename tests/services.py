"""pytest plugin: PostgreSQL and Valkey for the tests, started before Django's settings are read.

Loaded by pyproject.toml with -p, because pytest-django reads the settings before any conftest. The tests
have a home of their own under ABMHUB_HOME (or var/), so that they never meet the data of an installation.
With xdist the controller starts the servers and its workers use them.
"""

import fcntl
import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from abmhub.embedded import services
from abmhub.embedded.home import Home

_until_the_end = ExitStack()


def _home_for_tests() -> Home:
    """test/ in the home; a temporary one while another run of the tests holds that."""
    home = Home(Home.from_environment().path / "test")
    lock = _until_the_end.enter_context((home.folder("run") / "tests.lock").open("a"))
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        home = Home(Path(tempfile.mkdtemp(prefix="abmhub-test-")))
        _until_the_end.callback(shutil.rmtree, home.path, ignore_errors=True)
    (home.folder(".") / "disposable").touch()
    return home


def _begin() -> None:
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        # A cache of its own, of the 16 that Valkey has: a test that empties it takes nothing from another process.
        number = 2 + int(worker.removeprefix("gw")) % 14
        os.environ["ABMHUB_CACHE_URL"] = Home.from_environment().valkey_url(database=number)
        return
    home = _home_for_tests()
    os.environ["ABMHUB_HOME"] = str(home.path)
    # The test client speaks plain HTTP, as the embedded web server does.
    os.environ.setdefault("ABMHUB_HTTPS", "no")
    used = _until_the_end.enter_context(services.used(home))
    if any(service.name == "postgres" for service in used):
        _let_tests_pass_over_triggers(home)


def _let_tests_pass_over_triggers(home: Home) -> None:
    """tests.undone brings back rows as they were made, in any order."""
    with psycopg.connect(host=str(home.sockets), user="postgres", dbname="postgres") as connection:
        connection.execute("GRANT SET ON PARAMETER session_replication_role TO abmhub")


_begin()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    _until_the_end.close()
