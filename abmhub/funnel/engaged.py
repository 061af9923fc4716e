"""From when on accounts were engaged: read from all events once, and kept from night to night."""

from datetime import date, timedelta
from typing import Any

from psycopg.sql import SQL, Composable

from abmhub.core import sql
from abmhub.core.days import first_moment
from abmhub.funnel.definitions import Counting
from abmhub.signals.news import EventNews

EVERYBODY = SQL("TRUE")
KEPT = SQL("funnel_engagedaccount")
TONIGHT = SQL("tonight_engaged")


def gather(counting: Counting, *, on: date, whose: Composable = EVERYBODY) -> int:
    """Find from the events up to a day who was engaged from when on, as `tonight_engaged`; returns how many."""
    engaging = "funnel/each_event" if counting.least_events == 1 else "funnel/event_in_time"
    return sql.materialize(
        "tonight_engaged",
        "funnel/engaged",
        _parts={"engaging": sql.part(engaging), "whose": whose},
        **_parameters(counting, on),
    )


def keep(counting: Counting, *, on: date, news: EventNews | None = None) -> None:
    """Keep who was engaged from when on: of everybody, or of those of whom there is news since it was kept last."""
    if news is None:
        _keep(counting, on, EVERYBODY)
        return
    anew = news.changed
    if counting.least_events > 1:
        more = sql.part("funnel/engaging_accounts", new=news.new)
        anew = SQL("{} UNION ALL {}").format(anew, more)
    else:
        sql.run("funnel/engaged_by_new", _parts={"new": news.new}, **_parameters(counting, on))
    _keep(counting, on, SQL("account_id IN ({})").format(anew))


def _keep(counting: Counting, on: date, whose: Composable) -> None:
    gather(counting, on=on, whose=whose)
    sql.run("funnel/engaged_gone", _parts={"whose": whose}, **_parameters(counting, on))
    sql.run("funnel/engaged_found")


def _parameters(counting: Counting, on: date) -> dict[str, Any]:
    return {**counting.parameters(), "until": first_moment(on + timedelta(days=1))}
