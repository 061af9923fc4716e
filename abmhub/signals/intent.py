"""What an account reads up on elsewhere: intent, 0-100, and the topics that make it.

A provider reports a level 0-100 for account, topic and week. Each provider's topics are series of their own:

    surge  = (mean of the latest 3 weeks - mean of the 12 before) / standard deviation of those 12
    value  = mean of the latest 3 weeks if it surges, half of that if not; rounded half up
    intent = the value of the strongest topic; unknown when no scored provider saw the account in 15 weeks

It surges when surge >= 2, the mean of the latest weeks is >= 20, and the account was seen on the topic in
at least 2 of the 12 weeks before: one visit after none is never a surge. A standard deviation under 5
counts as 5, or a series that never moves would surge on nothing.

The latest week is this one as soon as the provider has reported on it, else the last. A week in which the
provider reported on somebody, but not on this account and topic, is level 0; a week in which it reported
on nobody is not known and counts in no mean. At least 4 of the 12 weeks must be known.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from psycopg.sql import SQL, Composable, Literal

from abmhub.core import sql

EVERYBODY = SQL("TRUE")
ARITHMETIC = {
    "recent_weeks": 3,
    "baseline_weeks": 12,
    "least_baseline_weeks": 4,
    "least_seen_weeks": 2,
    "least_level": 20,
    "least_stddev": 5.0,
    "surge_from": 2.0,
}


@dataclass(frozen=True)
class TopicInterest:
    """One provider's topic: levels are 0-100, `surge` is in standard deviations (None: too little is known)."""

    topic: str
    provider: str
    recent_mean: float | None
    baseline_mean: float | None
    baseline_stddev: float | None
    surge: float | None
    is_surging: bool
    value: int | None


@dataclass(frozen=True)
class Intent:
    """The intent of one account, strongest topic first."""

    topics: tuple[TopicInterest, ...]

    @property
    def score(self) -> int | None:
        return self.topics[0].value if self.topics else None


def gather(as_of: date) -> int:
    """Keep everybody's intent on the day as `tonight_intent`; returns how many accounts have any."""
    return sql.materialize(
        "tonight_intent", "signals/intent", _parts={"topics": _topics(EVERYBODY)}, **_parameters(as_of)
    )


def intent_of(account_id: int, as_of: date, *, limit: int = 8) -> Intent:
    """The intent of one account on a day, from the statement that the night runs, in one query."""
    found = sql.rows(
        "signals/strongest_topics",
        _parts={"topics": _topics(SQL("observation.account_id = {}").format(Literal(account_id)))},
        limit=limit,
        **_parameters(as_of),
    )
    return Intent(tuple(_topic(row) for row in found))


def _topic(row: dict[str, Any]) -> TopicInterest:
    return TopicInterest(**{name: row[name] for name in TopicInterest.__dataclass_fields__})


def _topics(accounts: Composable) -> Composable:
    return sql.part("signals/topics", accounts=accounts)


def _parameters(as_of: date) -> dict[str, Any]:
    return {"this_week": as_of - timedelta(days=as_of.weekday()), **ARITHMETIC}
