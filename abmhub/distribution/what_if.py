"""What a policy, or other weights, would have made of past days. Nothing is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from abmhub.accounts.models import Tier
from abmhub.core.refusals import Refused
from abmhub.distribution.days import past_days
from abmhub.distribution.shards import Told, number_of_shards, work_out
from abmhub.scoring import past
from abmhub.scoring.entitlement import entitlement_by_tier
from abmhub.scoring.models import TierPolicy, TierSnapshot
from abmhub.scoring.shard import Past
from abmhub.signals.models import EventType


class NoSuchPolicy(Refused):
    """There is no tier policy of that version."""


class NoSuchWeight(Refused):
    """There is no such event type, or it cannot weigh that much."""


@dataclass(frozen=True)
class Day:
    """A day as the policy would have found it; `reported` is what was reported then, None where nothing was.

    Tiers are told by their names, "none" last. `entitlement_amount` is what the menus of the day let all these accounts
    order in a quarter, in the business currency.
    """

    day: date
    tiers: dict[str, int]
    reported: dict[str, int] | None
    moves: int
    held: int
    entitlement_amount: Decimal


def what_if(
    since: date,
    until: date,
    *,
    version: int,
    at: datetime,
    weights: Mapping[str, int] | None = None,
    workers: str = "",
    shards: int | None = None,
    told: Told = lambda done, of: None,
) -> list[Day]:
    """Each day as if the version had come into force on the first of them, with all accounts of today.

    Raises NotOver for a day that is not over, NoSuchPolicy, NoSuchWeight, and NoWorkers when nobody answers there.
    """
    days = past_days(since, until, at=at)
    if not TierPolicy.objects.filter(version=version).exists():
        raise NoSuchPolicy(f"There is no version {version} of the tier policy: the admin lists them.")
    weights = weights or {}
    _check(weights)
    asked = past.shards(
        [(day, version) for day in days],
        shards or number_of_shards(workers),
        is_what_if=True,
        weights=sorted(weights.items()),
    )
    found = work_out(asked, workers=workers, told=told)
    names: dict[int | None, str] = {tier.level: tier.name for tier in Tier.objects.order_by("level")} | {None: "none"}
    reported = _reported(days, names)
    return [_day(day, found.of(day), names, reported.get(day)) for day in days]


def _check(weights: Mapping[str, int]) -> None:
    known = set(EventType.objects.values_list("code", flat=True))
    for code, weight in weights.items():
        if code not in known:
            raise NoSuchWeight(f"There is no event type {code}: choose from {', '.join(sorted(known))}.")
        if not 0 <= weight <= 32767:
            raise NoSuchWeight(f"{code} cannot weigh {weight}: from 0 to 32,767 points.")


def _day(day: date, found: Past, names: Mapping[int | None, str], reported: dict[str, int] | None) -> Day:
    counted, amounts = found.tiers, entitlement_by_tier(day)
    return Day(
        day=day,
        tiers={name: counted.get(level, 0) for level, name in names.items()},
        reported=reported,
        moves=found.moves,
        held=found.held,
        entitlement_amount=sum((amounts.get(level or 0, Decimal()) * n for level, n in counted.items()), Decimal()),
    )


def _reported(days: list[date], names: Mapping[int | None, str]) -> dict[date, dict[str, int]]:
    reported: dict[date, dict[str, int]] = {}
    for each in TierSnapshot.objects.filter(snapshot_on__range=(days[0], days[-1])):
        reported.setdefault(each.snapshot_on, dict.fromkeys(names.values(), 0))[names[each.tier_id]] = each.accounts
    return reported
