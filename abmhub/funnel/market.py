"""The market of the night: kept account by account and summed by all cuts at once, and carried on by what changed."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from psycopg.sql import SQL, Composable

from abmhub.core import sql
from abmhub.core.days import first_moment
from abmhub.funnel.models import MarketAccount, MarketCell
from abmhub.scoring.models import NightBasis

LIVE = sql.part("funnel/market_live")
KEPT = sql.part("funnel/market_kept")
"""How many accounts the market has, and their expected ACV: counted, and as the night has just kept it."""

ANEW = "A full night counts them anew."
EVERYBODY = SQL("TRUE")
SOME = SQL("account_id IN (SELECT account_id FROM tonight_market_look)")


def keep(*, on: date) -> int:
    """Count the market of a day anew, and keep it; returns how many accounts are counted otherwise than before."""
    differing = _keep(on, EVERYBODY)
    MarketCell.objects.all().delete()
    sql.run("funnel/market_cells_anew")
    return differing


def carry_on(*, on: date, changed: Composable, moved: Composable) -> int:
    """Carry on what is kept to a day; returns how many accounts are counted otherwise than before.

    Compared is only whom `changed` selects, and who has another tier in the relation `moved` than before.
    """
    sql.materialize("tonight_market_look", "funnel/market_look", _parts={"changed": changed, "moved": moved})
    if differing := _keep(on, SOME):
        sql.run("funnel/market_cells")
        MarketCell.objects.filter(accounts=0).delete()
    return differing


def _keep(on: date, whose: Composable) -> int:
    differing = sql.materialize(
        "tonight_market", "funnel/market_differing", _parts={"whose": whose}, _asked=("account_id",), **_asked(on)
    )
    if differing:
        sql.run("funnel/market_gone")
        sql.run("funnel/market_found")
    return differing


def errors() -> list[str]:
    """A sentence for all that is kept of the market and is not so; empty when all is well."""
    found = [
        f"The market keeps {row['kept']:,} with {row['kept_acv']:,.2f} of expected ACV in {row['named']}; its accounts "
        f"are {row['summed']:,} with {row['summed_acv']:,.2f}. {ANEW}"
        for row in sql.rows("funnel/contradicted_market")
    ]
    basis = NightBasis.objects.first()
    if basis is not None and MarketAccount.objects.exists():
        differing = sql.part("funnel/market_differing", whose=EVERYBODY)
        [row] = sql.rows("funnel/market_strangers", _parts={"differing": differing}, **_asked(basis.as_of_on))
        if row["accounts"]:
            told = "The market keeps otherwise than they are, though no night was told that they changed:"
            found.append(f"{told} {row['accounts']:,} of the accounts. {ANEW}")
    return found


def _asked(on: date) -> dict[str, Any]:
    return {"until": first_moment(on + timedelta(days=1)), "currency": settings.ABMHUB_BUSINESS_CURRENCY}
