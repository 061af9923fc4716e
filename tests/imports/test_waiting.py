"""Rows of domains that no account has: accepted, kept, and theirs as soon as an account has the domain."""

from datetime import datetime

import pytest

from abmhub.accounts.models import Account
from abmhub.imports import actions
from abmhub.signals.models import (
    EngagementEvent,
    IntentObservation,
    IntentProvider,
    Topic,
    UnplacedEvent,
    UnplacedObservation,
)
from abmhub.users.models import User
from tests.imports.conftest import TakeIn, figures_of, remarks_of, uploaded

EVENTS = "id,event,timestamp,email,domain,detail\n"
INTENT = "domain,topic,week,score\n"


@pytest.fixture(autouse=True)
def provider(account: Account) -> IntentProvider:
    return IntentProvider.objects.create(code="crm", name="CRM", lawful_basis="consent")


class TestEvents:
    TEXT = EVENTS + (
        "E1,Meeting,2026-03-02T10:00:00Z,ada@newcomer.example,,Call\n"
        "E2,page_view,2026-03-02T11:00:00Z,,www.newcomer.example,/pricing\n"
        "E3,page_view,2026-03-02T11:00:00Z,,acme.example,/pricing\n"
        "E4,page_view,2026-03-02T11:00:00Z,ada@gmail.com,,/pricing\n"
    )

    def test_they_wait_and_are_known_again(self, take_in: TakeIn, account: Account) -> None:
        run = take_in("events", self.TEXT)
        assert figures_of(run) == {"rows": 4, "accepted": 3, "rejected": 1, "created": 3}
        assert [row[0] for row in remarks_of(run)] == [4]
        waiting = UnplacedEvent.objects.order_by("external_id")
        assert [(event.external_id, event.domain, event.detail) for event in waiting] == [
            ("E1", "newcomer.example", "Call"),
            ("E2", "newcomer.example", "/pricing"),
        ]
        assert EngagementEvent.objects.get().account == account
        assert figures_of(take_in("events", self.TEXT)) == {"rows": 4, "accepted": 3, "rejected": 1, "unchanged": 3}
        corrected = self.TEXT.replace("10:00:00Z", "10:30:00Z")
        assert figures_of(take_in("events", corrected)) == {
            "rows": 4, "accepted": 3, "rejected": 1, "updated": 1, "unchanged": 2,
        }  # fmt: skip
        assert waiting.all()[0].occurred_at.minute == 30

    def test_when_the_account_is_there_they_are_its_and_known_again(self, take_in: TakeIn) -> None:
        take_in("events", self.TEXT)
        newcomer = Account.objects.create(name="Newcomer", domain="newcomer.example")
        assert EngagementEvent.objects.filter(account=newcomer).count() == 2
        assert not UnplacedEvent.objects.exists()
        assert take_in("events", self.TEXT).unchanged == 3

    def test_an_event_stays_with_its_account_when_the_domain_is_known_no_more(
        self, take_in: TakeIn, account: Account
    ) -> None:
        take_in("events", self.TEXT)
        Account.objects.filter(pk=account.pk).update(domain="acme.test")
        assert take_in("events", self.TEXT).unchanged == 3
        assert EngagementEvent.objects.get().account == account

    def test_the_check_says_what_they_wait_for(self, admin: User, now: datetime) -> None:
        run = uploaded("events", self.TEXT, now)
        actions.ask_check(run=run, at=now)
        actions.check(run=run, at=now)
        rows = run.expected_rows.order_by("row_number")
        assert [(row.verdict, row.reason) for row in rows][:2] == [
            ("create", "Kept: until an account has the domain newcomer.example."),
        ] * 2
        assert not UnplacedEvent.objects.exists()

    def test_they_go_when_the_import_is_undone(self, take_in: TakeIn, admin: User, now: datetime) -> None:
        run = take_in("events", self.TEXT)
        actions.undo(run=actions.ask_undo(run=run, by=admin, at=now), at=now)
        assert not UnplacedEvent.objects.exists()
        assert not EngagementEvent.objects.exists()


class TestIntent:
    TEXT = INTENT + (
        "newcomer.example,Robots,2026-03-04,60\nnewcomer.example,robots,2026-03-06,82\n"
        "newcomer.example,Robots,2026-03-09,10\nother.example,Robots,2026-03-04,60\nacme.example,Robots,2026-03-04,50\n"
    )

    def test_the_strongest_of_a_week_waits(self, take_in: TakeIn, account: Account) -> None:
        assert figures_of(take_in("intent", self.TEXT)) == {"rows": 5, "accepted": 4, "skipped": 1, "created": 4}
        waiting = UnplacedObservation.objects.order_by("domain", "week_on")
        assert [(seen.domain, seen.level) for seen in waiting] == [
            ("newcomer.example", 82),
            ("newcomer.example", 10),
            ("other.example", 60),
        ]
        assert IntentObservation.objects.get().account == account
        assert figures_of(take_in("intent", self.TEXT)) == {"rows": 5, "accepted": 4, "skipped": 1, "unchanged": 4}
        assert take_in("intent", self.TEXT.replace(",10\n", ",15\n")).updated == 1

    def test_when_the_account_is_there_they_are_its_and_known_again(self, take_in: TakeIn) -> None:
        take_in("intent", self.TEXT)
        newcomer = Account.objects.create(name="Newcomer", domain="newcomer.example")
        assert IntentObservation.objects.filter(account=newcomer).count() == 2
        assert UnplacedObservation.objects.get().domain == "other.example"
        assert take_in("intent", self.TEXT).unchanged == 4

    def test_they_go_when_the_import_is_undone(self, take_in: TakeIn, admin: User, now: datetime) -> None:
        run = take_in("intent", self.TEXT)
        actions.undo(run=actions.ask_undo(run=run, by=admin, at=now), at=now)
        assert not UnplacedObservation.objects.exists()
        assert not Topic.objects.exists()
