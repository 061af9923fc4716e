"""Embedded servers live as long as somebody uses them, and no longer."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from abmhub.embedded import postgres, services, valkey
from abmhub.embedded.home import Home, HomeNotUsable
from abmhub.embedded.processes import Child
from abmhub.embedded.services import Service
from tests.embedded.conftest import processes_of, start, wait_until

pytestmark = pytest.mark.processes

USE_FOR_EVER = """
import time
from abmhub.embedded.home import Home
from abmhub.embedded.services import Service
with Service(Home.from_environment(), "valkey").used():
    print("used", flush=True)
    time.sleep(600)
"""


def ask_valkey(home: Home, words: str) -> str:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(home.valkey_socket))
        connection.sendall(f"{words}\r\n".encode())
        return connection.recv(100).decode()


def test_a_server_ends_with_its_last_user(home: Home) -> None:
    service = Service(home, "valkey")
    with service.used():
        with service.used():
            assert valkey.ready(home)
        assert valkey.ready(home)
    assert not processes_of(home)


def test_it_keeps_its_data(home: Home) -> None:
    with Service(home, "valkey").used():
        ask_valkey(home, "SET kept yes")
    with Service(home, "valkey").used():
        assert "yes" in ask_valkey(home, "GET kept")


def test_a_killed_user_leaves_nothing_running(home: Home) -> None:
    user = start(home, "-c", USE_FOR_EVER)
    with user:
        assert user.stdout
        assert user.stdout.readline() == "used\n"
        assert processes_of(home, "valkey-server")
        user.kill()
    wait_until(lambda: not processes_of(home))


def test_a_killed_server_comes_back(home: Home) -> None:
    with Service(home, "valkey").used():
        ask_valkey(home, "SET kept yes")
        [server] = processes_of(home, "valkey-server")
        os.kill(server, signal.SIGKILL)
        wait_until(lambda: processes_of(home, "valkey-server") not in ([], [server]))
        wait_until(lambda: valkey.ready(home))
        assert "yes" in ask_valkey(home, "GET kept")


def test_a_server_does_not_outlive_its_keeper(home: Home) -> None:
    service = Service(home, "valkey")
    with service.used():
        [keeper] = processes_of(home, "abmhub.embedded.keeper")
        os.kill(keeper, signal.SIGKILL)
        wait_until(lambda: not processes_of(home, "valkey-server"))
        service.ensure()
        assert valkey.ready(home)


def test_nothing_is_left_of_a_home_that_was_deleted_meanwhile(home: Home) -> None:
    with Service(home, "valkey").used():
        shutil.rmtree(home.path)
    wait_until(lambda: not processes_of(home))


def test_leftovers_of_a_power_cut_do_not_hinder(home: Home) -> None:
    home.make_sockets_folder()
    with socket.socket(socket.AF_UNIX) as forgotten:
        forgotten.bind(str(home.valkey_socket))
    with Service(home, "postgres").used():
        pass
    # The process number in PostgreSQL's own lock file now belongs to a program of another kind.
    (postgres.cluster(home) / "postmaster.pid").write_text(f"{os.getpid()}\n{postgres.cluster(home)}\n")
    with services.used(home):
        assert postgres.ready(home)
        assert valkey.ready(home)


def test_data_of_another_major_version_are_left_alone(home: Home) -> None:
    (home.folder("postgres") / "PG_VERSION").write_text("17\n")
    with pytest.raises(HomeNotUsable, match=r"made by PostgreSQL 17, .* docs/operations.md"), services.used(home):
        pass
    assert [file.name for file in (home.path / "postgres").iterdir()] == ["PG_VERSION"]


def test_the_application_is_no_superuser_of_its_database(home: Home) -> None:
    with (
        Service(home, "postgres").used(),
        psycopg.connect(host=str(home.sockets), user="abmhub", dbname="abmhub") as connection,
    ):
        answer = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
        assert answer == (False,)


@pytest.mark.parametrize(
    ("gigabytes", "limit", "buffers"),
    [(16, "max", 4_096), (64, "max", 4_096), (8, "max", 2_048), (64, str(2 * 2**30), 512), (0.25, "max", 128)],
)
def test_a_quarter_of_the_memory_is_for_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gigabytes: float, limit: str, buffers: int
) -> None:
    machine = {"SC_PHYS_PAGES": int(gigabytes * 2**18), "SC_PAGE_SIZE": 2**12}
    monkeypatch.setattr(os, "sysconf", machine.__getitem__)
    monkeypatch.setattr(postgres, "LIMIT_OF_A_CONTAINER", tmp_path / "memory.max")
    (tmp_path / "memory.max").write_text(f"{limit}\n")
    assert postgres.buffers() == buffers


@pytest.mark.parametrize("is_disposable", [True, False])
def test_a_server_of_tests_keeps_few_pages(tmp_path: Path, *, is_disposable: bool) -> None:
    """Several of them run at once."""
    home = Home(tmp_path)
    if is_disposable:
        (tmp_path / "disposable").touch()
    kept = "256MB" if is_disposable else f"{postgres.buffers()}MB"
    assert [option for option in postgres.program(home).command if "shared-buffers" in option][-1].endswith(f"={kept}")


def test_servers_listen_on_no_port(home: Home) -> None:
    with services.used(home):
        assert "127.0.0.1" not in ask_valkey(home, "CONFIG GET bind-source-addr")
        assert ask_valkey(home, "CONFIG GET port").split()[-1] == "0"
        with psycopg.connect(host=str(home.sockets), user="abmhub", dbname="abmhub") as connection:
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_only_missing_servers_are_started(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://db.example/abmhub")
    monkeypatch.delenv("REDIS_URL", raising=False)
    assert [service.name for service in services.needed(home)] == ["valkey"]


def test_root_without_user_namespaces_runs_postgresql_as_somebody_else(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else")
    monkeypatch.setattr(postgres, "rootless", lambda: postgres.AS_NOBODY)
    postgres.prepare(home)
    server = Child(postgres.program(home))
    server.start()
    try:
        wait_until(lambda: postgres.furnish(home))
        assert (postgres.cluster(home) / "PG_VERSION").stat().st_uid == postgres.OTHER_USER
    finally:
        server.stop()
    monkeypatch.undo()
    with Service(home, "postgres").used():
        assert (postgres.cluster(home) / "PG_VERSION").stat().st_uid == 0


def test_that_somebody_else_may_pass_folders_that_are_closed_to_others(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else")
    program = tmp_path / "closed" / "program"
    program.parent.mkdir(mode=0o700)
    program.touch(mode=0o700)
    # PostgreSQL asks access(2) whether its own programs can be run, before it runs them.
    asking = "import os, sys; sys.exit(not os.access(sys.argv[1], os.X_OK))"
    subprocess.run([*postgres.AS_NOBODY, sys.executable, "-c", asking, str(program)], check=True)


def test_root_without_any_way_is_told_to_name_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(postgres, "works", lambda prefix: False)
    with pytest.raises(HomeNotUsable, match="DATABASE_URL"):
        postgres.rootless.__wrapped__()
