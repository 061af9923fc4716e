"""Where to send it: asked by one-time links, confirmed without signing in, forgotten after the delivery."""

from datetime import datetime, timedelta

import pytest
from django.test import override_settings

from abmhub.committee.models import Contact
from abmhub.menus.models import Tactic
from abmhub.orders import actions
from abmhub.orders.addresses import VALID_FOR, request_of, token_of
from abmhub.orders.models import AddressRequest, Task
from abmhub.users.models import User
from tests.orders.conftest import Place

HOME = "Dana Whitfield\n12 Mill Lane\nBoston 02110"


@pytest.fixture
def parcel(place: Place, tactic: Tactic, contacts: list[Contact], marketer: User, now: datetime) -> Task:
    """A letter for two people, claimed."""
    Tactic.objects.filter(pk=tactic.pk).update(ships=True)
    order = place((tactic, contacts[:2]))
    return actions.claim_task(task=Task.objects.get(line__order=order), by=marketer, at=now)


@pytest.fixture
def asked(parcel: Task, marketer: User, now: datetime) -> list[AddressRequest]:
    actions.ask_addresses(task=parcel, by=marketer, at=now)
    return list(parcel.address_requests.order_by("recipient__contact__name"))


def test_the_clock_rests_until_the_last_recipient_has_answered(
    parcel: Task, asked: list[AddressRequest], now: datetime
) -> None:
    due_on = parcel.due_on
    parcel.refresh_from_db()
    assert (parcel.state, parcel.waiting_on) == (Task.State.WAITING, Task.WaitingOn.RECIPIENT)

    actions.confirm_address(request=asked[0], address=HOME, at=now + timedelta(days=1))
    parcel.refresh_from_db()
    assert parcel.state == Task.State.WAITING

    actions.confirm_address(request=asked[1], address=HOME, at=now + timedelta(days=2))
    parcel.refresh_from_db()
    assert (parcel.state, parcel.waiting_on) == (Task.State.IN_PROGRESS, "")
    assert parcel.due_on > due_on
    kinds = list(parcel.events.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["claimed", "address_asked", "waiting", "address_confirmed", "address_confirmed", "resumed"]


def test_another_wait_does_not_end_by_an_address(
    parcel: Task, asked: list[AddressRequest], marketer: User, now: datetime
) -> None:
    later = now + timedelta(hours=1)
    actions.resume(task=parcel, by=marketer, at=later)
    actions.wait(task=parcel, on=Task.WaitingOn.VENDOR, note="The tin", by=marketer, at=later)
    for request in asked:
        actions.confirm_address(request=request, address=HOME, at=now)

    parcel.refresh_from_db()
    assert parcel.waiting_on == Task.WaitingOn.VENDOR


def test_confirming_twice_keeps_the_first_address(asked: list[AddressRequest], now: datetime) -> None:
    actions.confirm_address(request=asked[0], address=HOME, at=now)
    again = actions.confirm_address(request=asked[0], address="1 Other Road\nElsewhere 1", at=now)

    assert again.address == HOME
    assert asked[0].task.events.filter(kind="address_confirmed").count() == 1


@pytest.mark.parametrize(
    "address", [pytest.param("Boston", id="short"), pytest.param("Mill Lane\nBoston", id="no-number")]
)
def test_half_an_address_is_not_taken(asked: list[AddressRequest], now: datetime, address: str) -> None:
    with pytest.raises(actions.AddressMissing):
        actions.confirm_address(request=asked[0], address=address, at=now)


def test_a_late_answer_is_refused_and_says_what_to_do(asked: list[AddressRequest], now: datetime) -> None:
    with pytest.raises(actions.LinkExpired, match="Ask whoever sent it"):
        actions.confirm_address(request=asked[0], address=HOME, at=now + VALID_FOR)


def test_a_link_stands_for_its_own_request_alone(asked: list[AddressRequest]) -> None:
    first, second = asked
    assert request_of(first.pk, token_of(first)) == first
    assert request_of(second.pk, token_of(first)) is None
    assert request_of(first.pk, "") is None
    assert request_of(0, token_of(first)) is None


def test_a_link_outlives_a_new_secret_key_as_sessions_do(asked: list[AddressRequest]) -> None:
    token = token_of(asked[0], secret="the one before")

    assert request_of(asked[0].pk, token) is None
    with override_settings(SECRET_KEY_FALLBACKS=["the one before"]):
        assert request_of(asked[0].pk, token) == asked[0]


def test_asking_again_ends_the_link_before(
    parcel: Task, asked: list[AddressRequest], marketer: User, now: datetime
) -> None:
    before = token_of(asked[0])
    actions.confirm_address(request=asked[1], address=HOME, at=now)
    actions.ask_addresses(task=parcel, by=marketer, at=now + timedelta(days=1))

    assert request_of(asked[0].pk, before) is None
    assert AddressRequest.objects.get(pk=asked[1].pk).address == HOME, "who has answered is not asked again"


def test_what_is_not_sent_asks_for_no_address(claimed: Task, marketer: User, now: datetime) -> None:
    with pytest.raises(actions.NothingToSend):
        actions.ask_addresses(task=claimed, by=marketer, at=now)


def test_addresses_are_forgotten_after_the_delivery_and_not_before(
    parcel: Task, asked: list[AddressRequest], marketer: User, now: datetime
) -> None:
    for request in asked:
        actions.confirm_address(request=request, address=HOME, at=now)
    assert actions.purge_addresses(at=now) == 0

    actions.deliver(task=parcel, by=marketer, at=now, note="Handed to the courier.")
    assert actions.purge_addresses(at=now) == 2
    assert actions.purge_addresses(at=now) == 0
    assert set(parcel.address_requests.values_list("address", "purged_at")) == {("", now)}
