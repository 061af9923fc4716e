"""The double funnel of a night: both motions on one grid, read from what the night froze."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Max

from abmhub.campaigns.models import Motion
from abmhub.core.statistics import wilson
from abmhub.funnel.models import DealSnapshot, FunnelSnapshot, FunnelStage

STAGES = tuple(FunnelStage)
NAMES = {
    Motion.ABM: {FunnelStage.POOL: "Target accounts", FunnelStage.INTEREST: "Engaged accounts"},
    Motion.DEMAND_GEN: {FunnelStage.POOL: "Leads", FunnelStage.INTEREST: "MQLs"},
}
SHARED_NAMES = {
    FunnelStage.SQL: "SQLs",
    FunnelStage.OPPORTUNITY: "Opportunities",
    FunnelStage.WON: "Closed won",
}
MILLION = 1_000_000


@dataclass(frozen=True)
class Cell:
    """A stage of one motion, and how many of the stage before reached it.

    `successes` of `trials` are counted in one unit: where ABM passes from accounts to deals, accounts.
    """

    motion: Motion
    stage: FunnelStage
    volume: int
    accounts: int
    value_amount: Decimal
    successes: int = 0
    trials: int = 0

    @property
    def name(self) -> str:
        return NAMES[self.motion].get(self.stage) or SHARED_NAMES[self.stage]

    @property
    def is_share(self) -> bool:
        """Whether a conversion can be told: never without a stage before, nor where more came out than went in."""
        return 0 < self.trials >= self.successes

    @property
    def conversion(self) -> float | None:
        """The share of the stage before that reached this one, 0-1."""
        return self.successes / self.trials if self.is_share else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95% Wilson interval of the conversion."""
        return wilson(self.successes, self.trials) if self.is_share else None


@dataclass(frozen=True)
class Funnel:
    """One motion from its pool to the won deals; `deals` is None where the night froze none."""

    motion: Motion
    cells: tuple[Cell, ...]
    deals: DealSnapshot | None

    def cell(self, stage: FunnelStage) -> Cell:
        return self.cells[STAGES.index(stage)]

    @property
    def won(self) -> Cell:
        return self.cell(FunnelStage.WON)

    @property
    def worked(self) -> Cell:
        """The units that somebody works: engaged accounts, or MQLs."""
        return self.cell(FunnelStage.INTEREST)

    @property
    def selling_price(self) -> Decimal | None:
        """The mean money of a won deal, over those whose money is known."""
        return self.deals.mean_won_amount if self.deals else None

    @property
    def revenue_per_worked(self) -> Decimal | None:
        """Won money per worked unit: 2,070,000 over 300 accounts is 6,900."""
        return self.won.value_amount / self.worked.volume if self.worked.volume else None

    @property
    def worked_per_million(self) -> Decimal | None:
        """How many units were worked for each million of won money."""
        return self.worked.volume * MILLION / self.won.value_amount if self.won.value_amount else None

    @property
    def is_empty(self) -> bool:
        return not any(cell.volume for cell in self.cells)


@dataclass(frozen=True)
class DoubleFunnel:
    """Both motions as they were known on a day, in the business currency of that night."""

    on: date
    currency: str
    abm: Funnel
    demand_gen: Funnel
    both: DealSnapshot | None

    @property
    def rows(self) -> list[tuple[Cell, Cell]]:
        """The grid: each stage of both motions."""
        return list(zip(self.abm.cells, self.demand_gen.cells, strict=True))

    @property
    def is_empty(self) -> bool:
        return self.abm.is_empty and self.demand_gen.is_empty


def newest_day(*, until: date | None = None) -> date | None:
    """The last frozen day, or the last one not after `until`; None before the first night."""
    frozen = FunnelSnapshot.objects.all() if until is None else FunnelSnapshot.objects.filter(snapshot_on__lte=until)
    day: date | None = frozen.aggregate(day=Max("snapshot_on"))["day"]
    return day


def double_funnel(on: date) -> DoubleFunnel | None:
    """Both motions as frozen on exactly that day, in two queries; None when nothing was."""
    frozen = {(row.motion, row.stage): row for row in FunnelSnapshot.objects.filter(snapshot_on=on)}
    if not frozen:
        return None
    deals = {row.motion: row for row in DealSnapshot.objects.filter(snapshot_on=on)}
    return DoubleFunnel(
        on=on,
        currency=next(iter(frozen.values())).currency,
        abm=Funnel(Motion.ABM, _cells(Motion.ABM, frozen), deals.get(Motion.ABM)),
        demand_gen=Funnel(Motion.DEMAND_GEN, _cells(Motion.DEMAND_GEN, frozen), deals.get(Motion.DEMAND_GEN)),
        both=deals.get(""),
    )


def _cells(motion: Motion, frozen: Mapping[tuple[str, str], FunnelSnapshot]) -> tuple[Cell, ...]:
    cells: list[Cell] = []
    before: FunnelSnapshot | None = None
    for stage in STAGES:
        row = frozen.get((motion, stage)) or FunnelSnapshot(motion=motion, stage=stage, volume=0, accounts=0)
        in_accounts = motion == Motion.ABM and stage == FunnelStage.SQL
        cells.append(
            Cell(
                motion=motion,
                stage=stage,
                volume=row.volume,
                accounts=row.accounts,
                value_amount=Decimal(row.value_amount),
                successes=row.accounts if in_accounts else row.volume,
                trials=(before.accounts if in_accounts else before.volume) if before else 0,
            )
        )
        before = row
    return tuple(cells)
