"""Companies: recognised by key, then domain, then name within a country; never merged on a guess."""

from typing import Any, ClassVar

import pghistory
from django.conf import settings

from abmhub.accounts.countries import called_for_short, code_of, suggestion_for
from abmhub.accounts.domains import identifies_a_company, registrable
from abmhub.accounts.models import Account, AccountIdentity, Segment
from abmhub.accounts.models.freshness import DUE_EVERY_DAYS
from abmhub.accounts.names import normalized
from abmhub.core import sql
from abmhub.core.days import business_day
from abmhub.imports import cells, journal
from abmhub.imports.attributes import AttributeColumns
from abmhub.imports.duplicates import find_duplicates
from abmhub.imports.industries import Industries
from abmhub.imports.kinds.base import Beside, CellReader, Intake, Reading, expect
from abmhub.imports.mapping import Field
from abmhub.imports.models import Kind
from abmhub.imports.suggestion import suggest_accounts, suggest_people
from abmhub.imports.survival import keep_what_survives

SEGMENTS = {
    "smb": Segment.SMB, "small": Segment.SMB, "small_business": Segment.SMB,
    "mid_market": Segment.MID_MARKET, "midmarket": Segment.MID_MARKET, "medium": Segment.MID_MARKET,
    "enterprise": Segment.ENTERPRISE, "large": Segment.ENTERPRISE, "large_enterprise": Segment.ENTERPRISE,
}  # fmt: skip


def _looks_like_a_domain(cell: str) -> bool:
    return " " not in cell and "@" not in cell and registrable(cell) is not None and not cell[-1].isdigit()


def _looks_like_a_country(cell: str) -> bool:
    return bool(code_of(cell)) and len(cell) > 3


