"""What is left when the workers that run the night are killed: exactly what a calm night leaves.

    ABMHUB_HOME=/tmp/somewhere .venv/bin/python benchmarks/kills.py [--kills 500] [--accounts 5000] [--json]

Makes accounts and a year of signals in a database for itself. Each round lives a day and copies the database: in one
copy the night runs undisturbed, in the other three workers stand by for it, and whoever runs it is killed (SIGKILL) at
a random moment of as long as a night takes, until one gets through. Afterwards every row of every table must be the
same in both. Meanwhile somebody reads all that a night publishes, in one query, over and over: each time it must be
the figures of the night before, or all of the new ones. Ends with status 1 when anything is amiss.
"""

import argparse
import json
import os
import random
import signal
import statistics
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, NoReturn

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "abmhub.settings")

import django
import psycopg

from abmhub.embedded import services
from abmhub.embedded.home import Home
from abmhub.embedded.processes import die_with_parent
from benchmarks import night as living
from benchmarks.scratch import columns, connected, counting, figures, made, use

FIRST_DAY = living.DAY
PATIENCE_SECONDS = 60

SHAKEN = "UPDATE accounts_account SET employees = CASE WHEN id %% 2 = 0 THEN 900 ELSE 1 END WHERE id %% 5 = %(turn)s"
"""Some accounts grow and others shrink, so that there are moves up and down to publish."""
HOLDER = """
    SELECT application_name
    FROM pg_locks
    JOIN pg_stat_activity USING (pid)
    JOIN pg_database ON pg_database.oid = pg_locks.database AND pg_database.datname = current_database()
    WHERE locktype = 'advisory' AND granted
"""
PUBLISHED = "SELECT max(business_day) FILTER (WHERE published_at IS NOT NULL)::text FROM core_run WHERE job = 'nightly'"
STEP = """
    SELECT coalesce(max(name) FILTER (WHERE step.finished_at IS NULL), 'between two steps')
    FROM core_runstep AS step
    JOIN core_run AS run ON run.id = step.run_id
    WHERE run.business_day = %(day)s
"""


@dataclass
class Result:
    """What the soak saw."""

    kills: int = 0
    too_late: int = 0
    nights: int = 0
    steps: Counter[str] = field(default_factory=Counter)
    takeovers: list[float] = field(default_factory=list)
    calm_seconds: list[float] = field(default_factory=list)
    disturbed_seconds: list[float] = field(default_factory=list)
    reads: int = 0
    mixtures: int = 0
    different: set[str] = field(default_factory=set)
    broken_workers: int = 0
    published_tables: set[str] = field(default_factory=set)

    @property
    def is_well(self) -> bool:
        return not (self.mixtures or self.different or self.broken_workers)

    @property
    def longest_night(self) -> float:
        """How long nights take that get through, beside readers and stand-bys; before the first, more than that."""
        if self.disturbed_seconds:
            return 1.2 * statistics.median(self.disturbed_seconds)
        return 2.5 * max(self.calm_seconds)

    def told(self) -> dict[str, Any]:
        return {
            "killed_at_work": self.kills,
            "killed_after_publishing": self.too_late,
            "killed_in_step": dict(self.steps.most_common()),
            "nights": self.nights,
            "night_ms": round(1000 * statistics.median(self.calm_seconds)),
            "takeover_ms": round(1000 * statistics.median(self.takeovers or [0])),
            "slowest_takeover_ms": round(1000 * max(self.takeovers or [0])),
            "published_tables": sorted(self.published_tables),
            "reads": self.reads,
            "mixtures": self.mixtures,
            "different_tables": sorted(self.different),
            "broken_workers": self.broken_workers,
        }


def read_for_ever(tables: dict[str, list[str]], told: Path) -> None:
    """Keep what one query says of the last published day and of all its figures, again and again until SIGTERM."""
    seen: Counter[str] = Counter()
    ends: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: ends.append(number))
    query = f"SELECT concat_ws(' ', ({PUBLISHED}), {', '.join(counting(*table) for table in tables.items())})"
    with connected() as database:
        while not ends:
            [[said]] = database.execute(query).fetchall()
            seen[said] += 1
    told.write_text(json.dumps(seen))


