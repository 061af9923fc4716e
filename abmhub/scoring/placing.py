"""Where one account ends up, and what holds it there: the night's steps for a single account, in plain Python.

It answers what the night would make of other facts, for which no statement is run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Self

from django.db.models import Case, IntegerField, Value, When
from psycopg.sql import SQL, Literal

from abmhub.accounts.models import Account, HeldBy, Standing, Tier
from abmhub.core import sql
from abmhub.scoring import bands, tiers
from abmhub.scoring.models import Facts, TierCondition, TierPolicy, TierRule
from abmhub.scoring.scores import DUE_EVERY_DAYS
from abmhub.scoring.words import Fact

NONE = 32767
"""No tier, below all others."""

Turn = tuple[int, int, int]
"""Who has a place before whom: overrides first, then the highest priority, then the older account."""

NOBODY: Turn = (-1, 0, 0)


@dataclass(frozen=True)
class Override:
    """A tier by hand that holds on the day."""

    tier_id: int | None
    expires_on: date
    reason: str
    made_by: str


@dataclass(frozen=True)
class Circumstances:
    """What an account was before the day, and what is said of it besides its facts.

    `last_places` tells of a tier that is full for its owner whose turn the last place is.
    """

    account_id: int
    is_eligible: bool
    tier_id: int | None
    since_on: date | None
    override: Override | None
    is_released: bool
    stale_from_on: date
    stale_since_on: date | None
    last_places: Mapping[int, Turn] = field(default_factory=dict)

    def after(self, placed: "Placed", day: date) -> Self:
        """What they are for the next night, once the night of the day has placed it."""
        goes_on = self.override is not None and self.override.expires_on > day
        return replace(
            self,
            tier_id=placed.tier_id,
            since_on=self.since_on if placed.tier_id == self.tier_id else day,
            override=self.override if goes_on else None,
            is_released=self.override is not None and not goes_on,
            stale_since_on=self.stale_from_on if self.stale_from_on <= day + timedelta(days=1) else None,
        )


@dataclass(frozen=True)
class Placed:
    """Where it ends up. `rule` gives the earned tier; `until` is the day on which the minimum stay is over."""

    rule: TierRule | None
    tier_id: int | None
    held_by: str = ""
    until: date | None = None

    @property
    def earned_id(self) -> int | None:
        return self.rule.tier_id if self.rule else None

    @property
    def rank(self) -> int:
        return rank(self.tier_id)


def rank(tier_id: int | None) -> int:
    """The higher the tier, the lower."""
    return NONE if tier_id is None else tier_id


def circumstances_of(account: Account, as_of: date, policy: TierPolicy | None, *, is_eligible: bool) -> Circumstances:
    """In one query, and one more for each tier that has a capacity."""
    [row] = sql.rows(
        "scoring/circumstances",
        _parts={
            "earlier": sql.part("scoring/earlier", score=SQL("(SELECT {} AS account_id)").format(Literal(account.pk)))
        },
        account=account.pk,
        due_every_days=DUE_EVERY_DAYS,
        **tiers.earlier_parameters(as_of),
    )
    override = None
    if row["override_id"] is not None:
        override = Override(
            row["override_tier_id"], row["override_expires_on"], row["override_reason"], row["override_made_by"] or ""
        )
    return Circumstances(
        account_id=account.pk,
        is_eligible=is_eligible,
        tier_id=row["earlier_tier_id"],
        since_on=row["since_on"],
        override=override,
        is_released=row["is_released"],
        stale_from_on=row["stale_from_on"],
        stale_since_on=row["stale_from_on"] if row["stale_from_on"] <= as_of else None,
        last_places=_last_places(account, policy) if policy else {},
    )


def place(
    policy: TierPolicy | None, rules: Sequence[TierRule], facts: Facts, before: Circumstances, as_of: date
) -> Placed:
    """What the night of the day would make of an account with such facts; the twin of its statements."""
    rule = tiers.matching(rules, facts) if before.is_eligible else None
    if policy is None or not before.is_eligible:
        return Placed(rule, None)
    if before.override is not None:
        return Placed(rule, before.override.tier_id, HeldBy.OVERRIDE)
    alone = _alone(policy, rules, facts, before, as_of, rule)
    met = {each.tier_id for each in rules if _all_hold_within(policy, each, facts, before.tier_id)}
    for level in [alone.rank, *sorted(level for level in met if level > alone.rank)]:
        if level == NONE or has_room(before, level, facts):
            return alone if level == alone.rank else _moved(alone, level)
    return _moved(alone, NONE)


def has_room(before: Circumstances, level: int, facts: Facts) -> bool:
    """Whether the owner has a place in that tier, now or by its turn."""
    last = before.last_places.get(level)
    return last is None or (1, -priority(facts), before.account_id) < last


def priority(facts: Facts) -> int:
    """The sum of the known scores."""
    return sum(int(str(facts[fact] or 0)) for fact in (Fact.FIT, Fact.INTENT, Fact.ENGAGEMENT))


def lacking(
    policy: TierPolicy | None, rule: TierRule, facts: Facts, tier_id: int | None, conditions: Sequence[TierCondition]
) -> list[TierCondition]:
    """The conditions that an account in that tier does not meet."""
    return [each for each in conditions if not _holds_within(policy, rule, each, facts, tier_id)]


def _alone(
    policy: TierPolicy,
    rules: Sequence[TierRule],
    facts: Facts,
    before: Circumstances,
    as_of: date,
    rule: TierRule | None,
) -> Placed:
    earned, stood = rank(rule.tier_id if rule else None), rank(before.tier_id)
    free = Placed(rule, rule.tier_id if rule else None)
    if before.is_released or earned == stood:
        return free
    within = next((each.tier_id for each in rules if _all_hold_within(policy, each, facts, before.tier_id)), NONE)
    if earned < stood:
        if before.stale_since_on is not None:
            return Placed(rule, before.tier_id, HeldBy.STALE)
        return replace(free, tier_id=_level(min(within, stood)), held_by=HeldBy.BAND) if within > earned else free
    if within == stood:
        return Placed(rule, before.tier_id, HeldBy.BAND)
    until = before.since_on + timedelta(days=policy.minimum_stay_days) if before.since_on else as_of
    return Placed(rule, before.tier_id, HeldBy.STAY, until) if until > as_of else free


def _moved(alone: Placed, level: int) -> Placed:
    is_earned = level == rank(alone.earned_id)
    return Placed(alone.rule, _level(level), "" if is_earned else HeldBy.CAPACITY)


def _level(level: int) -> int | None:
    return None if level == NONE else level


def _all_hold_within(policy: TierPolicy, rule: TierRule, facts: Facts, tier_id: int | None) -> bool:
    return all(_holds_within(policy, rule, each, facts, tier_id) for each in rule.conditions.all())


def _holds_within(
    policy: TierPolicy | None, rule: TierRule, condition: TierCondition, facts: Facts, tier_id: int | None
) -> bool:
    wanted = bands.threshold(condition, policy, level=rule.tier_id, stood=rank(tier_id))
    return condition.holds(facts[condition.key], wanted)


def _last_places(account: Account, policy: TierPolicy) -> dict[int, Turn]:
    if account.owner_id is None:
        return {}
    found: dict[int, Turn] = {}
    first = Case(When(held_by=HeldBy.OVERRIDE, then=Value(0)), default=Value(1), output_field=IntegerField())
    for capacity in policy.capacities.all():
        if not capacity.accounts_per_rep:
            found[capacity.tier_id] = NOBODY
            continue
        others = Standing.objects.filter(account__owner=account.owner_id, tier=capacity.tier_id).exclude(
            account=account
        )
        in_turn = others.annotate(first=first).order_by("first", "-priority", "account")
        last = in_turn.values_list("first", "priority", "account")[capacity.accounts_per_rep - 1 :][:1]
        for turn, their_priority, pk in last:
            found[capacity.tier_id] = (turn, -their_priority, pk)
    return found


def held_words(placed: Placed, before: Circumstances, names: Mapping[int, Tier]) -> str:
    """What holds it, in a sentence or two; empty while nothing does."""

    def name(tier_id: int | None) -> str:
        return "no tier" if tier_id is None else names[tier_id].name

    match placed.held_by:
        case HeldBy.OVERRIDE if before.override:
            by = f" by {before.override.made_by}" if before.override.made_by else ""
            reason = before.override.reason.rstrip(".")
            words = f"Put in {name(placed.tier_id)}{by} through {_day(before.override.expires_on)}: {reason}."
        case HeldBy.STALE if before.stale_since_on:
            words = (
                f"Held in {name(placed.tier_id)}: its facts are stale since {_day(before.stale_since_on)}, "
                "and on stale facts no account rises."
            )
        case HeldBy.BAND:
            band = "promote" if placed.rank > rank(placed.earned_id) else "demote"
            words = f"Held in {name(placed.tier_id)} by the {band} band."
        case HeldBy.STAY if placed.until:
            words = f"Held in {name(placed.tier_id)} by the minimum stay until {_day(placed.until)}."
        case HeldBy.CAPACITY:
            words = "Waits for a place: its owner has as many accounts of a higher tier as the policy allows."
        case _:
            return ""
    return f"{words} The rules alone give {name(placed.earned_id)}."


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
