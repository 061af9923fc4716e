"""The buying committee of an account: who decides, who is missing, and how people come into it."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from abmhub.accounts.models import Account
from abmhub.budgets.models import Envelope
from abmhub.campaigns.models import Channel, Touch
from abmhub.committee.models import BuyingRole, Contact
from abmhub.menus.models import MenuItem, Tactic
from abmhub.signals.models import EngagementEvent, EventType

pytestmark = pytest.mark.usefixtures("at_now")
QueryCount = Callable[[str], AbstractContextManager[None]]

PASTED = "Dana Whitfield, Chief Financial Officer\nNora Quist - IT Architect - nora@acme.example\n+1 555 123 4567"


def map_of(account: Account) -> str:
    return reverse("committee-show", args=[account.pk])


def adding_to(account: Account) -> str:
    return reverse("committee-add", args=[account.pk])


def text_of(response: object) -> str:
    """The words of a page, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))  # type: ignore[attr-defined]


def seat_of(page: str, code: str) -> str:
    """The part of the page about one role."""
    return re.split(r'<section class="seat', page.partition(f'aria-labelledby="seat-{code}"')[2])[0]


def engage(contact: Contact, at: datetime) -> None:
    EngagementEvent.objects.create(
        account=contact.account,
        contact=contact,
        event_type=EventType.objects.get(code="demo_request"),
        occurred_at=at,
        source="test",
        external_id=f"event {contact.pk}",
    )


def rows(*people: str, **more: str) -> dict[str, str]:
    """The table of people to look over as a browser sends it, all ticked."""
    sent = {f"name-{number}": name for number, name in enumerate(people)}
    return sent | {f"add-{number}": "on" for number in range(len(people))} | more


def test_each_role_tells_its_three_numbers_and_who_is_missing(
    as_rep: Client, account: Account, contacts: list[Contact], now: datetime
) -> None:
    engage(contacts[0], now - timedelta(days=3))
    page = as_rep.get(map_of(account)).content.decode()
    deciders = text_of_part(seat_of(page, "decision_maker"))
    assert "Dana Whitfield" in deciders
    assert "Engaged 1" in deciders
    assert "more wanted" in text_of_part(seat_of(page, "user"))
    assert "Nobody in this role is known yet" in text_of_part(seat_of(page, "user"))


