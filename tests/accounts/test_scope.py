"""Whose accounts a long list has: the same as `visible_to`, however many there are."""

import random

import pytest

from abmhub.accounts import scope
from abmhub.accounts.models import Account, AccountTeamMember, Territory
from abmhub.accounts.scope import Scope
from abmhub.users.models import Role, Team, User


@pytest.mark.parametrize("named", [0, 1000])
def test_it_has_what_visible_to_has(named: int, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scope, "MOST_NAMED", named)
    dice = random.Random(7)
    managers = [User.objects.create(name=f"M{n}", role=Role.SALES_MANAGER) for n in range(2)]
    teams = [Team.objects.create(name=f"T{n}", manager=managers[n % 2]) for n in range(3)]
    reps = [User.objects.create(name=f"R{n}", role=Role.SALES_REP, team=dice.choice(teams)) for n in range(6)]
    territories = [Territory.objects.create(name=f"P{n}") for n in range(4)]
    for territory in territories:
        territory.members.set(dice.sample([*reps, *managers], 2))
    for number in range(60):
        account = Account.objects.create(
            name=f"A{number}",
            owner=dice.choice([*reps, *managers, None, None]),
            territory=dice.choice([*territories, None, None, None]),
        )
        if dice.random() < 0.2:
            AccountTeamMember.objects.create(account=account, user=dice.choice([*reps, *managers]))
    admin = User.objects.create(name="A", role=Role.ADMIN)
    for user in (*managers, *reps, admin):
        expected = set(Account.objects.visible_to(user).values_list("pk", flat=True))
        assert set(Scope.of(user).accounts().values_list("pk", flat=True)) == expected
        assert Scope.of(user).accounts().count() == len(expected)
