"""The touch governor: at most so many touches per person and week, of marketing and sales together."""

import random
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db.models import F

from abmhub.accounts.models import Account
from abmhub.budgets.models import Envelope
from abmhub.campaigns.models import Channel, Touch
from abmhub.committee.models import Contact
from abmhub.core.days import business_day
from abmhub.core.refusals import Refused
from abmhub.menus.models import MenuItem, Tactic
from abmhub.orders import actions, presets
from abmhub.orders import menu as menu_module
from abmhub.orders.actions import LineRequest, NotOrderable
from abmhub.orders.menu import menu_for
from abmhub.orders.models import Order, OrderLine, Recipient, TouchLimit
from abmhub.orders.touches import Diary, diary_of, week_of
from abmhub.users.models import User
from tests.at_once import at_once
from tests.orders.conftest import Place
from tests.orders.test_rivals import reading_the_menu_together, without_waiting_in_line

PROMISED = date(2026, 3, 11)
"""A letter ordered on Wednesday 4 March; its week begins on the 9th."""


def limit(touches: int, channel: str | None = None) -> None:
    TouchLimit.objects.update_or_create(
        channel=Channel.objects.get(code=channel) if channel else None, defaults={"touches": touches}
    )


def touch(contact: Contact, at: datetime, channel: str = "phone") -> Touch:
    return Touch.objects.create(
        account=contact.account, contact=contact, channel=Channel.objects.get(code=channel), occurred_at=at,
        summary="A call by sales", source="test", external_id=str(uuid4()),
    )  # fmt: skip


@pytest.mark.django_db
def test_three_a_week_ship_and_what_an_administrator_chose_stays() -> None:
    shipped = TouchLimit.objects.get()
    assert (shipped.channel, shipped.touches) == (None, 3)
    limit(5)
    presets.load()
    assert TouchLimit.objects.get().touches == 5


def test_whoever_is_touched_often_enough_cannot_be_chosen_and_it_says_until_when(
    place: Place, tactic: Tactic, stocked_tactic: Tactic, contacts: list[Contact]
) -> None:
    limit(2)
    dana, ivo, _ = contacts
    place((tactic, [dana]), (stocked_tactic, [dana]))
    with pytest.raises(NotOrderable) as refused:
        place((tactic, [dana]))
    assert refused.value.message == (
        "Handwritten letter: Dana Whitfield cannot be chosen: 2 of 2 touches in the week of 9 March, "
        "free from 16 March."
    )
    place((tactic, [ivo]))


def test_what_sales_did_counts_in_the_week_it_was_done(
    place: Place, tactic: Tactic, contacts: list[Contact], now: datetime
) -> None:
    """Six working days fewer of lead time: the promise falls into this week."""
    limit(1)
    Tactic.objects.filter(pk=tactic.pk).update(lead_time_days=1)
    dana, ivo, tara = contacts
    touch(dana, now - timedelta(days=2))
    touch(ivo, now - timedelta(days=3))
    with pytest.raises(NotOrderable, match="1 of 1 touches in the week of 2 March"):
        place((tactic, [dana]))
    place((tactic, [ivo, tara]))


def test_a_limit_of_a_channel_is_beside_that_of_all(
    place: Place, tactic: Tactic, contacts: list[Contact], now: datetime
) -> None:
    limit(5)
    limit(1, "mail")
    place((tactic, contacts[:1]))
    diary = diary_of([contacts[0].pk], at=now)
    assert diary.why_not(contacts[0].pk, tactic.channel, PROMISED) == (
        "1 of 1 touches by mail in the week of 9 March, free from 16 March"
    )
    assert not diary.why_not(contacts[0].pk, Channel.objects.get(code="event"), PROMISED)


def test_the_lines_of_one_order_count_together(
    place: Place, tactic: Tactic, stocked_tactic: Tactic, contacts: list[Contact]
) -> None:
    limit(1)
    with pytest.raises(NotOrderable, match="1 of 1 touches"):
        place((tactic, contacts[:1]), (stocked_tactic, contacts[:1]))
    place((tactic, contacts[:1]), (stocked_tactic, contacts[1:2]))


def test_what_was_cancelled_makes_room(
    place: Place, tactic: Tactic, contacts: list[Contact], rep: User, now: datetime
) -> None:
    limit(1)
    line = place((tactic, contacts[:1])).lines.get()
    with pytest.raises(NotOrderable, match="1 of 1 touches"):
        place((tactic, contacts[:1]))
    actions.cancel_line(line=line, by=rep, at=now)
    assert place((tactic, contacts[:1])).lines.count() == 1


def test_a_delivery_counts_on_its_day_and_what_is_late_counts_this_week(
    place: Place, tactic: Tactic, contacts: list[Contact], marketer: User, now: datetime
) -> None:
    limit(1)
    dana, ivo, _ = contacts
    delivered, _ = place((tactic, [dana])).lines.get(), place((tactic, [ivo]))
    task = actions.claim_task(task=delivered.task, by=marketer, at=now)
    actions.deliver(task=task, by=marketer, at=now, note="Done.")
    later = now + timedelta(days=14)
    for person, at, week, is_free in (
        (dana, now, now.date(), False),
        (dana, now, PROMISED, True),
        (ivo, now, PROMISED, False),
        (ivo, later, later.date(), False),
        (ivo, later, later.date() + timedelta(days=7), True),
    ):
        assert (diary_of([person.pk], at=at).why_not(person.pk, tactic.channel, week) == "") == is_free