def text_of_part(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


def test_a_gap_proposes_what_the_menu_has_for_that_role(
    as_rep: Client, account: Account, tactic: Tactic, stocked_tactic: Tactic
) -> None:
    MenuItem.objects.exclude(tactic__in=[tactic, stocked_tactic]).delete()
    tactic.suits_roles.add(BuyingRole.objects.get(code="user"))
    page = as_rep.get(map_of(account)).content.decode()
    assert f"?role=user#name-{tactic.pk}" in seat_of(page, "user")
    assert "Popcorn box" not in seat_of(page, "user")
    assert "Popcorn box" in seat_of(page, "it_expert")
    assert "Handwritten letter" not in seat_of(page, "it_expert")


@pytest.mark.parametrize(("role", "is_marked"), [("user", True), ("it_expert", False), ("", False), ("'", False)])
def test_the_menu_marks_what_was_made_for_the_role(
    as_rep: Client, account: Account, tactic: Tactic, envelope: Envelope, role: str, is_marked: bool
) -> None:
    tactic.suits_roles.add(BuyingRole.objects.get(code="user"))
    page = as_rep.get(reverse("menu-show", args=[account.pk]), {"role": role}, follow=True)
    [box] = [box for _, shelf in page.context["shelves"] for box in shelf if box.offer.tactic == tactic]
    assert box.is_proposed == is_marked


def test_it_warns_when_all_hangs_on_one_person(
    as_rep: Client, account: Account, contacts: list[Contact], now: datetime
) -> None:
    engage(contacts[0], now - timedelta(days=3))
    assert "A single thread." in text_of(as_rep.get(map_of(account)))
    engage(contacts[1], now - timedelta(days=3))
    assert "A single thread." not in text_of(as_rep.get(map_of(account)))


def test_it_names_a_blocker_with_the_evidence(as_rep: Client, account: Account, contacts: list[Contact]) -> None:
    Contact.objects.filter(pk=contacts[2].pk).update(stance="blocker", stance_note="Wants to build it alone")
    assert "Tara Singh speaks against us: Wants to build it alone" in text_of(as_rep.get(map_of(account)))


def test_the_last_touch_of_a_person_is_told(
    as_rep: Client, account: Account, contacts: list[Contact], now: datetime
) -> None:
    Touch.objects.create(
        account=account,
        contact=contacts[0],
        channel=Channel.objects.get(code="mail"),
        occurred_at=now - timedelta(days=2),
        summary="A letter",
        source="test",
        external_id="1",
    )
    page = as_rep.get(map_of(account)).content.decode()
    assert "2 days ago" in seat_of(page, "decision_maker")
    assert "never touched" in seat_of(page, "it_expert")


def test_an_empty_committee_teaches_how_to_begin(as_rep: Client, as_analyst: Client, account: Account) -> None:
    assert "Paste names and titles" in text_of(as_rep.get(map_of(account)))
    page = text_of(as_analyst.get(map_of(account)))
    assert "Sales and marketing add the people" in page
    assert "Add people" not in page


def test_pasted_people_are_looked_over_before_anything_is_written(
    as_rep: Client, account: Account, contacts: list[Contact]
) -> None:
    """Whoever is there already is not ticked; what is suggested and what was not read is said."""
    response = as_rep.post(adding_to(account), {"text": PASTED})
    page = response.content.decode()
    assert 'value="Nora Quist"' in page
    assert "IT expert (suggested)" in page
    assert "Dana Whitfield is in the committee already." in page
    assert [row.is_ticked for row in response.context["rows"]] == [False, True]
    assert account.contacts.count() == 3


def test_a_signature_becomes_a_person(as_rep: Client, account: Account) -> None:
    signature = "Best regards,\nNora Quist\nIT Architect\nTel: +1 555 123 4567\nnora@acme.example"
    [row] = as_rep.post(adding_to(account), {"text": signature}).context["rows"]
    assert (row.name, row.title, row.email, row.phone) == (
        "Nora Quist",
        "IT Architect",
        "nora@acme.example",
        "+1 555 123 4567",
    )


@pytest.mark.parametrize("text", ["", "12345\n-----", "x" * 60_000])
def test_text_without_people_is_told_why(as_rep: Client, account: Account, text: str) -> None:
    response = as_rep.post(adding_to(account), {"text": text})
    assert response.status_code == 422
    assert response.context["form"].errors


def test_ticked_people_are_added_once_however_often_the_button_is_pressed(as_rep: Client, account: Account) -> None:
    role = BuyingRole.objects.get(code="user")
    sent = rows("Nora Quist", "Paul Abebe", **{"title-0": "IT Architect", "role-1": str(role.pk), "name-2": "Left out"})
    first = as_rep.post(adding_to(account), sent, follow=True)
    assert "2 people are in the committee" in text_of(first)
    nora, paul = account.contacts.order_by("name")
    assert nora.buying_role is not None
    assert nora.is_suggested("buying_role")
    assert paul.buying_role == role
    assert not paul.is_suggested("buying_role")
    again = as_rep.post(adding_to(account), sent)
    assert again.status_code == 422
    assert account.contacts.count() == 2
    assert "at this account already" in text_of(again)


def test_who_cannot_be_added_is_shown_with_the_reason_and_the_others_are_added(
    as_rep: Client, account: Account
) -> None:
    response = as_rep.post(adding_to(account), rows("Nora Quist", "Paul Abebe", **{"email-1": "no address"}))
    assert response.status_code == 422
    assert [contact.name for contact in account.contacts.all()] == ["Nora Quist"]
    [row] = response.context["rows"]
    assert row.name == "Paul Abebe"
    assert row.problem


def test_nobody_ticked_is_said(as_rep: Client, account: Account) -> None:
    response = as_rep.post(adding_to(account), {"name-0": "Nora Quist"})
    assert response.status_code == 422
    assert "Tick whom you want to add." in text_of(response)
    assert not account.contacts.exists()


def test_a_name_of_500_letters_is_refused_with_its_row(as_rep: Client, account: Account) -> None:
    response = as_rep.post(adding_to(account), rows("N" * 500))
    assert response.status_code == 422
    assert response.context["rows"][0].problem
    assert not account.contacts.exists()


def test_in_the_dialog_the_page_is_read_anew(as_rep: Client, account: Account) -> None:
    response = as_rep.post(adding_to(account), rows("Nora Quist"), headers={"HX-Request": "true"})
    assert response["HX-Refresh"] == "true"


def test_a_rep_of_another_territory_adds_nobody(as_other_rep: Client, account: Account) -> None:
    assert as_other_rep.post(adding_to(account), rows("Nora Quist")).status_code == 404
    assert not account.contacts.exists()


def test_more_people_than_a_map_shows_are_said(
    as_rep: Client, account: Account, monkeypatch: pytest.MonkeyPatch, contacts: list[Contact]
) -> None:
    monkeypatch.setattr("abmhub.web.committee_map.MOST_PEOPLE", 2)
    assert "More people are known here than a map can show" in text_of(as_rep.get(map_of(account)))


def test_queries_do_not_grow_with_the_people(
    as_rep: Client,
    account: Account,
    contacts: list[Contact],
    tactic: Tactic,
    now: datetime,
    query_count: QueryCount,
) -> None:
    as_rep.get(map_of(account))
    with query_count("committee-show"):
        as_rep.get(map_of(account))
    with query_count("committee-look-over"):
        as_rep.post(adding_to(account), {"text": PASTED})
    role = contacts[0].buying_role
    for number in range(60):
        person = Contact.objects.create(account=account, name=f"Person {number}", title="VP Finance", buying_role=role)
        engage(person, now - timedelta(days=1))
    with query_count("committee-show"):
        as_rep.get(map_of(account))
    many = "\n".join(f"Name{letter} Family{letter}, Director" for letter in "abcdefghijklmnopqrstuvwxyz")
    with query_count("committee-look-over"):
        as_rep.post(adding_to(account), {"text": many})
