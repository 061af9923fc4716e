"""The nearest risk of falling into a lower tier: by time alone, else by the score with the least to spare."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from abmhub.accounts.models import HeldBy, Tier
from abmhub.core import sql
from abmhub.scoring import bands, placing
from abmhub.scoring.models import FactValue, TierCondition, TierRule
from abmhub.scoring.next_tier import NextTier, Standpoint
from abmhub.scoring.placing import Placed
from abmhub.scoring.words import Fact, Operator, conditions_of, number, word
from abmhub.signals import engagement

HORIZON_DAYS = 180
"""Nobody plans for what happens later than that."""


def nearest_risk(here: Standpoint) -> NextTier | None:
    """What lowers the account; None where it has no tier, or nothing that we can tell lowers it."""
    if here.placed.tier_id is None:
        return None
    return _by_time(here) or _by_a_score(here)


def _by_time(here: Standpoint) -> NextTier | None:
    """The first night on which it falls if nothing happens: engagement fades, facts grow old, what holds it ends."""
    fading = _fading(here)
    before, placed, facts = here.before, here.placed, dict(here.found.facts)
    for days in range(1, HORIZON_DAYS + 1):
        day = here.found.as_of + timedelta(days=days)
        before = before.after(placed, day - timedelta(days=1))
        yesterday, facts = facts, _facts_on(here, days, fading)
        if days > 1 and facts == yesterday and placed.held_by not in (HeldBy.OVERRIDE, HeldBy.STAY):
            continue
        placed = placing.place(here.policy, here.rules, facts, before, day)
        if placed.rank > here.placed.rank:
            return NextTier(_tier(here, placed), _told(here, placed, day, facts), is_single=True)
    return None


def _told(here: Standpoint, placed: Placed, day: date, facts: dict[str, FactValue]) -> str:
    """Why it falls on that day."""
    then = f"{day.day} {day:%B %Y}"
    match here.placed.held_by:
        case HeldBy.OVERRIDE:
            return f"The override ends: on {then} it is {here.name(placed.tier_id)}."
        case HeldBy.STAY:
            return f"The minimum stay is over on {then}: then it is {here.name(placed.tier_id)}."
    now, later = here.found.facts[Fact.ENGAGEMENT], facts[Fact.ENGAGEMENT]
    for rule, condition in _held_conditions(here):
        wanted = bands.threshold(condition, here.policy, level=rule.tier_id, stood=here.placed.rank)
        if condition.fact == Fact.ENGAGEMENT and wanted is not None and not condition.holds(later, wanted):
            return (
                f"Engagement {now} fades below {number(wanted)} by {then} if nothing happens: "
                f"then it is {here.name(placed.tier_id)}."
            )
    return f"If nothing happens, it is {here.name(placed.tier_id)} on {then}."


def _by_a_score(here: Standpoint) -> NextTier | None:
    """The score or amount that has least to spare in proportion to its threshold."""
    nearest: tuple[Decimal, NextTier] | None = None
    for rule, condition in _held_conditions(here):
        wanted = bands.threshold(condition, here.policy, level=rule.tier_id, stood=here.placed.rank)
        value = here.found.facts[condition.key]
        if wanted is None or not isinstance(value, int | Decimal) or condition.operator != Operator.AT_LEAST:
            continue
        fallen = here.outcome({condition.key: _just_below(condition, wanted)})
        if fallen.rank <= here.placed.rank:
            continue
        about = word(condition)
        sentence = (
            f"{about[:1].upper()}{about[1:]} {number(value)}: below {number(wanted)} it is {here.name(fallen.tier_id)}."
        )
        spare = (value - wanted) / max(wanted, Decimal(1))
        if nearest is None or spare < nearest[0]:
            nearest = (spare, NextTier(_tier(here, fallen), sentence, is_single=True))
    return nearest[1] if nearest else None


def _just_below(condition: TierCondition, wanted: Decimal) -> Decimal | int:
    """The greatest value that does not do. Scores are whole numbers, money has cents."""
    if condition.fact in TierCondition.SCORES:
        return -int(-wanted // 1) - 1
    return wanted - Decimal("0.01")


def _held_conditions(here: Standpoint) -> Iterator[tuple[TierRule, TierCondition]]:
    """The conditions of the first rule that gives the account its tier as it is."""
    for rule in here.rules:
        conditions = conditions_of(rule)
        if rule.tier_id == here.placed.tier_id and not placing.lacking(
            here.policy, rule, here.found.facts, here.placed.tier_id, conditions
        ):
            yield from ((rule, condition) for condition in conditions)
            return


def _facts_on(here: Standpoint, days: int, fading: dict[int, int]) -> dict[str, FactValue]:
    """The facts so many days on, if nothing happens."""
    units = sum(round(had * 0.5 ** (days / half_life)) for half_life, had in fading.items())
    facts: dict[str, FactValue] = {**here.found.facts, Fact.ENGAGEMENT: engagement.score_of(units)}
    facts[Fact.FRESHNESS] = max((here.found.as_of - here.before.stale_from_on).days + 1 + days, 0)
    return facts


def _fading(here: Standpoint) -> dict[int, int]:
    """Units of engagement by the half-life with which they fade."""
    rows = sql.rows(
        "scoring/fading",
        _parts={"contributions": engagement.contributions_of(here.found.account.pk)},
        **engagement.parameters(here.found.as_of),
    )
    return {row["half_life_days"]: row["units"] for row in rows}


def _tier(here: Standpoint, placed: Placed) -> Tier | None:
    return None if placed.tier_id is None else here.tiers[placed.tier_id]
