"""What a policy would do in the next night: the night's own statements, of which nothing is published."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from abmhub.core import sql
from abmhub.core.days import business_day
from abmhub.core.models import Run
from abmhub.scoring import scores, tiers
from abmhub.scoring.models import PolicyPreview, TierPolicy

NIGHT = "nightly"
"""The job of the night in the run ledger."""


@dataclass(frozen=True)
class Moving:
    """How many accounts would go from one tier to another, by their levels; None is no tier.

    Of `anyway` many the policy in force makes the same in that night.
    """

    before: int | None
    after: int | None
    accounts: int
    held: int
    anyway: int = 0


@dataclass(frozen=True)
class Waiting:
    """A rep who has more accounts of a tier than the policy gives room for."""

    owner: int
    name: str
    tier: int
    places: int
    waiting: int


def next_night(at: datetime) -> date:
    """The business day of the next night: today's, unless that is published already."""
    today = business_day(at)
    last = Run.objects.last_finished(NIGHT)
    return today + timedelta(days=1) if last and last.business_day >= today else today


def foretell(preview: PolicyPreview, policy: TierPolicy, as_of: date) -> dict[str, Any]:
    """Work the night of the day out by the policy and keep who would move; returns the figures over all accounts.

    Temporary tables apart, nothing but the rows of the preview is written.
    """
    scores.gather_signals(as_of)
    scores.gather(as_of)
    tiers.find(as_of)
    sql.materialize("tonight_anyway", "scoring/found_tiers")
    tiers.find(as_of, policy=policy)
    sql.run("scoring/policy_moves", preview=preview.pk)
    return {"matrix": sql.rows("scoring/policy_matrix"), "waiting": sql.rows("scoring/policy_waiting")}


def matrix(preview: PolicyPreview) -> list[Moving]:
    """The figures of a finished preview, those that stay among them."""
    return [Moving(**each) for each in preview.figures["matrix"]]


def waiting(preview: PolicyPreview) -> list[Waiting]:
    """The reps over capacity, those with the longest waiting lists first."""
    return [Waiting(**each) for each in preview.figures["waiting"]]
