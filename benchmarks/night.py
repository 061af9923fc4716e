"""The night against one scan of all events, in CPU seconds of the database, on this machine, in one run.

    ABMHUB_HOME=/tmp/somewhere .venv/bin/python benchmarks/night.py [--scale small|million] [--nights N] [--json]

Makes accounts, people, events of 400 days and intent from a seed in a database for itself, and takes it away
afterwards. Then it lives through some nights, each after a day of new events, on Tuesdays of new intent, too. The
last of them are repeated in full, which must change nothing; then that of the last day again, after news of a few
accounts, and once more by another tier policy. "Scan" is one aggregate scan of all events. Small are 50,000 accounts
with 1,000,000 events; a million accounts need some 15 GB of disk.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import mean
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "abmhub.settings")

from benchmarks.scratch import empty_database

FOLDER = Path(__file__).resolve().parent
DAY, DAYS = date(2026, 3, 4), 400
SCALES = {"small": 50_000, "million": 1_000_000}
NIGHTS = {"small": 3, "million": 30}
EVENTS_AN_ACCOUNT = 20
FILLED = (
    "accounts_account",
    "accounts_standing",
    "committee_contact",
    "signals_engagementevent",
    "signals_intentobservation",
)
GOALS = {"incremental_over_scan": 2.0, "full_over_scan": 4.0, "one_percent_over_night": 0.03, "mismatches": 0}
PUBLISHED = (
    "accounts_standing",
    "accounts_tierchange",
    "committee_rolecount",
    "scoring_tiersnapshot",
    "funnel_funnelsnapshot",
    "funnel_dealsnapshot",
    "funnel_funnelunit",
    "funnel_engagedaccount",
    "funnel_marketaccount",
    "funnel_marketcell",
    "funnel_tamsnapshot",
    "metrics_contentday",
    "metrics_figuresnapshot",
)


@dataclass
class Costs:
    """CPU seconds of the nights, of all kinds."""

    nights: list[float] = field(default_factory=list)
    full: list[float] = field(default_factory=list)
    of_everybody: int = 0
    mismatches: int = 0
    moves: int = 0
    moves_by_time: int = 0


def run(statement: str, **values: Any) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return max(cursor.rowcount, 0)


def one(statement: str, **values: Any) -> Any:
    return every(statement, **values)[0][0]


def every(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return list(cursor.fetchall())


def text(name: str) -> str:
    return (FOLDER / name).read_text()


def cpu_seconds(what: Callable[[], Any]) -> float:
    """What it costs the one backend that does it; nothing runs in parallel there."""
    process = Path(f"/proc/{one('SELECT pg_backend_pid()')}/schedstat")
    before = _nanoseconds(process)
    what()
    return (_nanoseconds(process) - before) / 1_000_000_000


def _nanoseconds(process: Path) -> int:
    return int(process.read_text().split()[0])


def scan() -> None:
    run("SELECT event_type_id, count(*), max(occurred_at) FROM signals_engagementevent GROUP BY event_type_id")


def fill(accounts: int) -> None:
    """Everything up to DAY. Indexes are made at the end, and foreign keys not checked: that takes most of the time."""
    from django.db import transaction

    from abmhub.signals import months

    with transaction.atomic():
        again = [statement for table in FILLED for statement in bare(table)]
        for statement in text("night.sql").split(";\n"):
            run(statement, accounts=accounts, day=DAY)
        first = DAY - timedelta(days=DAYS - 1)
        lived = [first + timedelta(days=number) for number in range(DAYS + 60)]
        for signals in (months.EVENTS, months.INTENT):
            months.make(signals, lived, on=lived[-1])
        events = accounts * EVENTS_AN_ACCOUNT
        run(text("night_events.sql"), first_day=f"{first}", days=DAYS, events=events, accounts=accounts)
        last_week = _monday(DAY) - timedelta(days=7)
        run(text("night_intent.sql"), first_week=last_week - timedelta(weeks=DAYS // 7), last_week=last_week)
        for statement in again:
            run(statement)
        run(
            "INSERT INTO signals_eventkey (source, external_id, event_id, occurred_at)"
            " SELECT source, external_id, id, occurred_at FROM signals_engagementevent"
        )
    run("VACUUM ANALYZE")


def bare(table: str) -> list[str]:
    """Take foreign keys, indexes and triggers from a table; returns the statements that bring them back."""
    again = []
    for name, rule in every(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = %(table)s::regclass AND contype = 'f'",
        table=table,
    ):
        run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        again.append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {rule} NOT VALID")
    for name, definition, rule in every(
        "SELECT index.indexrelid::regclass::text, pg_get_indexdef(index.indexrelid), pg_get_constraintdef(rule.oid)"
        " FROM pg_index AS index LEFT JOIN pg_constraint AS rule"
        " ON rule.conindid = index.indexrelid AND rule.conrelid = index.indrelid"
        " WHERE index.indrelid = %(table)s::regclass AND NOT index.indisprimary",
        table=table,
    ):
        run(f"ALTER TABLE {table} DROP CONSTRAINT {name}" if rule else f"DROP INDEX {name}")
        # Of a table that lies by month the definition speaks of the parent alone: it is for every month.
        everywhere = definition.replace(" ON ONLY ", " ON ")
        again.insert(0, f"ALTER TABLE {table} ADD CONSTRAINT {name} {rule}" if rule else everywhere)
    run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    return [*again, f"ALTER TABLE {table} ENABLE TRIGGER USER"]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def live(day: date, accounts: int) -> None:
    """A day passes: events, on a Tuesday the intent of last week, a few edits."""
    events = accounts * EVENTS_AN_ACCOUNT // DAYS
    run(text("night_events.sql"), first_day=f"{day}", days=1, events=events, accounts=accounts)
    if day.weekday() == 1:
        last_week = _monday(day) - timedelta(days=7)
        run(text("night_intent.sql"), first_week=last_week, last_week=last_week)
    run(
        "UPDATE accounts_account SET employees = employees + 50 WHERE id %% 1000 = %(turn)s",
        turn=day.toordinal() % 1000,
    )
    run("UPDATE committee_contact SET seniority = 'director' WHERE id %% 3000 = %(turn)s", turn=day.toordinal() % 3000)


def night(day: date, *, full: bool = False) -> None:
    from abmhub.nightly import steps

    at = datetime.combine(day, datetime.min.time(), tzinfo=UTC) + timedelta(hours=23)
    steps.run(day, at=at, full=full)


def steps_of(day: date) -> str:
    """The steps of the latest run of a day, with rows and seconds."""
    found = every(
        "SELECT step.name, rows, seconds FROM core_runstep AS step JOIN core_run AS run ON run.id = step.run_id"
        " WHERE business_day = %(day)s ORDER BY position",
        day=day,
    )
    return ", ".join(f"{name} {rows:,} in {seconds:.2f} s" for name, rows, seconds in found)


def looked_at(day: date) -> int:
    """How many accounts the latest run of a day computed."""
    return int(
        one(
            "SELECT rows FROM core_runstep AS step JOIN core_run AS run ON run.id = step.run_id"
            " WHERE business_day = %(day)s AND step.name = 'scores' ORDER BY run.id DESC LIMIT 1",
            day=day,
        )
    )


def remember() -> None:
    """Keep what the night published, to be compared with what a repetition makes of it."""
    for table in PUBLISHED:
        run(f"DROP TABLE IF EXISTS kept_{table}")
        run(f"CREATE UNLOGGED TABLE kept_{table} AS {_told(table)}")


def differences() -> int:
    """How many published rows are no longer as they were remembered."""
    lost = "SELECT count(*) FROM ({} EXCEPT ALL {}) AS lost"
    return sum(
        one(lost.format(before, now)) + one(lost.format(now, before))
        for before, now in ((f"TABLE kept_{table}", _told(table)) for table in PUBLISHED)
    )


def _told(table: str) -> str:
    """The query for the rows of a table without the numbers that an attempt used up."""
    columns = one(
        "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute"
        " WHERE attrelid = %(table)s::regclass AND attnum > 0 AND NOT attisdropped AND attidentity = ''",
        table=table,
    )
    # The names are the catalogue's.
    return f"SELECT {columns} FROM {table}"  # noqa: S608


def live_through(nights: int, accounts: int, costs: Costs, *, compared: int) -> None:
    """Each day and its night; the last `compared` nights are repeated in full."""
    for number in range(1, nights + 1):
        day = DAY + timedelta(days=number)
        live(day, accounts)
        costs.nights.append(cpu_seconds(partial(night, day)))
        costs.of_everybody += looked_at(day) >= accounts
        print(f"{day}: {costs.nights[-1]:.2f} cpu-s: {steps_of(day)}", file=sys.stderr)
        if number > nights - compared:
            remember()
            costs.full.append(cpu_seconds(partial(night, day, full=True)))
            costs.mismatches += differences()
    # Moves on a day on which nobody heard of the account.
    costs.moves = one("SELECT count(*) FROM accounts_tierchange WHERE changed_on > %(day)s", day=DAY)
    costs.moves_by_time = one(
        "SELECT count(*) FROM accounts_tierchange AS change WHERE changed_on > %(day)s"
        " AND account_id %% 1000 <> (changed_on - DATE '0001-01-01' + 1) %% 1000"
        " AND NOT (extract(isodow FROM changed_on) = 2 AND account_id IN (SELECT account_id FROM benchmark_series))"
        " AND NOT EXISTS (SELECT FROM signals_engagementevent AS event WHERE event.account_id = change.account_id"
        " AND event.occurred_at >= changed_on AND event.occurred_at < changed_on + 1)",
        day=DAY,
    )


def again_for_few(day: date, accounts: int) -> float:
    """The same night again after news of a hundredth of the accounts that a day touches."""
    run(
        "INSERT INTO signals_engagementevent (account_id, event_type_id, occurred_at, source, external_id)"
        " SELECT account_id, event_type_id, occurred_at, source, 'again/' || external_id FROM signals_engagementevent"
        " WHERE occurred_at >= %(day)s AND id %% 100 = 7",
        day=day,
    )
    return cpu_seconds(partial(night, day))


def again_by_other_rules(day: date, costs: Costs) -> float:
    """The same night again with another policy in force; repeated in full it must change nothing."""
    run("UPDATE scoring_tierpolicy SET promote_band = promote_band + 1 WHERE status = 'published'")
    cost = cpu_seconds(partial(night, day))
    remember()
    night(day, full=True)
    costs.mismatches += differences()
    return cost


def measured(scale: str, nights: int, compared: int) -> dict[str, Any]:
    accounts, costs = SCALES[scale], Costs()
    began = time.monotonic()
    fill(accounts)
    print(f"made in {time.monotonic() - began:.0f} s", file=sys.stderr)
    first = cpu_seconds(partial(night, DAY))
    live_through(nights, accounts, costs, compared=compared)
    few = again_for_few(DAY + timedelta(days=nights), accounts)
    by_other_rules = again_by_other_rules(DAY + timedelta(days=nights), costs)
    scanned = min(cpu_seconds(scan) for _ in range(3))
    whole, full = mean(costs.nights), min(costs.full or [first])
    return {
        "scale": scale,
        "accounts": accounts,
        "events": one("SELECT count(*) FROM signals_engagementevent"),
        "observations": one("SELECT count(*) FROM signals_intentobservation"),
        "nights": nights,
        "scan_cpu_seconds": round(scanned, 2),
        "incremental_cpu_seconds": round(whole, 2),
        "nights_of_everybody": costs.of_everybody,
        "slowest_night_cpu_seconds": round(max(costs.nights), 2),
        "full_cpu_seconds": round(full, 2),
        "first_cpu_seconds": round(first, 2),
        "incremental_over_scan": round(whole / scanned, 2),
        "full_over_scan": round(full / scanned, 2),
        "other_rules_over_scan": round(by_other_rules / scanned, 2),
        "one_percent_over_night": round(few / whole, 3),
        "nights_compared": compared,
        "mismatches": costs.mismatches,
        "moves": costs.moves,
        "decay_only_found": costs.moves_by_time,
        "seconds": round(time.monotonic() - began),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", choices=SCALES, default="small")
    parser.add_argument("--nights", type=int, help="3 of the small scale, else 30")
    parser.add_argument("--compared", type=int, default=3, help="how many of the last nights are repeated")
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    options = parser.parse_args()

    with empty_database():
        run("SET max_parallel_workers_per_gather = 0")
        answer = measured(options.scale, options.nights or NIGHTS[options.scale], options.compared)
    if options.json:
        print(json.dumps(answer))
        return
    for name, value in answer.items():
        goal = f"   (goal: at most {GOALS[name]})" if name in GOALS else ""
        print(f"{name:28} {value:>14}{goal}")


if __name__ == "__main__":
    main()
