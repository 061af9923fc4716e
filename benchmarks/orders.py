"""How fast orders are placed, and the next task is claimed:

    ABMHUB_HOME=/tmp/somewhere .venv/bin/python benchmarks/orders.py [--clients 16] [--tasks 1000000] [--json]

It makes a database for itself, whose commits wait for the disk, and takes it away afterwards. Over sixteen connections
pgbench places orders of three lines, each with task, steps, backlog, ledger and news, in one transaction of the same
statements (place_order.sql), with the money taken from different rows: the envelope of one's own team, that and two
levels above it, one row for all, or none at all; of one row for all also before the order is written, as one does it at
first. What counts are the ratios of one run, the best of several turns. Then they order until the money is gone, and
nothing may be over. Beside that the same orders come through the pages (granian), and at last see claims.py.
"""

import argparse
import http.client
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "abmhub.settings")
os.environ.setdefault("ABMHUB_HTTPS", "no")

from abmhub.embedded.home import Home
from abmhub.embedded.postgres import binary
from benchmarks import load
from benchmarks.claims import claims
from benchmarks.scratch import empty_database

AT = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
LINES, COST = 3, 15
"""Of an order: how many tactics, and what all of them cost together."""

TURNS = 6
PLENTY, FEW_ORDERS = Decimal(100_000_000), 400
UNCHECKED = "Unchecked"

Answer = dict[str, Any]


@dataclass(frozen=True)
class Way:
    """How the money is taken: whose envelope it is, how many above each other pay, and whether before all else."""

    envelopes: str
    levels: int = 1
    is_first: bool = False


WAYS = {
    "own": Way("alone"),
    "tree": Way("under", levels=3),
    "one row": Way("shared"),
    "one row first": Way("shared", is_first=True),
    "unchecked": Way("none", levels=0),
}
SCRIPT = Path(__file__).with_name("place_order.sql")


def prepare(clients: int) -> dict[str, Any]:
    """A team with a rep, an account and three ways of paying for each client, and what they order."""
    from django.db import transaction

    from abmhub.accounts.models import Account, Standing, Tier
    from abmhub.budgets.models import Envelope
    from abmhub.committee.models import Contact
    from abmhub.menus.models import MenuItem, Tactic
    from abmhub.orders.models import TouchLimit
    from abmhub.users.models import Role, Team, User

    tier = Tier.objects.get(level=1)
    TouchLimit.objects.all().delete()
    # The same people pay in three ways: each in a year of its own, for periods may not overlap.
    same, alone_in, shared_in, unchecked_in = (
        {"tier": tier, "starts_on": date(year, 1, 1), "ends_on": date(year, 12, 31)} for year in range(2026, 2030)
    )
    teams = Team.objects.bulk_create(Team(name=f"Team {number}") for number in range(clients))
    reps = User.objects.bulk_create(User(name=f"Rep {team}", role=Role.SALES_REP, team=team) for team in teams)
    marketer = User.objects.create(name="Marketer", role=Role.MARKETER)
    shared = Envelope.objects.create(name="Shared", total_amount=PLENTY * clients, **shared_in)
    unchecked = Envelope.objects.create(name=UNCHECKED, total_amount=1, **unchecked_in)
    alone = [Envelope.objects.create(name=f"Own {team}", total_amount=PLENTY, team=team, **alone_in) for team in teams]
    program = Envelope.objects.create(
        name="Program", program="Program", total_amount=PLENTY * clients, **same | {"tier": None}
    )
    middle = Envelope.objects.create(name="Tier 1", parent=program, total_amount=PLENTY * clients, **same)
    under = [
        Envelope.objects.create(name=f"Of {team}", parent=middle, total_amount=PLENTY, team=team, **same)
        for team in teams
    ]
    with transaction.atomic():
        accounts = Account.objects.bulk_create(
            Account(name=f"Account {rep}", normalized_name=f"account {rep}", owner=rep) for rep in reps
        )
    Standing.objects.filter(account__in=accounts).update(tier=tier, fit=90)
    people = Contact.objects.bulk_create(
        Contact(account=account, name="Kim", email=f"kim{account.pk}@bench.example") for account in accounts
    )
    tactics = list(Tactic.objects.filter(menu_items__tier=tier, minimum_recipients=1, stock_on_hand=None)[:LINES])
    MenuItem.objects.update(quota=30_000)
    return {
        "accounts": [one.pk for one in accounts],
        "reps": [one.pk for one in reps],
        "people": [one.pk for one in people],
        "tactics": [one.pk for one in tactics],
        "marketer": marketer.pk,
        "alone": [one.pk for one in alone],
        "under": [one.pk for one in under],
        "shared": [shared.pk] * clients,
        "none": [unchecked.pk] * clients,
    }


