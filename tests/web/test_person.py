"""The page of one person, and every change that is made to them by hand."""

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from abmhub.accounts.models import Account
from abmhub.campaigns.models import Channel, Touch
from abmhub.committee.models import BuyingRole, Contact, Persona, StanceChange, Suppression
from abmhub.signals.models import EngagementEvent, EventType

pytestmark = pytest.mark.usefixtures("at_now")
QueryCount = Callable[[str], AbstractContextManager[None]]
HTMX = {"HX-Request": "true", "HX-Target": "committee"}


def path(contact: Contact, name: str = "show") -> str:
    return reverse(f"person-{name}", args=[contact.pk])


def text_of(response: object) -> str:
    """The words of a page, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))  # type: ignore[attr-defined]


@pytest.fixture
def nora(account: Account) -> Contact:
    """Somebody of whom only the title is known: all else is suggested."""
    return Contact.objects.create(account=account, name="Nora Quist", title="IT Architect", email="nora@acme.example")


def touch(contact: Contact, summary: str, at: datetime) -> None:
    Touch.objects.create(
        account=contact.account,
        contact=contact,
        channel=Channel.objects.get(code="mail"),
        occurred_at=at,
        summary=summary,
        source="test",
        external_id=summary,
    )


def filled(contact: Contact, **changes: object) -> dict[str, object]:
    """The form of a person as a browser sends it: what is there, what was there, and some changes."""
    fields = ("name", "title", "email", "phone", "buying_role", "persona", "seniority", "department", "locale")
    shown = {field: getattr(contact, f"{field}_id", None) or getattr(contact, field) or "" for field in fields}
    return shown | {f"initial-{field}": value for field, value in shown.items()} | changes


def test_it_tells_what_the_person_did_and_what_was_sent_to_them_alone(
    as_rep: Client, contacts: list[Contact], now: datetime
) -> None:
    touch(contacts[0], "A letter for Dana", now - timedelta(days=1))
    touch(contacts[1], "A letter for Ivo", now - timedelta(days=1))
    EngagementEvent.objects.create(
        account=contacts[0].account,
        contact=contacts[0],
        event_type=EventType.objects.get(code="demo_request"),
        occurred_at=now - timedelta(days=2),
        source="test",
        external_id="1",
    )
    page = text_of(as_rep.get(path(contacts[0])))
    assert "A letter for Dana" in page
    assert "Demo request" in page
    assert "Engaged" in page
    assert "A letter for Ivo" not in page


@pytest.mark.parametrize("answer", ["confirm", "dismiss"])
def test_a_suggestion_is_confirmed_or_dismissed_for_good(as_rep: Client, nora: Contact, answer: str) -> None:
    suggested = nora.suggested_fields
    assert "buying_role" in suggested
    assert "Suggested by the title" in text_of(as_rep.get(path(nora)))
    response = as_rep.post(path(nora, "settle"), {answer: " ".join(suggested)}, follow=True)
    assert "Suggested by the title" not in text_of(response)
    nora.refresh_from_db()
    assert (nora.buying_role is not None) == (answer == "confirm")
    assert set(suggested) <= set(nora.decided)


def test_one_of_several_suggestions_can_be_dismissed(as_rep: Client, nora: Contact) -> None:
    as_rep.post(path(nora, "settle"), {"dismiss": "buying_role"})
    nora.refresh_from_db()
    assert nora.buying_role is None
    assert nora.decided == ["buying_role"]
    assert nora.is_suggested("seniority")


@pytest.mark.parametrize("sent", [{}, {"confirm": "salary"}, {"confirm": ""}, {"maybe": "buying_role"}])
def test_an_answer_about_nothing_changes_nothing(as_rep: Client, nora: Contact, sent: dict[str, str]) -> None:
    assert as_rep.post(path(nora, "settle"), sent).status_code == 302
    nora.refresh_from_db()
    assert nora.decided == []


def test_a_stance_needs_its_evidence_and_is_kept_in_the_history(as_rep: Client, contact: Contact) -> None:
    refused = as_rep.post(path(contact, "stance"), {"stance": "champion", "note": " "})
    assert refused.status_code == 422
    assert not StanceChange.objects.exists()
    as_rep.post(path(contact, "stance"), {"stance": "champion", "note": "Asked for the contract"})
    page = text_of(as_rep.post(path(contact, "stance"), {"stance": "blocker", "note": "Said no"}, follow=True))
    assert page.index("Said no") < page.index("Asked for the contract")
    assert "Rana Haddad" in page


def test_a_stance_that_nobody_said_cannot_be_taken_back(as_rep: Client, contact: Contact) -> None:
    assert as_rep.post(path(contact, "stance"), {"stance": "", "note": "Who knows"}).status_code == 422
    as_rep.post(path(contact, "stance"), {"stance": "blocker", "note": "Said no"})
    as_rep.post(path(contact, "stance"), {"stance": "", "note": "It was somebody else"})
    contact.refresh_from_db()
    assert contact.stance == ""
    assert contact.stance_changes.count() == 2


def test_a_refused_form_comes_back_into_the_card_on_the_map(as_rep: Client, contact: Contact) -> None:
    response = as_rep.post(path(contact, "stance"), {"stance": "champion"}, headers=HTMX)
    assert response.status_code == 422
    assert response["HX-Retarget"] == f"#more-{contact.pk}"
    assert response["HX-Reselect"] == "#person-form"


def test_facts_are_edited_in_place_and_a_changed_suggestion_is_decided(as_rep: Client, nora: Contact) -> None:
    role = BuyingRole.objects.get(code="user")
    there = reverse("committee-show", args=[nora.account_id])
    response = as_rep.post(path(nora, "edit"), filled(nora, phone="+1 555 1", buying_role=role.pk, next=there))
    assert response["Location"] == there
    nora.refresh_from_db()
    assert (nora.phone, nora.buying_role) == ("+1 555 1", role)
    assert nora.decided == ["buying_role"]


def test_an_edit_on_top_of_another_is_refused_and_loses_nothing(as_rep: Client, contact: Contact) -> None:
    """Somebody else changed the title after the form was opened."""
    form = filled(contact, title="Chief of Staff")
    Contact.objects.filter(pk=contact.pk).update(title="Treasurer")
    response = as_rep.post(path(contact, "edit"), form)
    assert response.status_code == 422
    page = response.content.decode()
    assert "Treasurer" in page
    assert 'value="Chief of Staff"' in page
    contact.refresh_from_db()
    assert contact.title == "Treasurer"


@pytest.mark.parametrize("seen", ["99999", "x", "\0"])
def test_a_mangled_form_is_refused_and_not_followed(as_rep: Client, contact: Contact, seen: str) -> None:
    role = BuyingRole.objects.get(code="user")
    response = as_rep.post(
        path(contact, "edit"), filled(contact, **{"buying_role": role.pk, "initial-buying_role": seen})
    )
    assert response.status_code == 422
    contact.refresh_from_db()
    assert contact.buying_role != role


def test_an_email_that_another_has_is_refused(as_rep: Client, contacts: list[Contact]) -> None:
    response = as_rep.post(path(contacts[0], "edit"), filled(contacts[0], email=contacts[1].email))
    assert response.status_code == 422
    assert "has this email already" in text_of(response)


def test_a_person_is_moved_to_another_role(as_rep: Client, contact: Contact) -> None:
    as_rep.post(path(contact, "move"), {"role": "user"})
    contact.refresh_from_db()
    assert contact.buying_role is not None
    assert contact.buying_role.code == "user"
    as_rep.post(path(contact, "move"), {"role": ""})
    contact.refresh_from_db()
    assert contact.buying_role is None


def test_opt_outs_are_kept_by_channel_and_taken_back(as_rep: Client, contact: Contact) -> None:
    as_rep.post(path(contact, "opt"), {"channel": "mail", "out": "1"})
    assert [opt_out.channel for opt_out in contact.opt_outs.all()] == ["mail"]
    page = text_of(as_rep.post(path(contact, "opt"), {"channel": "", "out": "1"}, follow=True))
    assert "Everything" in page
    assert "Opted out" in page
    as_rep.post(path(contact, "opt"), {"channel": "mail", "out": "0"})
    as_rep.post(path(contact, "opt"), {"channel": "", "out": "0"})
    contact.refresh_from_db()
    assert contact.is_reachable
    assert not contact.opt_outs.exists()


@pytest.mark.parametrize("code", ["pigeon", "\0"])
def test_an_unknown_channel_or_role_is_not_there(as_rep: Client, contact: Contact, code: str) -> None:
    assert as_rep.post(path(contact, "opt"), {"channel": code, "out": "1"}).status_code == 404
    assert as_rep.post(path(contact, "move"), {"role": code}).status_code == 404
    contact.refresh_from_db()
    assert contact.buying_role is not None


def test_an_analyst_reads_and_is_offered_no_change(as_analyst: Client, nora: Contact) -> None:
    page = as_analyst.get(path(nora)).content.decode()
    assert "Nora Quist" in page
    for name in ("edit", "stance", "settle", "opt", "erase", "export"):
        assert path(nora, name) not in page


def test_all_that_is_known_can_be_handed_over(as_marketing_manager: Client, contact: Contact, now: datetime) -> None:
    touch(contact, "A letter for Dana", now)
    response = as_marketing_manager.get(path(contact, "export"))
    assert response["Content-Disposition"] == 'attachment; filename="dana-whitfield.json"'
    told = json.loads(response.content)
    assert contact.email in json.dumps(told)
    assert "A letter for Dana" in json.dumps(told)


@pytest.mark.parametrize("typed", ["", "yes", "Dana"])
def test_nobody_is_erased_by_accident(as_marketing_manager: Client, contact: Contact, typed: str) -> None:
    response = as_marketing_manager.post(path(contact, "erase"), {"typed": typed})
    assert response.status_code == 422
    assert Contact.objects.filter(pk=contact.pk, erased_at=None).exists()


def test_who_was_erased_is_nowhere_any_more(
    as_marketing_manager: Client, contact: Contact, account: Account, now: datetime
) -> None:
    touch(contact, "A letter", now - timedelta(days=1))
    response = as_marketing_manager.post(path(contact, "erase"), {"typed": "ERASE "}, follow=True)
    assert "The person is erased." in text_of(response)
    assert "Dana Whitfield" not in text_of(response)
    assert as_marketing_manager.get(path(contact)).status_code == 404
    assert Suppression.objects.exists()
    added = {"add-0": "on", "name-0": "Dana Whitfield", "email-0": "dana@acme.example"}
    refused = as_marketing_manager.post(reverse("committee-add", args=[account.pk]), added)
    assert "asked to be forgotten" in text_of(refused)


def test_search_leads_to_the_person(as_rep: Client, contact: Contact) -> None:
    assert path(contact) in as_rep.get("/search/", {"q": "whitfield"}).content.decode()


def test_queries_do_not_grow_with_the_history(
    as_rep: Client, contact: Contact, now: datetime, query_count: QueryCount
) -> None:
    with query_count("person-show"):
        as_rep.get(path(contact))
    for number in range(30):
        touch(contact, f"Letter {number}", now - timedelta(hours=number))
        StanceChange.objects.create(contact=contact, stance="neutral", note=f"Note {number}", changed_at=now)
    for channel in Channel.objects.all():
        contact.opt_outs.create(channel=channel.code, opted_out_at=now)
    with query_count("person-show"):
        as_rep.get(path(contact))


def test_personas_say_what_drives_whom_and_how_many_are_known(
    as_rep: Client, as_other_rep: Client, contact: Contact, persona: Persona
) -> None:
    """How many: of the people that the reader may see."""
    Contact.objects.filter(pk=contact.pk).update(persona=persona)
    own = as_rep.get(reverse("persona-list"))
    assert {each.name: known for each, known in own.context["cards"]}[persona.name] == "1"
    theirs = as_other_rep.get(reverse("persona-list"))
    assert {each.name: known for each, known in theirs.context["cards"]}[persona.name] == "0"
    page = text_of(as_rep.get(reverse("persona-show", args=[persona.pk])))
    assert persona.goals in page
    assert persona.bofu_message in page
    assert "Dana Whitfield" in page
    assert "Dana Whitfield" not in text_of(as_other_rep.get(reverse("persona-show", args=[persona.pk])))


def test_very_many_people_are_not_counted_to_the_end(
    as_marketer: Client, contacts: list[Contact], persona: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    Contact.objects.filter(pk__in=[contact.pk for contact in contacts]).update(persona=persona)
    for module in ("paging", "personas"):
        monkeypatch.setattr(f"abmhub.web.{module}.COUNT_LIMIT", 2)
    cards = as_marketer.get(reverse("persona-list")).context["cards"]
    assert {each.name: known for each, known in cards}[persona.name] == "2+"


def test_queries_do_not_grow_with_the_personas(
    as_rep: Client, contacts: list[Contact], persona: Persona, query_count: QueryCount
) -> None:
    one = reverse("persona-show", args=[persona.pk])
    with query_count("persona-list"):
        as_rep.get(reverse("persona-list"))
    with query_count("persona-show"):
        as_rep.get(one)
    for number in range(12):
        added = Persona.objects.create(name=f"Persona {number}", buying_role=persona.buying_role)
        added.content.create(title=f"Guide {number}", stage="tofu").personas.add(persona)
        Contact.objects.create(account=contacts[0].account, name=f"Person {number}", persona=persona)
    with query_count("persona-list"):
        as_rep.get(reverse("persona-list"))
    with query_count("persona-show"):
        as_rep.get(one)
