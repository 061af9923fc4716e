"""Budgets: what is left, and the ledger behind it."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from abmhub.accounts.models import Account, Tier
from abmhub.budgets.actions import release, reserve, spend
from abmhub.budgets.models import Envelope
from abmhub.menus.models import Tactic
from abmhub.orders import actions
from abmhub.orders.models import Order, Task
from abmhub.users.models import Team, User
from tests.web.queue_of_tasks import more_tasks

LIST = reverse("budget-list")
TODAY = date(2026, 3, 4)  # of `at_now`: a run that goes past midnight stays on its day
QueryCount = Callable[[str], AbstractContextManager[None]]
pytestmark = pytest.mark.usefixtures("at_now")


def words(response: object) -> str:
    return " ".join(strip_tags(response.content.decode()).split())  # type: ignore[attr-defined]


def page_of(envelope: Envelope) -> str:
    return reverse("budget-show", args=[envelope.pk])


@pytest.fixture(autouse=True)
def _lasts(envelope: Envelope) -> None:
    """The cast's envelope, also on the day on which the tests run."""
    Envelope.objects.filter(pk=envelope.pk).update(ends_on=TODAY + timedelta(days=30))


def make_envelope(
    name: str, *, tier: int = 1, team: Team | None = None, starts_in: int = -5, **fields: object
) -> Envelope:
    return Envelope.objects.create(
        **{
            "name": name,
            "tier_id": tier,
            "team": team,
            "starts_on": TODAY + timedelta(days=starts_in),
            "ends_on": TODAY + timedelta(days=starts_in + 20),
            "total_amount": 1_000,
            **fields,
        }
    )


def names(response: object) -> set[str]:
    return {envelope.name for envelope in response.context["page"].rows}  # type: ignore[attr-defined]


def test_it_shows_spent_reserved_and_free(as_marketer: Client, envelope: Envelope) -> None:
    Envelope.objects.filter(pk=envelope.pk).update(spent_amount=Decimal("120.50"), reserved_amount=80)
    page = words(as_marketer.get(LIST))
    for expected in ("Tier 1, East, 2026", "$299.50 free of $500", "$120.50", "$80"):
        assert expected in page, expected


def test_it_adds_up_each_currency_by_itself(as_analyst: Client, envelope: Envelope) -> None:
    make_envelope("Tier 2", tier=2, total_amount=250, spent_amount=50)
    make_envelope("Tier 2, euros", tier=2, total_amount=90, currency="EUR")
    sums = {sum_.currency: (sum_.total_amount, sum_.free_amount) for sum_ in as_analyst.get(LIST).context["sums"]}
    assert sums == {"USD": (750, 700), "EUR": (90, 90)}


def test_it_narrows_by_period_tier_and_team(as_analyst: Client, envelope: Envelope, team: Team) -> None:
    make_envelope("Past", tier=2, starts_in=-90)
    make_envelope("Coming", tier=2, starts_in=60)
    make_envelope("Now, tier 3", tier=3)
    mine = envelope.name
    for query, found in (
        ({}, {mine, "Now, tier 3"}),
        ({"period": "past"}, {"Past"}),
        ({"period": "coming"}, {"Coming"}),
        ({"period": "all"}, {mine, "Past", "Coming", "Now, tier 3"}),
        ({"tier": 3}, {"Now, tier 3"}),
        ({"team": team.pk}, {mine}),
        ({"period": "soon", "tier": "x"}, {mine, "Now, tier 3"}),
    ):
        assert names(as_analyst.get(LIST, query)) == found, query


def test_a_sales_manager_sees_the_envelopes_of_their_teams_and_the_common_ones(
    as_sales_manager: Client, envelope: Envelope, other_rep: User
) -> None:
    theirs = make_envelope("West", team=other_rep.team, tier=2)
    make_envelope("Common", tier=3)
    assert names(as_sales_manager.get(LIST)) == {envelope.name, "Common"}
    assert as_sales_manager.get(page_of(theirs)).status_code == 404