# --- Processes ----------------------------------------------------------------------------------------------


def started(what: Callable[[], object]) -> int:
    """A process of its own that does this; it shares no connection with this one."""
    from django.db import connections

    connections.close_all()
    if child := os.fork():
        return child
    die_with_parent()
    status = 0
    try:
        what()
    except BaseException:  # noqa: BLE001 - the parent counts it
        traceback.print_exc()
        status = 1
    # Without the end of the interpreter, which would hang up the connections of the parent.
    os._exit(status)


def stand_by(day: date) -> None:
    """A worker: does what the job does, at short intervals, until the night of the day is published."""
    from django.db import connection

    from abmhub.core.models import Run
    from abmhub.nightly import steps

    connection.settings_dict["OPTIONS"]["application_name"] = f"worker {os.getpid()}"
    while not Run.objects.is_published(steps.JOB, day):
        if steps.run_if_due(at=evening(day)) is None:
            time.sleep(0.005)
    connection.close()


def evening(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), tzinfo=UTC) + timedelta(hours=23)


def tear() -> None:
    """Have the night publish its figures before it says so: what the soak must notice. Its lock is gone with the
    first half, so that nobody else may stand by: they would take over from each other for ever."""
    from django.db import connection

    from abmhub.nightly import steps

    def commit(scope: object) -> int:
        connection.connection.commit()
        with connection.cursor() as cursor:
            # The books ask for whom the night judged, which went with its first half.
            cursor.execute("CREATE TEMPORARY TABLE tonight (account_id bigint) ON COMMIT DROP")
        time.sleep(0.2)
        return 0

    steps.TONIGHT = (*steps.TONIGHT, steps.Step("torn", commit))
    Crew.size = 1


@dataclass
class Crew:
    """The workers that stand by for one night."""

    day: date
    watch: psycopg.Connection[Any]
    members: set[int] = field(default_factory=set)
    size: ClassVar[int] = 3

    def fill(self) -> None:
        while len(self.members) < self.size:
            self.members.add(started(lambda: stand_by(self.day)))

    def ask(self, statement: str) -> Any:
        found = self.watch.execute(statement, {"day": self.day}).fetchone()
        return found and found[0]

    def is_published(self) -> bool:
        return bool(self.ask(PUBLISHED) == str(self.day))

    def at_work(self) -> int | None:
        """Who runs the night: whoever holds its lock, and lives."""
        held_by = self.ask(HOLDER)
        worker = int(held_by.removeprefix("worker ")) if held_by else None
        return worker if worker in self.members else None

    def next_at_work(self) -> int | None:
        """Waits for somebody to run the night; None when it is published."""
        for _ in patiently():
            if worker := self.at_work():
                return worker
            if self.is_published():
                return None
        raise AssertionError("not reached")

    def kill(self, worker: int) -> None:
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)
        self.members.remove(worker)

    def go_home(self) -> int:
        """Waits until all have seen that the night is published; returns how many broke instead."""
        broken = 0
        while self.members:
            worker = self.members.pop()
            _, status = os.waitpid(worker, 0)
            broken += status != 0
        return broken


