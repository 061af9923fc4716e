"""The menu of an account: what can be ticked, at what price, by when, and if not, why not."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from abmhub.accounts.models import Account, Standing, Tier
from abmhub.budgets.models import Envelope
from abmhub.campaigns.models import Channel
from abmhub.committee.models import BuyingRole, Contact, OptOut
from abmhub.menus.models import MenuItem, Tactic
from abmhub.orders import actions
from abmhub.orders.actions import NotOrderable
from abmhub.orders.menu import Menu, Offer, menu_for
from abmhub.orders.models import OrderLine, TouchLimit
from abmhub.orders.quoting import LineRequest, quote
from abmhub.users.models import Team, User
from tests.conftest import make_tactic
from tests.orders.conftest import Place


@pytest.fixture
def read(account: Account, rep: User, envelope: Envelope, now: datetime) -> Callable[..., Menu]:
    def read(**change: object) -> Menu:
        return menu_for(account, **{"by": rep, "at": now, **change})  # type: ignore[arg-type]

    return read


@pytest.fixture
def offer_of(read: Callable[..., Menu]) -> Callable[..., Offer]:
    def offer_of(tactic: Tactic, **change: object) -> Offer:
        return next(offer for offer in read(**change).offers if offer.tactic == tactic)

    return offer_of


def test_it_shows_the_tiers_tactics_by_category(read: Callable[..., Menu], tactic: Tactic, tier1: Tier) -> None:
    menu = read()
    assert (menu.tier, menu.problem, menu.free_amount) == (tier1, "", Decimal("500.00"))
    shelf = next(shelf for shelf in menu.categories if shelf.category == tactic.category)
    costs = [offer.unit_cost for offer in shelf.offers]
    assert costs == sorted(costs)
    assert tactic in [offer.tactic for offer in shelf.offers]
    positions = [shelf.category.position for shelf in menu.categories]
    assert positions == sorted(positions)


def test_an_offer_can_be_ticked_and_says_when_it_arrives(
    offer_of: Callable[..., Offer], tactic: Tactic, stocked_tactic: Tactic, contacts: list[Contact]
) -> None:
    """Five working days after Wednesday 4 March."""
    offer = offer_of(tactic)
    assert (offer.problem, offer.unit_cost, offer.quota_left) == ("", Decimal("40.00"), 4)
    assert offer.promise_on == date(2026, 3, 11)
    assert (offer.stock_left, offer_of(stocked_tactic).stock_left) == (None, 3)


def test_the_promise_shown_after_the_cut_off_is_a_day_later(
    offer_of: Callable[..., Offer], tactic: Tactic, now: datetime
) -> None:
    assert offer_of(tactic, at=now.replace(hour=14)).promise_on == date(2026, 3, 12)


def test_it_names_the_people_whom_a_tactic_suits(
    offer_of: Callable[..., Offer], tactic: Tactic, contacts: list[Contact], now: datetime
) -> None:
    dana, ivo, tara = contacts
    assert offer_of(tactic).suited == (dana, ivo, tara)
    tactic.suits_roles.add(BuyingRole.objects.get(code="influencer"), BuyingRole.objects.get(code="it_expert"))
    Contact.objects.filter(pk=tara.pk).update(opted_out_at=now)
    assert offer_of(tactic).suited == (ivo,)


def with_nobody(account: Account, tactic: Tactic) -> None:
    account.contacts.update(email="", phone="")


def with_too_few(account: Account, tactic: Tactic) -> None:
    Tactic.objects.filter(pk=tactic.pk).update(minimum_recipients=4)


def without_stock(account: Account, tactic: Tactic) -> None:
    Tactic.objects.filter(pk=tactic.pk).update(stock_on_hand=2, stock_reserved=2)


def with_little_stock(account: Account, tactic: Tactic) -> None:
    Tactic.objects.filter(pk=tactic.pk).update(stock_on_hand=2, stock_reserved=1, minimum_recipients=2)


def in_another_currency(account: Account, tactic: Tactic) -> None:
    Tactic.objects.filter(pk=tactic.pk).update(currency="EUR")


def with_little_money(account: Account, tactic: Tactic) -> None:
    Envelope.objects.update(total_amount=Decimal("39.99"))


def without_quota(account: Account, tactic: Tactic) -> None:
    MenuItem.objects.filter(tactic=tactic).update(quota=0)


@pytest.mark.parametrize(
    ("given", "problem", "remedy"),
    [
        (with_nobody, "Nobody here can be reached.", "Add people"),
        (with_too_few, "It goes to 4 or more people, and 3 can be reached here.", "Add people"),
        (without_stock, "Out of stock.", "restock"),
        (with_little_stock, "1 in the store, 2 are needed.", "restock"),
        (in_another_currency, "It is priced in EUR, and orders are paid in USD.", "price it anew"),
        (with_little_money, "$40 at least: more than is left in the budget.", "cancelled give money back"),
        (without_quota, "Ordered 0 of 0 times in 90 days.", "raise the quota"),
    ],
)
def test_what_cannot_be_ticked_says_why_and_what_would_change_that(
    account: Account,
    contacts: list[Contact],
    tactic: Tactic,
    offer_of: Callable[..., Offer],
    given: Callable[[Account, Tactic], None],
    problem: str,
    remedy: str,
) -> None:
    given(account, tactic)
    offer = offer_of(tactic)
    assert offer.problem == problem
    assert remedy in offer.remedy


def test_the_quota_counts_orders_of_the_period_and_says_when_it_is_free_again(
    place: Place, contacts: list[Contact], tactic: Tactic, offer_of: Callable[..., Offer], now: datetime
) -> None:
    MenuItem.objects.filter(tactic=tactic).update(quota=2, quota_days=30)
    place((tactic, contacts[:1]), at=now)
    later = now + timedelta(days=10)
    assert offer_of(tactic, at=later).quota_left == 1
    second = place((tactic, contacts[:1]), at=later)
    offer = offer_of(tactic, at=later)
    assert (offer.quota_left, offer.problem) == (0, "Ordered 2 of 2 times in 30 days.")
    assert offer.remedy == "Free again on 3 April 2026."
    assert offer_of(tactic, at=datetime(2026, 4, 2, 23, 0, tzinfo=UTC)).problem
    assert offer_of(tactic, at=datetime(2026, 4, 3, 0, 0, tzinfo=UTC)).problem == ""
    OrderLine.objects.filter(order=second).update(state="cancelled", cancelled_at=later)
    assert offer_of(tactic, at=later).quota_left == 1


@pytest.mark.parametrize(
    "change", [{"archived_at": datetime(2026, 1, 1, tzinfo=UTC)}, {"approved_at": None}], ids=["archived", "draft"]
)
def test_only_approved_tactics_are_on_it(read: Callable[..., Menu], tactic: Tactic, change: dict[str, object]) -> None:
    assert tactic in [offer.tactic for offer in read().offers]
    Tactic.objects.filter(pk=tactic.pk).update(**change)
    assert tactic not in [offer.tactic for offer in read().offers]


@pytest.mark.parametrize(
    ("valid", "shown"),
    [
        ({"valid_from_on": date(2026, 3, 4)}, True),
        ({"valid_from_on": date(2026, 3, 5)}, False),
        ({"valid_until_on": date(2026, 3, 4)}, True),
        ({"valid_until_on": date(2026, 3, 3)}, False),
    ],
)
def test_items_are_on_it_from_the_first_day_to_the_last(
    read: Callable[..., Menu], tactic: Tactic, valid: dict[str, date], *, shown: bool
) -> None:
    MenuItem.objects.filter(tactic=tactic).update(**valid)
    assert (tactic in [offer.tactic for offer in read().offers]) is shown


def test_an_account_without_a_tier_has_no_menu(account: Account, read: Callable[..., Menu]) -> None:
    Standing.objects.filter(account=account).update(tier=None)
    menu = read()
    assert (menu.tier, menu.envelope, menu.offers) == (None, None, [])
    assert "in no tier" in menu.problem
    assert menu.remedy
    Standing.objects.filter(account=account).delete()
    assert "in no tier" in read().problem


def test_an_account_that_the_profile_rules_out_has_no_menu(account: Account, read: Callable[..., Menu]) -> None:
    Standing.objects.filter(account=account).update(fit=0, disqualified_by="a competitor")
    menu = read()
    assert menu.problem == "The ideal customer profile rules this account out: a competitor."
    assert menu.offers == []


@pytest.mark.parametrize("fit", [None, 0])
def test_a_fit_that_is_unknown_or_nil_rules_nobody_out(
    account: Account, read: Callable[..., Menu], fit: int | None
) -> None:
    Standing.objects.filter(account=account).update(fit=fit)
    assert read().problem == ""


def test_without_an_envelope_everything_is_shown_and_nothing_can_be_ticked(
    envelope: Envelope, read: Callable[..., Menu], tactic: Tactic
) -> None:
    menu = read(at=datetime(2027, 1, 4, 10, 0, tzinfo=UTC))
    assert menu.problem == "No budget covers Tier 1 on 4 January 2027."
    assert tactic in [offer.tactic for offer in menu.offers]
    assert all(offer.problem for offer in menu.offers)


def test_the_team_that_orders_pays_and_else_the_owners(
    read: Callable[..., Menu], envelope: Envelope, sales_manager: User, admin: User, other_rep: User
) -> None:
    assert read(by=sales_manager).envelope == envelope
    assert read(by=admin).envelope == envelope
    assert read(by=other_rep).envelope is None


def test_only_envelopes_in_the_installations_currency_pay(settings: Settings, read: Callable[..., Menu]) -> None:
    settings.ABMHUB_BUSINESS_CURRENCY = "EUR"
    assert read().envelope is None


def test_it_costs_the_same_number_of_queries_however_much_there_is(
    read: Callable[..., Menu], place: Place, account: Account, contacts: list[Contact], tier1: Tier, now: datetime
) -> None:
    TouchLimit.objects.update(touches=100)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            menu = read()
            quote(menu, [LineRequest(offer.tactic.pk, [contacts[0].pk]) for offer in menu.offers])
        return len(captured)

    few = queries()
    for number in range(10):
        tactic = make_tactic(f"Tactic {number}", tier=tier1, now=now, unit_cost=Decimal(1))
        tactic.suits_roles.set(BuyingRole.objects.all())
        Contact.objects.create(account=account, name=f"Person {number}", email=f"p{number}@acme.example")
        place((tactic, contacts))
    assert queries() == few == 16


@pytest.fixture
def menu(read: Callable[..., Menu], tactic: Tactic, stocked_tactic: Tactic, contacts: list[Contact]) -> Menu:
    return read()


def test_a_quote_adds_up(menu: Menu, tactic: Tactic, stocked_tactic: Tactic, contacts: list[Contact]) -> None:
    people = [contact.pk for contact in contacts]
    quoted = quote(menu, [LineRequest(tactic.pk, people[:1]), LineRequest(stocked_tactic.pk, people)])
    assert [line.cost for line in quoted.lines] == [Decimal("40.00"), Decimal("75.00")]
    assert (quoted.total, quoted.free_after) == (Decimal("115.00"), Decimal("385.00"))
    assert quoted.can_be_ordered


def test_a_person_named_twice_gets_one(menu: Menu, tactic: Tactic, contacts: list[Contact]) -> None:
    quoted = quote(menu, [LineRequest(tactic.pk, [contacts[0].pk] * 2)])
    assert quoted.lines[0].quantity == 1


def test_nothing_ticked_is_no_order(menu: Menu) -> None:
    quoted = quote(menu, [])
    assert (quoted.total, quoted.free_after, quoted.can_be_ordered) == (Decimal(0), Decimal("500.00"), False)


def test_more_than_is_left_is_said_of_the_whole(
    menu: Menu, tactic: Tactic, stocked_tactic: Tactic, contacts: list[Contact]
) -> None:
    Envelope.objects.update(total_amount=Decimal("100.00"))
    account = menu.account
    tight = menu_for(account, by=account.owner, at=datetime(2026, 3, 4, 10, tzinfo=UTC))  # type: ignore[arg-type]
    people = [contact.pk for contact in contacts]
    quoted = quote(tight, [LineRequest(tactic.pk, people[:1]), LineRequest(stocked_tactic.pk, people)])
    assert quoted.problem == ("The total of $115 is $15 more than is left in Tier 1, East, 2026.")
    assert (quoted.problems, quoted.over, quoted.can_be_ordered) == ({}, Decimal("15.00"), False)


def test_recipients_must_be_reachable_people_of_the_account(
    menu: Menu,
    tactic: Tactic,
    contacts: list[Contact],
    other_account: Account,
    read: Callable[..., Menu],
    now: datetime,
) -> None:
    stranger = Contact.objects.create(account=other_account, name="Sven", email="sven@borealis.example")

    def problem(menu: Menu, *people: Contact) -> str:
        quoted = quote(menu, [LineRequest(tactic.pk, [person.pk for person in people])])
        return quoted.problems.get(tactic.pk, "")

    menu = read()
    assert problem(menu, contacts[0]) == ""
    assert "not in the buying committee" in problem(menu, contacts[0], stranger)
    Contact.objects.filter(pk=contacts[0].pk).update(opted_out_at=now)
    Contact.objects.filter(pk=contacts[1].pk).update(email="")
    menu = read()
    assert problem(menu, contacts[0]) == "Dana Whitfield cannot be chosen: opted out."
    assert problem(menu, contacts[1]) == "Ivo Petrov cannot be chosen: no email or phone."


def test_who_opted_out_of_the_channel_of_a_tactic_cannot_get_it(
    tactic: Tactic,
    contacts: list[Contact],
    read: Callable[..., Menu],
    place: Place,
    envelope: Envelope,
    tier1: Tier,
    now: datetime,
) -> None:
    webinar = make_tactic("Webinar seat", tier=tier1, now=now, channel=Channel.objects.get(code="event"))
    OptOut.objects.create(contact=contacts[0], channel="mail", opted_out_at=now)
    menu = read()
    offers = {offer.tactic: offer for offer in menu.offers}
    assert contacts[0] not in offers[tactic].suited
    assert contacts[0] in offers[webinar].suited
    problems = quote(menu, [LineRequest(each.pk, [contacts[0].pk]) for each in (tactic, webinar)]).problems
    assert problems == {tactic.pk: "Dana Whitfield cannot be chosen: opted out of mail."}
    with pytest.raises(NotOrderable, match="opted out of mail"):
        place((tactic, contacts[:1]))
    place((webinar, contacts[:1]))


def test_nobody_is_left_when_all_opted_out_of_the_channel(
    tactic: Tactic, contacts: list[Contact], offer_of: Callable[..., Offer], now: datetime
) -> None:
    assert offer_of(tactic).problem == ""
    for contact in contacts:
        OptOut.objects.create(contact=contact, channel="mail", opted_out_at=now)
    assert offer_of(tactic).problem == "Nobody here can be reached."


def test_who_was_erased_is_not_offered(
    tactic: Tactic, contacts: list[Contact], read: Callable[..., Menu], now: datetime
) -> None:
    Contact.objects.filter(pk=contacts[0].pk).update(erased_at=now)
    assert contacts[0] not in read().contacts


@pytest.mark.parametrize(
    ("least", "most", "chosen", "problem"),
    [
        (1, 5, 0, "Choose 1 to 5 people; 0 chosen."),
        (2, 3, 1, "Choose 2 to 3 people; 1 chosen."),
        (1, 2, 3, "Choose 1 to 2 people; 3 chosen."),
        (1, 1, 2, "Choose 1 person; 2 chosen."),
        (2, 2, 2, ""),
    ],
)
def test_neither_too_few_nor_too_many(
    tactic: Tactic,
    contacts: list[Contact],
    read: Callable[..., Menu],
    least: int,
    most: int,
    chosen: int,
    problem: str,
) -> None:
    Tactic.objects.filter(pk=tactic.pk).update(minimum_recipients=least, maximum_recipients=most)
    quoted = quote(read(), [LineRequest(tactic.pk, [contact.pk for contact in contacts[:chosen]])])
    assert quoted.problems.get(tactic.pk, "") == problem


def test_more_pieces_than_the_store_holds(menu: Menu, stocked_tactic: Tactic, contacts: list[Contact]) -> None:
    Tactic.objects.filter(pk=stocked_tactic.pk).update(stock_on_hand=2)
    account = menu.account
    short = menu_for(account, by=account.owner, at=datetime(2026, 3, 4, 10, tzinfo=UTC))  # type: ignore[arg-type]
    quoted = quote(short, [LineRequest(stocked_tactic.pk, [contact.pk for contact in contacts])])
    assert quoted.problems == {stocked_tactic.pk: "3 are needed, and 2 are left in the store."}


def test_what_is_not_on_the_menu_and_what_is_there_twice(menu: Menu, tactic: Tactic, contacts: list[Contact]) -> None:
    line = LineRequest(tactic.pk, [contacts[0].pk])
    quoted = quote(menu, [line, line, LineRequest(0, [contacts[0].pk])])
    assert quoted.problems == {tactic.pk: "It is on the list twice.", 0: "It is not on the menu of Tier 1."}


def test_somebody_in_another_team_is_asked_for_their_own_budget(
    account: Account, other_rep: User, now: datetime, tier1: Tier, envelope: Envelope
) -> None:
    """Whoever orders, orders from their own team's money."""
    west = Team.objects.get(name="West")
    own = Envelope.objects.create(
        name="West", tier=tier1, team=west, starts_on=now.date(), ends_on=now.date(), total_amount=Decimal(10)
    )
    assert menu_for(account, by=other_rep, at=now).envelope == own


def test_the_live_total_and_the_order_agree(place: Place, menu: Menu, tactic: Tactic, contacts: list[Contact]) -> None:
    quoted = quote(menu, [LineRequest(tactic.pk, [contacts[0].pk])])
    order = place((tactic, contacts[:1]))
    assert order.total_amount == quoted.total
    line = order.lines.get()
    assert quoted.lines[0].offer is not None
    assert (line.line_cost, line.promised_on) == (quoted.lines[0].cost, quoted.lines[0].offer.promise_on)
    assert actions.LineRequest is LineRequest
