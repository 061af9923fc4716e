"""Deals. One whose account or product is unknown is kept, and waits for a person to settle it."""

import hashlib
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings

from abmhub.accounts.models import Account, AccountTeamMember
from abmhub.accounts.names import normalized
from abmhub.campaigns.models import Motion
from abmhub.core import sql
from abmhub.core.days import business_day
from abmhub.imports import cells, journal
from abmhub.imports.kinds.base import Beside, CellReader, Intake, Reading, expect
from abmhub.imports.mapping import Field
from abmhub.imports.models import Kind
from abmhub.imports.suggestion import suggest_accounts, suggest_people, suggest_products
from abmhub.pipeline.actions import add_stage, kind_of_stage
from abmhub.pipeline.models import Opportunity, Stage, StageChange

MOTIONS = {
    "abm": Motion.ABM, "account_based": Motion.ABM,
    "demand_gen": Motion.DEMAND_GEN, "demand_generation": Motion.DEMAND_GEN, "demandgen": Motion.DEMAND_GEN,
}  # fmt: skip

OUTCOMES = frozenset({"won", "lost", "win", "loss", "closed won", "closed lost"})
"""Words beside a stage that leave no doubt how the deal ended."""

CLOSED_WON, CLOSED_LOST = "Closed Won", "Closed Lost"
"""What a deal is called whose stage tells no end, and of which yes or no is said in columns beside it."""


