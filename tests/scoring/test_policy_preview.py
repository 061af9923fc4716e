"""What a preview finds is what the next night makes of the policy, and looking changes nothing."""

from collections import Counter
from datetime import datetime, timedelta
from random import Random

import pytest
from django.db import transaction

from abmhub.accounts.models import Account, Attribute, Standing, Territory, TierChange
from abmhub.core.models import Run
from abmhub.core.refusals import NotAllowed
from abmhub.scoring.actions import (
    AlreadyPublished,
    ask_preview,
    copy_policy,
    preview_asked,
    preview_policy,
    publish_policy,
)
from abmhub.scoring.models import PolicyMove, PolicyPreview, TierCapacity, TierCondition, TierPolicy
from abmhub.scoring.policy_preview import Moving, Waiting, matrix, next_night, waiting
from abmhub.users.models import User
from tests.scoring.conftest import TODAY, Gives, MakeAccount, night, standing_of
from tests.scoring.test_holding_twin import random_account, random_override, random_rules


def previewed(draft: TierPolicy, by: User, now: datetime) -> PolicyPreview:
    """The draft's preview, worked out at once."""
    preview = ask_preview(policy=draft, by=by, at=now)
    assert preview_policy(preview=preview, clock=lambda: now)
    preview.refresh_from_db()
    assert preview.error == ""
    return preview


def written() -> list[object]:
    """All that a night writes."""
    return [
        list(Standing.objects.order_by("account").values()),
        list(TierChange.objects.order_by("pk").values()),
        TierPolicy.objects.in_force(),
    ]


@pytest.fixture
def draft(policy: TierPolicy) -> TierPolicy:
    """Goldilocks, but Tier 3 needs an expected ACV below 50,000."""
    draft = copy_policy(policy=policy)
    TierCondition.objects.create(rule=draft.rules.get(position=3), fact="acv_amount", operator="lt", threshold=50_000)
    return draft


def test_it_finds_who_moves_and_why_and_writes_nothing_else(
    make_account: MakeAccount, draft: TierPolicy, admin: User, now: datetime
) -> None:
    falls, stays, outside = make_account(), make_account(acv_amount=9_000), make_account(industry="x", employees=1)
    night(TODAY - timedelta(days=1))
    before = written()
    preview = previewed(draft, admin, now)
    assert written() == before
    assert (preview.as_of, preview.asked_by) == (TODAY, admin)
    assert sorted(matrix(preview), key=str) == [
        Moving(before=3, after=3, accounts=1, held=0, anyway=1),
        Moving(before=3, after=None, accounts=1, held=0, anyway=0),
        Moving(before=None, after=None, accounts=1, held=0, anyway=1),
    ]
    [move] = preview.moves.all()
    assert (move.account, move.from_tier_id, move.to_tier_id) == (falls, 3, None)
    assert move.summary == "For Tier 3: expected ACV 90,000 (below 50,000 needed)."
    draft.refresh_from_db()
    assert (draft.status, draft.previewed_by) == (TierPolicy.Status.PREVIEWED, admin)
    assert {stays, outside}.isdisjoint({falls})


def test_it_tells_which_moves_the_policy_in_force_makes_the_same_night(
    make_account: MakeAccount, draft: TierPolicy, admin: User, now: datetime
) -> None:
    leaves, falls = make_account(), make_account()
    night(TODAY - timedelta(days=1))
    Account.objects.filter(pk=leaves.pk).update(is_target=False)
    preview = previewed(draft, admin, now)
    assert dict(preview.moves.values_list("account", "is_anyway")) == {leaves.pk: True, falls.pk: False}


def test_reps_over_capacity_and_their_waiting_lists_are_told(
    make_account: MakeAccount, draft: TierPolicy, rep: User, admin: User, now: datetime
) -> None:
    TierCapacity.objects.create(policy=draft, tier_id=3, accounts_per_rep=1)
    for _ in range(3):
        make_account(owner=rep, acv_amount=9_000)
    preview = previewed(draft, admin, now)
    assert waiting(preview) == [Waiting(owner=rep.pk, name=rep.name, tier=3, places=1, waiting=2)]
    waiters = PolicyMove.objects.filter(preview=preview, held_by="capacity")
    assert {(each.earned_tier_id, each.to_tier_id) for each in waiters} == {(3, None)}


