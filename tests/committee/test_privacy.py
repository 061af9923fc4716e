"""The rights of a person: a copy of everything, and to be forgotten for good."""

import json
from datetime import datetime
from uuid import uuid4

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import override_settings
from psycopg.sql import SQL, Identifier

from abmhub.accounts.models import Account, AccountMerge
from abmhub.budgets.models import Envelope
from abmhub.campaigns.models import Channel, Touch
from abmhub.committee.actions import NotTaken, opt_out, set_stance
from abmhub.committee.models import Contact, Suppression
from abmhub.committee.privacy import ERASED, Suppressed, erase, export_person
from abmhub.core.refusals import NotAllowed
from abmhub.imports.models import ExpectedRow, ImportChange, ImportRemark, ImportRun
from abmhub.menus.models import Tactic
from abmhub.orders.actions import LineRequest, comment, place_order
from abmhub.orders.models import Approval, BulkOrder, Order, Recipient, Task, TaskEvent
from abmhub.pipeline.models import Lead, Opportunity, Stage
from abmhub.signals.models import EngagementEvent, EventType
from abmhub.users.models import Notification, User
from tests.committee.test_actions import added

NAME, EMAIL, PHONE, KEY = "Zebulon Quist", "zeb.quist@acme.example", "+44 20 5550 1234", "0039-zeb"


@pytest.fixture
def person(account: Account) -> Contact:
    return Contact.objects.create(
        account=account, name=NAME, title="CFO", email=EMAIL, phone=PHONE, source="CRM", external_id=KEY
    )


@pytest.fixture
def order(
    account: Account, person: Contact, tactic: Tactic, envelope: Envelope, rep: User, admin: User, now: datetime
) -> Order:
    """A letter to them that names them wherever one can write."""
    line = LineRequest(tactic.pk, [person.pk], f"Meet {NAME}")
    order = place_order(
        account=account, by=rep, at=now, lines=[line], idempotency_key=uuid4(), note=f"{NAME.upper()} waits for it"
    )
    task = Task.objects.get(line__order=order)
    comment(task=task, by=rep, at=now, text=f"Call {PHONE} before, or {EMAIL}")
    task.record(TaskEvent.Kind.CHANGED, at=now, by=rep, note=f"Not for {NAME} alone.")
    Approval.objects.create(
        order=order, why="of its risk", asked_by=rep, asked_at=now, total_amount=40, escalates_on=now.date(),
        state=Approval.State.APPROVED, decided_by=admin, decided_at=now, reason=f"{NAME} is worth it.",
    )  # fmt: skip
    bulk = BulkOrder.objects.create(
        placed_by=rep, placed_at=now, note=f"For {NAME}", idempotency_key=uuid4(), fingerprint="", total_amount=40,
        currency="USD",
    )  # fmt: skip
    goal = [{"tactic": tactic.pk, "goal": f"Meet {NAME}"}]
    bulk.rows.create(account=account, lines=goal, seen_tier=1, state="refused", refusal=f"{NAME} has opted out.")
    return order


