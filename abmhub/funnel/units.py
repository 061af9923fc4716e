"""The units of the funnel: found from the rows as they are, and kept as tonight knows them."""

from datetime import date

from psycopg.sql import Composable

from abmhub.core import sql
from abmhub.funnel import answers, engaged
from abmhub.funnel.definitions import Counting
from abmhub.funnel.models import Cause, Rules
from abmhub.signals.news import EventNews


def gather(counting: Counting, *, engaged_accounts: Composable) -> int:
    """Find all units by these rules, in the temporary table `tonight_unit`; returns how many there are.

    `engaged_accounts` names a relation that says from when on accounts were engaged, by the same rules.
    """
    return sql.materialize(
        "tonight_unit",
        "funnel/units",
        _parts={"engaged": engaged_accounts},
        _asked=("kind", "key"),
        **counting.parameters(),
    )


def keep(*, on: date, news: EventNews | None = None) -> int:
    """Find all units and write what tonight knows anew; returns how many rows that was.

    Where rules changed since the last night, what data changed is written first, by the rules of then. With `news`, of
    events alone those are read that the night before did not count.
    """
    now = Counting.now()
    before = Counting.before(now)
    engaged.keep(before, on=on, news=news)
    answers.forget(units=gather(before, engaged_accounts=engaged.KEPT))
    written = _write(on, Cause.DATA)
    if now != before:
        engaged.keep(now, on=on)
        gather(now, engaged_accounts=engaged.KEPT)
        written += _write(on, Cause.RULES)
    if now != before or not Rules.objects.exists():
        Rules.objects.update_or_create(first_on=on, defaults={"rules": now.as_json()})
    return written


def _write(on: date, cause: Cause) -> int:
    closed = sql.run("funnel/close_units", on=on, cause=cause)
    return closed + sql.run("funnel/add_units", on=on, cause=cause)
