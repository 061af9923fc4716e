"""Intent of providers in the register, and engagement of accounts and people."""

from datetime import UTC, date, datetime

import pytest

from abmhub.accounts.models import Account
from abmhub.committee.models import Contact
from abmhub.committee.privacy import erase
from abmhub.imports import actions
from abmhub.signals.models import EngagementEvent, IntentObservation, IntentProvider, Topic
from abmhub.users.models import User
from tests.imports.conftest import TakeIn, figures_of, remarks_of


class TestIntent:
    HEADER = "domain,topic,week,score,provider\n"

    @pytest.fixture(autouse=True)
    def provider(self, account: Account) -> IntentProvider:
        return IntentProvider.objects.create(code="watchers", name="The Watchers", lawful_basis="consent")

    def test_a_day_counts_for_its_week_and_the_strongest_for_all(self, take_in: TakeIn, account: Account) -> None:
        text = self.HEADER + (
            "www.acme.example,Robots,2026-03-04,60,watchers\nacme.example,robots,2026-03-06,82.4,The Watchers\n"
            "acme.example,Robots,2026-03-09,10,watchers\n"
        )
        assert figures_of(take_in("intent", text)) == {"rows": 3, "accepted": 2, "skipped": 1, "created": 2}
        seen = IntentObservation.objects.order_by("week_on")
        assert [(row.account, row.topic.name.lower(), row.week_on, row.level) for row in seen] == [
            (account, "robots", date(2026, 3, 2), 82),
            (account, "robots", date(2026, 3, 9), 10),
        ]
        assert Topic.objects.filter(name__iexact="robots").count() == 1
        assert figures_of(take_in("intent", text)) == {"rows": 3, "accepted": 2, "skipped": 1, "unchanged": 2}
        corrected = take_in("intent", self.HEADER + "acme.example,Robots,2026-03-04,70,watchers\n")
        assert (corrected.updated, seen.all()[0].level) == (1, 70)

    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            ("acme.example,Robots,2026-03-04,101,watchers", "Level: “101” is not between 0 and 100."),
            (",Robots,2026-03-04,60,watchers", "The row names no account: add a column"),
        ],
    )
    def test_what_cannot_be_is_told(self, take_in: TakeIn, row: str, reason: str) -> None:
        (remark,) = remarks_of(take_in("intent", self.HEADER + row + "\n"))
        assert remark[2].startswith(reason)
        assert not IntentObservation.objects.exists()

    def test_the_source_is_the_provider_where_the_file_names_none(self, take_in: TakeIn) -> None:
        text = "account,topic,date,score\nAcme Robotics,Robots,2026-03-04,60\n"
        assert take_in("intent", text, source="Watchers").created == 1
        assert {row.provider.name for row in IntentObservation.objects.all()} == {"The Watchers"}

    def test_a_new_provider_waits_in_the_register_for_its_lawful_basis_and_is_not_scored(
        self, take_in: TakeIn, account: Account
    ) -> None:
        rows = "acme.example,Robots,2026-03-04,60,{}\nacme.example,Ladders,2026-03-04,40,{}\n"
        run = take_in("intent", self.HEADER + rows.format("Über Bidders", "über bidders"))
        assert figures_of(run) == {"rows": 2, "accepted": 2, "created": 2}
        new = IntentProvider.objects.exclude(code="watchers").get()
        assert (new.code, new.name.casefold(), new.lawful_basis, new.is_scored) == (
            "uber-bidders", "über bidders", "unstated", False
        )  # fmt: skip
        assert set(IntentObservation.objects.values_list("provider", "account")) == {(new.pk, account.pk)}
        assert take_in("intent", self.HEADER + rows.format("UBER-BIDDERS", "Über bidders")).unchanged == 2
        assert IntentProvider.objects.count() == 2

    def test_undo_takes_the_new_provider_back(self, take_in: TakeIn, now: datetime) -> None:
        run = take_in("intent", self.HEADER + "acme.example,Robots,2026-03-04,60,Bidders\n")
        assert IntentProvider.objects.filter(name="Bidders").exists()
        actions.undo(run=run, at=now)
        assert not IntentProvider.objects.filter(name="Bidders").exists()