def together(work: Callable[[Any], Answer], jobs: Sequence[Any]) -> list[Answer]:
    """Each job in a process with a connection of its own."""
    from django.db import connections

    connections.close_all()
    with get_context("fork").Pool(len(jobs)) as pool:
        return pool.map(work, jobs, chunksize=1)


def placed(cast: dict[str, Any], way: Way, *asked: str) -> float:
    """Orders a second that pgbench places or tries to place in this way, a transaction for each."""
    from django.db import connection

    firsts = {"account": cast["accounts"], "rep": cast["reps"], "contact": cast["people"]}
    firsts["envelope"] = cast[way.envelopes]
    apart = len(set(cast[way.envelopes])) > 1
    # Each client finds its own by its number, so they must follow each other.
    if any(keys != list(range(keys[0], keys[0] + len(keys))) for keys in firsts.values() if keys[0] != keys[-1]):
        raise RuntimeError("The keys of the cast do not follow each other.")
    values = {f"first_{name}": keys[0] for name, keys in firsts.items()}
    values |= {"apart": int(apart), "levels": way.levels, "money_first": int(way.is_first)}
    values["tactics"] = f"{{{','.join(map(str, cast['tactics']))}}}"
    said = connection.settings_dict
    options = {"client": len(cast["reps"]), "file": SCRIPT, "host": said["HOST"], "username": said["USER"]}
    done = subprocess.run(
        [
            binary("pgbench"),
            "--no-vacuum",
            "--protocol=prepared",
            *(f"--{name}={value}" for name, value in options.items()),
            *(f"--define={name}={value}" for name, value in values.items()),
            *asked,
            str(said["NAME"]),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"^tps = ([0-9.]+)", done.stdout, re.MULTILINE)
    if done.returncode or not found or "failed transactions: 0 " not in done.stdout:
        raise RuntimeError(done.stdout + done.stderr)
    return float(found[1])


def at_database_level(cast: dict[str, Any], seconds: int) -> dict[str, float]:
    """Orders a second of each way, the best of several turns, in which they take turns."""
    best: dict[str, float] = {}
    for _ in range(TURNS):
        for name, way in WAYS.items():
            best[name] = max(best.get(name, 0), placed(cast, way, f"--time={seconds}"))
    return best


def over(cast: dict[str, Any]) -> dict[str, float]:
    """What is over on any envelope when they order more than there is money for, and how many got nothing."""
    from django.db.models import F, Sum

    from abmhub.budgets import books
    from abmhub.budgets.models import Envelope
    from abmhub.orders.models import Order

    tried, before = 0, Order.objects.count()
    for way in WAYS.values():
        if not way.levels:
            continue
        payers = Envelope.objects.filter(pk__in=cast[way.envelopes])
        few = COST * FEW_ORDERS // len(set(cast[way.envelopes]))
        payers.update(total_amount=F("reserved_amount") + F("allotted_amount") + few)
        placed(cast, way, f"--transactions={FEW_ORDERS // 8}")
        tried += FEW_ORDERS // 8 * len(cast["reps"])
    left = Envelope.objects.filter(total_amount__lt=F("reserved_amount") + F("spent_amount"))
    more = left.aggregate(sum=Sum(F("reserved_amount") + F("spent_amount") - F("total_amount")))
    # What was ordered without a check was booked and not counted, on purpose.
    errors = [error for error in books.errors() if not error.startswith(UNCHECKED)]
    refused = tried - (Order.objects.count() - before)
    return {"refused": refused, "over": float(more["sum"] or 0) + len(errors)}


def is_durable() -> bool:
    """Whether a commit waits for the disk, as in an installation, and not as in tests."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT bool_and(setting = 'on') FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit')")
        [durable] = cursor.fetchone()
        return bool(durable)


@contextmanager
def web_server(database: str) -> Iterator[None]:
    """Granian on that database, once it answers."""
    from django.db import connection

    from abmhub.embedded.processes import Child
    from abmhub.embedded.programs import programs

    said = connection.settings_dict
    address = f"postgres://{said['USER']}@{quote(said['HOST'], safe='')}/{database}"
    program = programs(Home.from_environment(), port=load.PORT)[0]
    web = Child(replace(program, environment={**program.environment, "DATABASE_URL": address}))
    web.start()
    try:
        load.started(web)
        yield
    finally:
        web.stop()


def post_orders(job: tuple[str, str, str, float]) -> Answer:
    """Send one filled-in menu after another, each with a key of its own."""
    from django.conf import settings

    path, cookie, form, until = job
    token = "x" * 32
    headers = {
        "Cookie": f"{cookie}; {settings.CSRF_COOKIE_NAME}={token}",
        "X-CSRFToken": token,
        "Host": "localhost",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    connection = http.client.HTTPConnection("127.0.0.1", load.PORT)
    waits = []
    while time.time() < until:
        began = time.perf_counter()
        connection.request("POST", path, f"{form}&key={uuid4()}", headers)
        answer = connection.getresponse()
        page = answer.read()
        if answer.status != http.client.FOUND:
            raise RuntimeError(f"{path} answers {answer.status}: {page[:300]!r}")
        waits.append(time.perf_counter() - began)
    return {"placed": len(waits), "waits": waits}


def by_pages(cast: dict[str, Any], database: str, seconds: float) -> tuple[float, float]:
    """Orders a second through the pages, and the median of what one waited for, in milliseconds."""
    from abmhub.users.models import User

    cookies = list(load.cookies(User.objects.filter(pk__in=cast["reps"]).order_by("pk")))
    jobs = []
    for number, account in enumerate(cast["accounts"]):
        ticked = [f"tactic={pk}&contacts-{pk}={cast['people'][number]}" for pk in cast["tactics"]]
        jobs.append((f"/accounts/{account}/menu/", cookies[number], "&".join(["tier=1", *ticked])))
    with web_server(database):
        together(post_orders, [(*job, time.time() + 3) for job in jobs])
        answers = together(post_orders, [(*job, time.time() + seconds) for job in jobs])
    waits = [wait for answer in answers for wait in answer["waits"]]
    return len(waits) / seconds, median(waits) * 1000


def orders(options: argparse.Namespace) -> dict[str, float]:
    with empty_database() as database:
        cast = prepare(options.clients)
        # First what reads the orders of an account, then what makes so many of them.
        rate, wait = by_pages(cast, database, options.seconds * 2)
        found = {"pages_a_second": rate, "page_ms": wait, "commits_wait_for_the_disk": is_durable()}
        best = at_database_level(cast, options.seconds)
        found |= {f"{way}_a_second": rate for way, rate in best.items()}
        for way in ("own", "tree"):
            others = ("one row", "one row first", "unchecked")
            found |= {f"{way} / {other}": best[way] / best[other] for other in others}
        found |= over(cast)
        return found | (claims(cast, options.tasks) if options.tasks else {})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=int, default=3, help="of each way in each turn")
    parser.add_argument("--tasks", type=int, default=1_000_000, help="that are open while somebody claims; 0: none")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = orders(options)
    if options.json:
        print(json.dumps(found))
    else:
        print("\n".join(f"{name.replace('_', ' '):<24}{value:>14,.2f}" for name, value in found.items()))
    sys.exit(1 if found.get("over") else 0)


if __name__ == "__main__":
    main()
