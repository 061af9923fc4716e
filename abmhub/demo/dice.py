"""Chance that repeats: each part of the company has dice of its own, thrown from the seed."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import TypeVar

from abmhub.core.days import first_moment

Thing = TypeVar("Thing")

WEEKDAY_WEIGHTS = (1.0, 1.2, 1.25, 1.1, 0.8, 0.1, 0.08)
"""How busy Monday to Sunday are."""
QUIET_MONTHS = {8: 0.7, 12: 0.75}
HOUR_WEIGHTS = (0, 0, 0, 0, 0, 0, 1, 3, 8, 12, 13, 11, 7, 9, 12, 11, 9, 6, 3, 2, 2, 1, 1, 0)


class Dice(Random):
    """Random, with the throws that the demo company needs."""

    def chance(self, probability: float) -> bool:
        return self.random() < probability

    def pick(self, things: Sequence[Thing]) -> Thing:
        """Any of them alike; quicker than choice, for it is thrown a million times."""
        return things[int(self.random() * len(things))]

    def weighted(self, things: Sequence[Thing], weights: Sequence[float]) -> Thing:
        return self.choices(things, weights)[0]

    def around(self, middle: float, spread: float = 0.5) -> float:
        """A positive number whose logarithm is normal about that of the middle."""
        return middle * self.lognormvariate(0, spread)

    def some(self, expected: float) -> int:
        """A whole number with that mean: its floor or one more."""
        return int(expected) + self.chance(expected % 1)


def dice(seed: int, part: str) -> Dice:
    """The dice of one part: adding a throw to one part leaves the others as they were."""
    return Dice(f"larkfield/{seed}/{part}")


class Calendar:
    """The days of the company's life up to, and without, the day that it is founded on."""

    def __init__(self, as_of: date, days: int) -> None:
        self.as_of = as_of
        self.days = [as_of - timedelta(days=back) for back in range(days, 0, -1)]
        self.starts = [first_moment(day) for day in self.days]
        self._until = list(accumulate(_busyness(day) for day in self.days))
        self._hours_until = list(accumulate(HOUR_WEIGHTS))

    def day(self, throw: Dice, start: int = 0, end: int | None = None) -> int:
        """How many days after the first a busy day lies, between two such numbers (the end left out)."""
        low = self._until[start - 1] if start else 0.0
        high = self._until[(end or len(self.days)) - 1]
        aim = low + throw.random() * (high - low)
        return _first_above(self._until, aim, start)

    def moment(self, throw: Dice, number: int) -> datetime:
        """A moment of the day with that number, most likely in working hours."""
        aim = throw.random() * self._hours_until[-1]
        hour = _first_above(self._hours_until, aim)
        return self.starts[number] + timedelta(seconds=hour * 3600 + int(throw.random() * 3600))

    def start(self, day: date) -> datetime:
        """The moment at which a day begins, also of days to come."""
        number = len(self.days) - (self.as_of - day).days
        return self.starts[number] if 0 <= number < len(self.days) else first_moment(day)


def _first_above(until: Sequence[float], aim: float, start: int = 0) -> int:
    return min(bisect_right(until, aim, lo=start), len(until) - 1)


def _busyness(day: date) -> float:
    return WEEKDAY_WEIGHTS[day.weekday()] * QUIET_MONTHS.get(day.month, 1.0)
