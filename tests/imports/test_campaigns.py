"""Campaigns, what they cost, and who was in them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from abmhub.accounts.models import Account
from abmhub.campaigns.models import Campaign, Channel, Motion, Spend
from abmhub.committee.models import Contact
from abmhub.committee.privacy import erase
from abmhub.pipeline.models import CampaignMember, Lead
from abmhub.users.models import User
from tests.imports.conftest import TakeIn, figures_of, remarks_of

CAMPAIGNS = (
    "campaign_id,name,type,start_date,end_date\n"
    "K1,Executive dinner,Trade Show,2026-03-10,2026-03-10\n"
    "K2,Factory of tomorrow,Sponsored Updates,2026-02-01,\n"
)


@pytest.fixture
def campaign(db: None) -> Campaign:
    channel = Channel.objects.get(code="email")
    return Campaign.objects.create(
        name="Newsletter", channel=channel, motion=Motion.DEMAND_GEN, started_on=date(2026, 1, 1)
    )


class TestCampaigns:
    def test_channels_of_other_systems_are_understood(self, take_in: TakeIn) -> None:
        assert figures_of(take_in("campaigns", CAMPAIGNS)) == {"rows": 2, "accepted": 2, "created": 2}
        found = {row.external_id: row for row in Campaign.objects.select_related("channel")}
        assert (found["K1"].channel.code, found["K2"].channel.code) == ("event", "ads")
        assert (found["K1"].motion, found["K1"].ended_on, found["K1"].source) == (
            "demand_gen",
            date(2026, 3, 10),
            "CRM",
        )
        assert figures_of(take_in("campaigns", CAMPAIGNS)) == {"rows": 2, "accepted": 2, "unchanged": 2}

    def test_the_source_tells_the_channel_where_the_file_does_not(self, take_in: TakeIn) -> None:
        take_in("campaigns", "id,name,created_time\n1,Spring,2026-02-01 10:00:00\n", source="LinkedIn Ads")
        assert Campaign.objects.get(name="Spring").channel.code == "ads"

    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            (
                "K9,New,Partners,2026-01-01,",
                "“Partners” is no channel that we know: add it in the admin, or correct it.",
            ),
            ("K9,New,,2026-01-01,", "Say in which channel the campaign runs."),
            ("K9,New,Email,,", "Say when the campaign starts."),
            ("K9,New,Email,2026-02-01,2026-01-01", "The campaign ends before it starts."),
            ("K9,executive DINNER,Email,2026-02-01,", "Another campaign has this name: rename one of them."),
            ("K2,,Email,2026-02-01,2026-01-01", "Campaign is empty."),
            ("K2,Factory,,,2025-01-01", "The campaign ends before it starts."),
        ],
    )
    def test_what_cannot_be_is_told(self, take_in: TakeIn, row: str, reason: str) -> None:
        take_in("campaigns", CAMPAIGNS)
        before = list(Campaign.objects.order_by("pk").values())
        assert remarks_of(take_in("campaigns", "campaign_id,name,type,start_date,end_date\n" + row + "\n")) == [
            (1, "rejected", reason)
        ]
        assert list(Campaign.objects.order_by("pk").values()) == before

    def test_two_of_one_name_do_not_come_in(self, take_in: TakeIn) -> None:
        text = "id,name,type,start date\nK1,Spring,Email,2026-01-01\nK2,SPRING,Email,2026-01-01\n"
        assert figures_of(take_in("campaigns", text)) == {"rows": 2, "rejected": 2}

    def test_one_made_by_hand_is_found_by_its_name_and_gets_the_key(self, take_in: TakeIn, campaign: Campaign) -> None:
        run = take_in("campaigns", "id,name,type,start date\nK7,newsletter,Email,2026-01-01\n")
        assert figures_of(run) == {"rows": 1, "accepted": 1, "updated": 1}
        campaign.refresh_from_db()
        assert (campaign.name, campaign.external_id) == ("newsletter", "K7")
        take_in("campaigns", "id,name,type,start date\nK7,Monthly news,Email,2026-01-01\n")
        campaign.refresh_from_db()
        assert campaign.name == "Monthly news"


class TestSpend:
    def test_days_and_months_come_in_once(self, take_in: TakeIn, campaign: Campaign) -> None:
        text = 'campaign,day,spend,currency\nnewsletter,2026-02-03,"$1,200.50",USD\nNewsletter,2026-01,90,EUR\n'
        assert figures_of(take_in("spend", text)) == {"rows": 2, "accepted": 2, "created": 2}
        assert list(Spend.objects.order_by("spent_on").values_list("spent_on", "amount", "currency")) == [
            (date(2026, 1, 1), Decimal(90), "EUR"),
            (date(2026, 2, 3), Decimal("1200.50"), "USD"),
        ]
        assert figures_of(take_in("spend", text)) == {"rows": 2, "accepted": 2, "unchanged": 2}

    def test_a_new_amount_takes_the_place_of_the_old_one(self, take_in: TakeIn, campaign: Campaign) -> None:
        for amount in ("10", "12"):
            run = take_in("spend", f"campaign,day,spend\nNewsletter,2026-02-03,{amount}\n")
        assert (run.updated, Spend.objects.get().amount) == (1, Decimal(12))

    def test_two_amounts_for_a_day_are_both_refused(self, take_in: TakeIn, campaign: Campaign) -> None:
        run = take_in("spend", "campaign,day,spend\nNewsletter,2026-02-03,1\nNewsletter,2026-02-03,2\n")
        assert figures_of(run) == {"rows": 2, "rejected": 2}

    def test_it_finds_its_campaign_by_key(self, take_in: TakeIn) -> None:
        take_in("campaigns", CAMPAIGNS)
        run = take_in("spend", "campaign_id,day,cost\nK2,2026-02-03,1\nK3,2026-02-03,1\n")
        assert Spend.objects.get().campaign.external_id == "K2"
        reason = "No campaign of this source has the key K3: import the campaigns first."
        assert remarks_of(run) == [(2, "rejected", reason)]


class TestMembers:
    @pytest.fixture(autouse=True)
    def people(self, account: Account, campaign: Campaign, other_account: Account) -> None:
        make: Any = Contact.objects.create
        make(account=account, name="Ines", email="Ines@acme.example", source="CRM", external_id="C1")
        make(account=account, name="Tomas", email="both@acme.example")
        make(account=other_account, name="Tomas", email="both@acme.example")
        Lead.objects.create(
            name="Wen", email="wen@delta.example", created_on=date(2026, 1, 1), source="CRM", external_id="L1"
        )

    def test_contacts_and_leads_are_members_once(self, take_in: TakeIn) -> None:
        text = (
            "id,campaign,contact id,lead id,email,status,first responded date\n"
            "M1,Newsletter,C1,L1,,Sent,\nM2,Newsletter,,L1,,Responded,2026-02-03\n"
        )
        assert figures_of(take_in("campaign_members", text)) == {"rows": 2, "accepted": 2, "created": 2}
        members = CampaignMember.objects.order_by("external_id")
        assert [str(member) for member in members] == ["Ines: Newsletter", "Wen: Newsletter"]
        assert (members[1].status, members[1].responded_on) == ("Responded", date(2026, 2, 3))
        assert figures_of(take_in("campaign_members", text)) == {"rows": 2, "accepted": 2, "unchanged": 2}
        run = take_in("campaign_members", "campaign,email,status\nNewsletter,INES@acme.example,Responded\n")
        assert (run.updated, CampaignMember.objects.count()) == (1, 2)

    def test_an_email_finds_a_contact_or_a_lead(self, take_in: TakeIn) -> None:
        run = take_in(
            "campaign_members",
            "campaign,email\nNewsletter,ines@acme.example\nNewsletter,wen@delta.example\nNewsletter,both@acme.example\n",
        )
        assert (run.created, run.rejected) == (2, 1)
        assert "Nobody, or more than one person, has the address both@acme.example" in remarks_of(run)[0][2]

    def test_a_person_with_two_keys_in_a_campaign_is_one_member(self, take_in: TakeIn) -> None:
        text = "id,campaign,contact id,status\nM1,Newsletter,C1,Sent\nM2,Newsletter,C1,Sent\n"
        assert figures_of(take_in("campaign_members", text)) == {"rows": 2, "rejected": 2}

    def test_who_is_nobody_we_know_is_told(self, take_in: TakeIn) -> None:
        run = take_in("campaign_members", "campaign,contact id\nNewsletter,C9\nNowhere,C1\n")
        assert [reason for _, _, reason in remarks_of(run)] == [
            "No contact of this source has the key C9: import the contacts first.",
            "There is no campaign “Nowhere”: import the campaigns first, or correct the name.",
        ]

    def test_who_was_forgotten_is_no_member(self, take_in: TakeIn, marketing_manager: User, now: Any) -> None:
        erase(contact=Contact.objects.get(external_id="C1"), by=marketing_manager, at=now)
        Lead.objects.create(
            name="Ines", email="ines@private.example", created_on=date(2026, 1, 1), source="CRM", external_id="L2"
        )
        other = Contact.objects.create(account=Account.objects.all()[0], name="I.", email="ines@private.example")
        erase(contact=other, by=marketing_manager, at=now)
        text = "campaign,contact id,lead id,email\nNewsletter,,,Ines@acme.example\nNewsletter,C1,,\nNewsletter,,L2,\n"
        run = take_in("campaign_members", text)
        assert figures_of(run) == {"rows": 3, "skipped": 3}
        assert {"".join(remark.cells) for remark in run.remarks.all()} == {""}
