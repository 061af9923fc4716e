"""The three scores of every account, each 0-100 and explained where it is made: scoring/fit.py,
signals/intent.py and signals/engagement.py."""

from datetime import date
from typing import Any

from django.conf import settings
from psycopg.sql import SQL, Composable

from abmhub.core import sql
from abmhub.scoring import fit
from abmhub.scoring.models import IcpProfile
from abmhub.signals import engagement, intent

DUE_EVERY_DAYS = 14
"""How long facts stay fresh whose source has no clock."""

STALE_FROM_ON = sql.part("scoring/stale_from_on")


def gather_signals(as_of: date) -> int:
    """Weigh what accounts did and read up to the day; returns how many accounts have any of it."""
    return engagement.gather(as_of) + intent.gather(as_of)


def gather(as_of: date, *, accounts: Composable = engagement.EVERYBODY) -> int:
    """Keep everybody's scores as `tonight_score`, after gather_signals; returns how many accounts there are.

    `accounts` is a condition on "account" that leaves some out.
    """
    profile = IcpProfile.objects.in_force()
    criteria = list(profile.criteria.in_order()) if profile else []
    values = sql.Values("fit")
    parts = fit.parts(criteria, values, minimum_known_percent=profile.minimum_known_percent if profile else 0)
    return sql.materialize(
        "tonight_score",
        "scoring/scores",
        _parts={
            **parts,
            "engagement": engagement.score(SQL("coalesce(tonight_engagement.units, 0)")),
            "stale_from_on": STALE_FROM_ON,
            "accounts": accounts,
        },
        _asked=["account_id"],
        currency=settings.ABMHUB_BUSINESS_CURRENCY,
        **freshness_parameters(as_of),
        **values.parameters,
    )


def freshness_parameters(as_of: date) -> dict[str, Any]:
    """What a statement with STALE_FROM_ON is told."""
    return {"as_of": as_of, "zone": settings.TIME_ZONE, "due_every_days": DUE_EVERY_DAYS}
