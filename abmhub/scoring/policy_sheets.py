"""The Goldilocks policy as data, and its variant for those who sell to e-tailers, as drafts to begin from.

An e-tailer is worth what it ships: its variant asks for parcels where Goldilocks asks for the expected ACV.
"""

from typing import Any

from django.db import transaction

from abmhub.scoring.models import TierPolicy
from abmhub.scoring.policy_data import policy_from_data
from abmhub.scoring.sheets import Sheet, attributes_of


def _goldilocks(name: str, worth: dict[str, Any], *, large: int, medium: int) -> dict[str, Any]:
    """The three rules of Goldilocks, with what tells a large account from a medium one."""
    fit, intent = {"fact": "fit", "at_least": 70}, {"fact": "intent", "at_least": 60}
    engaged = {"fact": "engagement", "at_least": 60}
    return {
        "name": name,
        "rules": [
            {"name": "Just right", "tier": 1, "all": [fit, intent, engaged, {**worth, "at_least": large}]},
            {"name": "Too many for 1:1", "tier": 2, "all": [fit, intent, {**worth, "at_least": medium}]},
            {"name": "Too small", "tier": 3, "all": [fit]},
        ],
    }


POLICIES = {
    Sheet.SAAS: _goldilocks("Goldilocks", {"fact": "acv_amount"}, large=50_000, medium=15_000),
    Sheet.ETAIL: _goldilocks("Goldilocks for e-tail", {"attribute": "volume_shipped"}, large=50_000, medium=10_000),
}
CODES = {Sheet.SAAS: frozenset[str](), Sheet.ETAIL: frozenset({"volume_shipped"})}


@transaction.atomic
def policy_from(sheet: Sheet) -> TierPolicy:
    """A new draft; custom attributes that it needs and nobody has are defined.

    Raises OtherKind where an attribute is of another kind here.
    """
    attributes_of(CODES[sheet])
    return policy_from_data(POLICIES[sheet], origin=f"From the {sheet.label} sheet.")
