"""The units of the funnel: found from the rows as they are, and kept as tonight knows them."""

from datetime import date

from abmhub.core import sql
from abmhub.funnel.definitions import Counting
from abmhub.funnel.models import Cause, Rules


def gather(counting: Counting) -> int:
    """Find all units by these rules, in the temporary table `tonight_unit`; returns how many there are."""
    engaging = "funnel/each_event" if counting.least_events == 1 else "funnel/event_in_time"
    return sql.materialize(
        "tonight_unit",
        "funnel/units",
        _parts={"engaging": sql.part(engaging)},
        _asked=("kind", "key"),
        **counting.parameters(),
    )


def keep(*, on: date) -> int:
    """Find all units and write what tonight knows anew; returns how many rows that was.

    Where rules changed since the last night, what data changed is written first, by the rules of then.
    """
    now = Counting.now()
    before = Counting.before(now)
    gather(before)
    written = _write(on, Cause.DATA)
    if now != before:
        gather(now)
        written += _write(on, Cause.RULES)
    if now != before or not Rules.objects.exists():
        Rules.objects.update_or_create(first_on=on, defaults={"rules": now.as_json()})
    return written


def _write(on: date, cause: Cause) -> int:
    closed = sql.run("funnel/close_units", on=on, cause=cause)
    return closed + sql.run("funnel/add_units", on=on, cause=cause)
