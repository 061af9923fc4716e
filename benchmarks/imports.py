"""The importer against other ways of bringing the same rows in, on this machine, in one run.

    ABMHUB_HOME=/tmp/somewhere .venv/bin/python benchmarks/imports.py [--kind accounts|events] [--rows 200000] [--json]
    ABMHUB_HOME=/tmp/somewhere .venv/bin/python benchmarks/imports.py --rows 20000 --kills 20

Makes a file from a seed, a database for itself, and takes it away afterwards. What matters are the ratios: the
seconds are this machine's. Two things of ours are measured: the *importer*, which is all that `import_file` does with a
confirmed file (read it, check every cell, recognise, write, keep a journal for undo, look for likely doubles), and its
*write path* alone, which is what the other ways do too: rows that were read before go by COPY to staging, and from
there, recognised, to the tables. The other ways are written as one writes them with Django: they find an account by its
key, then its domain, then (row by row) its name, and write the account and its key. `update_or_create` commits each
row, and so has it on disk, as in real use. `--kills` kills a worker with SIGKILL that many times and compares the end
with an undisturbed import.
"""

import argparse
import csv
import json
import os
import random
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "abmhub.settings")

from benchmarks.import_rows import AT, KINDS, SOURCE, Record, Rows
from benchmarks.scratch import empty_database

STAGED = ("row_number", "cells", "fingerprint", "rejection", "skip")
# How Django alone would do it, and with how many rows that is measured.
OTHERS = {"bulk_create": 20_000, "update_or_create": 1_000}
GOALS = {"importer": {"bulk_create": 4}, "write path": {"update_or_create": 100}}
GOAL_ROWS_A_SECOND, GOAL_MEGABYTES = 10_000, 256


@contextmanager
def file_of(what: Rows, rows: int) -> Iterator[BinaryIO]:
    """On disk, so that its size is none of the memory that is measured."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(what.header)
        writer.writerows(what.records(rows))
        text.seek(0)
        yield text.buffer


def timed(what: Callable[[], Any]) -> float:
    began = time.perf_counter()
    what()
    return time.perf_counter() - began


def bare_copy(header: Record, file: BinaryIO) -> None:
    """The same bytes into a table without a key, an index or a check."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bare ({', '.join(f'{name} text' for name in header)})")
        with cursor.copy("COPY bare FROM STDIN WITH (FORMAT csv, HEADER)") as copy:
            while some := file.read(1024 * 1024):
                copy.write(some)
        cursor.execute("DROP TABLE bare")


def confirmed(what: Rows, rows: int) -> Any:
    from abmhub.imports import actions

    with file_of(what, rows) as file:
        run = actions.upload(kind=what.kind, source=SOURCE, file_name="a.csv", file=file, by=None, at=AT)
    return actions.confirm(run=run, at=AT)


