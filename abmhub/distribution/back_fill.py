"""Snapshots of past days that no night has made, by what was known then."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from abmhub.accounts.models import Account
from abmhub.core.days import business_day
from abmhub.distribution.days import past_days
from abmhub.distribution.shards import Told, number_of_shards, work_out
from abmhub.funnel import actions as funnel
from abmhub.funnel.models import FunnelSnapshot
from abmhub.metrics import actions as metrics
from abmhub.metrics.returns import keep_returns
from abmhub.nightly.ledger import Ledger
from abmhub.scoring import past
from abmhub.scoring.models import TierPolicy, TierSnapshot
from abmhub.scoring.shard import Past

JOB = "backfill"
NO_ACCOUNT = "no account was known"
NO_POLICY = "no tier policy was in force"


@dataclass(frozen=True)
class Missing:
    """What is to be made: days with the version in force, days of the funnel; and why some days are left out."""

    policies: tuple[tuple[date, int], ...]
    funnels: tuple[date, ...]
    left_out: dict[date, str]


@dataclass(frozen=True)
class BackFilled:
    """What was made. A day that is in none of it had everything already."""

    missing: Missing
    past: Past = field(default_factory=lambda: Past(()))
    shards: int = 0


def back_fill(
    since: date,
    until: date,
    *,
    at: datetime,
    workers: str = "",
    shards: int | None = None,
    told: Told = lambda done, of: None,
) -> BackFilled:
    """Make the snapshots that days have not; what is there stays as it was reported.

    The shards only read; all is written in one transaction. Raises NotOver for a day that is not over, and NoWorkers
    when nobody answers at the address.
    """
    missing = what_is_missing(past_days(since, until, at=at))
    if not missing.policies and not missing.funnels:
        return BackFilled(missing)
    number = shards or number_of_shards(workers)
    with Ledger(JOB, until, at=at) as ledger:
        found = Past(())
        with ledger.step("tiers of past days") as progress:
            if missing.policies:
                found = work_out(past.shards(missing.policies, number), workers=workers, told=told)
            progress.rows = sum(each.accounts for each in found.found)
        with transaction.atomic():
            with ledger.step("snapshots") as progress:
                progress.rows = past.freeze(found, missing.policies)
                progress.rows += sum(_snapshots(day) for day in missing.funnels)
            ledger.publish(at=timezone.now())
    return BackFilled(missing, found, number)


def back_fill_gaps(*, at: datetime, since: date, workers: str = "") -> BackFilled | None:
    """Make what nights left out between the first snapshot, or `since`, and yesterday; None before there is any."""
    first = TierSnapshot.objects.order_by("snapshot_on").values_list("snapshot_on", flat=True).first()
    yesterday = business_day(at) - timedelta(days=1)
    if first is None or first > yesterday:
        return None
    return back_fill(max(first, since), yesterday, at=at, workers=workers)


def what_is_missing(days: list[date]) -> Missing:
    """A day before the first account, or before the first policy, has nothing that could have been known."""
    between = {"snapshot_on__range": (days[0], days[-1])}
    tiers = set(TierSnapshot.objects.filter(**between).values_list("snapshot_on", flat=True))
    funnels = set(FunnelSnapshot.objects.filter(**between).values_list("snapshot_on", flat=True))
    made_at = Account.objects.order_by("created_at").values_list("created_at", flat=True).first()
    known_from = business_day(made_at) if made_at else None
    policies, left_out = [], {}
    for day in days:
        if known_from is None or day < known_from:
            left_out[day] = NO_ACCOUNT
        elif day in tiers:
            continue
        elif policy := TierPolicy.objects.in_force_on(day):
            policies.append((day, policy.version))
        else:
            left_out[day] = NO_POLICY
    return Missing(
        tuple(policies),
        tuple(day for day in days if day not in funnels and left_out.get(day) != NO_ACCOUNT),
        left_out,
    )


def _snapshots(day: date) -> int:
    """What the night would have frozen of deals and metrics. Nobody knows any more in which stages deals stayed."""
    frozen = funnel.snapshot(on=day, is_over=True) + metrics.snapshot(on=day, is_over=True)
    return frozen + keep_returns(on=day, is_over=True)