def test_a_rep_is_told_that_it_is_not_theirs(as_rep: Client, envelope: Envelope) -> None:
    assert as_rep.get(LIST).status_code == 403
    assert as_rep.get(page_of(envelope)).status_code == 403


@pytest.mark.parametrize(
    ("spent", "said"), [(500, "Empty"), (430, "Nearly empty"), (425, "Nearly empty"), (424, ""), (0, "")]
)
def test_it_warns_before_the_money_is_gone(as_marketer: Client, envelope: Envelope, spent: int, said: str) -> None:
    Envelope.objects.filter(pk=envelope.pk).update(spent_amount=spent)
    page = words(as_marketer.get(LIST))
    assert ("Nearly empty" in page, " Empty " in page) == (said == "Nearly empty", said == "Empty")
    assert ("cannot order more than this" in words(as_marketer.get(page_of(envelope)))) == bool(said)


def test_the_ledger_sums_to_the_figures_above_it(
    as_marketer: Client, task: Task, marketer: User, envelope: Envelope, now: datetime
) -> None:
    actions.claim_task(task=task, by=marketer, at=now)
    actions.deliver(task=task, by=marketer, at=now, note="Delivered", actual_cost=Decimal("71.50"))
    reserve(envelope=envelope, amounts={"order-line-998": Decimal(30)}, by=marketer, at=now)
    reserve(envelope=envelope, amounts={"order-line-999": Decimal(5)}, by=marketer, at=now)
    release(envelope=envelope, reference="order-line-999", amount=Decimal(5), by=marketer, at=now)
    response = as_marketer.get(page_of(envelope))
    entries = [movement.entry for movement in response.context["movements"]]
    shown = response.context["envelope"]
    assert sum(entry.reserved_change for entry in entries) == shown.reserved_amount == 30
    assert sum(entry.spent_change for entry in entries) == shown.spent_amount == Decimal("71.50")
    page = words(response)
    for expected in ("Handwritten letter", "Acme Robotics", "+$71.50", "−$80", "Released", "−$5"):
        assert expected in page, expected


def test_the_ledger_names_no_order_that_the_person_may_not_see(
    as_sales_manager: Client, as_analyst: Client, envelope: Envelope, other_account: Account, tactic: Tactic, rep: User
) -> None:
    [hidden] = more_tasks(1, account=other_account, tactic=tactic, rep=rep)
    reserve(envelope=envelope, amounts={hidden.line.reference: Decimal(9)}, by=rep, at=datetime.now(UTC))
    page = words(as_sales_manager.get(page_of(envelope)))
    assert "An order of another team" in page
    assert "Borealis" not in page
    assert "Borealis" in words(as_analyst.get(page_of(envelope)))


def test_the_orders_behind_an_envelope_are_listed(as_marketer: Client, task: Task, envelope: Envelope) -> None:
    response = as_marketer.get(page_of(envelope), {"show": "orders"})
    assert [order.pk for order in response.context["page"].rows] == [task.line.order_id]
    assert reverse("order-show", args=[task.line.order_id]) in response.content.decode()


def test_an_envelope_that_nobody_used_says_so(as_marketer: Client, envelope: Envelope) -> None:
    assert "Nothing has moved yet" in words(as_marketer.get(page_of(envelope)))
    assert "Nothing has moved yet" in words(as_marketer.get(page_of(envelope), {"show": "orders"}))


def test_managers_of_marketing_are_led_to_edit_and_administrators_to_the_admin_too(
    as_admin: Client, as_marketing_manager: Client, as_marketer: Client, envelope: Envelope
) -> None:
    admin, add = reverse("admin:budgets_envelope_change", args=[envelope.pk]), reverse("admin:budgets_envelope_add")
    edit = reverse("budget-edit", args=[envelope.pk])
    for client, is_admin, may_edit in (
        (as_admin, True, True), (as_marketing_manager, False, True), (as_marketer, False, False),
    ):  # fmt: skip
        page = client.get(page_of(envelope)).content.decode()
        assert (admin in page, edit in page) == (is_admin, may_edit)
        assert (add in client.get(LIST).content.decode()) == is_admin