def emptied(what: Rows, rows: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE accounts_account, imports_importrun, imports_importchange CASCADE")
    what.prepare(rows)


def write_path(what: Rows, rows: int) -> float:
    """Seconds to take rows that were read before to the tables: COPY to staging, recognise, write, commit.

    Without reading, without the journal of undo, without the search for likely doubles.
    """
    from django.db import transaction

    from abmhub.core import sql
    from abmhub.imports import journal, staging
    from abmhub.imports.actions.applying import expect_rows, reading_of, shape_of
    from abmhub.imports.kinds import accounts, intake_of
    from abmhub.imports.kinds.base import CellReader
    from abmhub.imports.reading import Table

    run = confirmed(what, rows)
    intake, reading = intake_of(what.kind), reading_of(run, AT)
    with Table(run.open_file, shape_of(run)) as table:
        reader = CellReader(intake.fields, table.columns, reading)
        read = [staging.staged_row(intake, reader, row, []) for row in table.rows()]

    def unkept(table: Any, name: str, _parts: Any = None, **parameters: Any) -> int:
        return sql.run(name, _parts, **parameters)

    def write() -> None:
        with transaction.atomic():
            intake.prepare()
            expect_rows(intake)
            staging.copy("staged", (*STAGED, *intake.columns), read)
            sql.run("imports/rows/analyze")
            intake.resolve(reading)
            sql.run("imports/rows/analyze_verdicts")
            intake.write(reading)

    with mock.patch.object(journal, "write", unkept), mock.patch.object(accounts, "find_duplicates"):
        seconds = timed(write)
    staging.clear()
    return seconds


def compare(what: Rows, rows: int) -> dict[str, Any]:
    """Rows a second of each way, and how many times faster than the other ways ours are."""
    from abmhub.imports import actions

    with file_of(what, rows) as file:
        speed = {"bare COPY": rows / timed(partial(bare_copy, what.header, file))}
        megabytes = file.tell() / 1024**2
    what.prepare(rows)
    run = confirmed(what, rows)
    speed["importer"] = rows / timed(lambda: actions.apply(run=run, at=AT))
    run.refresh_from_db()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    again = confirmed(what, rows)
    speed["importer, same file again"] = rows / timed(lambda: actions.apply(run=again, at=AT))
    emptied(what, rows)
    run_checked, run_undone = take_back(what, rows)
    speed |= {"dry run": run_checked, "undo": run_undone}
    emptied(what, rows)
    speed["write path"] = rows / write_path(what, rows)
    emptied(what, rows)
    for name, most in OTHERS.items():
        records = list(islice(what.records(rows), size := min(rows, most)))
        speed[name] = size / timed(partial(getattr(what, name), records))
        emptied(what, rows)
    return {
        "kind": what.kind, "rows": rows, "created": run.created, "rejected": run.rejected, "doubtful": run.doubtful,
        "megabytes": round(megabytes, 1), "peak_megabytes": round(peak),
        "rows_a_second": {name: round(rate) for name, rate in speed.items()},
        "times_faster_than": {
            ours: {other: round(speed[ours] / speed[other], 3) for other in ("bare COPY", *OTHERS)}
            for ours in ("importer", "write path")
        },
    }  # fmt: skip


def tell(found: dict[str, Any]) -> None:
    print(f"{found['rows']:,} {found['kind']}, {found['megabytes']} MB; {found['created']:,} created, ", end="")
    print(f"{found['doubtful']:,} doubtful; peak memory {found['peak_megabytes']} MB (goal {GOAL_MEGABYTES})")
    for name, rate in found["rows_a_second"].items():
        print(f"{name:28} {rate:>10,} rows/s")
    for ours, ratios in found["times_faster_than"].items():
        for other, times in ratios.items():
            goal = GOALS[ours].get(other)
            print(f"{ours:>10} / {other:18} {times:>10.3g}{f'   (goal {goal})' if goal else ''}")
    print(f"goal: {GOAL_ROWS_A_SECOND:,} accounts a second through the importer")


def take_back(what: Rows, rows: int) -> tuple[float, float]:
    """Rows a second of a dry run, and of an undo."""
    from abmhub.imports import actions

    run = confirmed(what, rows)
    checked = timed(lambda: actions.preview(run=run, at=AT))
    actions.apply(run=run, at=AT)
    undone = timed(lambda: actions.undo(run=run, at=AT))
    return rows / checked, rows / undone


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


def kill(what: Rows, rows: int, kills: int) -> None:
    """Kill workers at random points, let the next ones begin again, and compare."""
    from abmhub.imports import actions

    run = confirmed(what, rows)
    seconds = timed(lambda: actions.apply(run=run, at=AT))
    undisturbed = state()
    emptied(what, rows)
    chance = random.Random(11)
    run = confirmed(what, rows)
    died = sum(_killed_worker(run, chance.uniform(0, seconds)) for _ in range(kills))
    run.refresh_from_db()
    type(run).objects.filter(pk=run.pk).update(attempts=0)
    while type(run).objects.to_apply().filter(pk=run.pk).exists():
        # The session of the last one killed may have to end first.
        actions.apply_waiting(at=lambda: AT)
    print(
        f"{died} of {kills} workers killed at work; the result is {'identical' if state() == undisturbed else 'OTHER'}"
    )
    emptied(what, rows)


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
    parser.add_argument("--kind", choices=list(KINDS), default="accounts")
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--kills", type=int, default=0, help="only accounts")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    what = KINDS[options.kind]

    with empty_database():
        if options.kills:
            kill(KINDS["accounts"], options.rows, options.kills)
        else:
            found = compare(what, options.rows)
            print(json.dumps(found)) if options.json else tell(found)


if __name__ == "__main__":
    main()
