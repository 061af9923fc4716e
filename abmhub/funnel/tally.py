"""The cells of the double funnel counted over columns: of numbers here what funnel/cells.sql says of rows.

Both give the same to the cent. A day that never came is after every other, so that it is in no period.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from math import isnan
from typing import TYPE_CHECKING, NamedTuple

from abmhub.campaigns.models import Motion
from abmhub.funnel.cell import Cell, Cells, Key
from abmhub.funnel.column_files import LONG_AGO, NEVER
from abmhub.funnel.columns import DEALS, ENTRIES, Columns
from abmhub.funnel.models import FunnelStage

if TYPE_CHECKING:
    from abmhub.funnel.columns import Numbers

LONGEST = 1 << 22
"""More days than there are between any two."""


class Step(NamedTuple):
    """A stage: what reached it, of what its conversion is told, and the columns of both days."""

    stage: FunnelStage
    counted: str
    told: str | None
    before: str
    reached: str

    @property
    def is_valued(self) -> bool:
        """Whether money is told: from the SQL on."""
        return self.stage not in (FunnelStage.POOL, FunnelStage.INTEREST)


def steps(motion: Motion) -> tuple[Step, ...]:
    """ABM passes from accounts to deals at the SQL, demand gen from leads to deals after it."""
    passed = DEALS if motion == Motion.ABM else ENTRIES
    return (
        Step(FunnelStage.POOL, ENTRIES, None, "", "pool"),
        Step(FunnelStage.INTEREST, ENTRIES, ENTRIES, "pool", "interest"),
        Step(FunnelStage.SQL, passed, ENTRIES, "interest", "sql"),
        Step(FunnelStage.OPPORTUNITY, DEALS, passed, "sql", "opportunity"),
        Step(FunnelStage.WON, DEALS, DEALS, "opportunity", "won"),
    )


@dataclass(frozen=True)
class Asked:
    """A question in numbers; `night` is None where units are asked as they are known now."""

    as_of: int
    night: int | None
    since: int
    until: int

    @classmethod
    def of(cls, as_of: date, night: date | None, since: date | None, until: date | None) -> "Asked":
        return cls(
            as_of=as_of.toordinal(),
            night=night.toordinal() if night else None,
            since=(since or date.min).toordinal(),
            until=min(as_of, until or date.max).toordinal(),
        )

    def knows(self, columns: Columns, part: slice) -> "Numbers":
        """Which of these units were known then, or are now."""
        until = columns.numbers["known_until"][part]
        known: Numbers = until == NEVER
        if self.night is not None:
            known = (columns.numbers["known_from"][part] <= self.night) & (until > self.night)
        return known

    def has(self, days: "Numbers") -> "Numbers":
        inside: Numbers = (days >= self.since) & (days <= self.until)
        return inside


class Tally(NamedTuple):
    """The cells of a stage: each array has one number for each slice."""

    volume: "Numbers"
    accounts: "Numbers"
    trials: "Numbers"
    successes: "Numbers"
    median_days: "Numbers"
    cents: "Numbers"

    def cell(self, motion: Motion, stage: FunnelStage, place: int) -> Cell:
        median = float(self.median_days[place])
        return Cell(
            motion=motion,
            stage=stage,
            volume=int(self.volume[place]),
            accounts=int(self.accounts[place]),
            trials=int(self.trials[place]),
            successes=int(self.successes[place]),
            median_days=None if isnan(median) else median,
            value_amount=Decimal(int(self.cents[place])).scaleb(-2),
        )


class Counted(NamedTuple):
    """Slices of a motion, and how many there are with those that were left out."""

    slices: dict[Key, Cells]
    number: int


@lru_cache(maxsize=16)
def whole(columns: Columns, asked: Asked, motion: Motion) -> Cells:
    """The cells of a motion, cut by nothing: nearly every page asks for them."""
    return count(columns, asked, motion, ()).slices.get((None, None), {})


def count(columns: Columns, asked: Asked, motion: Motion, by: Sequence[str], *, most: int | None = None) -> Counted:
    """The slices of a motion, those that hold most first, and how many there are; `most` leaves the others out."""
    import numpy as np

    slices = {part: _slices(columns, columns.parts[motion, part], by) for part in (ENTRIES, DEALS)}
    used, places = np.unique(np.concatenate(list(slices.values())), return_inverse=True)
    split = len(slices[ENTRIES])
    found = {ENTRIES: places[:split], DEALS: places[split:]}
    tallies = {step.stage: _tally(columns, asked, motion, step, found, len(used)) for step in steps(motion)}
    volume = np.sum([each.volume for each in tallies.values()], axis=0)
    tried = np.sum([each.trials for each in tallies.values()], axis=0)
    order = np.lexsort((used, -volume))
    order = order[(volume + tried)[order] > 0]
    return Counted(
        {
            _key(columns, by, int(used[place])): {
                (motion, stage): each.cell(motion, stage, place)
                for stage, each in tallies.items()
                if each.volume[place] or each.trials[place]
            }
            for place in order[:most].tolist()
        },
        len(order),
    )


def one(columns: Columns, asked: Asked, motion: Motion, stage: FunnelStage, by: Sequence[str], key: Key) -> Cell:
    """A cell of one slice, empty if nothing is in it."""
    step = next(each for each in steps(motion) if each.stage == stage)
    inside = {part: is_in(columns, columns.parts[motion, part], by, key).astype("i8") for part in (ENTRIES, DEALS)}
    return _tally(columns, asked, motion, step, inside, 2).cell(motion, stage, 1)


def is_in(columns: Columns, part: slice, by: Sequence[str], key: Key) -> "Numbers":
    """Which of these units are in a slice."""
    import numpy as np

    found = np.ones(part.stop - part.start, bool)
    for name, word in zip(by, key, strict=False):
        words = columns.words[name]
        found &= columns.numbers[name][part] == (words.index(word) if word in words else len(words))
    return found


def _slices(columns: Columns, part: slice, by: Sequence[str]) -> "Numbers":
    """The slice that each of these units is in, as one number."""
    import numpy as np

    found = np.zeros(part.stop - part.start, "i8")
    for name in by:
        found *= len(columns.words[name])
        found += columns.numbers[name][part]
    return found


def _key(columns: Columns, by: Sequence[str], place: int) -> Key:
    """What SQL calls a slice."""
    found: list[str | None] = []
    for name in reversed(by):
        place, own = divmod(place, len(columns.words[name]))
        found.insert(0, columns.words[name][own])
    row, column = (*found, None, None)[:2]
    return row, column


def _tally(
    columns: Columns, asked: Asked, motion: Motion, step: Step, places: Mapping[str, "Numbers"], size: int
) -> Tally:
    """The cells of a stage; `places` has the slice of each entry and of each deal, of `size` slices."""
    import numpy as np

    numbers, part = columns.numbers, columns.parts[motion, step.counted]
    hits = np.flatnonzero(asked.knows(columns, part) & asked.has(numbers[step.reached][part]))
    own = places[step.counted][hits]
    cents = np.zeros(size, "i8")
    if step.is_valued:
        np.add.at(cents, own, numbers["cents"][part][hits])
    nothing = np.zeros(size, "i8")
    trials, successes, medians = nothing, nothing, np.full(size, np.nan)
    if step.told:
        trials, successes, medians = _conversion(
            columns, asked, columns.parts[motion, step.told], step, places[step.told], size
        )
    return Tally(
        volume=np.bincount(own, minlength=size),
        accounts=_different(own, numbers["account"][part][hits], size),
        trials=trials,
        successes=successes,
        median_days=medians,
        cents=cents,
    )


def _conversion(
    columns: Columns, asked: Asked, part: slice, step: Step, places: "Numbers", size: int
) -> tuple["Numbers", "Numbers", "Numbers"]:
    """How many of each slice had come to the stage before, how many of them to this one, and in how many days."""
    import numpy as np

    before, reached = columns.numbers[step.before][part], columns.numbers[step.reached][part]
    tried = np.flatnonzero(asked.knows(columns, part) & asked.has(before))
    passed = tried[reached[tried] <= asked.as_of]
    timed = passed[before[passed] > LONG_AGO]
    return (
        np.bincount(places[tried], minlength=size),
        np.bincount(places[passed], minlength=size),
        _medians(places[timed], reached[timed] - before[timed], size),
    )


def _different(places: "Numbers", accounts: "Numbers", size: int) -> "Numbers":
    """How many different accounts each slice has; -1 is none."""
    import numpy as np

    known = accounts >= 0
    span = int(accounts.max(initial=0)) + 1
    pairs = np.sort(places[known] * span + accounts[known])
    return np.bincount(pairs[np.diff(pairs, prepend=-1) > 0] // span, minlength=size)


def _medians(places: "Numbers", days: "Numbers", size: int) -> "Numbers":
    """The middle of each slice's days: of an even number halfway between both in the middle, of none not a number."""
    import numpy as np

    in_order = np.sort(places * LONGEST + (days + LONGEST // 2))
    number = np.bincount(places, minlength=size)
    first = np.cumsum(number) - number
    medians = np.full(size, np.nan)
    some = np.flatnonzero(number)
    lower, upper = (first[some] + (number[some] - 1) // 2, first[some] + number[some] // 2)
    medians[some] = (in_order[lower] % LONGEST + in_order[upper] % LONGEST) / 2 - LONGEST // 2
    return medians
