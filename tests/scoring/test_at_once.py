"""What is said by hand about a tier takes effect at once, and the nights find the same."""

from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.db import DataError, connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from abmhub.accounts.models import Account, Attribute, HeldBy, Standing, Tier, TierChange
from abmhub.core import sql
from abmhub.core.models import Run
from abmhub.nightly import steps, verify
from abmhub.scoring import books, tiers
from abmhub.scoring.actions import appeal_tier, at_once, decide_appeal, end_override, override_tier
from abmhub.scoring.changes import Scope
from abmhub.scoring.models import TierCapacity, TierCondition, TierOverride, TierPolicy
from abmhub.scoring.tiers import Fact
from abmhub.users.models import User
from tests.at_once import at_once as in_threads
from tests.scoring.conftest import TODAY, MakeAccount
from tests.scoring.scored import NOON, Scored, keep_scores
from tests.scoring.test_holding_twin import random_account, random_override, random_rules, random_score, standings

FAR = TODAY + timedelta(days=30)


def tonight(day: date, scored: Scored) -> None:
    """The tiers of a day with these scores."""
    keep_scores(scored)
    tiers.find(day)
    tiers.publish(day)


def moves(account: Account) -> list[tuple[date, int | None, int | None]]:
    return list(
        TierChange.objects.filter(account=account)
        .order_by("changed_on")
        .values_list("changed_on", "from_tier", "to_tier")
    )


def where(account: Account) -> tuple[int | None, int | None, str]:
    standing = Standing.objects.get(account=account)
    return standing.tier_id, standing.earned_tier_id, standing.held_by


@pytest.fixture
def ladder(policy: TierPolicy) -> TierPolicy:
    """Tier 1 from engagement 60, Tier 2 from 40, Tier 3 from 20; nothing else is asked."""
    TierCondition.objects.all().delete()
    for rule, threshold in zip(policy.rules.order_by("position"), (60, 40, 20), strict=True):
        TierCondition.objects.create(rule=rule, fact=Fact.ENGAGEMENT, threshold=threshold)
    return policy


def put(account: Account, level: int | None, by: User, at: datetime = NOON) -> TierOverride:
    return override_tier(
        account=account,
        tier=Tier.objects.get(pk=level) if level else None,
        reason="A strategic customer.",
        expires_on=FAR,
        by=by,
        at=at,
    )


def test_an_override_moves_the_account_and_writes_its_history_and_the_nights_find_the_same(
    ladder: TierPolicy, make_account: MakeAccount, admin: User
) -> None:
    account = make_account()
    scored: Scored = {account: {"engagement": 45}}
    tonight(TODAY, scored)
    put(account, 1, admin)
    assert where(account) == (1, 2, HeldBy.OVERRIDE)
    # It came into Tier 2 this very day: a day has one move.
    assert moves(account) == [(TODAY, None, 1)]
    standing = Standing.objects.get(account=account)
    assert (standing.tier_since_on, standing.engagement, standing.computed_on) == (TODAY, 45, TODAY)
    assert standing.summary.startswith("Put in Tier 1 by Ada Stone through 3 April 2026: A strategic customer. ")
    assert books.errors() == []
    before = standings()
    tonight(TODAY, scored)
    assert standings() == before
    tonight(TODAY + timedelta(days=1), scored)
    assert moves(account) == [(TODAY, None, 1)]


def test_ended_it_goes_where_the_rules_put_it_whatever_bands_and_stay_say(
    ladder: TierPolicy, make_account: MakeAccount, admin: User
) -> None:
    TierPolicy.objects.filter(pk=ladder.pk).update(demote_band=30, minimum_stay_days=9)
    account = make_account()
    scored: Scored = {account: {"engagement": 45}}
    tonight(TODAY, scored)
    override = put(account, 1, admin)
    tomorrow = TODAY + timedelta(days=1)
    ended = end_override(override=override, by=admin, at=NOON + timedelta(days=1))
    assert (where(account), ended.released_on) == ((2, 2, ""), tomorrow)
    assert moves(account) == [(TODAY, None, 1), (tomorrow, 1, 2)]
    assert books.errors() == []
    for day in (tomorrow, tomorrow + timedelta(days=1)):
        tonight(day, scored)
        assert where(account) == (2, 2, "")
    assert len(moves(account)) == 2


def test_ended_on_its_day_nothing_has_been(ladder: TierPolicy, make_account: MakeAccount, admin: User) -> None:
    account = make_account()
    tonight(TODAY - timedelta(days=1), {account: {"engagement": 45}})
    before = Standing.objects.filter(account=account).values().get()
    end_override(override=put(account, None, admin), by=admin, at=NOON)
    assert Standing.objects.filter(account=account).values().get() == before
    assert moves(account) == [(TODAY - timedelta(days=1), None, 2)]


