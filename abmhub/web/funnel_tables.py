"""The tables of the double funnel's own page as files: what they are called, and their rows."""

from collections.abc import Iterable, Sequence
from typing import Any

from abmhub.funnel.models import DealSnapshot, TamSnapshot
from abmhub.funnel.restated import Difference
from abmhub.funnel.trend import Point
from abmhub.pipeline.models import Opportunity
from abmhub.web.export import Table
from abmhub.web.funnel_slices import MEASURES, Judged, flat

DEALS = ("Deal", "Account", "Product", "Owner", "Began on", "Closed on", "Money", "Currency")


def grid_table(rows: Iterable[Sequence[Judged]]) -> Table:
    """Every stage of both motions."""
    lines = ((each.cell.motion.label, each.cell.name, *flat(each)) for pair in rows for each in pair)
    return ["Motion", "Stage", *MEASURES], lines


def difference_table(differences: Iterable[tuple[str, str, Difference]]) -> Table:
    """A past day as reported then and as told today."""
    lines = (
        (motion, stage, each.reported, each.by_data, each.by_rules, each.restated)
        for motion, stage, each in differences
    )
    return ["Motion", "Stage", "Reported then", "By data", "By rules", "Restated"], lines


def night_table(points: Sequence[Point]) -> Table:
    """The nights of the trend, newest first; a rate is 0-1."""
    lines = ((point.on, *_won(point.abm), *_won(point.demand_gen)) for point in reversed(points))
    return ["Night", "ABM won", "ABM win rate", "Demand gen won", "Demand gen win rate"], lines


def _won(deals: DealSnapshot | None) -> tuple[int | None, float | None]:
    return (deals.won, deals.win_rate) if deals else (None, None)


def market_table(markets: Iterable[TamSnapshot]) -> Table:
    """The total addressable market by quarter, under both definitions."""
    header = [
        "Quarter", "Known on", "Potential accounts", "With ACV", "Mean ACV", "TAM", "Customers", "Won in a year",
        "Mean price", "By the shorthand", "Currency",
    ]  # fmt: skip
    lines = (
        (
            str(market.quarter), market.as_of_on, market.accounts, market.accounts_with_acv, market.mean_acv,
            market.amount, market.customers, market.won_deals, market.mean_price, market.shorthand_amount,
            market.currency,
        )
        for market in markets
    )  # fmt: skip
    return header, lines


def deal_line(deal: Opportunity) -> Sequence[Any]:
    """A deal under the titles of DEALS."""
    return (
        deal.name,
        deal.account.name if deal.account else deal.account_name,
        deal.product.name if deal.product else deal.product_name,
        deal.owner.name if deal.owner else deal.owner_name,
        deal.engaged_on,
        deal.closed_on,
        deal.amount,
        deal.currency,
    )
