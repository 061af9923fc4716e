"""The page of a recipient: nobody signs in, nothing is told, and nothing is kept longer than it is needed."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from abmhub.menus.models import Tactic
from abmhub.orders import actions
from abmhub.orders.addresses import VALID_FOR, token_of
from abmhub.orders.models import AddressRequest, Task
from abmhub.users.models import User
from abmhub.web.address import TRIES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]

HOME = "Dana Whitfield\n12 Mill Lane\nBoston 02110"


@pytest.fixture(autouse=True)
def no_knocks() -> None:
    cache.clear()


@pytest.fixture
def mine(task: Task, marketer: User, now: datetime) -> Task:
    """Claimed by the marketer, and sent to an address."""
    Tactic.objects.filter(pk=task.line.tactic_id).update(ships=True)
    return actions.claim_task(task=task, by=marketer, at=now)


@pytest.fixture
def asked(mine: Task, marketer: User, now: datetime) -> AddressRequest:
    actions.ask_addresses(task=mine, by=marketer, at=now)
    return mine.address_requests.get(recipient__contact__name="Dana Whitfield")


def path(asked: AddressRequest) -> str:
    return reverse("address-confirm", args=[asked.pk, token_of(asked)])


def test_a_recipient_confirms_and_whoever_packs_it_reads_it(
    client: Client, as_marketer: Client, as_rep: Client, asked: AddressRequest
) -> None:
    answer = client.post(path(asked), {"address": HOME}, follow=True)
    assert "Your address is confirmed" in answer.content.decode()

    task_page = reverse("task-show", args=[asked.task_id])
    assert "12 Mill Lane" in as_marketer.get(task_page).content.decode()
    for page in (task_page, reverse("order-show", args=[asked.task.line.order_id])):
        shown = as_rep.get(page).content.decode()
        assert "12 Mill Lane" not in shown
        assert "Confirmed" in shown


def test_the_page_tells_nobody_else(client: Client, asked: AddressRequest) -> None:
    answer = client.get(path(asked))

    assert answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"]
    assert "no-store" in answer["Cache-Control"]
    assert asked.task.line.tactic.name not in answer.content.decode(), "it may be a surprise"
    client.post(path(asked), {"address": HOME})
    assert "Mill Lane" not in client.get(path(asked)).content.decode()


def test_a_second_confirmation_changes_nothing_and_says_thanks(client: Client, asked: AddressRequest) -> None:
    client.post(path(asked), {"address": HOME})
    answer = client.post(path(asked), {"address": "1 Other Road\nElsewhere 1"})

    assert answer.status_code == 200
    asked.refresh_from_db()
    assert asked.address == HOME


def test_an_expired_link_says_what_to_do(client: Client, asked: AddressRequest, now: datetime) -> None:
    with time_machine.travel(now + VALID_FOR + timedelta(minutes=1), tick=False):
        answer = client.get(path(asked))

    assert answer.status_code == 410
    assert "ask for a new one" in answer.content.decode()


def test_half_an_address_comes_back_with_the_reason(client: Client, asked: AddressRequest) -> None:
    answer = client.post(path(asked), {"address": "Boston"})

    assert answer.status_code == 422
    assert "As on an envelope" in answer.content.decode()
    assert "Boston" in answer.content.decode()


def test_who_knocks_too_often_has_to_wait(client: Client, asked: AddressRequest) -> None:
    wrong = reverse("address-confirm", args=[asked.pk, "guess"])
    answers = [client.get(wrong, REMOTE_ADDR="203.0.113.7").status_code for _ in range(TRIES + 1)]

    assert answers == [404] * TRIES + [429]


def test_the_rep_is_given_the_link_to_hand_on(as_rep: Client, asked: AddressRequest) -> None:
    assert path(asked) in as_rep.get(reverse("order-show", args=[asked.task.line.order_id])).content.decode()


def test_asking_is_for_whoever_works_on_the_task(as_marketer: Client, as_other_marketer: Client, mine: Task) -> None:
    asking = reverse("task-addresses", args=[mine.pk])
    as_other_marketer.post(asking)
    assert not mine.address_requests.exists()

    as_marketer.post(asking)
    assert mine.address_requests.count() == 2
