"""The pages of programs: what runs for whom, what it costs, and what it has brought."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from abmhub.accounts.models import Account, Standing, Tier
from abmhub.campaigns.actions import freeze_program, mark_of
from abmhub.campaigns.models import Campaign, Channel, Motion, Program, ProgramAccount, Spend
from abmhub.funnel.actions import snapshot
from abmhub.pipeline.models import Opportunity, Stage
from abmhub.users.models import User

LIST, NEW = reverse("program-list"), reverse("program-add")
QueryCount = Callable[[str], AbstractContextManager[None]]


def words(response: Any) -> str:
    return " ".join(unescape(strip_tags(response.content.decode())).split())


def file_of(client: Client, page: str) -> str:
    answer: Any = client.get(page, {"as": "csv"})
    return b"".join(answer.streaming_content).decode("utf-8-sig")


def page_of(program: Program, name: str = "show") -> str:
    return reverse(f"program-{name}", args=[program.pk])


def typed(**changes: Any) -> dict[str, Any]:
    return {
        "name": "One front door",
        "audience": "2026-Q3-EMEA-Shared services",
        "period": "quarter",
        "starts_on": "2026-07-01",
        "budget_amount": "5000",
        "currency": "USD",
        "objectives": "Fifteen SQLs",
        **changes,
    }


@pytest.fixture
def running(program: Program, account: Account, marketing_manager: User, now: Any) -> Program:
    """The program with its list frozen, a campaign that cost 250, and a deal of 1,000 won in its period."""
    freeze_program(program=program, by=marketing_manager, at=now)
    campaign = Campaign.objects.create(
        name="Spring letters",
        motion=Motion.ABM,
        channel=Channel.objects.get(code="mail"),
        started_on=program.starts_on,
        program=program,
    )
    Spend.objects.create(campaign=campaign, spent_on=program.starts_on, amount=250)
    Spend.objects.create(campaign=campaign, spent_on=program.starts_on, amount=70, currency="EUR")
    Opportunity.objects.create(
        name="Won in it",
        account=account,
        motion=Motion.ABM,
        campaign=campaign,
        stage=Stage.objects.get(name="Won"),
        amount=1_000,
        engaged_on=program.starts_on,
        closed_on=program.starts_on + timedelta(days=20),
        source="test",
        external_id="1",
    )
    snapshot(on=program.ends_on)
    return program


def test_without_any_it_says_what_a_program_is_and_who_starts_one(as_marketing_manager: Client, as_rep: Client) -> None:
    assert "Start a program" in words(as_marketing_manager.get(LIST))
    shown = words(as_rep.get(LIST))
    assert "Marketing managers start them" in shown
    assert "New program" not in shown


def test_a_marketing_manager_starts_one_and_freezes_its_list(
    as_marketing_manager: Client, account: Account, tier1: Tier
) -> None:
    assert "Every group" in words(as_marketing_manager.get(NEW))
    answer = as_marketing_manager.post(NEW, typed(tiers=[tier1.pk]), follow=True)
    program = Program.objects.get()
    assert [tier.pk for tier in program.tiers.all()] == [tier1.pk]
    assert "Freeze 1 account" in words(answer)
    assert "The list of One front door holds 1 account." in words(
        as_marketing_manager.post(page_of(program, "freeze"), follow=True)
    )
    shown = words(as_marketing_manager.get(page_of(program)))
    assert "Freeze 1 account" not in shown
    assert account.name in shown


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        pytest.param({"audience": "my list"}, "For example: 2026-Q2-EMEA", id="audience"),
        pytest.param({"starts_on": "2026-08-01"}, "This is not the first day of a quarter.", id="first-day"),
        pytest.param({"budget_amount": "-1"}, "A budget is not negative.", id="budget"),
        pytest.param({"name": ""}, "This field is required.", id="name"),
    ],
)
def test_what_will_not_do_is_told_and_nothing_is_lost(
    as_marketing_manager: Client, changes: dict[str, str], told: str
) -> None:
    answer = as_marketing_manager.post(NEW, typed(**changes))
    assert answer.status_code == 422
    assert told in words(answer)
    assert "Fifteen SQLs" in words(answer)
    assert not Program.objects.exists()


def test_once_frozen_only_the_words_and_the_money_change(as_marketing_manager: Client, running: Program) -> None:
    posted = typed(
        name="Another name", audience=running.audience, starts_on="2026-10-01", segment="smb", seen=mark_of(running)
    )
    as_marketing_manager.post(page_of(running, "edit"), posted)
    running.refresh_from_db()
    assert (running.name, running.budget_amount) == ("Another name", Decimal(5000))
    assert (running.starts_on, running.segment) == (date(2026, 4, 1), "")


def test_of_two_who_edit_at_once_the_second_reads_what_is_there_now_and_loses_nothing(
    as_marketing_manager: Client, program: Program, tier1: Tier
) -> None:
    opened = as_marketing_manager.get(page_of(program, "edit")).context["form"]["seen"].value()
    Program.objects.filter(pk=program.pk).update(budget_amount=Decimal(9000))
    posted = typed(name="Another name", audience=program.audience, tiers=[tier1.pk], seen=opened)
    answer = as_marketing_manager.post(page_of(program, "edit"), posted)
    assert answer.status_code == 409
    assert "Budget is now “9,000.00 USD”." in words(answer)
    assert (answer.context["form"]["name"].value(), answer.context["form"]["tiers"].value()) == (
        "Another name",
        [str(tier1.pk)],
    )
    program.refresh_from_db()
    assert program.budget_amount == 9000

    again = as_marketing_manager.post(
        page_of(program, "edit"), {**posted, "seen": answer.context["form"]["seen"].value()}
    )
    assert again.status_code == 302
    program.refresh_from_db()
    assert (program.name, program.budget_amount) == ("Another name", Decimal(5000))


def test_an_empty_audience_cannot_be_frozen(as_marketing_manager: Client, program: Program, account: Account) -> None:
    Standing.objects.update(tier=None)
    assert "choose more before you freeze" in words(as_marketing_manager.get(page_of(program)))
    answer = as_marketing_manager.post(page_of(program, "freeze"), follow=True)
    assert "No account is in these tiers" in words(answer)


def test_it_shows_what_it_cost_and_brought(as_marketing_manager: Client, running: Program) -> None:
    shown = words(as_marketing_manager.get(page_of(running)))
    assert "Spent $250 of $1,000" in shown
    assert "Won in its period $1,000" in shown
    assert "Return on it 300%" in shown
    assert "Two deals" in shown
    assert "Spring letters" in shown


def test_behind_a_stage_are_its_rows(as_marketing_manager: Client, running: Program) -> None:
    page = as_marketing_manager.get(page_of(running)).content.decode()
    path = next(part.split('"')[0] for part in page.split('href="') if "stage=won" in part.split('"')[0])
    assert "Won in it" in words(as_marketing_manager.get(unescape(path)))


def test_a_rep_sees_neither_the_money_nor_accounts_of_others(
    as_rep: Client, running: Program, account: Account, other_account: Account
) -> None:
    ProgramAccount.objects.get_or_create(program=running, account=other_account)
    shown = words(as_rep.get(page_of(running)))
    assert account.name in shown
    assert other_account.name not in shown
    assert "Spent" not in shown
    assert "$250" not in shown
    assert "Budget" not in words(as_rep.get(LIST))
    assert other_account.name not in file_of(as_rep, page_of(running))
    assert "1000" not in file_of(as_rep, LIST)


def test_the_list_says_where_each_stands(as_analyst: Client, running: Program) -> None:
    Program.objects.create(
        name="Draft", audience="2026-X", starts_on=date(2027, 1, 1), budget_amount=1, objectives="One"
    )
    shown = words(as_analyst.get(LIST))
    assert "not frozen" in shown
    assert "1 Apr 2026 to 30 Jun 2026" in shown


@pytest.mark.parametrize("name", ["program-list", "program-show"])
def test_the_number_of_queries_does_not_grow(
    as_analyst: Client, running: Program, query_count: QueryCount, name: str
) -> None:
    address = LIST if name == "program-list" else page_of(running)
    # The first to ask after a night counts the funnel, for everybody.
    as_analyst.get(address)
    with query_count(name):
        as_analyst.get(address)
    for number in range(20):
        Program.objects.create(
            name=f"P{number}", audience=f"A{number}", starts_on=date(2026, 1, 1), budget_amount=1, objectives=""
        )
        account = Account.objects.create(name=f"Account {number}", normalized_name=f"account {number}")
        Standing.objects.create(account=account)
        ProgramAccount.objects.create(program=running, account=account)
    with query_count(name):
        as_analyst.get(address)
