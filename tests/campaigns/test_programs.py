"""Programs: what they are for and when, and the list of accounts that is frozen once."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from abmhub.accounts.models import Account, Segment, Standing, Tier
from abmhub.campaigns.actions import AlreadyFrozen, NobodyChosen, freeze_program
from abmhub.campaigns.models import NamingConvention, Program
from abmhub.core.refusals import NotAllowed
from abmhub.users.models import User

NewProgram = Callable[..., Program]


@pytest.fixture
def new_program(db: None) -> NewProgram:
    def make(**fields: Any) -> Program:
        values = {
            "name": "Spring in the north",
            "audience": "2026-Q2-EMEA-Manufacturers",
            "starts_on": date(2026, 4, 1),
            "budget_amount": Decimal(20_000),
            "objectives": "Ten SQLs\n\n Two deals ",
            **fields,
        }
        return Program.objects.create(**values)

    return make


@pytest.mark.parametrize(
    ("period", "starts_on", "ends_on"),
    [
        pytest.param("month", date(2026, 12, 1), date(2026, 12, 31), id="month"),
        pytest.param("month", date(2028, 2, 1), date(2028, 2, 29), id="leap-month"),
        pytest.param("quarter", date(2026, 10, 1), date(2026, 12, 31), id="quarter"),
        pytest.param("year", date(2026, 1, 1), date(2026, 12, 31), id="year"),
    ],
)
def test_a_program_ends_with_its_period(new_program: NewProgram, period: str, starts_on: date, ends_on: date) -> None:
    program = new_program(period=period, starts_on=starts_on)
    program.full_clean()
    assert program.ends_on == ends_on


@pytest.mark.parametrize(
    ("period", "starts_on"),
    [
        pytest.param("month", date(2026, 4, 2), id="second-day"),
        pytest.param("quarter", date(2026, 5, 1), id="middle-of-a-quarter"),
        pytest.param("year", date(2026, 4, 1), id="second-quarter"),
    ],
)
def test_a_program_begins_with_its_period(new_program: NewProgram, period: str, starts_on: date) -> None:
    with pytest.raises(ValidationError, match="not the first day"):
        new_program(period=period, starts_on=starts_on).full_clean()


def test_an_audience_is_named_by_the_convention(new_program: NewProgram) -> None:
    new_program(name="Good", audience="2026-EMEA-Everybody").full_clean()
    with pytest.raises(ValidationError, match="For example: 2026-Q2-EMEA"):
        new_program(audience="my list").full_clean()
    NamingConvention.objects.update(pattern="my .*")
    Program.objects.get(audience="my list").full_clean()


def test_a_convention_fits_its_own_example() -> None:
    with pytest.raises(ValidationError, match="does not fit"):
        NamingConvention(pattern="a+", example="b").clean()
    with pytest.raises(ValidationError, match="no regular expression"):
        NamingConvention(pattern="(", example="b").clean()


def test_objectives_are_one_a_line(new_program: NewProgram) -> None:
    assert new_program().objective_lines == ["Ten SQLs", "Two deals"]


def test_what_becomes_of_a_tier_does_not_change_a_frozen_list(
    new_program: NewProgram, account: Account, other_account: Account, marketing_manager: User, now: datetime
) -> None:
    Standing.objects.filter(account=other_account).update(tier=2)
    program = new_program()
    program.tiers.set([Tier.objects.get(level=1)])
    assert freeze_program(program=program, by=marketing_manager, at=now) == 1
    Standing.objects.update(tier=None)
    program.refresh_from_db()
    assert program.is_frozen
    assert [(member.account, member.tier_id) for member in program.members.all()] == [(account, 1)]
    with pytest.raises(AlreadyFrozen):
        freeze_program(program=program, by=marketing_manager, at=now)


def test_nothing_chosen_means_everybody_in_a_tier(
    new_program: NewProgram, account: Account, other_account: Account, marketing_manager: User, now: datetime
) -> None:
    Account.objects.create(name="In no tier", normalized_name="in no tier")
    assert freeze_program(program=new_program(), by=marketing_manager, at=now) == 2


def test_territory_and_account_group_narrow_the_list(
    new_program: NewProgram, account: Account, other_account: Account, marketing_manager: User, now: datetime
) -> None:
    assert account.territory
    program = new_program()
    program.territories.set([account.territory])
    assert freeze_program(program=program, by=marketing_manager, at=now) == 1
    nobody = new_program(name="None", audience="2026-EMEA-None", segment=Segment.SMB)
    with pytest.raises(NobodyChosen):
        freeze_program(program=nobody, by=marketing_manager, at=now)
    assert not Program.objects.get(pk=nobody.pk).is_frozen


def test_a_rep_freezes_no_list(new_program: NewProgram, account: Account, rep: User, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        freeze_program(program=new_program(), by=rep, at=now)


def test_an_administrator_freezes_it_in_the_admin(new_program: NewProgram, account: Account, admin: User) -> None:
    client, program = Client(), new_program()
    client.force_login(admin)
    data = {"action": "freeze", "_selected_action": [program.pk]}
    page = client.post(reverse("admin:campaigns_program_changelist"), data, follow=True).content.decode()
    assert "holds 1 account" in page
    page = client.post(reverse("admin:campaigns_program_changelist"), data, follow=True).content.decode()
    assert "start another program" in page
    assert (
        'name="starts_on"'
        not in client.get(reverse("admin:campaigns_program_change", args=[program.pk])).content.decode()
    )