class Opportunities(Intake):
    kind = Kind.OPPORTUNITIES
    model = Opportunity
    unread = frozenset({"owner_name", "created_at"})
    beside = (Beside(StageChange, "opportunity", "", "Stage history"),)
    fields = (
        Field(
            "external_id", "Key of the opportunity",
            "opportunityid id dealid recordid externalid opportunitynumber dealnumber oppid opportunityno dealno "
            "opportunity", is_key=True,
            help="Without one, deals are told apart by name, account, product, owner and first day.",
        ),
        Field("name", "Opportunity", "opportunityname dealname name deal opportunity title dealtitle subject topic"),
        Field(
            "account", "Account",
            "account accountname company companyname associatedcompany customer customername organization organisation "
            "organizationname dealorganization client clientname potentialcustomer salesaccount salesaccountname",
        ),
        Field(
            "account_external_id", "Key of the account",
            "accountid companyid associatedcompanyid associatedcompanyids customerid organizationid accountnameid "
            "clientid",
        ),
        Field("product", "Product", "product productname item"),
        Field(
            "owner", "Owner",
            "salesagent opportunityowner dealowner owner ownername salesrep agent ownerid salesperson "
            "salesrepresentative accountexecutive salesowner ownedby assignedto assigneduser userresponsible "
            "accountmanager assignee rep salesrepid salesagentid leadowner",
        ),
        Field(
            "stage", "Stage",
            "dealstage stage stagename salesstage pipelinestage opportunitystage oppstage status dealstatus "
            "opportunitystatus oppstatus dealpipelinestageid stageid outcome result opportunityresult dealoutcome "
            "opportunityoutcome pipelinephase statuslabel state opportunitystate phase",
            required=True, vocabulary="stage",
        ),
        Field(
            "outcome", "Outcome",
            "outcome dealoutcome opportunityoutcome result opportunityresult dealstatus opportunitystatus oppstatus "
            "status opportunitystate state winloss wonlost",
            help="Won or lost, where that is said beside the stage that it ended in.",
        ),
        Field(
            "is_won", "Is won", "iswon isclosedwon won isdealwon dealwon wonflag", is_flag=True,
            help="Yes or no, where that is said beside the stage.",
        ),
        Field(
            "is_closed", "Is closed", "isclosed isdealclosed closed dealclosed closedflag", is_flag=True,
            help="Yes or no. A deal that is closed and not won is lost.",
        ),
        Field(
            "amount", "Amount",
            "closevalue amount dealamount value dealvalue amounthomecurrency opportunityamount totalamount "
            "opportunityvalue oppvalue oppamount actualrevenue actualvalue totalvalue dealsize amountusd dealvalueusd "
            "contractvalue totalcontractvalue tcv revenue estimatedvalue estimatedrevenue estvalue estrevenue "
            "expectedrevenue acv annualcontractvalue",
            is_amount=True,
        ),
        Field(
            "expected_amount", "Expected amount",
            "estrevenue estimatedrevenue estvalue estimatedvalue expectedvalue expectedamount estamount "
            "estimatedamount",
            is_amount=True,
            help="What is hoped for: the amount of an open deal that has no other.",
        ),
        Field(
            "currency", "Currency",
            "currency currencyisocode dealcurrencycode currencycode dealcurrencyofvalue currencyofvalue valuecurrency "
            "bidcurrency dealcurrency",
            vocabulary="currency",
        ),
        Field(
            "engaged_on", "Began on",
            "engagedate engagedon createdate createddate createdat created createdon createdtime startdate opendate "
            "openeddate dateopened opened opendt createddt dealcreated dealdealcreated dealcreationdate "
            "opportunitycreateddate leadacquisitiondate acquisitiondate dateadded datecreated creationdate",
            is_date=True,
        ),
        Field(
            "closed_on", "Closed on",
            "actualclosedate actualclosingdate closedate closedon closedat closeddate closed closingdate closedtime "
            "closetime closuredate dateclosed closedt closeddt dealdealclosedon dealclosedon dealclosedate enddate "
            "expectedclosedate expectedclosingdate expectedclosing expectedclose estclosedate estimatedclosedate "
            "forecastclosedate",
            is_date=True,
        ),
        Field(
            "won_on", "Won on", "wontime wondate wonon wonat datewon dealwontime closedwondate", is_date=True,
            help="Where won and lost deals have columns of their own.",
        ),
        Field("lost_on", "Lost on", "losttime lostdate loston lostat datelost deallosttime", is_date=True),
        Field("motion", "Motion", "motion gotomarketmotion", help="Empty: ABM when the account is known."),
    )  # fmt: skip
    columns = (
        "identity", "name", "account_external_id", "account_name", "account_normalized_name", "product_name",
        "owner_name", "stage_name", "amount", "currency", "motion", "engaged_on", "closed_on",
    )  # fmt: skip
    sample: ClassVar = (
        (
            "opportunity_id",
            "account",
            "product",
            "sales_agent",
            "deal_stage",
            "engage_date",
            "close_date",
            "close_value",
        ),
        ("D-1001", "Acme Robotics", "Professional", "Rana Haddad", "Won", "2026-01-12", "2026-03-02", "4700"),
        ("D-1002", "Borealis Foods", "Enterprise", "Amina Diallo", "Engaging", "2026-02-20", "", ""),
        ("D-1003", "Acme Robotics Kenya", "Starter", "Oscar Lund", "Lost", "2026-01-30", "2026-02-27", "0"),
    )

    def prepare(self) -> None:
        super().prepare()
        self._alike = Counter[str]()

    def staged(self, row: CellReader) -> tuple[Any, ...]:
        account_key = row.text("account_external_id")
        account = row.text("account")
        engaged_on, stage = row.day("engaged_on"), self._stage_of(row)
        whose = (row.text("name"), account_key, account, row.text("product", 150), row.text("owner", 150))
        return (
            row.text("external_id") or self._key_of(repr((*whose, engaged_on))),
            row.text("name"),
            account_key,
            account or account_key,
            normalized(account) if account else "",
            row.text("product", 150),
            row.text("owner", 150),
            row.settled("stage", stage),
            self._amount_of(row, stage),
            row.currency("amount", "expected_amount"),
            row.choice("motion", MOTIONS),
            engaged_on,
            self._closed_on(row, stage),
        )

    def _key_of(self, whose: str) -> str:
        """The key of a deal that has none: what does not change of it, and how many were like it before."""
        self._alike[whose] += 1
        return f"row:{hashlib.blake2b(whose.encode(), digest_size=16).hexdigest()}-{self._alike[whose]}"

    def _stage_of(self, row: CellReader) -> str:
        """The stage; where it is still open and something beside it says won or lost, that: the deal ended in it."""
        stage, outcome = row.text("stage", 60), row.text("outcome", 60)
        if kind_of_stage(stage) != Stage.Kind.OPEN:
            return stage
        if outcome.casefold() in OUTCOMES:
            return outcome
        if row.text("is_won").casefold() in cells.YES:
            return CLOSED_WON
        # Whether a closed deal was won only another column can say.
        is_lost = row.has("is_won") and row.text("is_closed").casefold() in cells.YES
        is_said_not_won = stage.casefold() == "closed" and row.text("is_won").casefold() in cells.FLAGS
        return CLOSED_LOST if is_lost or is_said_not_won else stage

    def _amount_of(self, row: CellReader, stage: str) -> Decimal | None:
        """What the deal is worth; what was hoped for where it is still open, or where the file says nothing else."""
        amount, expected = row.money("amount", 14), row.money("expected_amount", 14)
        if not row.has("amount") or (not amount and kind_of_stage(stage) == Stage.Kind.OPEN):
            return expected if expected is not None else amount
        return amount

    def _closed_on(self, row: CellReader, stage: str) -> date | None:
        """The day of its end where that has a column of its own; of a deal that was lost and then won, that of both."""
        days = {Stage.Kind.WON: row.day("won_on"), Stage.Kind.LOST: row.day("lost_on")}
        closed_on = row.day("closed_on")
        return days.get(kind_of_stage(stage)) or closed_on

    def resolve(self, reading: Reading) -> None:
        source = reading.source
        sql.run("imports/rows/skip_identical")
        sql.run("imports/rows/reject_conflicts")
        sql.run("imports/opportunities/match", source=source)
        with journal.watching(Stage):
            for unknown in sql.rows("imports/opportunities/unknown_stages"):
                add_stage(name=unknown["name"])
        sql.run("imports/opportunities/find_stages")
        sql.run("imports/opportunities/find_products", source=source)
        sql.run("imports/opportunities/find_accounts", source=source)
        sql.run("imports/opportunities/keep_what_was_settled")
        sql.run("imports/people/find_owners", source=source)
        sql.run("imports/opportunities/find_their_territories")
        sql.run("imports/opportunities/doubt_unknown")
        sql.run("imports/opportunities/doubt_dates")
        sql.run("imports/rows/new_targets", table="pipeline_opportunity")
        sql.run("imports/opportunities/default_motion")
        sql.run("imports/opportunities/merge")

    def write(self, reading: Reading) -> None:
        currency = settings.ABMHUB_BUSINESS_CURRENCY
        expect(journal.write(Opportunity, "pipeline/import_new", source=reading.source, currency=currency), "create")
        journal.write(Opportunity, "pipeline/import_changes")
        journal.write(StageChange, "pipeline/import_corrected_stages")
        journal.write(StageChange, "pipeline/import_stages", day=business_day(reading.at))
        journal.write(Account, "accounts/import_customers", at=reading.at)
        journal.write(AccountTeamMember, "accounts/import_team")

    def suggest(self) -> None:
        suggest_products("product")
        suggest_accounts("account")
        suggest_people("owner")
