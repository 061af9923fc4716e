"""What an account reads up on elsewhere: intent, 0-100, and the topics that make it.

A provider reports a level 0-100 for account, topic and week. Each provider's topics are series of their own:

    surge  = (mean of the latest 3 weeks - mean of the 12 before) / standard deviation of those 12
    value  = mean of the latest 3 weeks if it surges, half of that if not; rounded half up
    intent = the strongest cluster + a tenth of the second and of the third; rounded half up, at most 100

A cluster of topics has the value of its strongest topic, whoever saw it, so that what is read under several
names counts once; a topic without a cluster is one by itself. Whatever rises can only raise the intent. It is
unknown when no scored provider saw the account in 15 weeks.

It surges when surge >= 2, the mean of the latest weeks is >= 20, and the account was seen on the topic in
at least 2 of the 12 weeks before: one visit after none is never a surge. A standard deviation under 5
counts as 5, or a series that never moves would surge on nothing.

The latest week is this one as soon as the provider has reported on it, else the last. A week in which the
provider reported on somebody, but not on this account and topic, is level 0; a week in which it reported
on nobody is not known and counts in no mean. At least 4 of the 12 weeks must be known.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from psycopg.sql import SQL, Composable, Literal

from abmhub.core import sql

EVERYBODY = SQL("TRUE")
CLUSTERS = 3
"""So many clusters count, the first in full and the others a tenth."""
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
    """One provider's topic: levels are 0-100, `surge` is in standard deviations (None: too little is known).

    `cluster` is empty for a topic that is one by itself; `is_counted` when it speaks for one of those that count;
    `is_stale` when the provider should have reported again by then, see signals/providers.py.
    """

    topic_id: int
    provider_id: int
    topic: str
    provider: str
    cluster: str
    cluster_key: int
    recent_mean: float | None
    baseline_mean: float | None
    baseline_stddev: float | None
    surge: float | None
    is_surging: bool
    value: int | None
    is_counted: bool
    is_stale: bool


@dataclass(frozen=True)
class Intent:
    """The intent of one account, strongest topic first."""

    topics: tuple[TopicInterest, ...]

    @property
    def score(self) -> int | None:
        return score_of([topic.value for topic in self.counted if topic.value is not None])

    @property
    def is_stale(self) -> bool:
        """Whether some of what counts comes from a provider that is overdue."""
        return any(topic.is_stale for topic in self.counted)

    @property
    def counted(self) -> tuple[TopicInterest, ...]:
        """The topics whose clusters count, the one in full first."""
        return tuple(topic for topic in self.topics if topic.is_counted)

    def score_with(self, value: int, topic: TopicInterest | None = None) -> int:
        """The intent if that topic, or one of a new cluster, had at least this value."""
        key = topic.cluster_key if topic else None
        own = [each.value or 0 for each in self.counted if each.cluster_key == key]
        others = [each.value or 0 for each in self.counted if each.cluster_key != key]
        return score_of([max([value, *own]), *others]) or 0


def score_of(clusters: Iterable[int]) -> int | None:
    """The intent 0-100 of clusters with these values, None without any; the twin of the SQL of the night."""
    strongest = sorted(clusters, reverse=True)[:CLUSTERS]
    if not strongest:
        return None
    return min(100, (10 * strongest[0] + sum(strongest[1:]) + 5) // 10)


def gather(as_of: date, *, among: Composable | None = None) -> int:
    """Keep the intent on the day as `tonight_intent`; returns how many accounts have any.

    Everybody's, or that of the accounts that the query `among` selects.
    """
    whose = SQL("observation.account_id IN ({})").format(among) if among else EVERYBODY
    return sql.materialize("tonight_intent", "signals/intent", _parts={"topics": _topics(whose)}, **parameters(as_of))


def weeks(as_of: date) -> str:
    """A digest of the weeks that intent is computed of on a day: as long as it stays, time alone changes none."""
    [row] = sql.rows("signals/intent_weeks", _parts={"delivered": _delivered()}, **parameters(as_of))
    found = row["weeks"]
    return sha256(f"{parameters(as_of)['this_week']}: {found}".encode()).hexdigest()


def intent_of(account_id: int, as_of: date, *, limit: int = 8) -> Intent:
    """The intent of one account on a day, from the statement that the night runs, in one query.

    `limit` topics, and those that count where they are not among these.
    """
    found = sql.rows(
        "signals/strongest_topics",
        _parts={"topics": _topics(SQL("observation.account_id = {}").format(Literal(account_id)))},
        limit=limit,
        clusters=CLUSTERS,
        **parameters(as_of),
    )
    return Intent(tuple(_topic(row) for row in found))


def accounts_surging_on(topics: Sequence[int], as_of: date) -> int:
    """How many accounts surge on at least one of these topics, by their keys."""
    some = _topics(SQL("observation.topic_id = ANY({})").format(Literal(list(topics))))
    found = sql.rows("signals/surging_accounts", _parts={"topics": some}, **parameters(as_of))
    return int(found[0]["accounts"])


def _topic(row: dict[str, Any]) -> TopicInterest:
    return TopicInterest(**{name: row[name] for name in TopicInterest.__dataclass_fields__})


def _topics(accounts: Composable) -> Composable:
    return sql.part("signals/topics", accounts=accounts, delivered=_delivered())


def _delivered() -> Composable:
    return sql.part("signals/delivered_weeks")


def parameters(as_of: date) -> dict[str, Any]:
    """What every statement about intent is told of the day."""
    return {"as_of": as_of, "this_week": as_of - timedelta(days=as_of.weekday()), **ARITHMETIC}