def test_a_granted_appeal_moves_the_account_at_once(
    ladder: TierPolicy, account: Account, rep: User, admin: User
) -> None:
    tier = Tier.objects.get(level=3)
    appeal = appeal_tier(account=account, tier=tier, reason="They merge.", by=rep, at=NOON)
    assert where(account)[0] == 1
    decide_appeal(appeal=appeal, granted=True, answer="Agreed.", expires_on=FAR, by=admin, at=NOON)
    assert where(account) == (3, 1, HeldBy.OVERRIDE)
    assert moves(account) == [(TODAY, 1, 3)]


def test_an_account_that_no_night_has_seen_is_put_there_as_well(
    ladder: TierPolicy, make_account: MakeAccount, admin: User
) -> None:
    account = make_account()
    put(account, 2, admin)
    assert (where(account), moves(account)) == ((2, None, HeldBy.OVERRIDE), [(TODAY, None, 2)])
    assert Standing.objects.get(account=account).computed_on is None


def test_it_takes_a_place_beyond_those_of_its_owner_and_the_next_night_makes_room(
    ladder: TierPolicy, make_account: MakeAccount, rep: User, admin: User
) -> None:
    TierCapacity.objects.create(policy=ladder, tier_id=1, accounts_per_rep=1)
    there, put_there = make_account(owner=rep), make_account(owner=rep)
    scored: Scored = {there: {"engagement": 80}, put_there: {"engagement": 30}}
    tonight(TODAY, scored)
    put(put_there, 1, admin)
    assert (where(put_there)[0], where(there)[0]) == (1, 1)
    tonight(TODAY + timedelta(days=1), scored)
    assert (where(put_there), where(there)) == ((1, 3, HeldBy.OVERRIDE), (2, 1, HeldBy.CAPACITY))


@pytest.mark.parametrize(
    ("places", "others", "expected"),
    [
        ({1: 2}, [80], (1, 1, "")),
        ({1: 1}, [80], (2, 1, HeldBy.CAPACITY)),
        ({1: 1}, [61], (1, 1, "")),
        ({1: 1, 2: 0}, [80], (3, 1, HeldBy.CAPACITY)),
        ({1: 1, 2: 0, 3: 0}, [80], (None, 1, HeldBy.CAPACITY)),
        ({1: 1}, [80, 75], (2, 1, HeldBy.CAPACITY)),
    ],
    ids=["room", "full", "before the last", "two full", "all full", "one waits before"],
)
def test_given_back_it_waits_for_a_place_where_its_owner_has_none(
    ladder: TierPolicy,
    make_account: MakeAccount,
    rep: User,
    admin: User,
    places: dict[int, int],
    others: list[int],
    expected: tuple[int | None, int | None, str],
) -> None:
    for level, accounts_per_rep in places.items():
        TierCapacity.objects.create(policy=ladder, tier_id=level, accounts_per_rep=accounts_per_rep)
    account = make_account(owner=rep)
    scored: Scored = {account: {"engagement": 70}, **{make_account(owner=rep): {"engagement": e} for e in others}}
    tonight(TODAY, scored)
    override = put(account, None, admin)
    tomorrow = TODAY + timedelta(days=1)
    tonight(tomorrow, scored)
    end_override(override=override, by=admin, at=NOON + timedelta(days=1))
    assert where(account) == expected
    before = Standing.objects.filter(account=account).values().get()
    tonight(tomorrow, scored)
    assert Standing.objects.filter(account=account).values().get() == before


def test_what_is_told_late_is_for_the_last_night(ladder: TierPolicy, make_account: MakeAccount, admin: User) -> None:
    account = make_account()
    tonight(TODAY, {account: {"engagement": 45}})
    Run.objects.create(job="nightly", business_day=TODAY, status=Run.Status.DONE, started_at=NOON, published_at=NOON)
    put(account, 1, admin, at=NOON - timedelta(days=1))
    assert moves(account) == [(TODAY, None, 1)]
    assert books.errors() == []


def test_an_account_that_cannot_be_computed_is_left_to_the_night(
    ladder: TierPolicy, make_account: MakeAccount, admin: User
) -> None:
    account = make_account()
    tonight(TODAY, {account: {"engagement": 45}})
    with patch.object(at_once, "_judged", side_effect=DataError):
        put(account, 1, admin)
    assert (where(account)[0], TierOverride.objects.get().tier_id) == (2, 1)