@pytest.fixture
def traces(account: Account, person: Contact, admin: User, rep: User, now: datetime) -> None:
    """What every room holds of them."""
    set_stance(contact=person, stance="champion", note=f"{NAME} said so", by=rep, at=now)
    opt_out(contact=person, channel="event", source="Mail", by=rep, at=now)
    twin = {"source": "web", "account": account, "occurred_at": now, "contact": person}
    channel, event_type = Channel.objects.get(code="mail"), EventType.objects.get(code="demo_request")
    Touch.objects.create(summary=f"Letter to {NAME}", channel=channel, external_id="1", **twin)
    EngagementEvent.objects.create(detail=f"Form of {EMAIL}", event_type=event_type, external_id="1", **twin)
    Lead.objects.create(name=NAME, email=EMAIL.upper(), created_on=now, source="Forms", external_id=f"lead {KEY}")
    Opportunity.objects.create(
        name=f"Deal with {NAME}", account=account, stage=Stage.objects.earliest("pk"), source="CRM", external_id="1"
    )
    Notification.objects.create(user=rep, key="1", text=f"{NAME} asked for a demo.")
    AccountMerge.objects.create(
        kept=account, absorbed_id=7, absorbed_name="Acme", merged_at=now, journal={"contacts": [{"name": NAME}]}
    )
    kind = ContentType.objects.get_for_model(Contact)
    LogEntry.objects.create(
        user=admin, content_type=kind, object_id=str(person.pk), object_repr=NAME, action_flag=CHANGE,
        change_message=f"to {EMAIL}",
    )  # fmt: skip
    run = ImportRun.objects.create(kind="contacts", source="CRM", file_name="people.csv", started_at=now)
    ImportRemark.objects.create(
        run=run, row_number=1, outcome="rejected", reason=f"{EMAIL} twice", value=EMAIL, cells=["Acme", NAME, PHONE]
    )
    ExpectedRow.objects.create(run=run, row_number=1, verdict="create", label=NAME, changes=[["Email", "", EMAIL]])
    ImportChange.objects.create(run=run, table="committee_contact", key=person.pk, before={"name": NAME}, after={})
    ImportChange.objects.create(run=run, table="pipeline_lead", key=1, before={"email": EMAIL}, after={})


