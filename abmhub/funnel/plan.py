"""From a revenue goal back to deals, accounts, tasks, stock and money, by our own rates.

Each stage needs as many of the one before as its conversion says; at worst, if every rate were at the lower end of its
interval. Money and tasks are what a worked unit has cost and taken so far.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from math import ceil, inf

from django.db.models import F, Sum

from abmhub.campaigns.models import Motion
from abmhub.core.days import first_moment
from abmhub.funnel import cells
from abmhub.funnel.cell import Cell
from abmhub.funnel.cells import Question
from abmhub.funnel.double import stage_names
from abmhub.funnel.invest import spend_by
from abmhub.funnel.models import FunnelStage
from abmhub.menus.models import Tactic
from abmhub.orders.models import OrderLine, Task

RECENT = timedelta(days=90)


@dataclass(frozen=True)
class Need:
    """How many of a stage the goal takes; None where a rate is, or at worst may be, nothing."""

    stage: FunnelStage
    name: str
    expected: int | None
    at_worst: int | None


@dataclass(frozen=True)
class MotionPlan:
    """What one motion has to do for its part of the goal. Without enough won deals nothing can be planned."""

    motion: Motion
    goal: Decimal
    price: Decimal | None
    needs: tuple[Need, ...]
    money: Decimal | None

    @property
    def worked(self) -> int:
        """Accounts to engage, or MQLs to find; 0 where nothing is known."""
        return next((each.expected or 0 for each in self.needs if each.stage == FunnelStage.INTEREST), 0)


@dataclass(frozen=True)
class Stock:
    tactic: Tactic
    needed: int
    free: int

    @property
    def missing(self) -> int:
        return max(self.needed - self.free, 0)


@dataclass(frozen=True)
class Work:
    """What the accounts to engage take of marketing, and how much of it the team does in a month."""

    tasks: int | None
    tasks_a_month: float
    stock: tuple[Stock, ...]

    @property
    def months(self) -> float | None:
        """How long the team takes; None where it has finished nothing lately, or nothing is known."""
        return self.tasks / self.tasks_a_month if self.tasks is not None and self.tasks_a_month else None


def plan(question: Question, *, goal: Decimal, abm_share: Decimal) -> list[MotionPlan]:
    """Both motions, each with its share of the goal (0-1)."""
    found = cells.count(question).get((None, None), {})
    spent = spend_by(question, "motion")
    names = stage_names()
    return [
        _motion_plan(
            motion,
            goal * share,
            [found.get((motion, stage)) or Cell(motion, stage) for stage in FunnelStage],
            [names.get((motion, stage), str(stage.label)) for stage in FunnelStage],
            spent.get(motion.value, Decimal(0)),
        )
        for motion, share in ((Motion.ABM, abm_share), (Motion.DEMAND_GEN, 1 - abm_share))
    ]


def _motion_plan(motion: Motion, goal: Decimal, grid: list[Cell], names: list[str], spent: Decimal) -> MotionPlan:
    won, worked = grid[-1], grid[1]
    if not won.volume or not won.value_amount:
        return MotionPlan(motion, goal, None, (), None)
    price = won.value_amount / won.volume
    deals = ceil(goal / price)
    needs = [Need(won.stage, names[-1], deals, deals)]
    expected, at_worst = float(deals), float(deals)
    for place in range(len(grid) - 1, 0, -1):
        cell = grid[place]
        expected = expected / cell.conversion if cell.conversion else inf
        at_worst = at_worst / cell.interval[0] if cell.interval and cell.interval[0] else inf
        needs.append(Need(grid[place - 1].stage, names[place - 1], _whole(expected), _whole(at_worst)))
    found = MotionPlan(motion, goal, price, tuple(needs), None)
    money = spent / worked.volume * found.worked if worked.volume and spent and found.worked else None
    return replace(found, money=money)


def _whole(number: float) -> int | None:
    """The next whole number; what is not to be reached at all is none."""
    return None if number == inf else ceil(number - 1e-9)


def work_for(accounts: int, question: Question) -> Work:
    """What it takes to engage so many accounts, by what the engaged accounts have taken so far; three queries."""
    engaged = cells.count(question).get((None, None), {}).get((Motion.ABM, FunnelStage.INTEREST))
    so_far = engaged.volume if engaged else 0
    since, until = first_moment(question.as_of - RECENT), first_moment(question.as_of + timedelta(days=1))
    finished = Task.objects.filter(state=Task.State.DONE, finished_at__gte=since, finished_at__lt=until).count()
    if not so_far:
        return Work(None, finished / 3, ())
    tasks = Task.objects.exclude(state=Task.State.CANCELLED).count()
    used = (
        OrderLine.objects.exclude(state=OrderLine.State.CANCELLED)
        .filter(tactic__stock_on_hand__isnull=False)
        .order_by()
        .values_list("tactic")
        .annotate(used=Sum(F("quantity") - F("returned_pieces")))
    )
    tactics = Tactic.objects.in_bulk([tactic for tactic, _ in used])
    stock = [
        Stock(tactics[tactic], ceil(pieces / so_far * accounts), tactics[tactic].stock_left or 0)
        for tactic, pieces in used
    ]
    return Work(
        ceil(tasks / so_far * accounts),
        finished / 3,
        tuple(sorted(stock, key=lambda each: (-each.missing, each.tactic.name))),
    )
