"""The smallest single change that lifts an account to a better tier, in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from math import ceil

from django.db.models import Count, FilteredRelation, Q

from abmhub.accounts.models import Account, Tier
from abmhub.core.days import first_moment
from abmhub.scoring.fit import Fit
from abmhub.scoring.models import Facts, TierCondition, TierRule
from abmhub.scoring.tiers import (
    Fact,
    conditions_of,
    limit,
    matching,
    needed,
    next_better,
    number,
    word,
    written,
)
from abmhub.signals.engagement import UNITS_PER_POINT, Engagement, score_of, units_needed
from abmhub.signals.intent import Intent
from abmhub.signals.models import EventType

REACHED = (Fact.FIT, Fact.INTENT, Fact.ENGAGEMENT, Fact.ACV)
"""Facts that something can happen to which lifts the account."""

MOST_EVENTS = 5
"""More events than that are no small change."""


@dataclass(frozen=True)
class NextTier:
    """What it takes to reach a better tier. `is_single` says whether one change is enough."""

    tier: Tier
    sentence: str
    is_single: bool


@dataclass(frozen=True)
class Change:
    """Something that might happen to an account, and the value that one fact would have then."""

    words: str
    value: Decimal | int


@dataclass(frozen=True)
class Findings:
    """What is known of an account on a day: the facts that conditions are about, and what they are made of."""

    account: Account
    as_of: date
    facts: Facts
    fit: Fit
    intent: Intent
    engagement: Engagement


def next_tier(found: Findings, rules: Sequence[TierRule], matched: TierRule | None) -> NextTier | None:
    """What lifts the account above the rule that matched; None at the top, or without rules."""
    better = next_better(rules, matched)
    if better is None:
        return None
    lacking = [each for each in conditions_of(better) if not each.holds(found.facts[each.key])]
    if len(lacking) > 1 or lacking[0].fact not in REACHED or lacking[0].operator == TierCondition.Operator.BELOW:
        needs = ", ".join(_need(condition, found) for condition in lacking)
        return NextTier(better.tier, f"{better.tier} needs {needs}.", is_single=False)
    [condition] = lacking
    words, value = word(condition), found.facts[condition.key]
    opening = f"{words[:1].upper()}{words[1:]} " + (
        f"unknown, {needed(condition)} needed"
        if value is None
        else f"{written(condition, value)} of {needed(condition)}"
    )
    change = smallest_change(found, condition)
    if change is None:
        return NextTier(better.tier, f"{opening}: {better.tier} is more than one step away.", is_single=False)
    # It may lift the account past the rule it was meant for.
    reached = matching(rules, {**found.facts, condition.key: change.value}) or better
    return NextTier(reached.tier, f"{opening}: {change.words} makes it {reached.tier}.", is_single=True)


def smallest_change(found: Findings, condition: TierCondition) -> Change | None:
    """The least that makes a condition of the kind "at least" hold; None when no single thing does."""
    match Fact(condition.fact):
        case Fact.ENGAGEMENT:
            return _of_engagement(found, condition)
        case Fact.FIT:
            return _of_fit(found, condition)
        case Fact.INTENT:
            return _of_intent(found, condition)
        case Fact.ACV:
            return _of_acv(found, condition)
        case _:
            return None


def _of_engagement(found: Findings, condition: TierCondition) -> Change | None:
    """The fewest events of one type on the day, then the lightest, by nobody in particular.

    Only as many of a type count as its daily cap has left.
    """
    units = found.engagement.units
    needed = units_needed(ceil(_threshold(condition))) - units
    types = _types_with_their_events_of(found.account, found.as_of)
    for times in range(1, MOST_EVENTS + 1):
        for event_type, had in types:
            given = times * event_type.weight * UNITS_PER_POINT
            if had + times <= event_type.daily_cap and given >= needed:
                name = event_type.name[:1].lower() + event_type.name[1:]
                words = f"{'one' if times == 1 else f'{times} ×'} {name} (+{times * event_type.weight})"
                return Change(words, score_of(units + given))
    return None


def _types_with_their_events_of(account: Account, day: date) -> list[tuple[EventType, int]]:
    """The event types that give points, lightest first, and how many events of the account each had that day."""
    of_the_day = Q(
        events__account=account,
        events__occurred_at__gte=first_moment(day),
        events__occurred_at__lt=first_moment(day + timedelta(days=1)),
    )
    types = (
        EventType.objects.filter(weight__gt=0)
        .annotate(event_of_the_day=FilteredRelation("events", condition=of_the_day))
        .annotate(had=Count("event_of_the_day"))
        .order_by("weight", "pk")
    )
    return [(event_type, event_type.had) for event_type in types]


def _of_fit(found: Findings, condition: TierCondition) -> Change | None:
    """The lightest criterion that would do if it were met; of two alike, the one nothing is known about yet."""
    lightest_first = sorted(
        (each for each in found.fit.criteria if each.verdict != "met" and not each.is_disqualifier),
        key=lambda each: (each.weight, each.verdict == "missed"),
    )
    for criterion in lightest_first:
        others = tuple(each for each in found.fit.criteria if each is not criterion)
        score = replace(found.fit, criteria=(*others, replace(criterion, verdict="met"))).score
        if score is not None and score >= _threshold(condition):
            state = f"now {criterion.found}" if criterion.found else "not known yet"
            return Change(f"meeting “{criterion.name}” ({state})", score)
    return None


def _of_intent(found: Findings, condition: TierCondition) -> Change:
    """A surge on the topic that is already read enough, else on any."""
    needed = ceil(_threshold(condition))
    for topic in found.intent.topics:
        level = int((topic.recent_mean or 0) + 0.5)
        if not topic.is_surging and level >= needed:
            return Change(f"a surge on “{topic.topic}”, read at {level} already,", level)
    return Change(f"a surge on any topic at a level of {needed}", needed)


def _of_acv(found: Findings, condition: TierCondition) -> Change:
    threshold = _threshold(condition)
    match found.facts[Fact.ACV]:
        case int() | Decimal() as value:
            return Change(f"{number(threshold - value)} more", threshold)
    return Change(number(threshold), threshold)


def _threshold(condition: TierCondition) -> Decimal:
    """Of a condition about a score or an amount, which always has one."""
    return condition.threshold if condition.threshold is not None else Decimal(0)


def _need(condition: TierCondition, found: Findings) -> str:
    wanted = needed(condition) if condition.operator == TierCondition.Operator.AT_LEAST else limit(condition)
    return f"{word(condition)} {wanted} (now {written(condition, found.facts[condition.key])})"
