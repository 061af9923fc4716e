"""The double funnel of a night: both motions on one grid, read from what the night froze."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db.models import Max

from abmhub.campaigns.models import Motion
from abmhub.funnel import cells
from abmhub.funnel.cell import Cell, Cells
from abmhub.funnel.cells import Question
from abmhub.funnel.figures import by_motion
from abmhub.funnel.models import DealSnapshot, FunnelSnapshot, FunnelStage, StageDefinition

STAGES = tuple(FunnelStage)
Names = Mapping[tuple[Motion, FunnelStage], str]
MILLION = 1_000_000


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
    """Both motions as frozen on exactly that day, in three queries; None when nothing was."""
    frozen = {
        (Motion(row.motion), FunnelStage(row.stage)): row for row in FunnelSnapshot.objects.filter(snapshot_on=on)
    }
    if not frozen:
        return None
    deals = {row.motion: row for row in DealSnapshot.objects.filter(snapshot_on=on)}
    found: Cells = {}
    for motion in Motion:
        before: FunnelSnapshot | None = None
        for stage in STAGES:
            if row := frozen.get((motion, stage)):
                found[motion, stage] = _cell(row, before)
            before = row
    return _double(on, next(iter(frozen.values())).currency, found, deals)


def counted_funnel(question: Question) -> DoubleFunnel:
    """Both motions counted anew from the units: as they are known now, or of a period."""
    found = cells.count(question).get((None, None), {})
    deals = by_motion(as_of=question.as_of, since=question.since, until=question.until)
    return _double(question.as_of, deals[""].currency, found, deals)


def stage_names() -> Names:
    """What the stages of either motion are called here."""
    return {
        (Motion(row.motion), FunnelStage(row.stage)): row.name
        for row in StageDefinition.objects.order_by("motion", "pk")
    }


def _double(on: date, currency: str, found: Cells, deals: Mapping[str, DealSnapshot]) -> DoubleFunnel:
    names = stage_names()
    abm, demand_gen = (
        Funnel(
            motion,
            tuple(
                replace(found.get((motion, stage)) or Cell(motion, stage), name=names.get((motion, stage), stage.label))
                for stage in STAGES
            ),
            deals.get(motion),
        )
        for motion in (Motion.ABM, Motion.DEMAND_GEN)
    )
    return DoubleFunnel(on, currency, abm, demand_gen, deals.get(""))


def _cell(row: FunnelSnapshot, before: FunnelSnapshot | None) -> Cell:
    """What a night froze. One of an earlier version left no conversion: it is that of the volumes, or of accounts."""
    trials, successes = row.trials, row.successes
    if trials is None or successes is None:
        in_accounts = row.motion == Motion.ABM and row.stage == FunnelStage.SQL
        successes = row.accounts if in_accounts else row.volume
        trials = (before.accounts if in_accounts else before.volume) if before else 0
    return Cell(
        motion=Motion(row.motion),
        stage=FunnelStage(row.stage),
        volume=row.volume,
        accounts=row.accounts,
        trials=trials,
        successes=successes,
        median_days=None if row.median_days is None else float(row.median_days),
        value_amount=Decimal(row.value_amount),
    )
