"""A part of the accounts over past days, and what a night finds there: plain data that travels between machines."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Shard:
    """The accounts whose key leaves `number` when divided by `of`, and the past days to be judged.

    Where a policy limits the accounts of an owner, all of an owner are in one shard, so that who waits for a place is
    known there. `days` names for each day the version of the policy that judges it, in order of time.

    A what-if asks how tiers would have gone on from the first day: each day begins with what the one before found, and
    all accounts of today take part. Otherwise each day begins with what history tells, with the accounts known by then.
    `weights` are points of event types, by code, that differ from the register.
    """

    number: int
    of: int
    by_owner: bool
    days: tuple[tuple[date, int], ...]
    is_what_if: bool = False
    weights: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Found:
    """How many accounts the night of the day finds in a tier, by the one they were in before; None is no tier.

    Something holds `held` of them there.
    """

    day: date
    before: int | None
    after: int | None
    accounts: int
    held: int


@dataclass(frozen=True)
class Past:
    """What the nights of some days find among all accounts, however they were divided."""

    found: tuple[Found, ...]

    @classmethod
    def merged(cls, parts: Iterable[Iterable[Found]]) -> "Past":
        """Sums of whole numbers, so that the order in which the parts arrive changes nothing."""
        accounts: Counter[tuple[date, int | None, int | None]] = Counter()
        held: Counter[tuple[date, int | None, int | None]] = Counter()
        for part in parts:
            for each in part:
                accounts[each.day, each.before, each.after] += each.accounts
                held[each.day, each.before, each.after] += each.held
        order = sorted(accounts, key=lambda key: (key[0], key[1] is None, key[1] or 0, key[2] is None, key[2] or 0))
        return cls(tuple(Found(*key, accounts[key], held[key]) for key in order))

    def of(self, day: date) -> "Past":
        """One day of it."""
        return Past(tuple(each for each in self.found if each.day == day))

    @property
    def tiers(self) -> dict[int | None, int]:
        """How many accounts each tier has."""
        counted: Counter[int | None] = Counter()
        for each in self.found:
            counted[each.after] += each.accounts
        return dict(counted)

    @property
    def moves(self) -> int:
        """How many accounts change tier."""
        return sum(each.accounts for each in self.found if each.before != each.after)

    @property
    def held(self) -> int:
        """How many accounts something keeps from their earned tier."""
        return sum(each.held for each in self.found)
