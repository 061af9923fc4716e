"""The three Rs beside the metrics: reputation, relationships, the rest of revenue; and activity with its quality."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from abmhub.metrics import figures as of
from abmhub.metrics.choosing import sums_on
from abmhub.metrics.definitions import Reader
from abmhub.metrics.figures import FIGURES, Figure, Sum, Unit
from abmhub.metrics.formulas import ratio
from abmhub.metrics.models import ActivityGoal, Entry
from abmhub.metrics.models.entry import REPUTATION, SHARES, Kind
from abmhub.metrics.spans import WHOLE, Cut, Window

ACTIVITIES = (of.TOUCHES, of.DELIVERED, of.FOLLOWED_UP)
"""What is done, as opposed to what comes of it; a goal is set for each of them."""
MONTHS_IN = {Window.MONTH: 1, Window.QUARTER: 3, Window.YEAR: 12}


@dataclass(frozen=True)
class Measure:
    """A number with what it says, and the figure whose rows it opens."""

    name: str
    value: Decimal | int | None
    unit: Unit
    note: str
    figure: Figure


@dataclass(frozen=True)
class Standing:
    """The newest number of a kind of reputation, and the one of a year before, if there is."""

    kind: Kind
    entry: Entry
    before: Entry | None

    @property
    def unit(self) -> Unit:
        return Unit.SHARE if self.kind in SHARES else Unit.SUM


@dataclass(frozen=True)
class Activity:
    """How much of an activity was done, how much of it was to be done, and how well."""

    figure: Figure
    done: int
    goal: int | None
    quality: Decimal | None
    quality_name: str

    @property
    def share(self) -> float:
        """Of the goal, at most 1."""
        return min(self.done / self.goal, 1.0) if self.goal else 0.0


def relationships(sums: Mapping[str, Sum]) -> list[Measure]:
    """Contacts, right roles, threads, champions and blockers, conversations."""
    read = Reader(sums)
    targets = read.rows(of.TARGETS)
    return [
        Measure("Target accounts", targets, Unit.COUNT, "accounts that have a tier", of.TARGETS),
        Measure(
            "People known a target account", ratio(read.amount(of.PEOPLE), targets), Unit.SUM,
            "in buying roles", of.PEOPLE,
        ),
        Measure(
            "Right roles", ratio(read.rows(of.COVERED), targets), Unit.SHARE,
            "target accounts with every role named", of.COVERED,
        ),
        Measure(
            "Threads", ratio(read.rows(of.THREADED), targets), Unit.SHARE,
            "target accounts with three people engaged", of.THREADED,
        ),
        Measure("Champions", read.rows(of.CHAMPIONS), Unit.COUNT, "people who speak for us", of.CHAMPIONS),
        Measure("Blockers", read.rows(of.BLOCKERS), Unit.COUNT, "people who speak against us", of.BLOCKERS),
        Measure(
            "Conversations", read.rows(of.CONVERSATIONS), Unit.COUNT, "of sales with a person", of.CONVERSATIONS
        ),
        Measure(
            "Account coverage", ratio(read.rows(of.ENGAGED), targets), Unit.SHARE,
            "target accounts that are engaged", of.ENGAGED,
        ),
    ]  # fmt: skip


def revenue(sums: Mapping[str, Sum]) -> list[Measure]:
    """What becomes of customers and of the open pipeline."""
    read = Reader(sums)
    return [
        Measure(
            "Renewed", ratio(read.amount(of.RENEWED), read.amount(of.DUE)), Unit.SHARE,
            "of the ACV that was due", of.DUE,
        ),
        Measure("Expansion", read.said(of.EXPANSIONS), Unit.MONEY, "ACV added by customers", of.EXPANSIONS),
        Measure("Cycle", read.mean(of.CYCLE_DAYS), Unit.DAYS, _cycle(read), of.CYCLE_DAYS),
        Measure(
            "Open pipeline", read.said(of.OPEN_AMOUNT), Unit.MONEY, _coverage(read), of.OPEN_AMOUNT
        ),
    ]  # fmt: skip


def _cycle(read: Reader) -> str:
    left_out = read.rows(of.BACKWARDS)
    if not left_out:
        return "mean, from begin to won"
    deals = "1 deal" if left_out == 1 else f"{left_out:,} deals"
    return f"mean, from begin to won; {deals} closed before they began left out"


def _coverage(read: Reader) -> str:
    """How many times the won money lies open, and how many times it would take at this win rate."""
    won, decided = read.amount(of.WON_AMOUNT), read.rows(of.WON) + read.rows(of.LOST)
    if not won or not read.rows(of.WON):
        return "no money won to compare with"
    covered = read.amount(of.OPEN_AMOUNT) / won
    return f"{covered:.1f} × the won money; the win rate asks for {decided / read.rows(of.WON):.1f} ×"


def reputation(*, on: date) -> list[Standing]:
    """What people entered of each kind, newest first known by that day."""
    rows = Entry.objects.filter(kind__in=REPUTATION, month_on__lte=on).order_by("-month_on")
    found: dict[str, list[Entry]] = {}
    for row in rows:
        found.setdefault(row.kind, []).append(row)
    return [
        Standing(kind, entries[0], _a_year_before(entries)) for kind in REPUTATION if (entries := found.get(kind, []))
    ]


def _a_year_before(entries: list[Entry]) -> Entry | None:
    newest = entries[0].month_on
    return next((each for each in entries if (newest - each.month_on).days >= 365), None)


def activities(sums: Mapping[str, Sum], window: Window) -> list[Activity]:
    """Each activity with its goal and its quality: much of it is no success."""
    read = Reader(sums)
    goals = dict(ActivityGoal.objects.values_list("figure", "a_month"))
    delivered = read.rows(of.DELIVERED)
    quality = {
        of.TOUCHES.code: (ratio(read.rows(of.INTERACTIONS), read.rows(of.TOUCHES)), "reached an engaged account"),
        of.DELIVERED.code: (ratio(read.rows(of.KEPT), delivered), "as promised"),
        of.FOLLOWED_UP.code: (ratio(read.rows(of.FOLLOWED_UP), delivered), "of what was delivered"),
    }
    found = []
    for code, (share, name) in quality.items():
        goal = goals.get(code)
        months = MONTHS_IN[window]
        found.append(Activity(FIGURES[code], read.rows(FIGURES[code]), goal and goal * months, share, name))
    return found


def sums_of(on: date, window: Window, cut: Cut = WHOLE) -> dict[str, Sum]:
    """What a night froze of every figure."""
    return sums_on([on], window, cut).get(on, {})
