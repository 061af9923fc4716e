"""The importer against other ways of bringing the same accounts in, on this machine, in one run.

    ABMHUB_HOME=/tmp/somewhere .venv/bin/python benchmarks/imports.py [--rows 200000] [--kills 20]

Makes a file from a seed, a database for itself, and takes it away afterwards. What matters are the ratios: the
seconds are this machine's. `--kills` kills a worker with SIGKILL that many times and compares the end with an
undisturbed import.
"""

import argparse
import csv
import io
import os
import random
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "abmhub.settings")

import django

from abmhub.embedded import services
from abmhub.embedded.home import Home

AT = datetime(2026, 3, 4, 10, tzinfo=UTC)
HEADER = ("id", "account", "website", "sector", "country", "employees", "revenue", "year_established", "segment")
SECTORS = ("technology", "retail", "finance", "health", "logistics", "energy", "media", "education")
COUNTRIES = ("United States", "Germany", "Norway", "Kenya", "Japan", "Brazil", "France", "Taiwan")
SEGMENTS = ("SMB", "Mid-market", "Enterprise", "")
GOALS = {"bulk_create": 4, "update_or_create": 100}
GOAL_ROWS_A_SECOND, GOAL_MEGABYTES = 10_000, 256


def records(rows: int, seed: int = 7) -> Iterator[tuple[str, ...]]:
    chance = random.Random(seed)
    for number in range(1, rows + 1):
        yield (
            f"A-{number}",
            f"{chance.choice(('Amber', 'Quartz', 'Silver', 'Nordic'))} {chance.choice(SECTORS).title()} {number} Ltd",
            f"https://www.company-{number}.example/about",
            chance.choice(SECTORS),
            chance.choice(COUNTRIES),
            str(chance.randint(5, 40_000)),
            str(chance.randint(100_000, 900_000_000)),
            str(chance.randint(1900, 2020)),
            chance.choice(SEGMENTS),
        )


def file_of(rows: int) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    writer.writerows(records(rows))
    return text.getvalue().encode()


def timed(what: Callable[[], Any]) -> float:
    began = time.perf_counter()
    what()
    return time.perf_counter() - began