@pytest.mark.parametrize("seed", range(10))
def test_publishing_what_was_previewed_gives_every_account_the_tier_that_was_foretold(
    make_account: MakeAccount,
    policy: TierPolicy,
    custom: dict[str, Attribute],
    surges: Gives,
    engaged: Gives,
    rep: User,
    other_rep: User,
    admin: User,
    now: datetime,
    seed: int,
) -> None:
    dice = Random(seed)
    territories = [None, *(Territory.objects.create(name=name) for name in ("north", "South"))]
    accounts = []
    for _ in range(25):
        account = make_account(
            **random_account(dice, [None, rep, other_rep], territories)
            | {"acv_amount": dice.choice([None, 9_999, 10_000, 90_000]), "is_target": dice.random() < 0.9}
        )
        accounts.append(account)
        if dice.random() < 0.6:
            surges(account, dice.choice([20, 40, 60, 80]))
        if dice.random() < 0.6:
            engaged(account, dice.choice([20, 40, 60, 80]))
    random_rules(dice, policy, list(custom.values()))
    for day in (2, 1):
        night(TODAY - timedelta(days=day))
    for _ in range(4):
        random_override(dice, accounts, 0)
    draft = copy_policy(policy=policy)
    random_rules(dice, draft, list(custom.values()))
    for rule in draft.rules.filter(conditions=None):
        TierCondition.objects.create(rule=rule, fact="engagement", threshold=dice.choice([0, 40]))
    before = {each.account_id: each.tier_id for each in Standing.objects.all()}
    preview = previewed(TierPolicy.objects.get(pk=draft.pk), admin, now)
    foretold = before | {each.account_id: each.to_tier_id for each in preview.moves.all()}
    with transaction.atomic():
        night(preview.as_of)
        anyway = {each.account_id: each.tier_id for each in Standing.objects.all()}
        transaction.set_rollback(True)
    publish_policy(policy=draft, by=admin, at=now)
    night(preview.as_of)
    after = {each.account_id: each for each in Standing.objects.all()}
    assert {pk: each.tier_id for pk, each in after.items()} == foretold
    for move in preview.moves.all():
        there = after[move.account_id]
        assert (there.summary, there.held_by, there.earned_tier_id) == (move.summary, move.held_by, move.earned_tier_id)
        assert move.is_anyway == (move.to_tier_id == anyway[move.account_id])
    assert sum(each.anyway for each in matrix(preview)) == sum(after[pk].tier_id == anyway[pk] for pk in after)
    counted = Counter((before[pk], each.tier_id) for pk, each in after.items())
    assert counted == Counter({(each.before, each.after): each.accounts for each in matrix(preview)})


def test_a_preview_is_of_the_night_that_comes_next(db: None, now: datetime) -> None:
    assert next_night(now) == TODAY
    Run.objects.create(job="nightly", business_day=TODAY, started_at=now, published_at=now)
    assert next_night(now) == TODAY + timedelta(days=1)


def test_asked_anew_it_replaces_what_was_found_before(
    make_account: MakeAccount, draft: TierPolicy, admin: User, now: datetime
) -> None:
    account = make_account()
    night(TODAY - timedelta(days=1))
    first = previewed(draft, admin, now)
    Account.objects.filter(pk=account.pk).update(acv_amount=9_000)
    second = previewed(draft, admin, now)
    assert (second.pk, second.moves.count()) == (first.pk, 0)


def test_a_worker_finds_what_waits_and_what_a_dead_one_left(
    make_account: MakeAccount, draft: TierPolicy, admin: User, now: datetime
) -> None:
    make_account()
    night(TODAY - timedelta(days=1))
    preview = ask_preview(policy=draft, by=admin, at=now)
    PolicyPreview.objects.filter(pk=preview.pk).update(started_at=now)
    assert preview_asked(clock=lambda: now) == 1
    assert preview_asked(clock=lambda: now) == 0
    assert not preview_policy(preview=preview, clock=lambda: now)
    preview.refresh_from_db()
    assert preview.finished_at == now
    assert preview.moves.count() == 1


def test_a_policy_that_cannot_give_tiers_says_so(draft: TierPolicy, admin: User, now: datetime) -> None:
    draft.rules.all().delete()
    preview = ask_preview(policy=draft, by=admin, at=now)
    preview_policy(preview=preview, clock=lambda: now)
    preview.refresh_from_db()
    assert preview.error == "Goldilocks (version 2) has no rules: no account would be in any tier."
    draft.refresh_from_db()
    assert draft.status == TierPolicy.Status.DRAFT


def test_only_a_draft_is_previewed_and_only_by_those_who_publish(
    policy: TierPolicy, draft: TierPolicy, admin: User, rep: User, now: datetime
) -> None:
    with pytest.raises(AlreadyPublished, match="copy it to a draft to preview it"):
        ask_preview(policy=policy, by=admin, at=now)
    with pytest.raises(NotAllowed):
        ask_preview(policy=draft, by=rep, at=now)


def test_after_the_night_the_standing_is_the_foretold_one(
    make_account: MakeAccount, draft: TierPolicy, admin: User, now: datetime
) -> None:
    account = make_account()
    night(TODAY - timedelta(days=1))
    previewed(draft, admin, now)
    publish_policy(policy=draft, by=admin, at=now)
    night(TODAY)
    assert standing_of(account).tier_id is None
