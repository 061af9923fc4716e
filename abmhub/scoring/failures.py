"""Accounts that cannot be computed: they are found, left as they were, and named, and all others are done."""

from collections.abc import Callable, Collection

from django.db import DataError, transaction
from psycopg.sql import SQL, Composable, Literal

from abmhub.core import sql

Judge = Callable[[Composable], None]
"""Computes the accounts of a relation like `tonight_score`. Raises DataError when it cannot."""


def failing(judge: Judge) -> list[int]:
    """The accounts of `tonight_score` that cannot be computed: halves are tried until each is alone."""
    [row] = sql.rows("scoring/score_keys")
    return [] if row["lowest"] is None else _failing_between(judge, row["lowest"], row["highest"] + 1)


def without(accounts: Collection[int]) -> Composable:
    """All of `tonight_score` but these."""
    return SQL("(SELECT * FROM tonight_score WHERE NOT account_id = ANY({}))").format(Literal(list(accounts)))


def keep(accounts: Collection[int]) -> None:
    """Remember them as `tonight_failed` until the transaction ends."""
    sql.materialize("tonight_failed", "scoring/failed", accounts=list(accounts))


def sentences() -> list[str]:
    """What the night that is going on has to say of them; nothing outside of one."""
    if not sql.rows("scoring/is_night")[0]["is_night"]:
        return []
    return [
        f"{row['name']} could not be computed: it keeps the tier of the night before."
        for row in sql.rows("scoring/failed_accounts")
    ]


def _failing_between(judge: Judge, first: int, end: int) -> list[int]:
    """Those from the key `first` on, before the key `end`."""
    part = SQL("(SELECT * FROM tonight_score WHERE account_id >= {} AND account_id < {})")
    try:
        with transaction.atomic():
            judge(part.format(Literal(first), Literal(end)))
    except DataError:
        if end - first == 1:
            return [first]
        middle = (first + end) // 2
        return _failing_between(judge, first, middle) + _failing_between(judge, middle, end)
    return []