def test_without_envelopes_it_teaches(as_admin: Client, as_marketer: Client) -> None:
    Envelope.objects.all().delete()
    assert "Make the first envelope" in words(as_admin.get(LIST))
    assert "Ask an administrator" in words(as_marketer.get(LIST))


def test_the_pages_ask_the_same_number_of_queries_however_much_there_is(
    query_count: QueryCount, as_marketer: Client, task: Task, envelope: Envelope, rep: User, tactic: Tactic
) -> None:
    with query_count("budget-list"):
        as_marketer.get(LIST)
    with query_count("budget-show"):
        as_marketer.get(page_of(envelope))
    with query_count("budget-show-orders"):
        as_marketer.get(page_of(envelope), {"show": "orders"})
    for tier in Tier.objects.all():
        for number in range(6):
            make_envelope(f"Team {number}", tier=tier.pk, team=Team.objects.create(name=f"T{tier.pk}{number}"))
    for each in more_tasks(80, account=task.line.order.account, tactic=tactic, rep=rep):
        reserve(envelope=envelope, amounts={each.line.reference: Decimal(1)}, by=rep, at=datetime.now(UTC))
        spend(
            envelope=envelope, reference=each.line.reference, reserved=Decimal(1), actual=Decimal(1), by=rep,
            at=datetime.now(UTC),
        )  # fmt: skip
    assert Order.objects.filter(envelope=envelope).count() > 50
    with query_count("budget-list"):
        as_marketer.get(LIST)
    with query_count("budget-show"):
        as_marketer.get(page_of(envelope))
    with query_count("budget-show-orders"):
        as_marketer.get(page_of(envelope), {"show": "orders"})


@pytest.fixture
def tree(envelope: Envelope) -> list[Envelope]:
    """A program of 900.00, its Tier 1 of 700.00, and in that the cast's 500.00 of team East."""
    dates = {"starts_on": envelope.starts_on, "ends_on": TODAY + timedelta(days=30)}
    program = Envelope.objects.create(name="Growth", program="Growth", total_amount=900, **dates)
    tier = Envelope.objects.create(name="All of Tier 1", tier_id=1, parent=program, total_amount=700, **dates)
    Envelope.objects.filter(pk=envelope.pk).update(parent=tier)
    return [program, tier, envelope]


def test_what_lies_under_an_envelope_is_shown_under_it_and_counted_once(
    as_analyst: Client, tree: list[Envelope], rep: User
) -> None:
    make_envelope("Tier 2", tier=2, total_amount=100)
    reserve(envelope=tree[2], amounts={"order-line-1": Decimal(60)}, by=rep, at=datetime.now(UTC))
    response = as_analyst.get(LIST)
    [programs, tier2] = response.context["shelves"]
    assert (programs[0], tier2[0]) == ("Programs", "Tier 2")
    [top] = programs[1]
    assert [(branch.envelope, branch.depth) for branch in top.branches] == [(tree[0], 0), (tree[1], 1), (tree[2], 2)]
    [sums] = response.context["sums"]
    assert (sums.total_amount, sums.reserved_amount) == (1_000, 60)
    assert words(response).count("$60") >= 3


def test_what_a_filter_leaves_out_above_leaves_the_rest_at_the_top(
    as_analyst: Client, tree: list[Envelope], team: Team
) -> None:
    assert names(as_analyst.get(LIST, {"tier": 1})) == {"All of Tier 1"}
    assert names(as_analyst.get(LIST, {"team": team.pk})) == {tree[2].name}
    assert names(as_analyst.get(LIST)) == {"Growth"}


def test_the_ledger_and_orders_of_all_that_lies_under_it_are_listed(
    as_marketer: Client, tree: list[Envelope], task: Task
) -> None:
    response = as_marketer.get(page_of(tree[0]))
    [movement] = response.context["movements"]
    assert (movement.entry.envelope, movement.entry.reserved_change) == (tree[2], Decimal(80))
    assert f"paid by {tree[2].name}" in words(response)
    [order] = as_marketer.get(page_of(tree[0]), {"show": "orders"}).context["page"].rows
    assert order == task.line.order


