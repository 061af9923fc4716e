"""How fast orders are placed, and the next task is claimed:

    ABMHUB_HOME=/tmp/somewhere .venv/bin/python benchmarks/orders.py [--clients 16] [--tasks 1000000] [--json]

It makes a database for itself and takes it away afterwards. Sixteen connections place orders of three lines,
each with task, steps, backlog, ledger and news, in one transaction of the same statements, with the money taken from
different rows: the envelope of one's own team, that and two levels above it, one row for all, or none at all. What
counts are the ratios of one run, the best of several turns. Then they order until the money is gone, and nothing may
be over. Beside that the same orders come through the pages of the application (granian), and at last see claims.py.
"""

import argparse
import http.client
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
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

import psycopg

from abmhub.embedded.home import Home
from benchmarks import load
from benchmarks.claims import claims
from benchmarks.scratch import connected, empty_database

AT = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
LINES, STEPS, COST = 3, 4, 5
TURNS = 6
PLENTY, FEW_ORDERS = Decimal(100_000_000), 400
UNCHECKED = "Unchecked"

Answer = dict[str, Any]

ORDER = """
    INSERT INTO orders_order (
        account_id, tier_id, envelope_id, placed_by_id, placed_at, total_amount, currency, note, idempotency_key,
        fingerprint
    )
    VALUES (%(account)s, 1, %(envelope)s, %(rep)s, %(at)s, %(total)s, 'USD', '', %(key)s, '')
    RETURNING id
"""
LINE = """
    INSERT INTO orders_orderline (
        order_id, tactic_id, quantity, unit_cost, line_cost, takes_stock, goal, starts_on, promised_on, state,
        delivery_note
    )
    SELECT %(order)s, id, 1, %(cost)s, %(cost)s, false, '', %(day)s, %(day)s, 'ordered', ''
      FROM unnest(%(tactics)s::bigint[]) AS tactic (id)
    RETURNING id
"""
RECIPIENT = """
    INSERT INTO orders_recipient (line_id, contact_id)
    SELECT id, %(contact)s FROM unnest(%(lines)s::bigint[]) AS line (id)
"""
TASK = """
    INSERT INTO orders_task (line_id, name, state, due_on, waiting_on, waiting_note)
    SELECT id, 'Order', 'to_do', %(day)s, '', '' FROM unnest(%(lines)s::bigint[]) AS line (id)
    RETURNING id
"""
STEP = """
    INSERT INTO orders_taskstep (task_id, position, name, due_on, hours)
    SELECT id, number, 'Step', %(day)s, 1
      FROM unnest(%(tasks)s::bigint[]) AS task (id), generate_series(1, %(steps)s) AS step (number)
"""
BACKLOG = "INSERT INTO orders_backlog (due_on, hours) SELECT %(day)s, 4 FROM generate_series(1, %(count)s)"
NEWS = """
    INSERT INTO core_outboxmessage (topic, key, payload) VALUES ('order.placed', 'bench/' || %(key)s, '{}')
"""
LEDGER = """
    INSERT INTO budgets_ledgerentry (envelope_id, kind, amount, reserved_amount, reference, note, by_id, at)
    SELECT %(envelope)s, 'reserve', %(cost)s, 0, 'order-line-' || id, '', %(rep)s, %(at)s
      FROM unnest(%(lines)s::bigint[]) AS line (id)
"""
MOVE = """
    UPDATE budgets_envelope SET reserved_amount = reserved_amount + %(total)s
     WHERE id = %(id)s AND reserved_amount + spent_amount + %(total)s <= total_amount
    RETURNING parent_id
"""


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


class Over(Exception):
    """The envelope has no more."""


