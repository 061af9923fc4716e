"""Using the embedded servers: started by whoever comes first, stopped when the last one leaves."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from typing import IO, Protocol

from abmhub.embedded import postgres, valkey
from abmhub.embedded.home import PROJECT, Home, HomeNotUsable
from abmhub.embedded.processes import Program, open_log

STARTING_SECONDS = 60


class Server(Protocol):
    """What the modules postgres and valkey offer."""

    NAME: str

    def program(self, home: Home) -> Program: ...
    def prepare(self, home: Home) -> None: ...
    def furnish(self, home: Home) -> bool: ...
    def ready(self, home: Home) -> bool: ...


SERVERS: dict[str, Server] = {"postgres": postgres, "valkey": valkey}


@dataclass(frozen=True)
class Service:
    """One embedded server of one installation, and the locks by which its users agree.

    users: shared by everybody who uses the server; the keeper stops it when it gets the lock alone.
    keeper: held by the keeper as long as it lives; the file holds its process id.
    start: held by the one who looks whether there is a keeper, and starts it if not.
    """

    home: Home
    name: str

    @property
    def server(self) -> Server:
        return SERVERS[self.name]

    def open_lock(self, kind: str) -> IO[str]:
        return (self.home.folder("run") / f"{self.name}.{kind}.lock").open("a+")

    @contextmanager
    def used(self) -> Iterator[None]:
        """Have the server run meanwhile. Raises HomeNotUsable when it cannot be started."""
        with self.open_lock("users") as users:
            # Waits here while a keeper is just stopping the server.
            fcntl.flock(users, fcntl.LOCK_SH)
            try:
                self.ensure()
                yield
            finally:
                self._leave(users)

    def ensure(self) -> None:
        """Start a keeper unless there is one. Only for users: nobody else may expect the server to stay.

        Raises HomeNotUsable when the server cannot be started.
        """
        with self.open_lock("start") as start:
            fcntl.flock(start, fcntl.LOCK_EX)
            if not self.kept:
                self._collect_keeper()
                self._start_keeper()
        deadline = time.monotonic() + STARTING_SECONDS
        while not self.server.ready(self.home):
            if time.monotonic() > deadline:
                raise HomeNotUsable(f"{self.server.NAME} does not answer: {self.home.folder('logs')} says why.")
            time.sleep(0.02)

    @property
    def kept(self) -> bool:
        """Whether a keeper is alive."""
        with self.open_lock("keeper") as keeper:
            return not alone(keeper)

    def _start_keeper(self) -> None:
        with open_log(self.home.folder("logs") / "keepers.log") as log:
            keeper = subprocess.Popen(
                [sys.executable, "-m", "abmhub.embedded.keeper", self.name],
                cwd=PROJECT,
                env={**os.environ, "ABMHUB_HOME": str(self.home.path)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                # It may outlive the one who started it, and is no business of that one's terminal.
                start_new_session=True,
            )
        with keeper.stdout or nullcontext() as words:
            answer = words.read().strip() if words else ""
        if answer != "ready":
            keeper.wait()
            raise HomeNotUsable(answer or f"{self.server.NAME} has no keeper: {log.name} says why.")
        _started_here[self] = keeper

    def _leave(self, users: IO[str]) -> None:
        if alone(users):
            with self.open_lock("keeper") as keeper:
                if not alone(keeper):
                    keeper.seek(0)
                    os.kill(int(keeper.read()), signal.SIGTERM)
                    fcntl.flock(keeper, fcntl.LOCK_EX)
            # Let go first: a keeper whose lock files were deleted under it waits for us, not we for it.
            fcntl.flock(users, fcntl.LOCK_UN)
            self._collect_keeper()
        else:
            # Granted at once beside other users; after the stop when the keeper was quicker than we.
            fcntl.flock(users, fcntl.LOCK_SH)

    def _collect_keeper(self) -> None:
        """Take note of the end of a keeper that was a child of this process."""
        if self in _started_here:
            _started_here.pop(self).wait()


_started_here: dict[Service, subprocess.Popen[str]] = {}
"""Keepers that are children of this process."""


def alone(lock: IO[str]) -> bool:
    """Take the lock for oneself, if nobody else holds it."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def needed(home: Home) -> list[Service]:
    """The servers for which the environment names no other."""
    given = {"postgres": os.environ.get("DATABASE_URL"), "valkey": os.environ.get("REDIS_URL")}
    return [Service(home, name) for name in SERVERS if not given[name]]


@contextmanager
def used(home: Home) -> Iterator[list[Service]]:
    """Have all needed servers run meanwhile. Raises HomeNotUsable when one cannot be started."""
    services = needed(home)
    with ExitStack() as stack:
        for service in services:
            stack.enter_context(service.used())
        yield services
