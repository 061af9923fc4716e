"""The market that the night keeps: by hand, and against counting all accounts again."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from psycopg.sql import SQL

from abmhub.accounts.models import Account, Standing, Territory, Tier
from abmhub.funnel import books, market
from abmhub.funnel.models import MarketAccount, MarketCell
from abmhub.scoring.models import ChangedAccount, NightBasis

TODAY = date(2026, 3, 20)
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
NOTED = SQL("SELECT account_id FROM scoring_changedaccount")
STANDINGS = SQL("accounts_standing")


def account(**fields: Any) -> Account:
    number = Account.objects.count()
    return Account.objects.create(
        **{"name": f"A{number}", "normalized_name": f"a{number}", "created_at": LONG_AGO, **fields}
    )


def place(who: Account, tier: int | None) -> None:
    Standing.objects.update_or_create(account=who, defaults={"tier_id": tier})


def carry_on(on: date = TODAY) -> int:
    """As the night does: what was noted is taken."""
    differing = market.carry_on(on=on, changed=NOTED, moved=STANDINGS)
    ChangedAccount.objects.all().delete()
    return differing


def cells() -> dict[tuple[int | None, str, str], tuple[int, int, int]]:
    """Accounts, those with ACV and their ACV by tier, segment and industry."""
    return {
        (cell.tier, cell.segment, cell.industry): (cell.accounts, cell.with_acv, int(cell.acv_amount))
        for cell in MarketCell.objects.all()
    }


def test_accounts_that_are_alike_are_one_cell(db: None) -> None:
    for acv in (100, 250, None):
        account(segment="smb", industry="retail", acv_amount=acv)
    place(account(segment="smb", industry="retail", acv_amount=7), 2)
    account(acv_amount=9_000, currency="JPY")
    account(acv_amount=1, is_target=False)
    account(acv_amount=1, created_at=datetime(2026, 3, 21, tzinfo=UTC))
    assert market.keep(on=TODAY) == 6
    assert cells() == {
        (None, "smb", "retail"): (3, 2, 350),
        (2, "smb", "retail"): (1, 1, 7),
        (None, "", ""): (1, 0, 0),
    }


def test_what_changed_goes_from_one_cell_to_another(db: None) -> None:
    moved, dearer, gone, left = (account(segment="smb", acv_amount=100) for _ in range(4))
    account(segment="smb", acv_amount=100)
    market.keep(on=TODAY)
    ChangedAccount.objects.all().delete()
    place(moved, 1)
    Account.objects.filter(pk=dearer.pk).update(acv_amount=130)
    Account.objects.filter(pk=left.pk).update(is_target=False)
    gone.delete()
    account(segment="smb")
    assert carry_on() == 5
    assert cells() == {(None, "smb", ""): (3, 2, 230), (1, "smb", ""): (1, 1, 100)}


def test_of_whom_nothing_is_noted_is_not_looked_at(db: None) -> None:
    quiet = account(acv_amount=100)
    market.keep(on=TODAY)
    Account.objects.filter(pk=quiet.pk).update(acv_amount=300)
    ChangedAccount.objects.all().delete()
    assert carry_on() == 0
    assert cells() == {(None, "", ""): (1, 1, 100)}


def test_who_was_too_young_is_counted_when_the_day_comes(db: None) -> None:
    account(created_at=datetime(2026, 3, 21, 12, tzinfo=UTC))
    market.keep(on=TODAY)
    ChangedAccount.objects.all().delete()
    assert carry_on() == 0
    assert cells() == {}
    assert carry_on(date(2026, 3, 21)) == 1
    assert cells() == {(None, "", ""): (1, 0, 0)}


def test_a_cell_that_is_not_what_its_accounts_come_to_is_told_until_a_full_night(db: None) -> None:
    account(segment="smb", acv_amount=100)
    market.keep(on=TODAY)
    MarketCell.objects.update(acv_amount=90)
    assert books.errors(is_whole=False) == []
    [told] = books.errors()
    assert told.startswith(
        "The market keeps 1 with 90.00 of expected ACV in no tier, smb; its accounts are 1 with 100.00."
    )
    market.keep(on=TODAY)
    assert books.errors() == []


def test_an_account_that_changed_without_a_note_is_told(db: None) -> None:
    known, unknown = account(acv_amount=100), account(acv_amount=100)
    market.keep(on=TODAY)
    NightBasis.objects.create(pk=1, as_of_on=TODAY, registers="", intent_weeks="")
    ChangedAccount.objects.all().delete()
    Account.objects.filter(pk=unknown.pk).update(acv_amount=200)
    ChangedAccount.objects.all().delete()
    Account.objects.filter(pk=known.pk).update(acv_amount=200)
    [told] = books.errors()
    assert told.endswith(
        "though no night was told that they changed: 1 of the accounts. A full night counts them anew."
    )


@pytest.mark.parametrize("seed", range(4))
def test_it_comes_to_the_same_as_counting_all_accounts(db: None, seed: int) -> None:
    dice = Random(seed)
    territories = [None, *Territory.objects.bulk_create(Territory(name=f"T{number}") for number in range(2))]
    tiers = [None, *Tier.objects.values_list("level", flat=True)]
    everybody = [account() for _ in range(12)]
    market.keep(on=TODAY)
    for _ in range(12):
        for who in dice.sample(everybody, 4):
            Account.objects.filter(pk=who.pk).update(
                segment=dice.choice(["", "smb"]),
                industry=dice.choice(["", "retail"]),
                territory=dice.choice(territories),
                acv_amount=dice.choice([None, Decimal("0.10"), 30]),
                currency=dice.choice(["USD", "JPY"]),
                is_target=dice.random() < 0.7,
            )
        place(dice.choice(everybody), dice.choice(tiers))
        everybody.pop(dice.randrange(len(everybody))).delete()
        everybody.append(account(acv_amount=5))
        carry_on()
        assert kept() == counted()
        assert books.errors() == []
    assert MarketAccount.objects.count() == Account.objects.filter(is_target=True).count()


def kept() -> dict[tuple[Any, ...], tuple[int, int, Decimal]]:
    return {
        (cell.tier, cell.segment, cell.industry, cell.territory_key): (cell.accounts, cell.with_acv, cell.acv_amount)
        for cell in MarketCell.objects.all()
    }


def counted() -> dict[tuple[Any, ...], tuple[int, int, Decimal]]:
    accounts, known = Counter[Any](), Counter[Any]()
    amounts: defaultdict[Any, Decimal] = defaultdict(Decimal)
    for each in Account.objects.filter(is_target=True).select_related("standing"):
        standing = getattr(each, "standing", None)
        key = (standing.tier_id if standing else None, each.segment, each.industry, each.territory_id)
        accounts[key] += 1
        if each.acv_amount is not None and each.currency == "USD":
            known[key] += 1
            amounts[key] += each.acv_amount
    return {key: (number, known[key], amounts[key]) for key, number in accounts.items()}
