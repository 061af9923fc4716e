"""What a menu, and a tick on it, cost the server beside a million accounts:

    ABMHUB_HOME=/tmp/million .venv/bin/python benchmarks/menus.py [--accounts 30] [--json]

The home is one that million.py has made. In a transaction that is taken back, some of its accounts get into Tier 1,
which gets money, and every tactic a history of sixty deliveries and ninety days of open work. Each account is asked
for once, as an administrator, so that nothing but the database is warm.
"""

import argparse
import http.client
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "abmhub.settings")
os.environ.setdefault("ABMHUB_HTTPS", "no")
os.environ.setdefault("ABMHUB_LOG_LEVEL", "WARNING")
os.environ.setdefault("ABMHUB_ALLOWED_HOSTS", "testserver")

import django

from abmhub.embedded import services
from abmhub.embedded.home import Home
from benchmarks.load import PEOPLE, spent

if TYPE_CHECKING:
    from django.http import HttpResponse

    from abmhub.accounts.models import Account
    from abmhub.users.models import User


HISTORY = """
    WITH ordered AS (
        INSERT INTO orders_order (
            account_id, tier_id, envelope_id, placed_by_id, placed_at, total_amount, currency, note, idempotency_key,
            fingerprint
        )
        SELECT %(account)s, 1, %(envelope)s, %(user)s, now() - interval '200 days', 5, 'USD', '', gen_random_uuid(), ''
          FROM generate_series(1, 60)
        RETURNING id
    )
    INSERT INTO orders_orderline (
        order_id, tactic_id, quantity, unit_cost, line_cost, actual_cost, takes_stock, goal, promised_on, state,
        delivery_note, delivered_at, took_days
    )
    SELECT ordered.id, menus_tactic.id, 1, 5, 5, 5, false, '', now(), 'delivered', '',
           now() - ordered.id %% 90 * interval '1 day', ordered.id * menus_tactic.id %% 12
      FROM ordered, menus_tactic
"""
BACKLOG = """
    INSERT INTO orders_backlog (due_on, hours)
    SELECT now()::date + day, 3 FROM generate_series(-5, 85) AS day, generate_series(1, 20)
"""


def furnish(accounts: "list[Account]", user: "User") -> None:
    """Tier 1 and money for these accounts; history and open work."""
    from django.db import connection
    from django.utils import timezone

    from abmhub.accounts.models import Standing
    from abmhub.budgets.models import Envelope

    Standing.objects.filter(account__in=accounts).update(tier=1, disqualified_by="")
    today = timezone.now().date()
    whole = Envelope.objects.filter(tier=1, team=None, rep=None, account=None, program=None)
    envelope = whole.filter(starts_on__lte=today, ends_on__gte=today).first() or Envelope.objects.create(
        name="Tier 1, today", tier_id=1, starts_on=today, ends_on=today, total_amount=1_000_000
    )
    with connection.cursor() as cursor:
        who = {"account": accounts[0].pk, "envelope": envelope.pk, "user": user.pk}
        cursor.execute(HISTORY, who)
        cursor.execute(BACKLOG)
        for table in ("orders_orderline", "orders_backlog", "orders_order"):
            cursor.execute(f"ANALYZE {table}")


def menus(number: int) -> dict[str, float]:
    """Milliseconds of a menu and of a tick: by the clock, and of the processor for Python and the database together."""
    from django.test import Client
    from django.utils import timezone

    from abmhub.accounts.models import Account
    from abmhub.orders.menu import menu_for
    from abmhub.users.models import User

    browser, user = Client(), User.objects.get(email=PEOPLE[0])
    browser.force_login(user)
    accounts = list(Account.objects.filter(pk__gt=500_000).order_by("pk")[: number + 1])
    furnish(accounts, user)
    offers = [offer for offer in menu_for(accounts[0], by=user, at=timezone.now()).offers if not offer.problem]
    ticked = {"tactic": [offer.tactic.pk for offer in offers[:3]]}
    paths = [f"/accounts/{account.pk}/menu/" for account in accounts]
    found = measured("menu", lambda path: browser.get(f"{path}?key={uuid4()}"), paths)
    return found | measured("tick", lambda path: browser.post(f"{path}total/", ticked), paths)


def measured(name: str, ask: Callable[[str], "HttpResponse"], paths: Sequence[str]) -> dict[str, float]:
    """The first of the paths warms up."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [backend] = cursor.fetchone()
    size = len(ask(paths[0]).content)
    waits, python, database = [], time.process_time(), spent([backend])[backend]
    for path in paths[1:]:
        began = time.perf_counter()
        answer = ask(path)
        waits.append((time.perf_counter() - began) * 1000)
        if answer.status_code != http.client.OK:
            raise RuntimeError(f"{path} answers {answer.status_code}.")
    worked = time.process_time() - python + spent([backend])[backend] - database
    return {
        f"{name}_ms": median(waits),
        f"{name}_best_ms": min(waits),
        f"{name}_processor_ms": worked / len(waits) * 1000,
        f"{name}_kilobytes": size / 1000,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=30)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with services.used(Home.from_environment()):
        django.setup()
        from django.db import transaction

        with transaction.atomic():
            found = menus(options.accounts)
            transaction.set_rollback(True)
    if options.json:
        print(json.dumps(found))
    else:
        print("\n".join(f"{name.replace('_', ' '):<16}{value:>10,.1f}" for name, value in found.items()))


if __name__ == "__main__":
    main()
