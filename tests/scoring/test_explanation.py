"""The explanation agrees with the night, and the change it names really lifts the account."""

from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from abmhub.accounts.models import Account
from abmhub.scoring.explanation import Explanation, explain
from abmhub.scoring.models import IcpCriterion, IcpProfile, TierPolicy
from abmhub.signals.models import EventType
from tests.scoring.conftest import MONDAY, TODAY, Gives, MakeAccount, add_criterion, night, standing_of
from tests.signals.conftest import Did, Read


def explained(account: Account) -> Explanation:
    return explain(Account.objects.select_related("standing__tier").get(pk=account.pk), TODAY)


def test_it_names_the_rule_and_every_condition(make_account: MakeAccount, policy: TierPolicy, surges: Gives) -> None:
    account = make_account()
    surges(account, 75)
    night()
    found = explained(account)
    assert found.decisive is not None
    assert (found.policy, found.tier and found.tier.level, found.decisive.name) == (
        "Goldilocks (version 1)",
        2,
        "Too many for 1:1",
    )
    assert [condition.sentence for condition in found.rules[0].conditions] == [
        "fit 100, at least 70 needed",
        "intent 75, at least 60 needed",
        "engagement 0, at least 60 needed",
        "expected ACV 90,000, at least 50,000 needed",
    ]
    assert [condition.name for condition in found.rules[0].lacking] == ["engagement"]
    assert found.news == ""


def test_what_happened_since_the_night_is_told_apart(make_account: MakeAccount, policy: TierPolicy, did: Did) -> None:
    account = make_account()
    night()
    did(account, "meeting", TODAY)
    Account.objects.filter(pk=account.pk).update(industry="retail", employees=1)
    assert explained(account).news == (
        "Since the last night: fit 100 to 40, engagement 0 to 25, Tier 3 to no tier. The next night publishes it."
    )


def test_an_account_that_no_night_has_seen_says_so(make_account: MakeAccount, policy: TierPolicy) -> None:
    assert explained(make_account()).news == "No night has seen this account yet."


def test_the_bars_fade_with_age(make_account: MakeAccount, policy: TierPolicy, did: Did) -> None:
    account = make_account()
    half_life = EventType.objects.get(code="meeting").half_life_days
    for age in (0, half_life, 2 * half_life):
        did(account, "meeting", TODAY - timedelta(days=age))
    bars = explained(account).engagement.contributions
    assert [(bar.strength, bar.points) for bar in bars] == [(100, 25), (50, 12.5), (25, 6.25)]


@pytest.mark.parametrize("seed", range(6))
def test_it_agrees_with_the_night(
    make_account: MakeAccount, policy: TierPolicy, surges: Gives, engaged: Gives, did: Did, seed: int
) -> None:
    dice = Random(seed)
    add_criterion(
        policy_profile(), "Barred", attribute=IcpCriterion.Attribute.COUNTRY, values=["XX"], is_disqualifier=True
    )
    accounts = []
    for _ in range(15):
        account = make_account(
            industry=dice.choice(["", "software", "retail"]),
            employees=dice.choice([None, 10, 900]),
            country=dice.choice(["US", "XX", ""]),
            acv_amount=dice.choice([None, dice.randrange(100_000)]),
            is_target=dice.random() < 0.8,
        )
        if dice.random() < 0.6:
            surges(account, dice.randrange(40, 101))
        for _ in range(dice.randrange(5)):
            did(account, dice.choice(["meeting", "page_view", "demo_request"]), TODAY - timedelta(dice.randrange(60)))
        accounts.append(account)
    night()
    for account in accounts:
        found = explained(account)
        assert found.news == ""
        assert found.fit.disqualified_by == standing_of(account).disqualified_by


def policy_profile() -> IcpProfile:
    profile = IcpProfile.objects.in_force()
    assert profile
    return profile


def test_one_event_may_be_all_it_takes(
    make_account: MakeAccount, policy: TierPolicy, surges: Gives, engaged: Gives
) -> None:
    account = make_account()
    surges(account, 75)
    engaged(account, 41)
    night()
    EventType.objects.exclude(code__in=["demo_request", "page_view"]).exclude(code__startswith="points").update(
        weight=0
    )
    EventType.objects.filter(code__startswith="points").update(daily_cap=1)
    next_tier = explained(account).next_tier
    assert next_tier is not None
    assert next_tier.sentence == "Engagement 41 of 60: one demo request (+30) makes it Tier 1."
    assert next_tier.is_single


def test_an_event_beyond_the_daily_cap_is_not_proposed(
    make_account: MakeAccount, policy: TierPolicy, surges: Gives, did: Did
) -> None:
    account = make_account()
    surges(account, 75)
    did(account, "demo_request", TODAY)  # its cap is one a day
    night()
    next_tier = explained(account).next_tier
    assert next_tier is not None
    assert next_tier.sentence == "Engagement 30 of 60: 2 × meeting (+50) makes it Tier 1."


def test_it_lists_the_needs_when_no_single_change_is_enough(make_account: MakeAccount, policy: TierPolicy) -> None:
    next_tier = explained(make_account(acv_amount=None)).next_tier
    assert next_tier is not None
    assert next_tier.sentence == "Tier 2 needs intent 60 (now unknown), expected ACV 15,000 (now unknown)."
    assert not next_tier.is_single


