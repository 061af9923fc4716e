"""Who is in a committee, what part they play, where they stand, and how they may be written to."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from abmhub.accounts.models import Account
from abmhub.committee import actions
from abmhub.committee.actions import Added, NewPerson, NotTaken, Overtaken
from abmhub.committee.models import BuyingRole, Contact, OptOut, StanceChange
from abmhub.core.refusals import NotAllowed
from abmhub.users.models import User
from tests.at_once import at_once


@pytest.fixture
def dana(account: Account) -> Contact:
    """The finance head of Acme, of whom all is suggested."""
    return Contact.objects.create(account=account, name="Dana Whitfield", title="VP Finance", email="dana@acme.example")


def added(*, account: Account, by: User, at: datetime, **person: Any) -> Contact:
    """One person; the reason against it is raised."""
    found = actions.add_contacts(account=account, people=[NewPerson(**person)], by=by, at=at)
    if found.refused:
        raise NotTaken(found.refused[0])
    return found.contacts[0]


@pytest.fixture
def add(account: Account, rep: User, now: datetime) -> Callable[..., Contact]:
    return lambda **fields: added(**{"account": account, "by": rep, "at": now, **fields})


def test_adding_suggests_and_keeps_what_was_given(add: Callable[..., Contact]) -> None:
    contact = add(name="  Ivo   Petrov ", title="VP Finance", email=" ivo@acme.example ", department="Treasury")
    contact.refresh_from_db()
    assert (contact.name, contact.email) == ("Ivo Petrov", "ivo@acme.example")
    assert (contact.seniority, contact.department, contact.decided) == ("vp", "Treasury", ["department"])


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"name": " "}, "A person needs a name."),
        ({"name": "Ivo", "email": "ivo"}, "Email: Enter a valid email address."),
        ({"name": "I" * 151}, "Name: Ensure this value has at most 150 characters (it has 151)."),
        ({"name": "Ivo", "seniority": "boss"}, "Seniority: Value 'boss' is not a valid choice."),
        ({"name": "Ivo", "email": "DANA@acme.example"}, "Somebody at this account has this email already."),
        (
            {"name": "dana  WHITFIELD"},
            "Somebody of this name is at this account already; give an email to tell them apart.",
        ),
    ],
)
def test_who_cannot_be_added(
    add: Callable[..., Contact], dana: Contact, fields: dict[str, object], problem: str
) -> None:
    with pytest.raises(NotTaken) as refusal:
        add(**fields)
    assert refusal.value.message == problem
    assert Contact.objects.count() == 1


def test_of_many_those_who_can_be_are_added(account: Account, dana: Contact, rep: User, now: datetime) -> None:
    people = [
        NewPerson("Ivo Petrov", "Head of Operations"),
        NewPerson("Dana W.", email="dana@acme.example"),
        NewPerson("Tara Singh", email="tara@acme.example"),
        NewPerson("Tara", email="TARA@acme.example"),
        NewPerson("ivo petrov"),
    ]
    added = actions.add_contacts(account=account, people=people, by=rep, at=now)
    assert [contact.name for contact in added.contacts] == ["Ivo Petrov", "Tara Singh"]
    assert list(added.refused) == [1, 3, 4]
    assert added.contacts[0].seniority == "director"


def test_adding_many_asks_as_often_as_adding_one(account: Account, rep: User, now: datetime) -> None:
    def queries(people: list[NewPerson]) -> int:
        with CaptureQueriesContext(connection) as asked:
            actions.add_contacts(account=account, people=people, by=rep, at=now)
        return len(asked)

    assert queries([NewPerson("Ivo")]) == queries([NewPerson(f"Person {number}") for number in range(50)])


@pytest.mark.django_db(transaction=True)
def test_two_who_paste_the_same_list_add_it_once(account: Account, rep: User, now: datetime) -> None:
    people = [NewPerson("Ivo Petrov"), NewPerson("Tara Singh")]

    def paste() -> Added:
        return actions.add_contacts(account=account, people=people, by=rep, at=now)

    at_once([paste] * 6)
    assert Contact.objects.filter(account=account).count() == 2


def test_confirming_keeps_what_is_suggested(dana: Contact, rep: User, now: datetime) -> None:
    actions.confirm(contact=dana, fields=["seniority", "department", "title"], by=rep, at=now)
    dana.refresh_from_db()
    assert (dana.seniority, dana.decided, dana.updated_at) == ("vp", ["seniority", "department"], now)
    later = now + timedelta(hours=1)
    actions.confirm(contact=dana, fields=["seniority"], by=rep, at=later)
    dana.refresh_from_db()
    assert dana.updated_at == now


def test_a_dismissed_suggestion_never_comes_back(dana: Contact, rep: User, now: datetime) -> None:
    actions.dismiss(contact=dana, fields=["buying_role", "seniority"], by=rep, at=now)
    dana.refresh_from_db()
    assert (dana.buying_role, dana.seniority, dana.decided) == (None, "", ["seniority", "buying_role"])
    dana.title = "CFO"
    dana.save()
    dana.refresh_from_db()
    assert (dana.buying_role, dana.seniority, dana.department) == (None, "", "Finance")


def test_what_somebody_decided_cannot_be_dismissed(dana: Contact, rep: User, now: datetime) -> None:
    actions.decide(contact=dana, seniority="c_level", by=rep, at=now)
    actions.dismiss(contact=dana, fields=["seniority"], by=rep, at=now)
    dana.refresh_from_db()
    assert dana.seniority == "c_level"


def test_deciding(dana: Contact, rep: User, now: datetime) -> None:
    role = BuyingRole.objects.get(code="influencer")
    actions.decide(contact=dana, buying_role=role, department="", by=rep, at=now)
    dana.refresh_from_db()
    assert (dana.buying_role, dana.department, dana.seniority) == (role, "", "vp")
    assert dana.decided == ["department", "buying_role"]


def test_who_edits_what_somebody_else_changed_is_told(dana: Contact, rep: User, marketer: User, now: datetime) -> None:
    actions.edit_contact(contact=dana, changes={"title": "IT Director"}, seen={"title": "VP Finance"}, by=rep, at=now)
    with pytest.raises(Overtaken) as refusal:
        actions.edit_contact(contact=dana, changes={"title": "CFO"}, seen={"title": "VP Finance"}, by=marketer, at=now)
    assert refusal.value.message == "Meanwhile the title became IT Director: look at it and try again."
    # Who wants what is there already has no quarrel.
    wish = {"title": "IT Director"}
    actions.edit_contact(contact=dana, changes=wish, seen={"title": "VP Finance"}, by=marketer, at=now)
    dana.refresh_from_db()
    assert (dana.title, dana.seniority) == ("IT Director", "director")


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"name": ""}, "A person needs a name."),
        ({"email": "ivo@acme.example"}, "Somebody at this account has this email already."),
        ({"stance": "champion"}, "stance is not a field that is edited here."),
        ({"time_zone": "x" * 41}, "Time zone: Ensure this value has at most 40 characters (it has 41)."),
    ],
)
def test_what_cannot_be_edited(
    dana: Contact, rep: User, now: datetime, changes: dict[str, object], problem: str
) -> None:
    Contact.objects.create(account=dana.account, name="Ivo", email="ivo@acme.example")
    with pytest.raises(NotTaken) as refusal:
        actions.edit_contact(contact=dana, changes=changes, by=rep, at=now)
    assert refusal.value.message == problem


def test_a_stance_has_evidence_and_a_history(dana: Contact, rep: User, now: datetime) -> None:
    actions.set_stance(contact=dana, stance="champion", note="She pays for the  pilot.", by=rep, at=now)
    later = now + timedelta(days=9)
    actions.set_stance(contact=dana, stance="champion", note="She pays for the pilot.", by=rep, at=later)
    actions.set_stance(contact=dana, stance="blocker", note="Stopped the pilot.", by=rep, at=later)
    dana.refresh_from_db()
    assert (dana.stance, dana.stance_note) == ("blocker", "Stopped the pilot.")
    assert [(each.stance, each.note, each.by, each.changed_at) for each in dana.stance_changes.order_by("pk")] == [
        ("champion", "She pays for the pilot.", rep, now),
        ("blocker", "Stopped the pilot.", rep, later),
    ]


@pytest.mark.parametrize(("stance", "note"), [("champion", " "), ("hero", "She said so."), ("champion", "x" * 301)])
def test_a_stance_without_evidence_is_none(dana: Contact, rep: User, now: datetime, stance: str, note: str) -> None:
    with pytest.raises(NotTaken):
        actions.set_stance(contact=dana, stance=stance, note=note, by=rep, at=now)
    assert not StanceChange.objects.exists()


def test_opting_out_of_a_channel_and_of_everything(dana: Contact, rep: User, now: datetime) -> None:
    for _ in range(2):
        actions.opt_out(contact=dana, channel="mail", source="Her letter", by=rep, at=now)
        actions.opt_out(contact=dana, by=rep, at=now)
    dana.refresh_from_db()
    assert [(each.channel, each.source) for each in OptOut.objects.all()] == [("mail", "Her letter")]
    assert (dana.opted_out_at, dana.opted_out_source) == (now, "Told Rana Haddad")
    actions.opt_in(contact=dana, by=rep, at=now)
    dana.refresh_from_db()
    assert (dana.unreachable_reason, dana.unreachable_reason_in("mail", "Mail")) == ("", "Opted out of mail")
    actions.opt_in(contact=dana, channel="mail", by=rep, at=now)
    assert Contact.objects.get(pk=dana.pk).unreachable_reason_in("mail", "Mail") == ""


EVERYTHING: list[Callable[..., object]] = [
    lambda contact, **who: added(account=contact.account, name="Ivo", **who),
    lambda contact, **who: actions.edit_contact(contact=contact, changes={"title": "CFO"}, **who),
    lambda contact, **who: actions.decide(contact=contact, seniority="staff", **who),
    lambda contact, **who: actions.confirm(contact=contact, fields=["seniority"], **who),
    lambda contact, **who: actions.dismiss(contact=contact, fields=["seniority"], **who),
    lambda contact, **who: actions.set_stance(contact=contact, stance="champion", note="Said so", **who),
    lambda contact, **who: actions.opt_out(contact=contact, **who),
    lambda contact, **who: actions.opt_in(contact=contact, **who),
]


@pytest.mark.parametrize("who", ["analyst", "other_rep"])
@pytest.mark.parametrize("act", EVERYTHING)
def test_neither_an_analyst_nor_a_rep_of_others_changes_a_committee(
    act: Callable[..., object], who: str, dana: Contact, request: pytest.FixtureRequest, now: datetime
) -> None:
    with pytest.raises(NotAllowed):
        act(dana, by=request.getfixturevalue(who), at=now)


@pytest.mark.parametrize("act", EVERYTHING[1:])
def test_nobody_changes_who_was_erased(act: Callable[..., object], dana: Contact, rep: User, now: datetime) -> None:
    Contact.objects.filter(pk=dana.pk).update(erased_at=now)
    with pytest.raises(NotAllowed):
        act(dana, by=rep, at=now)
