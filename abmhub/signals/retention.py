"""How long signals are kept. A month that is out is dropped as a table; of its events the numbers stay.

What stays is by account, month and type of event how many there were, the first and the last: enough for whatever asks
whether an account was ever engaged, and for the end of its timeline. Of intent nothing stays, for nothing reads what is
older than 15 weeks. Whatever the setting says, nothing goes that a score of the last month could read.
"""

from datetime import date, timedelta

import structlog
from django.db import OperationalError, transaction
from django.db.models import Max
from psycopg.sql import Identifier

from abmhub.core import sql
from abmhub.core.refusals import Refused
from abmhub.signals.models import A_MONTH, A_YEAR, COUNTS_HALF_LIVES, INTENT_WEEKS, EventType, Retention
from abmhub.signals.months import EVENTS, INTENT, MAKING, Signals, Stretch, impatience, later, stretches

log = structlog.get_logger(__name__)


FROM = {EVENTS: "events_from_on", INTENT: "intent_from_on"}


class NotKept(Refused):
    """It is from a month that was dropped."""


def tend(day: date) -> int:
    """Drop the months that are out by that day; returns how many tables that was."""
    kept = Retention.objects.get()
    dropped = 0
    for signals, months in ((EVENTS, kept.event_months), (INTENT, kept.intent_months)):
        if months is not None:
            first = min(later(day, -months), needed_from(signals, day))
            dropped += sum(_drop(signals, stretch) for stretch in stretches(signals) if stretch.ends_before <= first)
            _empty_rest(signals, first)
    return dropped


def needed_from(signals: Signals, day: date) -> date:
    """The first day of the month back to which scores and screens look, from any day of the last month."""
    if signals is INTENT:
        days = 7 * INTENT_WEEKS
    else:
        longest = EventType.objects.aggregate(longest=Max("half_life_days"))["longest"] or 0
        days = max(COUNTS_HALF_LIVES * longest, A_YEAR)
    return later(day - timedelta(days=days + A_MONTH), 0)


def kept_from(signals: Signals) -> date | None:
    """The first day from which everything is there; None while nothing was dropped."""
    found: date | None = Retention.objects.values_list(FROM[signals], flat=True).get()
    return found


def require(signals: Signals, first: date) -> None:
    """Raises NotKept when signals of that day may have been dropped."""
    kept = kept_from(signals)
    if kept is not None and first < kept:
        raise NotKept(f"{signals.name} from before {kept:%B %Y} is not kept any more.")


def require_night(day: date) -> None:
    """Raises NotKept when a night of that day would miss what was dropped: it cannot be computed any more."""
    longest = EventType.objects.aggregate(longest=Max("half_life_days"))["longest"] or 0
    require(EVENTS, day - timedelta(days=COUNTS_HALF_LIVES * longest))
    require(INTENT, day - timedelta(weeks=INTENT_WEEKS))


def _drop(signals: Signals, stretch: Stretch) -> bool:
    """Whether it is gone: not while somebody holds what has to be locked. All of it happens, or nothing."""
    parts = signals.parts(month=Identifier(stretch.name))
    try:
        with transaction.atomic(), impatience():
            sql.rows("signals/one_month_at_a_time", lock=MAKING)
            if stretch not in stretches(signals):
                return False
            sql.run("signals/month_freeze", _parts=parts)
            if signals is EVENTS:
                sql.run("signals/month_roll_up", _parts=parts)
                sql.run("signals/month_forget_keys", _parts=parts)
            _note(signals, stretch.ends_before)
            sql.run("signals/month_detach", _parts=parts)
            sql.run("signals/month_drop", _parts=parts)
    except OperationalError as busy:
        log.info("month_kept_for_now", table=stretch.name, reason=str(busy))
        return False
    log.info("month_dropped", table=stretch.name)
    return True


def _empty_rest(signals: Signals, first: date) -> None:
    """Do the same for what has no table of its month. It is little: one row after the other."""
    gone = Identifier("gone")
    done = {
        "forgotten": sql.part("signals/month_forget_keys", month=gone),
        "rolled_up": sql.part("signals/month_roll_up", month=gone),
    }
    statement, more = ("rest_roll_up", done) if signals is EVENTS else ("rest_forget", {})
    if sql.run(f"signals/{statement}", _parts=signals.parts(first=signals.begin(first), **more)):
        _note(signals, first)


def _note(signals: Signals, first: date) -> None:
    known = kept_from(signals)
    if known is None or known < first:
        Retention.objects.update(**{FROM[signals]: first})