def test_it_names_the_fact_about_the_account_that_would_do(make_account: MakeAccount, policy: TierPolicy) -> None:
    missed = explained(make_account(industry="retail", founded_year=2023)).next_tier
    unknown = explained(make_account(industry="retail", employees=10, founded_year=None)).next_tier
    assert missed is not None
    assert unknown is not None
    assert missed.sentence == "Fit 55 of 70: meeting “Founded before 2020” (now 2023) makes it Tier 3."
    assert unknown.sentence == "Fit 29 of 70: Tier 3 is more than one step away."


def test_it_names_the_topic_that_is_read_enough_but_does_not_surge(
    make_account: MakeAccount, policy: TierPolicy, read: Read
) -> None:
    account = make_account(acv_amount=20_000)
    for week in range(3):
        read(account, MONDAY - timedelta(weeks=week), 70)
    next_tier = explained(account).next_tier
    assert next_tier is not None
    assert next_tier.sentence == "Intent 35 of 60: a surge on “Data security”, read at 70 already, makes it Tier 2."


def test_what_is_unknown_is_named_as_unknown(make_account: MakeAccount, policy: TierPolicy) -> None:
    next_tier = explained(make_account(acv_amount=20_000)).next_tier
    assert next_tier is not None
    assert next_tier.sentence == "Intent unknown, 60 needed: a surge on any topic at a level of 60 makes it Tier 2."


def test_a_change_may_lift_past_the_next_tier(make_account: MakeAccount, policy: TierPolicy, engaged: Gives) -> None:
    account = make_account()
    engaged(account, 80)
    next_tier = explained(account).next_tier
    assert next_tier is not None
    assert next_tier.tier is not None
    assert next_tier.tier.level == 1


@pytest.mark.parametrize("reason", [{"is_target": False}, {"country": "XX"}])
def test_nothing_is_promised_to_an_account_that_cannot_rise(
    make_account: MakeAccount, policy: TierPolicy, reason: dict[str, object]
) -> None:
    add_criterion(
        policy_profile(), "Barred", attribute=IcpCriterion.Attribute.COUNTRY, values=["XX"], is_disqualifier=True
    )
    assert explained(make_account(**reason)).next_tier is None


def test_at_the_top_there_is_no_next_tier(
    make_account: MakeAccount, policy: TierPolicy, surges: Gives, engaged: Gives
) -> None:
    account = make_account()
    surges(account, 75)
    engaged(account, 60)
    found = explained(account)
    assert found.tier is not None
    assert found.tier.level == 1
    assert found.next_tier is None


@pytest.mark.parametrize("seed", range(12))
def test_the_engagement_it_asks_for_lifts_the_account_and_one_event_less_does_not(
    make_account: MakeAccount, policy: TierPolicy, surges: Gives, engaged: Gives, did: Did, seed: int
) -> None:
    dice = Random(seed)
    account = make_account()
    surges(account, 75)
    engaged(account, dice.randrange(12, 46))
    for _ in range(dice.randrange(8)):
        did(account, "page_view", TODAY - timedelta(days=dice.randrange(40)))
    next_tier = explained(account).next_tier
    assert next_tier is not None
    assert next_tier.change is not None
    change, tier = next_tier.change, next_tier.tier
    times = 1 if change.words.startswith("one ") else int(change.words.partition(" ")[0])
    name = change.words.removeprefix("one ").removeprefix(f"{times} × ").partition(" (")[0]
    code = EventType.objects.get(name__iexact=name).code
    for _ in range(times - 1):
        did(account, code, TODAY)
    assert explained(account).tier != tier
    did(account, code, TODAY)
    found = explained(account)
    assert found.tier == tier
    assert found.engagement.score == change.value


def test_the_fit_it_asks_for_lifts_the_account(make_account: MakeAccount, policy: TierPolicy) -> None:
    account = make_account(industry="retail", founded_year=2023)
    next_tier = explained(account).next_tier
    assert next_tier is not None
    assert next_tier.change is not None
    Account.objects.filter(pk=account.pk).update(founded_year=2019)
    assert explained(account).fit.score == next_tier.change.value == 70
    assert explained(account).tier == next_tier.tier


def test_the_deal_it_asks_for_lifts_the_account(make_account: MakeAccount, policy: TierPolicy, surges: Gives) -> None:
    account = make_account(acv_amount=14_999)
    surges(account, 75)
    next_tier = explained(account).next_tier
    assert next_tier is not None
    assert next_tier.sentence == "Expected ACV 14,999 of 15,000: 1 more makes it Tier 2."
    Account.objects.filter(pk=account.pk).update(acv_amount=Decimal(15_000))
    assert explained(account).tier == next_tier.tier


def test_it_takes_as_many_queries_however_much_has_happened(
    make_account: MakeAccount, policy: TierPolicy, surges: Gives, did: Did
) -> None:
    quiet, busy = make_account(), make_account()
    surges(quiet, 75)
    surges(busy, 75)
    for age in range(30):
        did(busy, "page_view", TODAY - timedelta(days=age))
    counts = []
    for account in (quiet, busy):
        loaded = Account.objects.select_related("standing__tier").get(pk=account.pk)
        with CaptureQueriesContext(connection) as queries:
            explain(loaded, TODAY)
        counts.append(len(queries))
    assert counts == [12, 12]
