"""What campaigns cost, by day or by month; a new amount for a day takes the place of the old one."""

import re
from datetime import date
from typing import Any, ClassVar

from django.conf import settings

from abmhub.campaigns.models import Spend
from abmhub.core import sql
from abmhub.imports import cells, journal
from abmhub.imports.kinds.base import CellReader, Intake, Reading, expect
from abmhub.imports.mapping import Field
from abmhub.imports.models import Kind

CAMPAIGN_FIELDS = (
    Field("campaign", "Campaign", "campaign campaignname utmcampaign"),
    Field("campaign_external_id", "Key of the campaign", "campaignid campaignkey campaigngroupid"),
)
_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})|(\d{1,2})[-/.](\d{4})")


def campaign_words(row: CellReader) -> tuple[str, str]:
    """Key and name of the campaign that the row names."""
    return row.text("campaign_external_id"), row.text("campaign", 150)


class Spending(Intake):
    kind = Kind.SPEND
    model = Spend
    fields = (
        *CAMPAIGN_FIELDS,
        Field(
            "spent_on", "Day", "day date spenton spentat reportingdate month period startdate daterangestart",
            required=True, is_date=True, help="A month counts as its first day.",
        ),
        Field(
            "amount", "Amount",
            "spend amount cost amountspent totalspent spentamount costinlocalcurrency costinusd actualcost",
            required=True,
        ),
        Field("currency", "Currency", "currency currencycode currencyisocode accountcurrency", vocabulary="currency"),
    )  # fmt: skip
    columns = ("campaign_external_id", "campaign_name", "spent_on", "amount", "currency")
    sample: ClassVar = (
        ("campaign", "day", "spend", "currency"),
        ("Factory of tomorrow", "2026-02-02", "182.40", "USD"),
        ("Factory of tomorrow", "2026-02-03", "175.00", "USD"),
        ("Executive dinner Oslo", "2026-03-10", "6200", "USD"),
    )

    def staged(self, row: CellReader) -> tuple[Any, ...]:
        return (
            *campaign_words(row),
            row.read("spent_on", lambda cell: _day_or_month(cell, row.reading.mapping.date_order)),
            row.money("amount", 14),
            row.currency("amount") or settings.ABMHUB_BUSINESS_CURRENCY,
        )

    def resolve(self, reading: Reading) -> None:
        sql.run("imports/rows/skip_identical")
        sql.run("imports/whom/find_campaigns", source=reading.source)
        sql.run("imports/whom/reject_without_campaign")
        sql.run("imports/spend/identify")
        sql.run("imports/rows/reject_conflicts")
        sql.run("imports/spend/match")
        sql.run("imports/rows/new_targets", table="campaigns_spend")
        sql.run("imports/spend/merge")

    def write(self, reading: Reading) -> None:
        expect(journal.write(Spend, "campaigns/import_new_spend"), "create")
        journal.write(Spend, "campaigns/import_changed_spend")


def _day_or_month(cell: str, order: cells.DateOrder | None) -> date:
    """A day; of a month alone, as 2024-01, its first. Raises BadCell."""
    match = _MONTH.fullmatch(cell.strip())
    if match is None:
        return cells.day(cell, order)
    year, month = (match[1], match[2]) if match[1] else (match[4], match[3])
    return cells.day(f"{year}-{month}-01", order)