class TestEvents:
    HEADER = "id,event,timestamp,email,domain,detail\n"

    @pytest.fixture(autouse=True)
    def ines(self, account: Account) -> Contact:
        return Contact.objects.create(account=account, name="Ines", email="ines@acme.example")

    def test_people_and_accounts_are_found(
        self, take_in: TakeIn, account: Account, ines: Contact, other_account: Account
    ) -> None:
        Contact.objects.create(account=other_account, name="Noor", email="noor@acme.example")
        text = self.HEADER + (
            "E1,Meeting,2026-03-02 14:05+01:00,INES@acme.example,,\nE2,webinar attended,1772460000,,acme.example,\n"
            "E3,click,2026-03-02T10:00:00Z,x@acme.example,,\nE4,email_open,2026-03-02 11:00 PM,noor@acme.example,,\n"
        )
        assert figures_of(take_in("events", text)) == {"rows": 4, "accepted": 4, "created": 4}
        events = EngagementEvent.objects.order_by("external_id")
        assert [(event.event_type.code, event.account, event.contact and event.contact.name) for event in events] == [
            ("meeting", account, "Ines"),
            ("event_attended", account, None),
            ("email_click", account, None),
            ("email_open", other_account, "Noor"),
        ]
        assert events[0].occurred_at == datetime(2026, 3, 2, 13, 5, tzinfo=UTC)
        assert events[1].occurred_at == datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
        assert figures_of(take_in("events", text)) == {"rows": 4, "accepted": 4, "unchanged": 4}

    def test_an_event_without_a_key_is_known_by_what_it_says(self, take_in: TakeIn) -> None:
        row = "page_view,2026-03-02T10:00:00Z,acme.example,/pricing\n"
        text = "event,timestamp,domain,detail\n" + row
        assert take_in("events", text).created == 1
        run = take_in("events", text + "page_view,2026-03-02T10:00:01Z,acme.example,/pricing\n" + row)
        assert figures_of(run) == {"rows": 3, "accepted": 2, "skipped": 1, "created": 1, "unchanged": 1}

    def test_a_person_who_is_known_later_is_found_later(self, take_in: TakeIn, account: Account) -> None:
        text = self.HEADER + "E1,Meeting,2026-03-02T10:00:00Z,tomas@acme.example,,\n"
        take_in("events", text)
        tomas = Contact.objects.create(account=account, name="Tomas", email="tomas@acme.example")
        assert take_in("events", text).updated == 1
        assert EngagementEvent.objects.get().contact == tomas

    def test_a_word_for_a_type_is_settled_once(self, take_in: TakeIn, admin: User, now: datetime) -> None:
        text = self.HEADER + "E1,Meetings,2026-03-02T10:00:00Z,,acme.example,\n"
        (remark,) = remarks_of(take_in("events", text))
        assert remark[2].startswith("“Meetings” is no event type that we know, did you mean Meeting: say what")
        named = {"source": "CRM", "field": "event_type", "value": "Meetings", "meaning": "meeting"}
        actions.settle_name(**named, by=admin, at=now)
        assert take_in("events", text).created == 1

    def test_who_was_forgotten_does_nothing(
        self, take_in: TakeIn, ines: Contact, marketing_manager: User, now: datetime
    ) -> None:
        erase(contact=ines, by=marketing_manager, at=now)
        run = take_in("events", self.HEADER + "E1,Meeting,2026-03-02T10:00:00Z,ines@acme.example,,said so\n")
        assert figures_of(run) == {"rows": 1, "skipped": 1}
        assert "".join(run.remarks.get().cells) == ""