class Accounts(Intake):
    kind = Kind.ACCOUNTS
    model = Account
    unread = frozenset({"normalized_name", "refreshed_at", "refreshed_from", "created_at", "updated_at"})
    beside = (Beside(AccountIdentity, "account", "external_id", "Key in the source"),)
    fields: tuple[Field, ...] = (
        Field(
            "external_id", "Key in the source",
            "id accountid recordid companyid externalid crmid accountnumber customerid",
        ),
        Field(
            "name", "Account",
            "account accountname name company companyname organization organisation customer customername client "
            "clientname security",
            required=True,
        ),
        Field(
            "domain", "Domain",
            "domain companydomainname companydomain website websiteurl url homepage domainname",
            help="A web or email address will do.", looks_like=_looks_like_a_domain,
        ),
        Field(
            "industry", "Industry", "industry sector vertical branch gicssector industrytype industryname",
            vocabulary="industry",
        ),
        Field(
            "country", "Country",
            "country billingcountry countryregion billingcountrycode countrycode companycountry shippingcountry "
            "hqcountry headquarterscountry",
            help="A name or a code.", vocabulary="country", looks_like=_looks_like_a_country,
        ),
        Field(
            "location", "Office or headquarters",
            "officelocation headquarters headquarterslocation location hq office billingcity city",
            help="Sets the country when it is one, and no column does.",
        ),
        Field(
            "employees", "Employees",
            "employees numberofemployees noofemployees employeecount headcount companysize totalemployees",
        ),
        Field(
            "annual_revenue", "Annual revenue",
            "revenue annualrevenue turnover totalrevenue yearlyrevenue annualturnover", has_unit=True,
        ),
        Field("acv", "Expected ACV", "acv expectedacv acvamount potentialacv annualcontractvalue"),
        Field("currency", "Currency", "currency currencyisocode revenuecurrency", vocabulary="currency"),
        Field("founded_year", "Founded in", "yearestablished yearfounded foundedyear founded yearstarted"),
        Field("segment", "Segment", "segment companysegment accountsegment sizesegment"),
        Field(
            "technologies", "Technologies", "technologies webtechnologies technology techstack",
            help="Separated by semicolons or commas.",
        ),
        Field("parent", "Parent account", "subsidiaryof parentaccount parentcompany parentname parent"),
        Field("parent_external_id", "Key of the parent", "parentid parentaccountid parentcompanyid"),
        Field("owner", "Owner", "accountowner companyowner owner ownername salesagent salesrep ownerid"),
        Field("territory", "Territory", "territory salesterritory regionaloffice salesregion region"),
    )  # fmt: skip
    survivors = {
        "name": ("name", "normalized_name"), "domain": ("domain",), "industry": ("industry",), "country": ("country",),
        "location": ("headquarters",), "employees": ("employees",), "annual_revenue": ("annual_revenue_amount",),
        "acv": ("acv_amount",), "currency": ("currency",), "founded_year": ("founded_year",), "segment": ("segment",),
        "technologies": ("technologies",), "parent": ("parent_id",), "owner": ("owner_id",),
        "territory": ("territory_id",),
    }  # fmt: skip
    columns = (
        "external_id", "name", "normalized_name", "domain", "industry", "country", "headquarters", "segment",
        "employees", "annual_revenue_amount", "acv_amount", "currency", "founded_year", "technologies",
        "parent_external_id", "parent_name", "parent_normalized_name", "owner_name", "territory_name", "attributes",
    )  # fmt: skip
    sample: ClassVar = (
        ("account", "website", "sector", "country", "employees", "revenue", "year_established", "subsidiary_of"),
        ("Acme Robotics", "acme.example", "technology", "United States", "900", "80000000", "1998", ""),
        ("Acme Robotics Kenya", "acme-kenya.example", "technology", "Kenya", "60", "4000000", "2012", "Acme Robotics"),
        ("Borealis Foods", "borealis.example", "retail", "Norway", "2400", "310000000", "1974", ""),
    )

    def __init__(self) -> None:
        self._industries = Industries()
        self._attributes = AttributeColumns()
        self.fields = (*type(self).fields, *self._attributes.fields)
        self.survivors = type(self).survivors | self._attributes.columns

    def label_of(self, column: str) -> str:
        return self._attributes.labels.get(column) or super().label_of(column)

    def staged(self, row: CellReader) -> tuple[Any, ...]:
        name = row.text("name")
        country, headquarters = self._place(row)
        parent = row.text("parent")
        return (
            row.text("external_id"),
            name,
            normalized(name),
            self._domain(row),
            self._industry(row),
            country,
            headquarters,
            row.choice("segment", SEGMENTS),
            row.whole("employees"),
            row.money("annual_revenue", 18, row.reading.mapping.revenue_unit.factor),
            row.money("acv", 14),
            row.currency("acv", "annual_revenue"),
            row.read("founded_year", cells.year),
            self._technologies(row),
            row.text("parent_external_id"),
            parent,
            normalized(parent) if parent else "",
            row.text("owner", 150),
            row.text("territory", 100),
            self._attributes.staged(row),
        )

    def _domain(self, row: CellReader) -> str | None:
        cell = row.raw("domain")
        if not cell:
            return None
        domain = registrable(cell)
        if domain is None:
            row.doubt("domain", cell, "This is no domain, so it was left out.")
        elif not identifies_a_company(domain):
            row.doubt("domain", domain, "This domain is shared by many, so it identifies nobody and was left out.")
            return None
        return domain

    def _industry(self, row: CellReader) -> str:
        industry = row.text("industry", 100)
        if not industry:
            return ""
        if settled := row.reading.settled.get(("industry", industry)):
            return settled
        if suggestion := self._industries.suggestion_for(industry):
            row.doubt("industry", industry, "The industry may be misspelt; it was kept as it came.", suggestion)
        return industry

    def _place(self, row: CellReader) -> tuple[str, str]:
        """Country and headquarters. A location that is a country's name sets the country."""
        country, location = row.text("country"), row.text("location")
        code = self._country(row, country) if country else ""
        if country and not code:
            row.doubt("country", country, "This is no country that we know.", suggestion_for(country))
        if not location:
            return code, "" if code else country
        located = self._country(row, location)
        if located and code in ("", located):
            return located, ""
        if not country and not located:
            self._doubt_a_country(row, location)
        return code, location

    def _doubt_a_country(self, row: CellReader, location: str) -> None:
        if suggestion := suggestion_for(location):
            row.doubt("country", location, "This may be a country; it was kept as the headquarters.", suggestion)
        elif namesakes := called_for_short(location):
            row.doubt("country", location, f"This may be {' or '.join(namesakes)}; it was kept as the headquarters.")

    def _country(self, row: CellReader, text: str) -> str:
        return row.reading.settled.get(("country", text)) or code_of(text)

    def _technologies(self, row: CellReader) -> list[str] | None:
        cell = row.raw("technologies")
        if not cell:
            return None
        names = [" ".join(name.split())[:60] for name in cell.replace(",", ";").split(";")]
        return list(dict.fromkeys(filter(None, names))) or None

    def resolve(self, reading: Reading) -> None:
        source = reading.source
        sql.run("imports/rows/skip_identical")
        sql.run("imports/accounts/doubt_shared_domains")
        sql.run("imports/accounts/identify")
        sql.run("imports/rows/reject_conflicts")
        sql.run("imports/accounts/match_by_key", source=source)
        sql.run("imports/accounts/skip_merged", source=source)
        sql.run("imports/accounts/match_by_domain", source=source)
        sql.run("imports/accounts/match_by_name", source=source)
        sql.run("imports/rows/reject_same_target")
        sql.run("imports/accounts/doubt_taken_domains")
        sql.run("imports/rows/new_targets", table="accounts_account")
        sql.run("imports/rows/index_targets")
        sql.run("imports/people/find_owners", source=source)
        sql.run("imports/accounts/find_territories")
        sql.run("imports/accounts/find_parents", source=source)
        while sql.run("imports/accounts/doubt_loops"):
            # A row that lost its new parent keeps the old one, which may close another circle.
            continue
        keep_what_survives(self, source)
        sql.run("imports/accounts/merge")

    def write(self, reading: Reading) -> None:
        said: dict[str, Any] = {"at": reading.at, "source": reading.source}
        # Whoever is given an account, or loses one, is told that a file did it.
        with pghistory.context(source=reading.source):
            sql.rows("accounts/bring_standings", brings="yes")
            created = journal.write(Account, "accounts/import_new", currency=settings.ABMHUB_BUSINESS_CURRENCY, **said)
            expect(created, "create")
            # Past the journal: what the house works out itself goes with its account, see `reversal.COMPUTED`.
            sql.run("accounts/import_standings")
            sql.rows("accounts/bring_standings", brings="no")
            journal.write(Account, "accounts/import_changes", **said)
        journal.write(Account, "accounts/import_confirmations", **said)
        journal.write(AccountIdentity, "accounts/import_identities", source=reading.source)
        # Past the journal: undoing sets it back by the files that are still in.
        sql.run("accounts/wind_clock", source=reading.source, days=DUE_EVERY_DAYS, on=business_day(reading.at))
        find_duplicates(at=reading.at)

    def suggest(self) -> None:
        suggest_accounts("parent")
        suggest_people("owner")