def bare_copy(content: bytes) -> None:
    """The same bytes into a table without a key, an index or a check."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bare ({', '.join(f'{name} text' for name in HEADER)})")
        with cursor.copy("COPY bare FROM STDIN WITH (FORMAT csv, HEADER)") as copy:
            for start in range(0, len(content), 1024 * 1024):
                copy.write(content[start : start + 1024 * 1024])
        cursor.execute("DROP TABLE bare")


def fields_of(record: tuple[str, ...]) -> dict[str, Any]:
    _, name, website, industry, _, employees, revenue, founded, _ = record
    return {
        "name": name, "normalized_name": name.lower(), "domain": f"orm-{website.split('.')[1]}.example",
        "industry": industry, "country": "US", "employees": int(employees), "annual_revenue_amount": int(revenue),
        "founded_year": int(founded), "refreshed_at": AT,
    }  # fmt: skip


def bulk_create(rows: int) -> None:
    from abmhub.accounts.models import Account

    wanted = [Account(**fields_of(record)) for record in records(rows)]
    columns = [name for name in fields_of(next(records(1))) if name != "domain"]
    Account.objects.bulk_create(
        wanted, batch_size=1_000, update_conflicts=True, unique_fields=["domain"], update_fields=columns
    )


def update_or_create(rows: int) -> None:
    from abmhub.accounts.models import Account

    for record in records(rows):
        fields = fields_of(record)
        Account.objects.update_or_create(domain=fields.pop("domain"), defaults=fields)


def confirmed(content: bytes) -> Any:
    from abmhub.imports import actions

    run = actions.upload(
        kind="accounts", source="Benchmark", file_name="a.csv", file=io.BytesIO(content), by=None, at=AT
    )
    return actions.confirm(run=run, at=AT)


def emptied() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE accounts_account, imports_importrun CASCADE")


def compare(rows: int) -> None:
    """Rows a second of each way, and how many times faster the importer is."""
    from abmhub.imports import actions

    content = file_of(rows)
    print(f"{rows:,} accounts, {len(content) / 1024**2:.1f} MB")
    speed = {"bare COPY": rows / timed(partial(bare_copy, content))}
    run = confirmed(content)
    del content
    speed["importer"] = rows / timed(lambda: actions.apply(run=run, at=AT))
    run.refresh_from_db()
    print(f"importer: {run.created:,} created; peak memory {_peak_megabytes():.0f} MB (goal {GOAL_MEGABYTES})")
    again = confirmed(file_of(rows))
    speed["importer, the same file again"] = rows / timed(lambda: actions.apply(run=again, at=AT))
    emptied()
    some = min(rows, 20_000)
    speed["bulk_create"] = some / timed(lambda: bulk_create(some))
    emptied()
    few = min(rows, 1_000)
    speed["update_or_create"] = few / timed(lambda: update_or_create(few))
    emptied()
    for name, rate in speed.items():
        goal = f" (goal {GOALS[name]}x)" if name in GOALS else ""
        print(f"{name:32} {rate:>10,.0f} rows/s   importer is {speed['importer'] / rate:6.2f}x{goal}")
    print(f"goal: {GOAL_ROWS_A_SECOND:,} rows/s through the importer")


def take_back(rows: int) -> None:
    from abmhub.imports import actions

    run = confirmed(file_of(rows))
    checked = timed(lambda: actions.preview(run=run, at=AT))
    actions.apply(run=run, at=AT)
    undone = timed(lambda: actions.undo(run=run, at=AT))
    print(f"dry run {rows / checked:,.0f} rows/s, undo {rows / undone:,.0f} rows/s")
    emptied()


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def state() -> list[str]:
    """What came in, without the keys: those of a killed attempt are drawn and lost."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (to_jsonb(account) - 'id' - 'created_at' - 'updated_at')::text, identity.external_id"
            " FROM accounts_account AS account"
            " LEFT JOIN accounts_accountidentity AS identity ON identity.account_id = account.id ORDER BY 1, 2"
        )
        return [str(row) for row in cursor.fetchall()]


def kill(rows: int, kills: int) -> None:
    """Kill workers at random points, let the next ones begin again, and compare."""
    from abmhub.imports import actions

    content = file_of(rows)
    run = confirmed(content)
    seconds = timed(lambda: actions.apply(run=run, at=AT))
    undisturbed = state()
    emptied()
    chance = random.Random(11)
    run = confirmed(content)
    died = sum(_killed_worker(run, chance.uniform(0, seconds)) for _ in range(kills))
    run.refresh_from_db()
    type(run).objects.filter(pk=run.pk).update(attempts=0)
    while type(run).objects.to_apply().filter(pk=run.pk).exists():
        # The session of the last one killed may have to end first.
        actions.apply_waiting(at=lambda: AT)
    print(
        f"{died} of {kills} workers killed at work; the result is {'identical' if state() == undisturbed else 'OTHER'}"
    )
    emptied()


def _killed_worker(run: Any, after: float) -> bool:
    """Whether a worker died over the file rather than finishing it."""
    from django.db import connection

    from abmhub.imports import actions

    type(run).objects.filter(pk=run.pk).update(attempts=0)
    connection.close()
    child = os.fork()
    if child == 0:
        try:
            actions.apply(run=run, at=AT)
        finally:
            # Whatever happened: the database and its servers are the parent's.
            os._exit(0)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--kills", type=int, default=0)
    options = parser.parse_args()

    with services.used(Home.from_environment()):
        django.setup()
        from django.db import connection

        connection.creation.create_test_db(verbosity=0, autoclobber=True)
        try:
            if options.kills:
                kill(options.rows, options.kills)
            else:
                compare(options.rows)
                take_back(options.rows)
        finally:
            connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


if __name__ == "__main__":
    main()