def test_an_offer_for_which_nobody_has_room_says_so(
    place: Place, tactic: Tactic, stocked_tactic: Tactic, contacts: list[Contact], account: Account, rep: User,
    now: datetime,
) -> None:  # fmt: skip
    limit(1)
    place((tactic, contacts))
    offers = {offer.tactic: offer for offer in menu_for(account, by=rep, at=now).offers}
    assert offers[stocked_tactic].problem == "Nobody has room for another touch in the week of 9 March."
    assert offers[stocked_tactic].remedy.startswith("Enough of them have from 16 March on")
    assert offers[stocked_tactic].suited == ()


def test_without_a_limit_everybody_may_be_chosen(place: Place, tactic: Tactic, contacts: list[Contact]) -> None:
    TouchLimit.objects.all().delete()
    orders = [place((tactic, contacts[:1])) for _ in range(4)]
    assert Recipient.objects.filter(line__order__in=orders, contact=contacts[0]).count() == len(orders)


@pytest.mark.parametrize("seed", range(3))
def test_no_schedule_ever_breaks_the_limit_under_random_orders(
    seed: int, place: Place, tactic: Tactic, stocked_tactic: Tactic, contacts: list[Contact], marketer: User, rep: User,
    now: datetime,
) -> None:  # fmt: skip
    """Orders, cancellations, deliveries on the promised day, and calls of sales whenever they like."""
    dice = random.Random(seed)
    Envelope.objects.update(total_amount=Decimal(100_000))
    MenuItem.objects.update(quota=100)
    Tactic.objects.filter(pk=stocked_tactic.pk).update(stock_on_hand=500, lead_time_days=2)
    most = dice.choice([1, 2, 3])
    limit(most)
    at, accepted, refused = now, 0, 0
    for _ in range(40):
        at += timedelta(hours=dice.randrange(30))
        for line in OrderLine.objects.filter(state=OrderLine.State.ORDERED, promised_on__lte=at):
            if dice.random() < 0.2:
                actions.cancel_line(line=line, by=rep, at=at)
                continue
            on_time = datetime.combine(line.promised_on, at.timetz())
            actions.claim_task(task=line.task, by=marketer, at=on_time)
            actions.deliver(task=line.task, by=marketer, at=on_time, note="Done.")
        if dice.random() < 0.3:
            touch(dice.choice(contacts), at)
        boxes = dice.sample([tactic, stocked_tactic], dice.choice([1, 2]))
        try:
            order = place(*((box, dice.sample(contacts, dice.randrange(1, 4))) for box in boxes), at=at)
        except Refused:
            refused += 1
        else:
            accepted += 1
            assert not over_after(order, most)
    assert accepted
    assert refused


def over_after(order: Order, most: int) -> set[tuple[int, date]]:
    """Persons and weeks that this order touches and that have more than so many touches, counted by hand."""
    touched: Counter[tuple[int, date]] = Counter()
    own = {(one.contact_id, week_of(line.promised_on)) for line in order.lines.all() for one in line.recipients.all()}
    for person, at in Touch.objects.values_list("contact", "occurred_at"):
        touched[person, week_of(business_day(at))] += 1
    for line in OrderLine.objects.filter(state__in=OrderLine.OPEN).prefetch_related("recipients"):
        touched.update((one.contact_id, week_of(line.promised_on)) for one in line.recipients.all())
    return {key for key in own if touched[key] > most}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False])
def test_two_orders_that_want_the_last_touch_of_a_week(
    account: Account, contacts: list[Contact], tactic: Tactic, stocked_tactic: Tactic, envelope: Envelope, rep: User,
    now: datetime, monkeypatch: pytest.MonkeyPatch, *, guarded: bool,
) -> None:  # fmt: skip
    """One gets it. The control, without the lock on the account's orders, gives it to both."""
    limit(1)
    if not guarded:
        without_waiting_in_line(monkeypatch)
        reading_the_menu_together(monkeypatch, 2)

    def order(tactic: Tactic) -> Order:
        line = LineRequest(tactic.pk, [contacts[0].pk])
        return actions.place_order(account=account, by=rep, at=now, lines=[line], idempotency_key=uuid4())

    outcomes = at_once([lambda each=each: order(each) for each in (tactic, stocked_tactic)])  # type: ignore[misc]
    assert sum(isinstance(outcome, Order) for outcome in outcomes) == (1 if guarded else 2)
    assert all(isinstance(outcome, Order | NotOrderable) for outcome in outcomes)


def test_control_without_the_diary_the_limit_is_broken(
    place: Place, tactic: Tactic, stocked_tactic: Tactic, contacts: list[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(1)
    monkeypatch.setattr(menu_module, "diary_of", lambda *_, **__: Diary())
    order = place((tactic, contacts[:1]), (stocked_tactic, contacts[:1]))
    assert over_after(order, 1) == {(contacts[0].pk, week_of(PROMISED))}


@pytest.mark.parametrize(("channel", "field"), [("email", "email"), ("phone", "phone")])
def test_whoever_has_no_address_of_the_channel_cannot_be_chosen(
    channel: str, field: str, place: Place, tactic: Tactic, contacts: list[Contact]
) -> None:
    Tactic.objects.filter(pk=tactic.pk).update(channel=Channel.objects.get(code=channel))
    Contact.objects.update(email=F("name"), phone="1")
    Contact.objects.filter(pk=contacts[0].pk).update(**{field: ""})
    with pytest.raises(NotOrderable, match=f"Dana Whitfield cannot be chosen: no {field}."):
        place((tactic, contacts[:1]))