def place(database: psycopg.Connection[Any], who: dict[str, Any], *, is_checked: bool) -> None:
    """One order in one transaction, the money last and from below upwards, as `place_order` writes it."""
    values = who | {
        "key": str(uuid4()),
        "at": AT,
        "day": AT.date(),
        "cost": COST,
        "total": COST * LINES,
        "steps": STEPS,
    }
    with database.transaction():
        database.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('order key ' || %(key)s, 0)), "
            "pg_advisory_xact_lock(hashtextextended('orders of account ' || %(account)s, 0))",
            values,
        )
        [[values["order"]]] = database.execute(ORDER, values).fetchall()
        values["lines"] = [pk for (pk,) in database.execute(LINE, values).fetchall()]
        database.execute(RECIPIENT, values)
        values["tasks"] = [pk for (pk,) in database.execute(TASK, values).fetchall()]
        database.execute(STEP, values)
        database.execute(BACKLOG, values | {"count": LINES})
        database.execute(NEWS, values)
        database.execute(LEDGER, values)
        current = who["envelope"] if is_checked else None
        while current is not None:
            moved = database.execute(MOVE, {"id": current, "total": values["total"]}).fetchall()
            if not moved:
                raise Over
            [[current]] = moved


def client(job: tuple[dict[str, Any], bool, float, int]) -> Answer:
    """Place orders until the moment has come, or that many were tried."""
    who, is_checked, until, most = job
    placed = refused = 0
    with connected(who["database"]) as database:
        while time.time() < until and placed + refused < most:
            try:
                place(database, who, is_checked=is_checked)
                placed += 1
            except Over:
                refused += 1
    return {"placed": placed, "refused": refused}


def together(work: Callable[[Any], Answer], jobs: Sequence[Any]) -> list[Answer]:
    """Each job in a process with a connection of its own."""
    from django.db import connections

    connections.close_all()
    with get_context("fork").Pool(len(jobs)) as pool:
        return pool.map(work, jobs, chunksize=1)


def customers(cast: dict[str, Any], way: str, database: str) -> list[dict[str, Any]]:
    """Each client as the values of its orders, paid that way."""
    return [
        {
            "database": database,
            "account": str(cast["accounts"][number]),
            "rep": cast["reps"][number],
            "contact": cast["people"][number],
            "tactics": cast["tactics"],
            "envelope": cast[way][number],
        }
        for number in range(len(cast["accounts"]))
    ]


def per_second(cast: dict[str, Any], way: str, database: str, seconds: float) -> float:
    until = time.time() + seconds + 0.5
    jobs = [(who, way != "none", until, sys.maxsize) for who in customers(cast, way, database)]
    began = time.time()
    placed = sum(answer["placed"] for answer in together(client, jobs))
    return placed / (time.time() - began)


def at_database_level(cast: dict[str, Any], database: str, seconds: float) -> dict[str, float]:
    """Orders a second of each way, the best of several turns, in which they take turns."""
    best: dict[str, float] = {}
    for _ in range(TURNS):
        for way in ("alone", "under", "shared", "none"):
            best[way] = max(best.get(way, 0), per_second(cast, way, database, seconds))
    return best


def over(cast: dict[str, Any], database: str) -> dict[str, float]:
    """What is over on any envelope when they order more than there is money for, and how many got it."""
    from django.db.models import F, Sum

    from abmhub.budgets import books
    from abmhub.budgets.models import Envelope

    found: dict[str, float] = {"refused": 0, "over": 0}
    for way in ("alone", "under", "shared"):
        payers = Envelope.objects.filter(pk__in=cast[way])
        payers.update(
            total_amount=F("reserved_amount") + F("allotted_amount") + COST * LINES * FEW_ORDERS // len(set(cast[way]))
        )
        jobs = [(who, True, time.time() + 600, FEW_ORDERS // 8) for who in customers(cast, way, database)]
        found["refused"] += sum(answer["refused"] for answer in together(client, jobs))
    left = Envelope.objects.filter(total_amount__lt=F("reserved_amount") + F("spent_amount"))
    more = left.aggregate(sum=Sum(F("reserved_amount") + F("spent_amount") - F("total_amount")))
    # What was ordered without a check was booked and not counted, on purpose.
    errors = [error for error in books.errors() if not error.startswith(UNCHECKED)]
    return found | {"over": float(more["sum"] or 0) + len(errors)}


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
        found = {"pages_a_second": rate, "page_ms": wait}
        best = at_database_level(cast, database, options.seconds)
        found |= {f"{way}_a_second": rate for way, rate in best.items()}
        for way in ("alone", "under"):
            found |= {f"{way}/shared": best[way] / best["shared"], f"{way}/none": best[way] / best["none"]}
        found |= over(cast, database)
        return found | (claims(cast, options.tasks) if options.tasks else {})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=2, help="of each way in each turn")
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
