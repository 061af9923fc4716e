"""A tree of envelopes: a program, its Tier 1, and two teams under that."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from abmhub.accounts.models import Tier
from abmhub.budgets.models import Envelope
from abmhub.users.models import Team

Make = Callable[..., Envelope]


@pytest.fixture
def make_envelope(db: None) -> Make:
    """An envelope for the whole of 2026."""

    def make(name: str, total: str, **fields: object) -> Envelope:
        year = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
        return Envelope.objects.create(**{"name": name, "total_amount": Decimal(total), **year, **fields})

    return make


@pytest.fixture
def program(make_envelope: Make) -> Envelope:
    return make_envelope("Spring", "1000.00", program="Spring")


@pytest.fixture
def tier_envelope(make_envelope: Make, program: Envelope, tier1: Tier) -> Envelope:
    return make_envelope("Tier 1", "800.00", parent=program, tier=tier1)


@pytest.fixture
def team_envelope(envelope: Envelope, tier_envelope: Envelope) -> Envelope:
    """The cast's 500.00 of team East, as a part of the tree."""
    envelope.parent = tier_envelope
    envelope.save()
    return envelope


@pytest.fixture
def west_envelope(make_envelope: Make, tier_envelope: Envelope, tier1: Tier) -> Envelope:
    west = Team.objects.create(name="West side")
    return make_envelope("Tier 1, West", "300.00", parent=tier_envelope, tier=tier1, team=west)
