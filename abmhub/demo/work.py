"""What became of the orders: tasks in every state, steps, comments, deliveries, follow-ups kept and missed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from abmhub.core.days import business_day
from abmhub.core.workdays import add_working_days, is_working_day, working_days_between
from abmhub.demo.dice import Calendar, Dice
from abmhub.demo.orders import Fate, Line, Order
from abmhub.demo.people import Staff
from abmhub.demo.words import sections
from abmhub.menus.recipes import Step, due_dates
from abmhub.orders.actions import FOLLOW_UP_HOURS
from abmhub.orders.models import OrderLine, Task
from abmhub.users.models import Role, User

State, LineState = Task.State, OrderLine.State

CANCELLED, SHARE_OF_WAITING = 0.04, 0.2
TO_THE_DAY = {-3: 5, -2: 10, -1: 17, 0: 52, 1: 7, 2: 4, 3: 3, 5: 2}
"""Working days between promise and delivery, in percent: marketing keeps most of its promises."""
EXACT_COST = 0.7
FOLLOWED_UP, FOLLOWED_UP_LATE = 0.82, 0.08
TALKED_ABOUT = 0.3
COMMENTS = {1: 55, 2: 30, 3: 15}


@dataclass(slots=True)
class Job:
    """The task of an order line in the making, and the follow-up that sales owes for it."""

    order: Order
    line: Line
    state: Task.State = State.TO_DO
    assignee: User | None = None
    claimed_at: datetime | None = None
    waiting_on: str = ""
    waiting_since: datetime | None = None
    waiting_note: str = ""
    finished_at: datetime | None = None
    cancelled_by: User | None = None
    delivery_note: str = ""
    actual_cost: Decimal | None = None
    steps: list[tuple[Step, date, datetime | None]] = field(default_factory=list)
    """The step, when it is due, and when it was done."""
    comments: list[tuple[User, datetime, str]] = field(default_factory=list)
    follow_up_done_at: datetime | None = None
    follow_up_note: str = ""

    @property
    def line_state(self) -> OrderLine.State:
        return {
            State.TO_DO: LineState.ORDERED,
            State.DONE: LineState.DELIVERED,
            State.CANCELLED: LineState.CANCELLED,
        }.get(self.state, LineState.IN_PRODUCTION)

    @property
    def took_days(self) -> int | None:
        """How many working days it took; None of what was not delivered."""
        if self.state is not State.DONE or self.finished_at is None:
            return None
        return working_days_between(self.order.starts_on, business_day(self.finished_at))

    @property
    def is_open(self) -> bool:
        return self.state in Task.UNFINISHED

    @property
    def name(self) -> str:
        return f"{self.line.tactic.name} for {self.order.company.name}"[:150]

    @property
    def follow_up_due_at(self) -> datetime | None:
        """When sales has to have followed up; None while nothing is delivered."""
        return self.finished_at + timedelta(hours=FOLLOW_UP_HOURS) if self.finished_at else None


class Workshop:
    """Works on the orders, day by day until yesterday evening."""

    def __init__(self, throw: Dice, calendar: Calendar, staff: Staff, recipes: dict[int, tuple[Step, ...]]) -> None:
        self.throw, self.calendar, self.staff, self.recipes = throw, calendar, staff, recipes
        self.shown = staff.by_role[Role.MARKETER]
        self.texts = sections("notes")
        self.today = len(calendar.days)
        self.now = calendar.starts[-1] + timedelta(hours=23)

    def work(self, orders: Sequence[Order]) -> list[Job]:
        """The job of every line, in the order of the lines."""
        return [self._job(order, line) for order in orders for line in order.lines]

    def _job(self, order: Order, line: Line) -> Job:
        job = Job(order, line)
        fate = line.fate
        if fate is Fate.CANCELLED or (fate is Fate.CHANCE and self.throw.chance(CANCELLED)):
            self._cancel(job)
        elif fate is not Fate.UNCLAIMED:
            self._claim(job)
        if job.claimed_at:
            self._make(job, job.claimed_at)
        self._tick(job)
        if self.throw.chance(TALKED_ABOUT) or job.waiting_on == Task.WaitingOn.REP:
            self._talk(job)
        return job

    def _cancel(self, job: Job) -> None:
        """Within a few hours, before anybody began; a line of this morning waits for its fate."""
        at = job.order.at + timedelta(minutes=self.throw.randint(9, 300))
        if at < self.now:
            job.state, job.finished_at, job.cancelled_by = State.CANCELLED, at, job.order.by

    def _claim(self, job: Job) -> None:
        job.assignee = self.shown if job.line.by_the_shown else self.throw.pick(self.staff.marketers)
        is_left_to_chance = job.line.fate is Fate.CHANCE
        days = self.throw.weighted((0, 1, 2, 4), (50, 30, 15, 5)) if is_left_to_chance else 0
        day = min(add_working_days(job.order.starts_on, days), max(job.line.promised_on, job.order.starts_on))
        at = self._moment(day, 8, 13)
        if not is_left_to_chance and at >= self.now:
            at = self.now - timedelta(hours=self.throw.randint(7, 9))
        at = max(at, job.order.at + timedelta(minutes=20))
        if at >= self.now:
            job.assignee = None
            return
        job.state, job.claimed_at = State.IN_PROGRESS, at

    def _make(self, job: Job, claimed_at: datetime) -> None:
        """Delivered near the promise; what lies ahead of today is still being made, or waits."""
        fate, throw = job.line.fate, self.throw
        waits = {
            Fate.WAITING_ON_REP: Task.WaitingOn.REP,
            Fate.WAITING_ON_RECIPIENT: Task.WaitingOn.RECIPIENT,
            Fate.WAITING_ON_VENDOR: Task.WaitingOn.VENDOR,
        }
        if fate is Fate.IN_PROGRESS:
            return
        if fate in waits:
            self._wait(job, claimed_at, waits[fate])
            return
        offset = 0 if fate is Fate.DELIVERED else throw.weighted(list(TO_THE_DAY), list(TO_THE_DAY.values()))
        at = self._moment(self._shifted(job.line.promised_on, offset), 10, 17)
        at = max(at, claimed_at + timedelta(hours=2))
        if at < self.now:
            self._deliver(job, at)
        elif throw.chance(SHARE_OF_WAITING):
            self._wait(job, claimed_at, throw.pick(list(Task.WaitingOn)))

    def _wait(self, job: Job, claimed_at: datetime, on: Task.WaitingOn) -> None:
        longest = max((self.now - claimed_at).total_seconds() - 3600, 60)
        since = self.now - timedelta(seconds=min(self.throw.uniform(4, 70) * 3600, longest))
        job.state, job.waiting_on, job.waiting_since = State.WAITING, on, since
        job.waiting_note = self._say(self._about(job, f"waiting.{on.value}", also=on == Task.WaitingOn.VENDOR), job)

    def _deliver(self, job: Job, at: datetime) -> None:
        throw, cost = self.throw, job.line.cost
        job.state, job.finished_at = State.DONE, at
        job.delivery_note = self._say(self._reported(job), job, day=f"{at:%A}")
        factor = Decimal(1) if throw.chance(EXACT_COST) else Decimal(throw.randint(88, 106)) / 100
        job.actual_cost = (cost * factor).quantize(Decimal("0.01"))
        if job.line.fate is not Fate.DELIVERED:
            self._follow_up(job, at)

    def _follow_up(self, job: Job, delivered_at: datetime) -> None:
        """Most calls are made in time; of the latest some are owed, and a few were missed."""
        hours, throw = self.throw.uniform(3, 46), self.throw.random()
        if throw > FOLLOWED_UP:
            hours = self.throw.uniform(50, 170)
        if throw > FOLLOWED_UP + FOLLOWED_UP_LATE and delivered_at > self.now - timedelta(days=11):
            return
        done_at = delivered_at + timedelta(hours=hours)
        if done_at < self.now:
            job.follow_up_done_at = done_at
            job.follow_up_note = self._say(self.texts["follow_up.note"], job)

    def _tick(self, job: Job) -> None:
        """Steps as the recipe says, the early ones done first."""
        due_on, start = job.line.promised_on, job.claimed_at
        recipe = self.recipes.get(job.line.tactic.pk, ())
        due = due_dates(recipe, starts_on=job.order.starts_on, promised_on=due_on)
        end = job.finished_at if job.state is State.DONE else min(self.now, self._moment(due_on, 16, 17))
        for number, step in enumerate(recipe, start=1):
            step_due_on = due[step.position]
            done_at = None
            if start and end and job.state is not State.CANCELLED:
                at = start + (end - start) * number / (len(recipe) + (job.state is not State.DONE))
                is_late = job.state is not State.DONE and (step_due_on >= self.calendar.as_of or number == len(recipe))
                done_at = None if is_late or at >= self.now else at
            job.steps.append((step, step_due_on, done_at))

    def _talk(self, job: Job) -> None:
        """Marketer and rep in turns."""
        if job.claimed_at is None or job.assignee is None:
            return
        end = min(job.finished_at or self.now, self.now)
        at = job.claimed_at
        for turn in range(self.throw.weighted(list(COMMENTS), list(COMMENTS.values()))):
            at += (end - at) * self.throw.uniform(0.2, 0.6)
            if turn % 2:
                job.comments.append((job.order.by, at, self._say(self.texts["comment.rep"], job)))
            else:
                said = self._say(self._about(job, "comment.marketer", also=True), job)
                job.comments.append((job.assignee, at, said))

    def _reported(self, job: Job) -> list[str]:
        """What is said of the tactic when it is delivered, or else of anything in its channel."""
        return self.texts.get(f"delivery.{job.line.tactic.name}") or self.texts[f"delivery.{_channel(job)}"]

    def _about(self, job: Job, kind: str, *, also: bool) -> list[str]:
        """What is said of anything, and also what is said of this channel alone."""
        special = self.texts.get(f"{kind.partition('.')[0]}.{_channel(job)}", []) if also else []
        return self.texts[kind] + special * 2

    def _say(self, lines: Sequence[str], job: Job, *, day: str = "") -> str:
        to = self.throw.pick(job.line.members)
        company = job.order.company
        return self.throw.pick(lines).format(
            first=to.first, account=company.name, city=company.city, day=f"on {day}", tactic=job.line.tactic.name
        )

    def _shifted(self, day: date, offset: int) -> date:
        """So many working days later, or earlier."""
        if offset >= 0:
            return add_working_days(day, offset)
        while offset:
            day -= timedelta(days=1)
            offset += is_working_day(day)
        return day

    def _moment(self, day: date, first_hour: int, last_hour: int) -> datetime:
        start = self.calendar.start(day)
        return start + timedelta(hours=first_hour, seconds=self.throw.randint(0, (last_hour - first_hour) * 3600))


def _channel(job: Job) -> str:
    return job.line.tactic.channel.code
