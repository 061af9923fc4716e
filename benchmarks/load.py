"""How many pages of accounts the application server answers in a second, and what each costs:

    ABMHUB_HOME=/tmp/million python benchmarks/load.py [--clients 4] [--seconds 20]

Four people (see million.py) ask through granian, each over a connection of its own, for one page after another. Beside
the requests a second it prints processor seconds a request, of the server and of the database: on a machine that others
use, those tell what this one could answer.
"""

import argparse
import http.client
import os
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "abmhub.settings")
os.environ.setdefault("ABMHUB_HTTPS", "no")

from abmhub.embedded import services
from abmhub.embedded.home import Home
from abmhub.embedded.processes import Child
from abmhub.embedded.programs import programs

if TYPE_CHECKING:
    from abmhub.users.models import User

PEOPLE = ("admin@example.com", "few@example.com", "many@example.com", "manager@example.com")
PATHS = (
    "/accounts/", "/accounts/?tier=1", "/accounts/?sort=name", "/accounts/?surging=true", "/accounts/?q=amber+robotics",
    "/accounts/?industry=industry+02&sort=acv", "/accounts/?country=US&sort=employees", "/accounts/?stale=true",
)  # fmt: skip
GOAL = 60
PORT = 8765


class Client(threading.Thread):
    """Somebody who asks for the next page as soon as the last has come."""

    def __init__(self, cookie: str, until: float) -> None:
        super().__init__()
        self.headers = {"Cookie": cookie, "Host": "localhost"}
        self.until = until
        self.answered, self.bytes, self.seconds = 0, 0, list[float]()

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", PORT)
        for path in cycle(PATHS):
            began = time.perf_counter()
            if time.time() >= self.until:
                return
            connection.request("GET", path, headers=self.headers)
            answer = connection.getresponse()
            page = answer.read()
            if answer.status != http.client.OK or b"accounts-found" not in page:
                raise RuntimeError(f"{path} answers {answer.status}: {page[:200]!r}")
            self.answered += 1
            self.bytes += len(page)
            self.seconds.append(time.perf_counter() - began)


def cookies(people: "Iterable[User]") -> Iterator[str]:
    """A session of each of them."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    for user in people:
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        yield f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def known_people() -> "list[User]":
    import django

    django.setup()
    from abmhub.users.models import User

    return [User.objects.get(email=email) for email in PEOPLE]


def spent(processes: Iterable[int]) -> dict[int, float]:
    """Processor seconds of each until now; a process that has ended keeps them for itself."""
    found = {}
    for process in processes:
        try:
            after_name = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            continue
        found[process] = (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")
    return found


def below(parent: int) -> list[int]:
    """The process and all that it has started."""
    path = Path(f"/proc/{parent}/task/{parent}/children")
    return [parent, *(one for child in path.read_text().split() for one in below(int(child)))]


def backends() -> list[int]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'")
        return [pid for (pid,) in cursor.fetchall()]


def started(web: Child) -> int:
    """The web server once it answers."""
    while web.process is not None and web.running:
        try:
            http.client.HTTPConnection("127.0.0.1", PORT).request("GET", "/healthz")
        except ConnectionRefusedError:
            time.sleep(0.2)
        else:
            return web.process.pid
    raise SystemExit("The web server does not start: see web.log.")


def measured(clients: int, seconds: int, server: int) -> None:
    known = cycle(list(cookies(known_people())))
    for cookie in {next(known) for _ in PEOPLE}:
        warm = Client(cookie, time.time() + 3)
        warm.start()
        warm.join()
    began = time.time()
    asking = [Client(next(known), began + seconds) for _ in range(clients)]
    web_before, database_before = spent(below(server)), spent(backends())
    for client in asking:
        client.start()
    for client in asking:
        client.join()
    took = time.time() - began
    web, database = spent(below(server)), spent(backends())
    answered = sum(client.answered for client in asking)
    waits = sorted(wait for client in asking for wait in client.seconds)
    python = sum(now - web_before.get(process, 0) for process, now in web.items()) / answered
    postgres = sum(now - database_before.get(process, 0) for process, now in database.items()) / answered
    print(
        f"{answered / took:.0f} requests a second by {clients} clients (goal >= {GOAL}), median "
        f"{waits[len(waits) // 2] * 1000:.0f} ms, p95 {waits[int(len(waits) * 0.95)] * 1000:.0f} ms; a request costs "
        f"{python * 1000:.1f} ms of the server and {postgres * 1000:.1f} ms of the database, which 2 idle processors "
        f"would answer {2 / (python + postgres):.0f} times a second"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--seconds", type=int, default=20)
    options = parser.parse_args()
    home = Home.from_environment()
    with services.used(home):
        web = Child(programs(home, port=PORT)[0])
        web.start()
        try:
            measured(options.clients, options.seconds, started(web))
        finally:
            web.stop()


if __name__ == "__main__":
    main()
