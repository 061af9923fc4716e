"""What a draft would do to everybody's fit, against a slow twin."""

from random import Random

import pytest

from abmhub.accounts.models import Account
from abmhub.scoring.actions import copy_profile
from abmhub.scoring.fit import CriterionVerdict, Fit
from abmhub.scoring.models import IcpCriterion, IcpProfile
from abmhub.scoring.preview import Distribution, Mover, preview
from tests.scoring.conftest import MakeAccount, add_criterion

Attribute = IcpCriterion.Attribute


def fit_by(profile: IcpProfile, account: Account) -> Fit:
    """The fit of an account by any profile, from the verdicts of its criteria."""
    words = {True: "met", False: "missed", None: "unknown"}
    return Fit(
        profile.name,
        profile.minimum_known_percent,
        tuple(
            CriterionVerdict(each.name, each.weight, words[each.verdict(account)], each.is_disqualifier, each.told)  # type: ignore[arg-type]
            for each in profile.criteria.all()
        ),
    )


def distribution_of(fits: list[Fit]) -> Distribution:
    tenths = [0] * 10
    for fit in fits:
        if not fit.disqualified_by and fit.score is not None:
            tenths[min(fit.score // 10, 9)] += 1
    barred = sum(bool(fit.disqualified_by) for fit in fits)
    return Distribution(tuple(tenths), len(fits) - barred - sum(tenths), barred)


def test_it_shows_where_accounts_would_be_and_who_moves_most(make_account: MakeAccount, profile: IcpProfile) -> None:
    draft = copy_profile(profile=profile)
    draft.criteria.filter(attribute=Attribute.INDUSTRY).update(values=["retail"])
    add_criterion(draft, "Barred", attribute=Attribute.COUNTRY, values=["XX"], is_disqualifier=True)
    falls, rises, same, barred, unknown = (
        make_account(),
        make_account(industry="retail", employees=10),
        make_account(industry=""),
        make_account(industry="retail", country="XX"),
        make_account(industry="", employees=None, annual_revenue_amount=None),
    )
    found = preview(draft)
    assert found.distribution == Distribution((0, 0, 0, 0, 0, 0, 0, 2, 0, 1), unknown=1, disqualified=1)
    assert found.earlier == Distribution((0, 0, 0, 0, 1, 0, 0, 1, 0, 2), unknown=1, disqualified=0)
    assert (found.rising, found.falling) == (1, 2)
    assert found.movers == (
        Mover(barred.pk, barred.name, 70, 0, is_disqualified=True),
        Mover(falls.pk, falls.name, 100, 70, is_disqualified=False),
        Mover(rises.pk, rises.name, 40, 70, is_disqualified=False),
    )
    assert {same.pk, unknown.pk}.isdisjoint(mover.id for mover in found.movers)


def test_the_profile_in_force_is_compared_with_nothing(make_account: MakeAccount, profile: IcpProfile) -> None:
    make_account()
    found = preview(profile)
    assert found.distribution.high == found.distribution.total == 1
    assert (found.earlier, found.movers, found.rising, found.falling) == (None, (), 0, 0)


@pytest.mark.parametrize("seed", range(4))
def test_it_agrees_with_the_verdict_of_each_row(make_account: MakeAccount, profile: IcpProfile, seed: int) -> None:
    dice = Random(seed)
    draft = copy_profile(profile=profile)
    for criterion in draft.criteria.all():
        criterion.weight = dice.randrange(1, 50)
        criterion.save()
    add_criterion(draft, "Barred", attribute=Attribute.COUNTRY, values=["XX"], is_disqualifier=True)
    for _ in range(60):
        make_account(
            industry=dice.choice(["", "software", "retail"]),
            employees=dice.choice([None, 10, 900]),
            annual_revenue_amount=dice.choice([None, 10, 80_000_000]),
            founded_year=dice.choice([None, 2001, 2023]),
            country=dice.choice(["", "US", "XX"]),
        )
    found = preview(draft)
    accounts = list(Account.objects.all())
    after = [fit_by(draft, account) for account in accounts]
    before = [fit_by(profile, account) for account in accounts]
    assert found.distribution == distribution_of(after)
    assert found.earlier == distribution_of(before)
    changes = [
        later.score - earlier.score
        for later, earlier in zip(after, before, strict=True)
        if later.score is not None and earlier.score is not None
    ]
    assert found.rising == sum(change > 0 for change in changes)
    assert found.falling == sum(change < 0 for change in changes)
    expected = sorted((abs(change) for change in changes if change), reverse=True)[:10]
    assert [abs(mover.change) for mover in found.movers] == expected