def test_what_is_said_while_a_night_is_at_work_takes_effect_when_it_is_done(
    transactional_db: None, ladder: TierPolicy, make_account: MakeAccount, admin: User
) -> None:
    account = make_account()
    with transaction.atomic():
        tonight(TODAY, {account: {"engagement": 45}})
    night = connections.create_connection("default")
    try:
        night.set_autocommit(False)
        with night.cursor() as cursor:
            cursor.execute(sql.statement("nightly/only_one_night"))
        put(account, 1, admin)
        assert where(account)[0] == 2
        night.rollback()
    finally:
        night.close()
    assert at_once.settle(at=NOON) == 1
    assert where(account) == (1, 2, HeldBy.OVERRIDE)


def test_a_night_settles_what_was_said_while_it_worked(
    transactional_db: None, ladder: TierPolicy, account: Account, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(_: Scope) -> dict[str, list[str]]:
        said = in_threads([partial(put, account, 3, admin)])
        assert (len(said), where(account)[0]) == (1, None)
        return {}

    monkeypatch.setattr(verify, "errors", meanwhile)
    with time_machine.travel(NOON, tick=False):
        steps.run(TODAY, at=NOON)
    assert where(account) == (3, None, HeldBy.OVERRIDE)
    assert moves(account) == [(TODAY, 1, 3)]


def test_what_took_effect_is_not_settled_again(ladder: TierPolicy, make_account: MakeAccount, admin: User) -> None:
    accounts = [make_account() for _ in range(4)]
    tonight(TODAY, {account: {"engagement": 45} for account in accounts})
    put(accounts[0], 1, admin)
    put(accounts[1], None, admin)
    end_override(override=put(accounts[2], 1, admin), by=admin, at=NOON)
    put(accounts[3], 1, admin)
    put(accounts[3], 3, admin)
    assert at_once.settle(at=NOON) == 0
    outside = put(accounts[1], 3, admin)
    Account.objects.filter(pk=outside.account_id).update(is_target=False)
    tonight(TODAY, {account: {"engagement": 45, "is_target": account != accounts[1]} for account in accounts})
    assert at_once.settle(at=NOON) == 0


@pytest.mark.parametrize("said", ["another", "none", "ended"])
def test_what_a_night_overwrote_is_settled(
    ladder: TierPolicy, make_account: MakeAccount, admin: User, said: str
) -> None:
    account = make_account()
    scored: Scored = {account: {"engagement": 45}}
    tonight(TODAY - timedelta(days=1), scored)
    override = put(account, 1, admin, at=NOON - timedelta(hours=20))
    tonight(TODAY, scored)
    heard = Standing.objects.filter(account=account).values().get()
    if said == "ended":
        end_override(override=override, by=admin, at=NOON)
    else:
        put(account, 3 if said == "another" else None, admin)
    wanted = Standing.objects.filter(account=account).values().get()
    Standing.objects.filter(account=account).update(**heard)
    TierChange.objects.filter(account=account, changed_on=TODAY).delete()
    assert (at_once.settle(at=NOON), at_once.settle(at=NOON)) == (1, 0)
    assert Standing.objects.filter(account=account).values().get() == wanted


# Without shrinking: an example is ten accounts and three nights, and takes too long for it.
@settings(
    max_examples=8, phases=[Phase.reuse, Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(dice=st.randoms(use_true_random=False))
def test_the_night_of_the_day_run_again_finds_what_took_effect(
    make_account: MakeAccount,
    policy: TierPolicy,
    custom: dict[str, Attribute],
    rep: User,
    admin: User,
    dice: Random,
) -> None:
    with transaction.atomic():
        random_rules(dice, policy, list(custom.values()))
        policy.capacities.all().delete()
        scored: Scored = {}
        accounts = []
        for _ in range(10):
            score: dict[str, Any] = random_score(dice, TODAY)
            fields = random_account(dice, [None, rep], [None])
            account = make_account(**fields, is_target=score["is_target"], acv_amount=score["acv"])
            accounts.append(account)
            scored[account] = score
        for day in (-2, -1, 0):
            tonight(TODAY + timedelta(days=day), scored)
            random_override(dice, accounts, day)
        tonight(TODAY, scored)
        eligible = [each for each in accounts if each.is_target and not scored[each]["disqualified_by"]]
        for account in eligible:
            held = TierOverride.objects.in_force_on(TODAY).filter(account=account).first()
            if held and dice.random() < 0.6:
                end_override(override=held, by=admin, at=NOON)
            elif dice.random() < 0.5:
                put(account, dice.choice([None, 1, 2, 3]), admin)
        before = standings()
        tonight(TODAY, scored)
        assert standings() == before
        transaction.set_rollback(True)
