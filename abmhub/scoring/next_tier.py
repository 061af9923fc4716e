"""The smallest single change that lifts an account to a better tier, in plain words.

A change is tried out: it is named only if the next night, with nothing else different, gives a better tier. Of each
kind the smallest that does so is found by trying them in order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, FilteredRelation, Q

from abmhub.accounts.models import Account, HeldBy, Tier
from abmhub.core.days import first_moment
from abmhub.scoring import bands, placing
from abmhub.scoring.fit import Fit
from abmhub.scoring.models import Facts, FactValue, TierCondition, TierPolicy, TierRule
from abmhub.scoring.placing import Circumstances, Placed
from abmhub.scoring.words import Fact, Operator, conditions_of, limit, needed, number, word, written
from abmhub.signals.engagement import UNITS_PER_POINT, Engagement, score_of
from abmhub.signals.intent import Intent
from abmhub.signals.models import EventType

MOST_EVENTS = 5
"""More events than that are no small change."""


@dataclass(frozen=True)
class Change:
    """Something that might happen to an account, and the value that one fact would have then."""

    fact: str
    words: str
    value: Decimal | int


@dataclass(frozen=True)
class NextTier:
    """What it takes to reach a tier, or what leads to it; no tier is None. `is_single`: one change is enough."""

    tier: Tier | None
    sentence: str
    is_single: bool
    change: Change | None = None


@dataclass(frozen=True)
class Findings:
    """What is known of an account on a day: the facts that conditions are about, and what they are made of."""

    account: Account
    as_of: date
    facts: Facts
    fit: Fit
    intent: Intent
    engagement: Engagement


@dataclass(frozen=True)
class Standpoint:
    """Where an account is now, and by which policy the next night decides."""

    found: Findings
    policy: TierPolicy | None
    rules: Sequence[TierRule]
    before: Circumstances
    placed: Placed
    tiers: dict[int, Tier]

    @property
    def next_night(self) -> date:
        return self.found.as_of + timedelta(days=1)

    def outcome(self, facts: dict[str, FactValue] | None = None, **circumstances: Any) -> Placed:
        """Where the next night puts it, with some facts and circumstances changed."""
        before = replace(self.before.after(self.placed, self.found.as_of), **circumstances)
        return placing.place(self.policy, self.rules, {**self.found.facts, **(facts or {})}, before, self.next_night)

    def name(self, tier_id: int | None) -> str:
        return "no tier" if tier_id is None else self.tiers[tier_id].name


def next_tier(here: Standpoint) -> NextTier | None:
    """What lifts the account above its tier; None at the top, without rules, and while an override holds."""
    better = [rule for rule in here.rules if rule.tier_id < here.placed.rank]
    if not better or here.placed.held_by == HeldBy.OVERRIDE:
        return None
    if here.before.stale_since_on is not None:
        fresh = here.outcome(stale_since_on=None)
        if fresh.rank < here.placed.rank:
            since = f"{here.before.stale_since_on:%-d %B %Y}"
            sentence = (
                f"Its facts are stale since {since}: once a source confirms them, it is {here.name(fresh.tier_id)}."
            )
            return NextTier(here.tiers[fresh.rank], sentence, is_single=True)
    else:
        for change in changes(here):
            reached = here.outcome({change.fact: change.value})
            sentence = f"{_opening(here, change, reached)}: {change.words} makes it {here.name(reached.tier_id)}."
            return NextTier(here.tiers[reached.rank], sentence, is_single=True, change=change)
    return _needs(here, better[-1])


def changes(here: Standpoint) -> Iterator[Change]:
    """Of each kind of change the smallest that lifts the account, if any does."""
    for of_a_kind in candidates(here):
        tried: FactValue = None
        for change in of_a_kind:
            if change.value in (here.found.facts[change.fact], tried):
                continue
            tried = change.value
            if here.outcome({change.fact: change.value}).rank < here.placed.rank:
                yield change
                break


def candidates(here: Standpoint) -> tuple[Iterator[Change], ...]:
    """What might happen, of each kind the smallest first."""
    return (_of_engagement(here.found), _of_intent(here.found), _of_fit(here.found), _of_acv(here))


def _of_engagement(found: Findings) -> Iterator[Change]:
    """Events of one type on the day, by nobody in particular: the fewest first, then the lightest.

    Only as many of a type count as its daily cap has left.
    """
    types = _types_with_their_events_of(found.account, found.as_of)
    for times in range(1, MOST_EVENTS + 1):
        for event_type, had in types:
            if had + times <= event_type.daily_cap:
                given = times * event_type.weight
                name = event_type.name[:1].lower() + event_type.name[1:]
                words = f"{'one' if times == 1 else f'{times} ×'} {name} (+{given})"
                yield Change(Fact.ENGAGEMENT, words, score_of(found.engagement.units + given * UNITS_PER_POINT))


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


def _of_intent(found: Findings) -> Iterator[Change]:
    """A surge on a topic that is already read, the least first; then one on any other topic."""
    read = sorted(
        ((int((topic.recent_mean or 0) + 0.5), topic) for topic in found.intent.topics if not topic.is_surging),
        key=lambda each: each[0],
    )
    for level, topic in read:
        score = found.intent.score_with(level, topic)
        yield Change(Fact.INTENT, f"a surge on “{topic.topic}”, read at {level} already,", score)
    for level in range(1, 101):
        words = f"a surge on any topic at a level of {level}"
        yield Change(Fact.INTENT, words, found.intent.score_with(level))


def _of_fit(found: Findings) -> Iterator[Change]:
    """A criterion that is not met, the lightest first; of two alike, the one nothing is known about yet."""
    lightest_first = sorted(
        (each for each in found.fit.criteria if each.verdict != "met" and not each.is_disqualifier),
        key=lambda each: (each.weight, each.verdict == "missed"),
    )
    for criterion in lightest_first:
        others = tuple(each for each in found.fit.criteria if each is not criterion)
        score = replace(found.fit, criteria=(*others, replace(criterion, verdict="met"))).score
        if score is not None:
            state = f"now {criterion.found}" if criterion.found else "not known yet"
            yield Change(Fact.FIT, f"meeting “{criterion.name}” ({state})", score)


def _of_acv(here: Standpoint) -> Iterator[Change]:
    """The amounts that any rule asks for and the account has not, the least first."""
    has = here.found.facts[Fact.ACV]
    known = has if isinstance(has, int | Decimal) else None
    asked = {
        each.threshold
        for rule in here.rules
        for each in rule.conditions.all()
        if each.fact == Fact.ACV and each.operator == Operator.AT_LEAST and each.threshold is not None
    }
    for threshold in sorted(each for each in asked if known is None or each > known):
        words = number(threshold) if known is None else f"{number(threshold - known)} more"
        yield Change(Fact.ACV, words, threshold)


def _opening(here: Standpoint, change: Change, reached: Placed) -> str:
    """What it is and what it has to be: Engagement 41 of 60."""
    stood = here.placed.tier_id
    for rule in here.rules:
        if rule.tier_id == reached.rank:
            short = placing.lacking(here.policy, rule, here.found.facts, stood, conditions_of(rule))
            for condition in short:
                if condition.key == change.fact and condition.operator == Operator.AT_LEAST:
                    return _short_of(here, rule, condition)
    if here.placed.held_by == HeldBy.CAPACITY:
        return f"It waits for a place in {here.name(reached.tier_id)}"
    return f"{_capital(change.fact)} {_now(here, change.fact)}"


def _short_of(here: Standpoint, rule: TierRule, condition: TierCondition) -> str:
    about, value = word(condition), here.found.facts[condition.key]
    wanted = _wanted(here, rule, condition)
    has = f"unknown, {wanted} needed" if value is None else f"{written(condition, value)} of {wanted}"
    return f"{about[:1].upper()}{about[1:]} {has}"


def _wanted(here: Standpoint, rule: TierRule, condition: TierCondition) -> str:
    """The threshold in its situation: with the promote band where the account has to rise."""
    inside = bands.threshold(condition, here.policy, level=rule.tier_id, stood=here.placed.rank)
    return needed(condition) if inside in (None, condition.threshold) else number(inside or 0)


def _capital(fact: str) -> str:
    return f"{Fact(fact).label[:1]}{Fact(fact).label[1:]}"


def _now(here: Standpoint, fact: str) -> str:
    value = here.found.facts[fact]
    return "unknown" if value is None else number(value) if isinstance(value, int | Decimal) else value


def _needs(here: Standpoint, rule: TierRule) -> NextTier:
    """Everything that the account lacks for the least demanding rule of a better tier."""
    short = placing.lacking(here.policy, rule, here.found.facts, here.placed.tier_id, conditions_of(rule))
    needs = [_need(here, rule, each) for each in short]
    if here.before.stale_since_on is not None:
        needs.append(f"facts that a source confirms (stale since {here.before.stale_since_on:%-d %B %Y})")
    if len(short) == 1 and len(needs) == 1 and short[0].fact in LEVERS and short[0].operator == Operator.AT_LEAST:
        sentence = f"{_short_of(here, rule, short[0])}: {rule.tier} is more than one step away."
    elif needs:
        sentence = f"{rule.tier} needs {', '.join(needs)}."
    else:
        sentence = f"{rule.tier} has no place for it: others of the same owner go before."
    return NextTier(rule.tier, sentence, is_single=False)


LEVERS = (Fact.FIT, Fact.INTENT, Fact.ENGAGEMENT, Fact.ACV)
"""Facts that something can happen to which lifts the account."""


def _need(here: Standpoint, rule: TierRule, condition: TierCondition) -> str:
    is_least = condition.operator == Operator.AT_LEAST
    wanted = _wanted(here, rule, condition) if is_least else limit(condition)
    return f"{word(condition)} {wanted} (now {written(condition, here.found.facts[condition.key])})"
