"""Who was in which campaign: a contact or a lead, once in each."""

from typing import Any, ClassVar

from django.db.models import QuerySet

from abmhub.core import sql
from abmhub.imports import journal
from abmhub.imports.kinds.base import CellReader, Intake, Reading, expect
from abmhub.imports.kinds.people import CONTACTS, LEADS, Forgotten, looks_like_an_address
from abmhub.imports.kinds.spend import CAMPAIGN_FIELDS, campaign_words
from abmhub.imports.kinds.whom import email_of
from abmhub.imports.mapping import Field
from abmhub.imports.models import Kind
from abmhub.pipeline.models import CampaignMember


class CampaignMembers(Intake):
    kind = Kind.CAMPAIGN_MEMBERS
    model = CampaignMember
    fields = (
        Field("external_id", "Key in the source", "campaignmemberid memberid id recordid externalid"),
        *CAMPAIGN_FIELDS,
        Field("contact_external_id", "Key of the contact", "contactid contact personid vid"),
        Field("lead_external_id", "Key of the lead", "leadid lead prospectid leadorcontactid"),
        Field(
            "email", "Email", "email emailaddress contactemail recipient mail",
            looks_like=looks_like_an_address,
        ),
        Field("status", "Status", "memberstatus status campaignmemberstatus progressionstatus response"),
        Field(
            "responded_on", "Responded on",
            "firstrespondeddate respondedon respondeddate responsedate dateresponded membershipdate",
            is_date=True,
        ),
    )  # fmt: skip
    columns = (
        "external_id", "campaign_external_id", "campaign_name", "contact_external_id", "lead_external_id", "email",
        "status", "responded_on",
    )  # fmt: skip
    sample: ClassVar = (
        ("campaign", "contact_id", "email", "status", "responded_on"),
        ("Executive dinner Oslo", "C-3", "", "Attended", "2026-03-10"),
        ("Spring newsletter", "", "tomas@acme.example", "Clicked", "2026-03-02"),
        ("Spring newsletter", "", "juan.prieto@acme.example", "Sent", ""),
    )

    def __init__(self) -> None:
        self._forgotten = Forgotten()

    def forgets(self, row: CellReader) -> bool:
        contact, lead = ("contact_external_id", CONTACTS), ("lead_external_id", LEADS)
        return any(self._forgotten.is_named(row, key, kind) for key, kind in (contact, lead))

    def staged(self, row: CellReader) -> tuple[Any, ...]:
        return (
            row.text("external_id"),
            *campaign_words(row),
            row.text("contact_external_id"),
            row.text("lead_external_id"),
            email_of(row),
            row.text("status", 60),
            row.day("responded_on"),
        )

    def targets(self) -> QuerySet[Any]:
        return super().targets().select_related("campaign", "contact", "lead")

    def resolve(self, reading: Reading) -> None:
        source = reading.source
        sql.run("imports/rows/skip_identical")
        sql.run("imports/whom/find_campaigns", source=source)
        sql.run("imports/whom/reject_without_campaign")
        sql.run("imports/whom/find_people", source=source)
        sql.run("imports/campaign_members/find_leads", source=source)
        sql.run("imports/campaign_members/reject_nobody")
        sql.run("imports/campaign_members/identify")
        sql.run("imports/rows/reject_conflicts")
        sql.run("imports/campaign_members/match")
        sql.run("imports/campaign_members/drop_taken_keys", source=source)
        sql.run("imports/rows/new_targets", table="pipeline_campaignmember")
        sql.run("imports/campaign_members/merge", source=source)

    def write(self, reading: Reading) -> None:
        expect(journal.write(CampaignMember, "pipeline/import_new_members", source=reading.source), "create")
        journal.write(CampaignMember, "pipeline/import_changed_members")
