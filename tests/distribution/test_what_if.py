"""What a policy, or other weights, would have made of past days."""

import json
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from abmhub.accounts.models import Account, Tier
from abmhub.distribution.what_if import NoSuchPolicy, NoSuchWeight, what_if
from abmhub.scoring.actions import copy_policy
from abmhub.scoring.models import TierCondition, TierPolicy, TierSnapshot
from tests.conftest import make_tactic
from tests.distribution.conftest import AT, DAYS

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(company: list[Account]) -> TierPolicy:
    """As the policy in force, but 10 points are enough for Tier 3."""
    drafted = copy_policy(policy=TierPolicy.objects.get())
    TierCondition.objects.filter(rule__policy=drafted, rule__position=3).update(threshold=10)
    return drafted


def test_a_draft_is_tried_on_past_days(draft: TierPolicy) -> None:
    days = what_if(DAYS[0], DAYS[-1], version=draft.version, at=AT)
    # 30 points are 15 after two days, and 11 after three.
    assert [each.tiers["Tier 3"] for each in days] == [3, 6, 8, 10, 9]
    assert [each.moves for each in days] == [3, 3, 2, 2, 5]
    assert not TierSnapshot.objects.exists()


def test_it_tells_what_was_reported_and_what_menus_would_cost(draft: TierPolicy) -> None:
    tactic = make_tactic("Letter", tier=Tier.objects.get(level=3), now=AT)
    TierSnapshot.objects.create(snapshot_on=DAYS[0], tier_id=3, accounts=1, policy_version=1)
    first, second = what_if(DAYS[0], DAYS[1], version=draft.version, at=AT)
    assert first.reported == {"Tier 1": 0, "Tier 2": 0, "Tier 3": 1, "none": 0}
    assert second.reported is None
    each = first.entitlement_amount / 3
    assert each >= tactic.unit_cost
    assert second.entitlement_amount == 6 * each


def test_other_weights_are_tried(draft: TierPolicy) -> None:
    [day] = what_if(DAYS[0], DAYS[0], version=1, at=AT, weights={"content_download": 19})
    assert (day.tiers["Tier 3"], day.entitlement_amount) == (0, Decimal())


def test_what_does_not_exist_is_refused(draft: TierPolicy) -> None:
    with pytest.raises(NoSuchPolicy, match="no version 77"):
        what_if(DAYS[0], DAYS[0], version=77, at=AT)
    with pytest.raises(NoSuchWeight, match="no event type fax"):
        what_if(DAYS[0], DAYS[0], version=1, at=AT, weights={"fax": 5})
    with pytest.raises(NoSuchWeight, match="cannot weigh 40000"):
        what_if(DAYS[0], DAYS[0], version=1, at=AT, weights={"page_view": 40000})


def said_by(*words: str) -> str:
    out = StringIO()
    call_command("what_if", *words, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_the_command_answers_in_a_table_or_in_json(draft: TierPolicy) -> None:
    asked = ("--policy", str(draft.version), "--from", str(DAYS[0]), "--to", str(DAYS[1]))
    answer: dict[str, Any] = json.loads(said_by(*asked, "--weight", "page_view=3", "--shards", "3", "--json"))
    assert answer["policy"] == draft.version
    money = answer["days"][1].pop("entitlement_amount")
    assert answer["days"][1] == {
        "day": str(DAYS[1]),
        "tiers": {"Tier 1": 0, "Tier 2": 0, "Tier 3": 6, "none": 6},
        "reported": None,
        "moves": 3,
        "held": 0,
        "currency": "USD",
    }
    lines = said_by(*asked).splitlines()
    assert lines[0].split() == ["day", "Tier", "1", "Tier", "2", "Tier", "3", "none", "moves", "money"]
    assert lines[2].split() == [str(DAYS[1]), "0", "0", "6", "6", "3", f"{round(float(money)):,}"]


def test_the_command_refuses_in_a_sentence(draft: TierPolicy) -> None:
    with pytest.raises(CommandError, match="no version 77"):
        said_by("--policy", "77", "--from", str(DAYS[0]))
    with pytest.raises(CommandError, match="such as demo_request=80"):
        said_by("--policy", "1", "--from", str(DAYS[0]), "--weight", "demo_request")