def edited(envelope: Envelope, **changes: object) -> dict[str, object]:
    was = {name: str(getattr(envelope, name)) for name in ("name", "total_amount", "carry_percent")}
    return {**was, **changes, "was": json.dumps(was)}


def edit_path(envelope: Envelope) -> str:
    return reverse("budget-edit", args=[envelope.pk])


def test_a_manager_changes_name_total_and_rule(as_marketing_manager: Client, envelope: Envelope) -> None:
    envelope.refresh_from_db()
    changes = edited(envelope, name="East", total_amount="620.50", carry_percent=25)
    assert as_marketing_manager.post(edit_path(envelope), changes).status_code == 302
    envelope.refresh_from_db()
    assert (envelope.name, envelope.total_amount, envelope.carry_percent) == ("East", Decimal("620.50"), 25)
    assert "up to 25% of the total goes on" in words(as_marketing_manager.get(page_of(envelope)))


def test_what_somebody_changed_meanwhile_is_said_and_not_overwritten(
    as_marketing_manager: Client, envelope: Envelope
) -> None:
    envelope.refresh_from_db()
    form = edited(envelope, total_amount="620.00")
    Envelope.objects.filter(pk=envelope.pk).update(total_amount=700)
    response = as_marketing_manager.post(edit_path(envelope), form)
    assert response.status_code == 409
    page = response.content.decode()
    assert "Total amount is $700 now, not 500.00." in page
    assert 'value="620.00"' in page
    envelope.refresh_from_db()
    assert envelope.total_amount == 700
    again = {**form, "was": response.context["form"]["was"].value()}
    assert as_marketing_manager.post(edit_path(envelope), again).status_code == 302
    envelope.refresh_from_db()
    assert envelope.total_amount == 620


def test_two_who_change_different_things_do_not_disturb_each_other(
    as_marketing_manager: Client, envelope: Envelope
) -> None:
    envelope.refresh_from_db()
    form = edited(envelope, name="East")
    Envelope.objects.filter(pk=envelope.pk).update(total_amount=700)
    assert as_marketing_manager.post(edit_path(envelope), form).status_code == 302
    envelope.refresh_from_db()
    assert (envelope.name, envelope.total_amount) == ("East", Decimal(700))


def test_a_total_below_what_is_used_or_given_on_is_refused_in_words(
    as_marketing_manager: Client, tree: list[Envelope], rep: User
) -> None:
    reserve(envelope=tree[2], amounts={"order-line-1": Decimal(60)}, by=rep, at=datetime.now(UTC))
    for one, total, complaint in (
        (tree[2], "59.00", "More than that is already reserved or spent"),
        (tree[2], "700.01", "$700 of All of Tier 1 can still be given"),
        (tree[1], "499.99", "More than that is given to the envelopes under it"),
        (tree[1], "-1", "More than that"),
        (tree[1], "much", "Enter a number"),
    ):
        one.refresh_from_db()
        response = as_marketing_manager.post(edit_path(one), edited(one, total_amount=total))
        assert (response.status_code, complaint in response.content.decode()) == (422, True), complaint
    mangled = {**edited(tree[1]), "was": "{}"}
    assert as_marketing_manager.post(edit_path(tree[1]), mangled).status_code == 422


def test_the_boundary_of_nearly_empty_is_the_same_everywhere(
    as_marketing_manager: Client, envelope: Envelope, task: Task
) -> None:
    """75.00 of 500.00 free is nearly empty, a cent more is not; 80.00 are reserved for the task."""
    for spent, is_nearly in (("344.99", False), ("345.00", True)):
        Envelope.objects.filter(pk=envelope.pk).update(spent_amount=Decimal(spent))
        envelope.refresh_from_db()
        assert envelope.is_nearly_empty == is_nearly
        assert Envelope.objects.nearly_empty().exists() == is_nearly
        assert ("Envelopes nearly empty" in words(as_marketing_manager.get(reverse("home")))) == is_nearly
