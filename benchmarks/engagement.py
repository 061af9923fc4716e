"""The engagement of accounts by other engines than the night: pandas, a plain loop, and loops with Django's ORM.

Each does the whole job of signals/engagement.py: daily caps with the highest factor first, half-lives, integers.
"""

import io
import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.night import every, one

LASTS, STAYS = 20, 16
POINT = 100 * 2**20
EPOCH = date(1970, 1, 1)
Scores = dict[int, int]


@dataclass(frozen=True)
class Kind:
    """An event type."""

    weight: int
    half_life: int
    cap: int


@dataclass(frozen=True)
class Rules:
    """What every engine is told of the day, and the arithmetic of signals/engagement.py in plain Python."""

    as_of: date
    zone: str
    kinds: dict[int, Kind]
    by_seniority: dict[str, int]
    by_role: dict[int, int]

    @classmethod
    def of(cls, as_of: date) -> "Rules":
        from django.conf import settings

        from abmhub.signals.models import ContactFactor, EventType

        factors = list(ContactFactor.objects.values_list("seniority", "buying_role_id", "percent"))
        return cls(
            as_of,
            settings.TIME_ZONE,
            {
                kind.pk: Kind(kind.weight, kind.half_life_days, kind.daily_cap)
                for kind in EventType.objects.filter(weight__gt=0)
            },
            {seniority: percent for seniority, role, percent in factors if role is None},
            {role: percent for _, role, percent in factors if role is not None},
        )

    @cached_property
    def since(self) -> datetime:
        oldest = min(
            landmark(each.half_life, self.as_of) - timedelta(LASTS * each.half_life) for each in self.kinds.values()
        )
        return datetime.combine(oldest, datetime.min.time(), tzinfo=ZoneInfo(self.zone))

    @cached_property
    def until(self) -> datetime:
        return datetime.combine(self.as_of + timedelta(days=1), datetime.min.time(), tzinfo=ZoneInfo(self.zone))

    def percent(self, seniority: str | None, role: int | None) -> int:
        found = [self.by_seniority.get(seniority or "-"), self.by_role.get(role or 0)]
        return max((each for each in found if each is not None), default=100)

    def grows(self, half_life: int, day: date) -> int:
        return grown((day - landmark(half_life, self.as_of)).days, half_life)

    def score(self, magnitudes: dict[int, int]) -> int:
        """0-100 of the magnitudes by half-life."""
        units = sum(
            round(amount * math.pow(0.5, (self.as_of - landmark(half_life, self.as_of)).days / half_life))
            for half_life, amount in magnitudes.items()
        )
        thousandths = (2000 * min(units, 101 * POINT) + POINT) // (2 * POINT)
        return min(100, (thousandths + 500) // 1000)


@cache
def landmark(half_life: int, as_of: date) -> date:
    stays = STAYS * half_life
    return EPOCH + timedelta(days=(as_of - EPOCH).days // stays * stays)


@cache
def grown(days: int, half_life: int) -> int:
    """What one point of weight is worth as of the landmark, so many days after it; nothing long before it."""
    return 0 if -days > LASTS * half_life else round(2**20 * math.pow(2.0, days / half_life))


class Magnitudes:
    """The events of some accounts, and what they amount to once the daily caps are kept."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.days: dict[tuple[int, int, date], list[tuple[int, int]]] = defaultdict(list)

    def add(self, account: int, kind: int, day: date, percent: int, event: int) -> None:
        self.days[account, kind, day].append((-percent, event))

    def scores(self) -> Scores:
        sums: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        for (account, kind_id, day), events in self.days.items():
            kind = self.rules.kinds[kind_id]
            counted = sorted(events)[: kind.cap]
            percents = -sum(percent for percent, _ in counted)
            sums[account][kind.half_life] += kind.weight * percents * self.rules.grows(kind.half_life, day)
        return {account: self.rules.score(magnitudes) for account, magnitudes in sums.items()}


def by_our_statement(as_of: date) -> Scores:
    """Everybody, from the events."""
    from django.db import transaction

    from abmhub.signals import engagement

    with transaction.atomic():
        engagement.gather(as_of)
        return {}


def our_scores(as_of: date) -> Scores:
    """What by_our_statement keeps in the database, for the comparison."""
    from django.db import transaction

    from abmhub.signals import engagement

    with transaction.atomic():
        engagement.gather(as_of)
        return {
            account: engagement.score_of(units)
            for account, units in every("SELECT account_id, units FROM tonight_engagement")
        }


def by_pandas(rules: Rules) -> Scores:
    """Columns: the events and people come by COPY, and one sort finds whom the daily caps leave out."""
    import numpy as np
    import pandas as pd

    events = _copied(
        "SELECT id, account_id, coalesce(contact_id, 0) AS contact_id, event_type_id,"
        " extract(epoch FROM occurred_at)::bigint AS moment FROM signals_engagementevent"
        " WHERE event_type_id = ANY(%s) AND occurred_at >= %s AND occurred_at < %s",
        [list(rules.kinds), rules.since, rules.until],
    )
    people = _copied("SELECT id, seniority, coalesce(buying_role_id, 0) AS role FROM committee_contact", [])
    seniority = people["seniority"].map(rules.by_seniority)
    role = people["role"].map(rules.by_role)
    people["percent"] = np.fmax(seniority.to_numpy(float), role.to_numpy(float))
    percent = people.set_index("id")["percent"].reindex(events["contact_id"]).fillna(100).to_numpy().astype("int64")
    local = pd.to_datetime(events["moment"], unit="s", utc=True).dt.tz_convert(rules.zone).dt.tz_localize(None)
    day = local.to_numpy().astype("datetime64[D]").astype("int64")
    account, kind = events["account_id"].to_numpy(), events["event_type_id"].to_numpy()
    group = (account * 1000 + kind) * 100_000 + day
    order = np.lexsort((events["id"].to_numpy(), -percent, group))
    group, percent, account, kind, day = (each[order] for each in (group, percent, account, kind, day))
    first = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    place = np.arange(len(group)) - np.repeat(first, np.diff(np.r_[first, len(group)]))
    caps = pd.Series({each: it.cap for each, it in rules.kinds.items()})
    within = place < caps.reindex(kind).to_numpy()
    account, kind, day, percent = (each[within] for each in (account, kind, day, percent))
    # One exact factor for each type and day, worked out as everybody else does.
    pairs, which = np.unique(kind * 100_000 + day, return_inverse=True)
    factors = np.array([_factor(rules, int(each)) for each in pairs], dtype="int64")
    half_life = pd.Series({each: it.half_life for each, it in rules.kinds.items()}).reindex(kind).to_numpy()
    frame = pd.DataFrame({"account": account, "half_life": half_life, "magnitude": percent * factors[which]})
    sums = frame.groupby(["account", "half_life"], sort=False)["magnitude"].sum().unstack(fill_value=0)
    units = np.zeros(len(sums), dtype="int64")
    for each in sums.columns:
        decay = math.pow(0.5, (rules.as_of - landmark(int(each), rules.as_of)).days / int(each))
        units += np.rint(sums[each].to_numpy() * decay).astype("int64")
    thousandths = (2000 * np.minimum(units, 101 * POINT) + POINT) // (2 * POINT)
    scores = np.minimum(100, (thousandths + 500) // 1000)
    return dict(zip(sums.index.tolist(), scores.tolist(), strict=True))


def _factor(rules: Rules, pair: int) -> int:
    kind = rules.kinds[pair // 100_000]
    return kind.weight * rules.grows(kind.half_life, EPOCH + timedelta(days=pair % 100_000))


def _copied(statement: str, values: list[Any]) -> Any:
    """A frame of the rows of a statement, by the fastest way out of PostgreSQL that pandas can read."""
    import pandas as pd
    from django.db import connection

    text = io.BytesIO()
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY ({statement}) TO STDOUT (FORMAT csv, HEADER)", values) as copy,
    ):
        for piece in copy:
            text.write(piece)
    text.seek(0)
    return pd.read_csv(text, keep_default_na=False)


def by_python(rules: Rules, one_in: int) -> Scores:
    """A plain loop over the rows of a streamed cursor."""
    from django.db import connection, transaction

    zone, found = ZoneInfo(rules.zone), Magnitudes(rules)
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(
            "SELECT event.id, event.account_id, event.event_type_id, event.occurred_at, contact.seniority,"
            " contact.buying_role_id FROM signals_engagementevent AS event"
            " LEFT JOIN committee_contact AS contact ON contact.id = event.contact_id"
            " WHERE event.event_type_id = ANY(%s) AND event.occurred_at >= %s AND event.occurred_at < %s"
            " AND mod(event.account_id, %s) = %s",
            [list(rules.kinds), rules.since, rules.until, one_in, one_in // 2],
        )
        while rows := cursor.fetchmany(10_000):
            for event, account, kind, moment, seniority, role in rows:
                found.add(account, kind, moment.astimezone(zone).date(), rules.percent(seniority, role), event)
    return found.scores()


def by_orm(rules: Rules, one_in: int, joined: Sequence[str] = ()) -> Scores:
    """A loop over accounts that asks for the events of each, and saves the standing."""
    from django.db import transaction

    from abmhub.accounts.models import Account

    zone, scores = ZoneInfo(rules.zone), {}
    with transaction.atomic():
        sampled = Account.objects.filter(pk__in=sample(one("SELECT max(id) FROM accounts_account"), one_in))
        for account in sampled.select_related("standing").order_by("pk"):
            found = Magnitudes(rules)
            events = account.engagement_events.filter(occurred_at__gte=rules.since, occurred_at__lt=rules.until)
            for event in events.select_related(*joined) if joined else events:
                if event.event_type.weight == 0:
                    continue
                contact = event.contact
                percent = rules.percent(contact.seniority, contact.buying_role_id) if contact else 100
                found.add(account.pk, event.event_type_id, event.occurred_at.astimezone(zone).date(), percent, event.pk)
            account.standing.engagement = found.scores().get(account.pk, 0)
            account.standing.save(update_fields=["engagement"])
            scores[account.pk] = account.standing.engagement
        transaction.set_rollback(True)
    return scores


def by_careful_orm(rules: Rules, one_in: int) -> Scores:
    """The same with the type and the person of each event in the query for the events."""
    return by_orm(rules, one_in, ("event_type", "contact"))


LOOPS: dict[str, Callable[[Rules, int], Scores]] = {
    "python": by_python,
    "orm": by_orm,
    "careful_orm": by_careful_orm,
}


def sample(accounts: int, one_in: int) -> range:
    """The keys of the accounts that a loop does."""
    return range(one_in // 2, accounts + 1, one_in)