def patiently() -> Iterator[None]:
    """Moments to look whether something has happened. Raises TimeoutError when it does not."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        yield
        time.sleep(0.001)
    raise TimeoutError("The night does not end.")


# --- The soak -----------------------------------------------------------------------------------------------


def soak(kills: int, result: Result, throw: random.Random, folder: Path) -> None:
    """Rounds until so many workers have been killed at work."""
    from django.db import connection

    calm, day = connection.settings_dict["NAME"], FIRST_DAY
    accounts = int(living.one("SELECT count(*) FROM accounts_account"))
    while result.kills < kills:
        day += timedelta(days=1)
        living.live(day, accounts)
        living.run(SHAKEN, turn=day.toordinal() % 5)
        with made(f"{calm}_killed", like=calm) as other:
            expected = undisturbed(day, result)
            use(other)
            disturbed(day, kills, expected, result, throw, folder / "read.json")
            use(calm)
        result.nights += 1
        print(f"{day}: {result.kills} killed so far, {result.reads} reads", file=sys.stderr)


@dataclass
class Expected:
    """What a calm night left, and what readers may see: what it found, or all that it left."""

    figures: dict[str, str]
    published: dict[str, list[str]]
    readings: set[str]


def undisturbed(day: date, result: Result) -> Expected:
    """The same night, by one worker whom nobody kills."""
    with connected() as database:
        tables = columns(database)
        before, said_before = figures(database, tables), database.execute(PUBLISHED).fetchone()
        began = time.monotonic()
        os.waitpid(started(lambda: stand_by(day)), 0)
        result.calm_seconds.append(time.monotonic() - began)
        after, said_after = figures(database, tables), database.execute(PUBLISHED).fetchone()
    published = {table: names for table, names in tables.items() if before[table] != after[table]}
    result.published_tables |= published.keys()

    def reading(said: Any, found: dict[str, str]) -> str:
        return " ".join([said[0], *(found[table] for table in published)])

    return Expected(after, published, {reading(said_before, before), reading(said_after, after)})


def disturbed(day: date, kills: int, expected: Expected, result: Result, throw: random.Random, told: Path) -> None:
    """The same night, by whoever is still alive."""
    reader = started(lambda: read_for_ever(expected.published, told))
    with connected() as watch:
        crew = Crew(day, watch)
        crew.fill()
        killed_at: float | None = None
        while worker := crew.next_at_work():
            if killed_at is not None:
                result.takeovers.append(time.monotonic() - killed_at)
            if result.kills >= kills:
                break
            killed_at = strike(crew, worker, result, throw)
            crew.fill()
        result.broken_workers += crew.go_home()
        left = figures(watch, columns(watch))
    result.different |= {table for table, said in left.items() if said != expected.figures[table]}
    os.kill(reader, signal.SIGTERM)
    os.waitpid(reader, 0)
    seen: dict[str, int] = json.loads(told.read_text())
    result.reads += sum(seen.values())
    result.mixtures += sum(times for reading, times in seen.items() if reading not in expected.readings)


def strike(crew: Crew, worker: int, result: Result, throw: random.Random) -> float | None:
    """Kill who is at work, some time after; returns when, or None when the night had got through."""
    began = time.monotonic()
    strikes_at = began + throw.uniform(0, result.longest_night)
    while time.monotonic() < strikes_at:
        time.sleep(min(0.005, max(0.0, strikes_at - time.monotonic())))
        if crew.at_work() != worker:
            result.disturbed_seconds.append(time.monotonic() - began)
            return None
    step = crew.ask(STEP)
    crew.kill(worker)
    killed_at = time.monotonic()
    if crew.is_published():
        result.too_late += 1
        return None
    result.kills += 1
    result.steps[step] += 1
    return killed_at


def main() -> NoReturn:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--accounts", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--like", default="", metavar="DATABASE", help="an empty, migrated one to copy")
    parser.add_argument("--torn", action="store_true", help="tear the night apart: the soak must notice")
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    options = parser.parse_args()

    with services.used(Home.from_environment()):
        django.setup()
        from django.contrib.auth import get_user_model
        from django.core.management import call_command

        result = Result()
        with made(f"kills_{os.getpid()}", like=options.like or "template0") as name, home_folder() as folder:
            use(name)
            if not options.like:
                call_command("migrate", verbosity=0)
            living.fill(options.accounts)
            get_user_model().objects.create_superuser("ada@example.com")  # hears of each night, once
            living.night(FIRST_DAY)
            if options.torn:
                tear()
            soak(options.kills, result, random.Random(options.seed), folder)
            use("postgres")
    if options.json:
        print(json.dumps(result.told()))
    else:
        for key, value in result.told().items():
            print(f"{key:24} {value}")
    sys.exit(not result.is_well)


@contextmanager
def home_folder() -> Iterator[Path]:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as name:
        yield Path(name)


if __name__ == "__main__":
    main()
