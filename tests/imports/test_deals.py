"""What leads become, and when deals came to which stage."""

from datetime import date, datetime
from typing import Any

import pytest

from abmhub.accounts.models import Account
from abmhub.committee.models import Contact
from abmhub.committee.privacy import erase
from abmhub.pipeline.models import Lead, Opportunity, Stage, StageChange
from abmhub.users.models import User
from tests.imports.conftest import TakeIn, figures_of, remarks_of


@pytest.fixture(autouse=True)
def deal(account: Account) -> Opportunity:
    stage = Stage.objects.get(name="Engaging")
    return Opportunity.objects.create(account=account, stage=stage, source="CRM", external_id="D1")


class TestLeads:
    FILE = (
        "Id,FirstName,LastName,Company,Email,CreatedDate,MQL date,ConvertedDate,ConvertedOpportunityId,Campaign\n"
        "L1,Ada,Brandt,Nordlicht,ada@nordlicht.example,2026-02-03,2026-02-10,2026-02-17,D1,\n"
        "L2,Juan,Prieto,,juan@acme.example,2026-02-05,,,D9,Nowhere\n"
    )

    def test_they_come_with_their_dates_and_what_they_became(self, take_in: TakeIn, deal: Opportunity) -> None:
        assert figures_of(take_in("leads", self.FILE)) == {"rows": 2, "accepted": 2, "created": 2, "doubtful": 1}
        ada, juan = Lead.objects.order_by("external_id")
        assert (ada.name, ada.company_name, ada.opportunity, ada.account) == ("Ada Brandt", "Nordlicht", deal, None)
        assert (ada.created_on, ada.mql_on, ada.sql_on) == (date(2026, 2, 3), date(2026, 2, 10), date(2026, 2, 17))
        assert (juan.account, juan.opportunity) == (deal.account, None)
        assert figures_of(take_in("leads", self.FILE)) == {"rows": 2, "accepted": 2, "unchanged": 2, "doubtful": 1}

    def test_a_domain_takes_no_lead_from_its_account(self, take_in: TakeIn, other_account: Account) -> None:
        take_in("leads", "id,name,email,company,created\nL1,Ada,ada@acme.example,Borealis Foods,2026-01-01\n")
        run = take_in("leads", "id,name,email,created\nL1,Ada,ada@acme.example,2026-01-01\n")
        assert (run.unchanged, Lead.objects.get().account) == (1, other_account)

    def test_a_lead_without_a_day_gets_one_and_keeps_it(self, take_in: TakeIn, now: datetime) -> None:
        text = "id,name,email,converted date\nL1,Ada,,2026-01-05\nL2,Juan,,\n"
        run = take_in("leads", text)
        assert [lead.created_on for lead in Lead.objects.order_by("external_id")] == [date(2026, 1, 5), now.date()]
        assert remarks_of(run)[1][2] == "The file does not say when the lead came; 2026-03-04 was taken."
        later = take_in("leads", text, at=datetime(2026, 4, 1, 10, tzinfo=now.tzinfo))
        assert figures_of(later) == {"rows": 2, "accepted": 2, "unchanged": 2}

    def test_an_email_is_the_key_where_there_is_none(self, take_in: TakeIn) -> None:
        for _ in range(2):
            run = take_in("leads", "name,email,created\nAda,ADA@x.example,2026-01-01\nJuan,,2026-01-01\n")
        assert (run.unchanged, run.rejected) == (1, 1)
        assert remarks_of(run)[0][2] == "A lead needs a key or an email, so that a later file finds it again."

    def test_who_was_forgotten_is_no_lead(
        self, take_in: TakeIn, account: Account, marketing_manager: User, now: datetime
    ) -> None:
        person = Contact.objects.create(account=account, name="Juan", email="juan@acme.example")
        erase(contact=person, by=marketing_manager, at=now)
        run = take_in("leads", self.FILE)
        assert figures_of(run) == {"rows": 2, "accepted": 1, "skipped": 1, "created": 1}
        assert list(run.remarks.values_list("reason", "cells")) == [("This person asked to be forgotten.", [])]


class TestStageHistory:
    ROWS = (
        "D1,Engaging,2026-01-12 09:00:00Z\n",
        "D1,Negotiation,2026-02-09 15:00:00Z\n",
        "D1,Engaging,2026-02-09 16:00:00Z\n",
        "D1,Engaging,2026-01-12 11:00:00Z\n",
        "D1,Security review,2026-02-09 14:00:00Z\n",
    )

    def history(self) -> list[Any]:
        return list(StageChange.objects.order_by("entered_on", "pk").values_list("stage__name", "entered_on"))

    @pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (2, 4, 0, 3, 1)])
    def test_it_is_in_the_order_of_the_moments(self, take_in: TakeIn, order: tuple[int, ...]) -> None:
        text = "opportunity_id,stage,date_entered\n" + "".join(self.ROWS[at] for at in order)
        assert figures_of(take_in("stage_history", text)) == {"rows": 5, "accepted": 4, "skipped": 1, "created": 4}
        assert self.history() == [
            ("Engaging", date(2026, 1, 12)),
            ("Security review", date(2026, 2, 9)),
            ("Negotiation", date(2026, 2, 9)),
            ("Engaging", date(2026, 2, 9)),
        ]
        assert Stage.objects.get(name="Security review").kind == "open"
        assert figures_of(take_in("stage_history", text))["unchanged"] == 4

    def test_a_deal_that_we_do_not_know_is_told(self, take_in: TakeIn) -> None:
        run = take_in("stage_history", "opportunity_id,stage,date\nD9,Won,2026-01-01\n")
        reason = "No opportunity of this source has the key D9: import the opportunities first."
        assert remarks_of(run) == [(1, "rejected", reason)]
