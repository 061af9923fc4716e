"""People of the demand-gen motion: recognised by key, or by email where the source gives none."""

import re
from datetime import date
from typing import Any, ClassVar

from abmhub.core import sql
from abmhub.core.days import business_day
from abmhub.imports import cells, journal
from abmhub.imports.kinds.base import CellReader, Intake, Reading, expect
from abmhub.imports.kinds.people import LEADS, Forgotten, looks_like_an_address
from abmhub.imports.kinds.spend import CAMPAIGN_FIELDS, campaign_words
from abmhub.imports.kinds.whom import ACCOUNT_COLUMNS, account_words, email_of, find_accounts, name_of
from abmhub.imports.mapping import Field
from abmhub.imports.models import Kind
from abmhub.pipeline.models import Lead

MQLS = frozenset({"mql", "marketing qualified", "marketing qualified lead", "marketingqualifiedlead"})
SQLS = frozenset({
    "sql", "sales qualified", "sales qualified lead", "salesqualifiedlead", "converted", "closed converted",
    "opportunity", "customer",
})  # fmt: skip
"""Statuses that say how far a lead has come, small and with one blank between words."""


class Leads(Intake):
    kind = Kind.LEADS
    model = Lead
    fields = (
        Field("external_id", "Key in the source", "leadid id recordid externalid contactid vid prospectid leadnumber"),
        Field("name", "Name", "name fullname leadname contactname contactperson leadcontactperson"),
        Field("first_name", "First name", "firstname givenname forename first"),
        Field("last_name", "Last name", "lastname surname familyname last"),
        Field(
            "email", "Email", "email emailaddress workemail businessemail mail contactemail",
            looks_like=looks_like_an_address,
        ),
        Field(
            "account", "Company",
            "company companyname account accountname organization organisation employer leadorganization customer "
            "customername",
        ),
        Field("account_external_id", "Key of the account", "convertedaccountid accountid companyid"),
        Field("account_domain", "Domain", "website domain companydomain companydomainname"),
        Field(
            "created_on", "Came on",
            "createdate createddate createdon createdat created createdtime leaddate leadcreated leadleadcreated "
            "datecreated creationdate dateadded receivedon becamealeaddate firstcontactdate leadcreateddate date",
            is_date=True,
        ),
        Field(
            "mql_on", "Became MQL on",
            "mqldate mqlon mqlat becamemqlon becameanmqldate becameamarketingqualifiedleaddate "
            "hslifecyclestagemarketingqualifiedleaddate lifecyclestagemarketingqualifiedleaddate "
            "marketingqualifieddate",
            is_date=True,
        ),
        Field(
            "sql_on", "Became SQL on",
            "sqldate sqlon sqlat becamesqlon becameansqldate becameasalesqualifiedleaddate "
            "hslifecyclestagesalesqualifiedleaddate lifecyclestagesalesqualifiedleaddate salesqualifieddate "
            "converteddate converteddatetime convertedon convertedat conversiondate qualifieddate "
            "qualifiedon qualifiedat",
            is_date=True,
        ),
        Field(
            "status", "Status", "lifecyclestage leadstatus leadstage status stage",
            help="MQL, SQL, converted and the like: how far it has come, where no column says when.",
        ),
        Field(
            "is_converted", "Is converted", "isconverted converted", is_flag=True,
            help="Yes or no: a converted lead is an SQL.",
        ),
        Field("opportunity_external_id", "Key of its opportunity", "convertedopportunityid opportunityid dealid"),
        *CAMPAIGN_FIELDS,
    )  # fmt: skip
    columns = (
        "identity", "name", "company_name", "email", "created_on", "mql_on", "sql_on", "opportunity_external_id",
        "campaign_external_id", "campaign_name", *ACCOUNT_COLUMNS,
    )  # fmt: skip
    sample: ClassVar = (
        ("lead_id", "name", "company", "email", "created_date", "mql_date", "campaign"),
        ("L-1", "Ada Brandt", "Nordlicht Pumps", "ada@nordlicht.example", "2026-02-03", "2026-02-17", ""),
        ("L-2", "Juan Prieto", "Acme Robotics", "juan.prieto@acme.example", "2026-02-05", "", "Spring newsletter"),
        ("L-3", "Wen Li", "Delta Freight", "wen@delta.example", "2026-02-09", "", ""),
    )

    def __init__(self) -> None:
        self._forgotten = Forgotten()

    def forgets(self, row: CellReader) -> bool:
        return self._forgotten.is_named(row, kind=LEADS)

    def staged(self, row: CellReader) -> tuple[Any, ...]:
        email = email_of(row)
        key = row.text("external_id")
        if not key and not email:
            row.reject("A lead needs a key or an email, so that a later file finds it again.")
        return (
            key or f"email:{email}",
            name_of(row, email or (f"Lead {key}" if key else "")),
            row.text("account"),
            email,
            *self._days(row),
            row.text("opportunity_external_id"),
            *campaign_words(row),
            *account_words(row, email),
        )

    def _days(self, row: CellReader) -> tuple[date | None, date | None, date | None]:
        """When it came, became MQL and SQL. A stage that is told without its day is taken to be of the day it came."""
        created_on, mql_on, sql_on = row.day("created_on"), row.day("mql_on"), row.day("sql_on")
        status = " ".join(re.findall(r"\w+", row.text("status").casefold()))
        is_sql = status in SQLS or row.text("is_converted").casefold() in cells.YES
        if created_on and sql_on is None and (is_sql or (status in MQLS and mql_on is None)):
            stage = "SQL" if is_sql else "MQL"
            row.doubt("status", status, f"The file does not say when it became {stage}; the day it came was taken.")
            return created_on, mql_on or created_on, created_on if is_sql else None
        return created_on, mql_on, sql_on

    def resolve(self, reading: Reading) -> None:
        source = reading.source
        sql.run("imports/rows/skip_identical")
        sql.run("imports/rows/reject_conflicts")
        sql.run("imports/leads/match", source=source)
        find_accounts(source)
        sql.run("imports/whom/find_campaigns", source=source)
        sql.run("imports/whom/doubt_campaigns")
        sql.run("imports/leads/find_opportunities", source=source)
        sql.run("imports/leads/date", day=business_day(reading.at))
        sql.run("imports/rows/new_targets", table="pipeline_lead")
        sql.run("imports/leads/merge")

    def write(self, reading: Reading) -> None:
        expect(journal.write(Lead, "pipeline/import_new_leads", source=reading.source), "create")
        journal.write(Lead, "pipeline/import_changed_leads")
