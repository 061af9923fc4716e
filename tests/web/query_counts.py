"""How many queries a page may make: as many with much data as with little."""

import fcntl
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

COUNTS_PATH = Path(__file__).resolve().parent.parent / "query_counts.json"
RECORDING = os.environ.get("RECORD_QUERY_COUNTS") == "1"

QueryCount = Callable[[str], AbstractContextManager[None]]


@contextmanager
def held_to(name: str) -> Iterator[None]:
    """What is asked within must be as many queries as the file says; RECORD_QUERY_COUNTS=1 writes how many they are."""
    with CaptureQueriesContext(connection) as captured:
        yield
    queries = [query["sql"] for query in captured.captured_queries]
    if RECORDING:
        _record(name, len(queries))
        return
    expected = json.loads(COUNTS_PATH.read_text()).get(name)
    if len(queries) != expected:
        shown = "\n".join(f"{number:3}. {_shortened(sql)}" for number, sql in enumerate(queries, start=1))
        pytest.fail(
            f"{name} made {len(queries)} queries, tests/query_counts.json says {expected}. "
            f"If that is meant: RECORD_QUERY_COUNTS=1.\n{shown}",
            pytrace=False,
        )


def _record(name: str, count: int) -> None:
    """Under a lock, because the tests of several pages record at once."""
    with COUNTS_PATH.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        counts = json.loads(file.read() or "{}") | {name: count}
        file.truncate(0)
        file.write(json.dumps(counts, indent=2, sort_keys=True) + "\n")


def _shortened(sql: str, limit: int = 300) -> str:
    """Without the list of columns, which hides what the query is about."""
    told = re.sub(r"^SELECT .*? FROM ", "SELECT ... FROM ", sql, count=1)
    return told if len(told) <= limit else f"{told[:limit]} ..."
