"""The cells of the double funnel, counted from its units: of any night, of a period, cut by up to two dimensions.

volume      units that reached the stage within the period, by the day
conversion  of those that reached the stage before within the period, how many reached this one by the day
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from psycopg.sql import SQL, Composable

from abmhub.campaigns.models import Motion
from abmhub.core import sql
from abmhub.core.statistics import wilson
from abmhub.funnel.models import FunnelStage

ALL = SQL("NULL::text")
KNOWN_NOW = SQL("SELECT * FROM funnel_funnelunit WHERE known_until_on IS NULL")
KNOWN_THEN = SQL(
    "SELECT * FROM funnel_funnelunit"
    " WHERE known_from_on <= %(night)s AND (known_until_on IS NULL OR known_until_on > %(night)s)"
)
MONTH = SQL("to_char(CASE WHEN unit.is_entry THEN unit.pool_on ELSE unit.sql_on END, 'YYYY-MM')")


class Dimension(NamedTuple):
    """One way to cut. Units of one key belong together; `names` is the table that tells what people call them."""

    label: str
    key: SQL
    names: str = ""


DIMENSIONS: dict[str, Dimension] = {
    "motion": Dimension("Motion", SQL("unit.motion")),
    "channel": Dimension("Channel", SQL("unit.channel_key::text"), "campaigns_channel.name"),
    "campaign": Dimension("Campaign", SQL("unit.campaign_key::text"), "campaigns_campaign.name"),
    "content": Dimension("Content", SQL("unit.content_key::text"), "committee_content.title"),
    "tier": Dimension("Tier", SQL("unit.tier::text"), "accounts_tier.name"),
    "program": Dimension("Program", SQL("unit.program_key::text"), "campaigns_program.name"),
    "segment": Dimension("Account group", SQL("nullif(unit.segment, '')")),
    "industry": Dimension("Industry", SQL("nullif(unit.industry, '')")),
    "territory": Dimension("Territory", SQL("unit.territory_key::text"), "accounts_territory.name"),
    "owner": Dimension("Owner", SQL("unit.owner_key::text"), "users_user.name"),
    "month": Dimension("Month of entry", MONTH),
}


@dataclass(frozen=True)
class Cell:
    """A stage of a motion, in one slice. `successes` of `trials` are told in one unit."""

    motion: Motion
    stage: FunnelStage
    volume: int = 0
    accounts: int = 0
    trials: int = 0
    successes: int = 0
    median_days: float | None = None
    value_amount: Decimal = Decimal(0)

    @property
    def conversion(self) -> float | None:
        """The share of the stage before that reached this one, 0-1; None of nobody."""
        return self.successes / self.trials if self.trials else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95% Wilson interval of the conversion."""
        return wilson(self.successes, self.trials) if self.trials else None


@dataclass(frozen=True)
class Question:
    """What is asked of the units: as they were known in a night (or now), by a day, within a period, of a motion."""

    as_of: date
    night: date | None = None
    since: date | None = None
    until: date | None = None
    motion: Motion | None = None

    @property
    def units(self) -> Composable:
        known = KNOWN_THEN if self.night else KNOWN_NOW
        return SQL("{} AND motion = %(motion)s").format(known) if self.motion else known

    @property
    def parameters(self) -> dict[str, Any]:
        return {
            "as_of": self.as_of,
            "night": self.night,
            "since": self.since or date.min,
            "until": self.until or date.max,
            "motion": self.motion,
        }


Key = tuple[str | None, str | None]
Cells = dict[tuple[Motion, FunnelStage], Cell]


def statement(units: Composable, by: Sequence[str] = ()) -> Composable:
    """The statement that counts these units, cut by the dimensions."""
    row, column = (*(DIMENSIONS[name].key for name in by), ALL, ALL)[:2]
    return sql.part("funnel/cells", units=units, row=row, column=column)


def count(question: Question, by: Sequence[str] = ()) -> dict[Key, Cells]:
    """The cells of each slice; cut by nothing there is one, (None, None). Cells that hold nothing are not there.

    Raises UnknownDimension.
    """
    found: dict[Key, Cells] = {}
    for row in sql.rows("funnel/cells", _parts=_parts(question.units, check_dimensions(by)), **question.parameters):
        cell = _cell(row)
        if cell.volume or cell.trials:
            found.setdefault((row["row_key"], row["column_key"]), {})[cell.motion, cell.stage] = cell
    return found


class UnknownDimension(ValueError):
    """There is no such way to cut."""


def check_dimensions(by: Sequence[str]) -> Sequence[str]:
    """The same names. Raises UnknownDimension for one that is none, or for more than two."""
    for name in by:
        if name not in DIMENSIONS:
            raise UnknownDimension(f"There is no dimension {name!r}; there are {', '.join(DIMENSIONS)}.")
    if len(by) > 2 or len(set(by)) < len(by):
        raise UnknownDimension("The funnel is cut by one dimension or by two different ones.")
    return by


def _parts(units: Composable, by: Sequence[str]) -> dict[str, Composable]:
    row, column = (*(DIMENSIONS[name].key for name in by), ALL, ALL)[:2]
    return {"units": units, "row": row, "column": column}


def _cell(row: Mapping[str, Any]) -> Cell:
    return Cell(
        motion=Motion(row["motion"]),
        stage=FunnelStage(row["stage"]),
        volume=row["volume"],
        accounts=row["accounts"],
        trials=row["trials"],
        successes=row["successes"],
        median_days=row["median_days"],
        value_amount=row["value_amount"],
    )
