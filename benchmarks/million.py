"""An installation of a million accounts to measure against:

    ABMHUB_HOME=/tmp/million python benchmarks/million.py [--events 20000000] [--no-night]

An empty installation gets 1,000,000 accounts under 40 territories, 3,000,000 contacts, 4,500 accounts with a tier;
500,000 deals with their stages, contracts and 600,000 leads of 400 campaigns; 700,000 orders with 1,000,000 open
tasks; and one night, which counts the funnel and the metrics. These people (password "a long pass phrase") sign in:
admin@example.com, few@example.com (30 accounts), many@example.com (10,000), manager@example.com (about 350,000 through
a team and its territories), marketer@example.com, marketing@example.com and analyst@example.com.

What is there already is left alone: a part that failed is made again when it is asked for again.
"""

import argparse
import os
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "abmhub.settings")

from abmhub.embedded import services
from abmhub.embedded.command import migrate_if_empty
from abmhub.embedded.home import Home
from benchmarks.night import bare

PASSWORD = "a long pass phrase"  # noqa: S105 - of people who do not exist
FOLDER = Path(__file__).parent
WORK = (
    "accounts_tierchange", "budgets_ledgerentry", "campaigns_programaccount", "campaigns_spend", "orders_followup",
    "orders_order", "orders_orderline", "orders_recipient", "orders_task", "orders_taskevent", "orders_taskstep",
    "pipeline_campaignmember", "pipeline_contract", "pipeline_lead", "pipeline_opportunity", "pipeline_stagechange",
)  # fmt: skip
DAYS = 400


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=0, help="of four hundred days, beside those of 600,000 contacts")
    parser.add_argument("--no-night", action="store_true")
    options = parser.parse_args()
    home = Home.from_environment()
    with services.used(home):
        migrate_if_empty(home)
        fill(options.events)
        if not options.no_night:
            nights()


def fill(events: int) -> None:
    from django.contrib.auth.hashers import make_password
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from abmhub.accounts.attributes import index_attributes
    from abmhub.accounts.models import Account
    from abmhub.orders.models import Order
    from abmhub.orders.promises import count_backlog
    from abmhub.signals.models import EngagementEvent

    call_command("migrate", verbosity=0)
    values = {"password": make_password(PASSWORD)}
    if not Account.objects.exists():
        run_file("million.sql", (), values)
        index_attributes(at=timezone.now())
    if not Order.objects.exists():
        run_file("million_work.sql", WORK, values)
        count_backlog()
    if events and not EngagementEvent.objects.filter(external_id="M1").exists():
        make_months()
        run_file("million_events.sql", ("signals_engagementevent", "signals_eventkey"), {"events": events})
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def run_file(name: str, tables: tuple[str, ...], values: dict[str, Any]) -> None:
    """Run its statements in one transaction, each with the seconds it took; indexes of the tables are made after."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        again = [statement for table in tables for statement in bare(table)]
        for statement in [*(FOLDER / name).read_text().split(";\n"), *again]:
            began = time.perf_counter()
            cursor.execute(statement, values if statement not in again else None)
            print(f"{time.perf_counter() - began:7.1f} s  {' '.join(statement.split())[:80]}", flush=True)


def make_months() -> None:
    from django.utils import timezone

    from abmhub.signals import months

    today = timezone.now().date()
    months.make(months.EVENTS, [today - timedelta(days=number) for number in range(DAYS + 1)], on=today)


def nights() -> None:
    """The night of the day, with what each step took."""
    from django.utils import timezone

    from abmhub.core.days import business_day
    from abmhub.core.models import RunStep
    from abmhub.nightly import steps

    run = steps.run(business_day(timezone.now()), at=timezone.now())
    for step in RunStep.objects.filter(run=run).order_by("position"):
        print(f"{step.seconds:7.1f} s  {step.name}: {step.rows:,} rows", flush=True)


if __name__ == "__main__":
    main()
