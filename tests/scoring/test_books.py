"""What the books say of tiers: contradictions, and accounts that a night could not compute."""

from datetime import timedelta

import pytest
from psycopg.sql import SQL

from abmhub.accounts.models import Account, Standing
from abmhub.scoring import books, compiling
from abmhub.scoring.models import TierOverride, TierPolicy
from abmhub.scoring.tiers import Fact
from tests.scoring.conftest import TODAY, MakeAccount, night, standing_of
from tests.scoring.scored import override


def test_books_balance_while_an_override_holds_and_after_it(make_account: MakeAccount, policy: TierPolicy) -> None:
    override(make_account(), 1, first=0, last=1)
    for day in range(3):
        night(TODAY + timedelta(days=day))
        assert books.errors() == []


def test_a_tier_that_nothing_holds_is_the_earned_one(make_account: MakeAccount, policy: TierPolicy) -> None:
    account = make_account()
    night()
    Standing.objects.filter(account=account).update(earned_tier=2)
    assert books.errors() == [f"{account} stands in Tier 3; the rules give Tier 2, and nothing holds it."]


def test_what_an_override_holds_has_one(make_account: MakeAccount, policy: TierPolicy) -> None:
    account = make_account()
    override(account, 1, first=0, last=1)
    night()
    TierOverride.objects.all().delete()
    assert books.errors() == [f"{account} stands in Tier 1 by an override that is not there."]


def test_an_account_that_cannot_be_computed_is_named_and_the_others_are_done(
    make_account: MakeAccount, policy: TierPolicy, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = [make_account() for _ in range(7)]
    night()
    Account.objects.update(industry="retail", employees=10)
    failing = {accounts[2].pk, accounts[5].pk}
    first, second = failing
    monkeypatch.setitem(
        compiling.COLUMNS, Fact.FIT, SQL(f"fit / ((account_id - {first}) * (account_id - {second}))::int::boolean::int")
    )
    night(TODAY + timedelta(days=1))
    assert [standing_of(each).tier_id for each in accounts] == [3 if each.pk in failing else None for each in accounts]
    named = [each for each in accounts if each.pk in failing]
    assert books.errors() == [f"{each} could not be computed: it keeps the tier of the night before." for each in named]
    monkeypatch.undo()
    night(TODAY + timedelta(days=1))
    assert books.errors() == []