def whole_database() -> str:
    """Every row of every table, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        rows: list[str] = []
        for table in tables:
            cursor.execute(SQL("SELECT kept::text FROM {} AS kept").format(Identifier(table)))
            rows += [text for (text,) in cursor.fetchall()]
    return "\n".join(rows).casefold()


def found(text: str) -> list[str]:
    return [word for word in (NAME, "Zebulon", "Quist", EMAIL, PHONE, KEY) if word.casefold() in text]


def test_nothing_in_the_database_tells_of_an_erased_person(
    person: Contact, order: Order, traces: None, admin: User, now: datetime
) -> None:
    assert found(whole_database()) == [NAME, "Zebulon", "Quist", EMAIL, PHONE, KEY]
    assert erase(contact=person, by=admin, at=now) is True
    assert found(whole_database()) == []


def test_what_the_books_need_stays_without_the_person(
    account: Account, person: Contact, order: Order, traces: None, admin: User, now: datetime
) -> None:
    erase(contact=person, by=admin, at=now)
    person.refresh_from_db()
    assert (person.name, person.title, person.email, person.erased_at) == (ERASED, "", "", now)
    assert person.buying_role is None
    assert not person.is_reachable
    assert list(Contact.objects.known()) == []
    assert Recipient.objects.get(line__order=order).contact == person
    assert Touch.objects.get().summary == "Letter to Erased person"
    assert Lead.objects.get().name == ERASED
    order.refresh_from_db()
    assert order.note == "Erased person waits for it"
    remark = ImportRemark.objects.get()
    assert (remark.reason, remark.cells) == ("Erased person twice", ["", "", ""])


def test_somebody_whom_nothing_needs_is_deleted(person: Contact, admin: User, now: datetime) -> None:
    erase(contact=person, by=admin, at=now)
    assert not Contact.objects.filter(pk=person.pk).exists()


def test_others_keep_their_names(
    account: Account, person: Contact, contacts: list[Contact], traces: None, admin: User, rep: User, now: datetime
) -> None:
    Notification.objects.create(user=rep, key="2", text="Dana Whitfield met Zebulon Quistgaard.")
    erase(contact=person, by=admin, at=now)
    assert Contact.objects.get(pk=contacts[0].pk).email == "dana@acme.example"
    assert Notification.objects.get(key="2").text == "Dana Whitfield met Zebulon Quistgaard."


def test_the_same_address_at_another_account_is_the_same_person(
    person: Contact, other_account: Account, admin: User, now: datetime
) -> None:
    Contact.objects.create(account=other_account, name="Z. Quist", email=EMAIL.upper())
    erase(contact=person, by=admin, at=now)
    assert not Contact.objects.exists()


def test_a_second_erasure_changes_nothing(
    person: Contact, order: Order, traces: None, admin: User, now: datetime
) -> None:
    erase(contact=person, by=admin, at=now)
    before = whole_database()
    assert erase(contact=person, by=admin, at=now) is False
    assert whole_database() == before


def test_who_erased_and_when_is_kept(person: Contact, admin: User, now: datetime) -> None:
    erase(contact=person, by=admin, at=now)
    kept = Suppression.objects.all()
    assert {(each.by, each.suppressed_at) for each in kept} == {(admin, now)}
    assert all(len(each.digest) == 64 for each in kept)


def test_a_later_file_is_told_by_address_by_key_and_by_key_of_the_lead(
    person: Contact, traces: None, admin: User, now: datetime
) -> None:
    assert not Suppressed.load().email(EMAIL)
    erase(contact=person, by=admin, at=now)
    suppressed = Suppressed.load()
    assert suppressed.email(f" {EMAIL.upper()} ")
    assert suppressed.key("crm", KEY)
    assert suppressed.key("Forms", f"lead {KEY}", "leads")
    assert not suppressed.email("dana@acme.example")
    assert not suppressed.email("")
    assert not suppressed.key("CRM", "")
    assert not suppressed.key("CRM", f"lead {KEY}")


def test_somebody_without_an_address_is_told_by_the_name_at_the_account(
    account: Account, other_account: Account, admin: User, now: datetime
) -> None:
    erase(contact=Contact.objects.create(account=account, name="Ada  Byron"), by=admin, at=now)
    suppressed = Suppressed.load()
    assert suppressed.name(account.pk, "ada byron")
    assert not suppressed.name(other_account.pk, "Ada Byron")


def test_a_new_secret_key_remembers_by_the_former_ones(person: Contact, admin: User, now: datetime) -> None:
    with override_settings(SECRET_KEY="the former key"):
        erase(contact=person, by=admin, at=now)
    assert not Suppressed.load().email(EMAIL)
    with override_settings(SECRET_KEY_FALLBACKS=["the former key"]):
        assert Suppressed.load().email(EMAIL)


def test_nobody_adds_an_erased_person_again(
    account: Account, person: Contact, admin: User, rep: User, now: datetime
) -> None:
    erase(contact=person, by=admin, at=now)
    with pytest.raises(NotTaken) as refusal:
        added(account=account, name="Zeb", email=EMAIL, by=rep, at=now)
    assert refusal.value.message == "This person asked to be forgotten and cannot be added."


def test_a_copy_holds_what_every_room_knows(
    person: Contact, order: Order, traces: None, admin: User, now: datetime
) -> None:
    copy = export_person(person, by=admin)
    assert list(copy) == [
        "contacts",
        "opt outs",
        "stance changes",
        "touches",
        "engagement events",
        "recipients",
        "notifications",
        "leads",
        "order lines",
        "rows of files that were not simply taken",
    ]
    assert copy["contacts"][0]["email"] == EMAIL
    assert copy["stance changes"][0]["note"] == f"{NAME} said so"
    assert copy["leads"][0]["external id"] == f"lead {KEY}"
    assert json.loads(json.dumps(copy)) == copy


@pytest.mark.parametrize("who", ["rep", "sales_manager", "marketer", "analyst"])
def test_only_some_may(who: str, person: Contact, request: pytest.FixtureRequest, now: datetime) -> None:
    by = request.getfixturevalue(who)
    with pytest.raises(NotAllowed):
        export_person(person, by=by)
    with pytest.raises(NotAllowed):
        erase(contact=person, by=by, at=now)
    assert Contact.objects.filter(pk=person.pk, erased_at=None).exists()
