"""Keeps one embedded server running for as long as anybody uses it.

Users of a server share a lock (services.py). The keeper is the server's parent: it starts it again when it
dies, and ends with it when it can take that lock for itself, which the kernel grants once the last user is
gone, whether that said goodbye or was killed.

    python -m abmhub.embedded.keeper postgres
"""

import os
import signal
import sys
import time
from datetime import UTC, datetime
from types import FrameType
from typing import Never

from abmhub.embedded.home import Home, HomeNotUsable
from abmhub.embedded.processes import Child
from abmhub.embedded.services import STARTING_SECONDS, Service, alone

LOOK_SECONDS = 0.1


class Told(Exception):
    """The last user asked the keeper to stop."""


def main(name: str) -> None:
    """Keep the named server; say on standard output "ready", or why not."""
    service = Service(Home.from_environment(), name)
    with service.open_lock("keeper") as keeper:
        if not alone(keeper):
            report("ready")
            return
        keeper.truncate(0)
        keeper.write(str(os.getpid()))
        keeper.flush()
        signal.signal(signal.SIGTERM, tell)
        try:
            keep(service)
        except Told:
            pass
        except (HomeNotUsable, OSError) as error:
            report(str(error))


def tell(number: int, frame: FrameType | None) -> Never:
    raise Told


def report(words: str) -> None:
    """Tell the process that waits for this one, and let go of its pipe."""
    print(words, flush=True)
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, sys.stdout.fileno())
    os.close(quiet)


def keep(service: Service) -> None:
    """Run the server until nobody uses it. Raises HomeNotUsable when it does not start."""
    service.server.prepare(service.home)
    child = Child(service.server.program(service.home))
    with service.open_lock("users") as users:
        try:
            child.start()
            wait_until_furnished(service, child)
            report("ready")
            while not alone(users):
                if child.revive():
                    now = datetime.now(UTC).isoformat(timespec="seconds")
                    print(f"{now} {child.program.name} died and was started again", file=sys.stderr, flush=True)
                time.sleep(LOOK_SECONDS)
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            child.stop()


def wait_until_furnished(service: Service, child: Child) -> None:
    """Raises HomeNotUsable when the server ends instead, or takes too long."""
    deadline = time.monotonic() + STARTING_SECONDS
    while not service.server.furnish(service.home):
        if not child.running or time.monotonic() > deadline:
            raise HomeNotUsable(f"{child.program.name} did not start: {child.program.log} says why.")
        time.sleep(0.02)


if __name__ == "__main__":
    main(sys.argv[1])
