"""The tier of every account worked out slowly, one by one, from the rows: what the night must find too."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from abmhub.accounts.models import Account, TierChange
from abmhub.core.days import business_day
from abmhub.scoring.models import TierCondition, TierOverride, TierPolicy, TierRule
from tests.kept import kept

NONE = 99
"""No tier, worse than any."""


@dataclass
class Found:
    """Where an account ends up, and why."""

    earned: int
    tier: int
    held_by: str = ""


def lower(words: list[str]) -> list[str]:
    return [word.lower() for word in words]


def meets(condition: TierCondition, value: Any, shift: int = 0) -> bool:
    """Whether it holds, with the threshold of a score made harder by `shift` points, or easier if negative."""
    if value is None:
        return False
    if condition.operator == "in":
        return str(value).lower() in lower(condition.values)
    if condition.operator == "not":
        return str(value).lower() not in lower(condition.values)
    limit = Decimal(str(condition.threshold))
    if condition.fact in ("fit", "intent", "engagement") and shift:
        if condition.operator == "gte":
            harder = limit + shift
            limit = harder if shift < 0 or harder <= 100 else max(limit, Decimal(100))
        else:
            harder = limit - shift
            limit = harder if shift < 0 or harder >= 1 else min(limit, Decimal(1))
    return bool(value >= limit if condition.operator == "gte" else value < limit)


def all_met(rule: TierRule, facts: dict[str, Any], shift: int = 0) -> bool:
    return all(meets(condition, facts[condition.key], shift) for condition in rule.conditions.all())


def shift_of(rule: TierRule, stood: int, policy: TierPolicy) -> int:
    if rule.tier_id < stood:
        return policy.promote_band
    return -policy.demote_band if rule.tier_id == stood else 0


def before(account: Account, day: date) -> tuple[int, date | None]:
    """The tier before the day, and since when."""
    moves = list(TierChange.objects.filter(account=account).order_by("changed_on"))
    earlier = [move for move in moves if move.changed_on < day]
    later = [move for move in moves if move.changed_on >= day]
    if later:
        return later[0].from_tier_id or NONE, earlier[-1].changed_on if earlier else None
    standing = account.standing
    return standing.tier_id or NONE, standing.tier_since_on


def by_hand(account: Account, day: date) -> tuple[TierOverride | None, bool]:
    """The override that holds, and whether one has just ended."""
    in_force, is_released = None, False
    for override in TierOverride.objects.filter(account=account).order_by("made_at", "pk"):
        ended_on = business_day(override.ended_at) if override.ended_at else None
        made_on = business_day(override.made_at)
        nights = [
            made_on + timedelta(days=days)
            for days in range((override.expires_on - made_on).days + 1)
            if ended_on is None or made_on + timedelta(days=days) < ended_on
        ]
        if day in nights:
            in_force = override
        elif any(night < day for night in nights) and (override.released_on is None or override.released_on >= day):
            is_released = True
    return in_force, is_released


def alone(account: Account, facts: dict[str, Any], score: dict[str, Any], policy: TierPolicy, day: date) -> Found:
    """Everything but capacity."""
    rules = list(policy.rules.order_by("position"))
    if not score["is_target"] or score["disqualified_by"]:
        return Found(NONE, NONE)
    earned = next((rule.tier_id for rule in rules if all_met(rule, facts)), NONE)
    override, is_released = by_hand(account, day)
    if override is not None:
        return Found(earned, override.tier_id or NONE, "override")
    stood, since = before(account, day)
    if is_released or earned == stood:
        return Found(earned, earned)
    within = next((rule.tier_id for rule in rules if all_met(rule, facts, shift_of(rule, stood, policy))), NONE)
    if earned < stood:
        if score["stale_since_on"] is not None:
            return Found(earned, stood, "stale")
        return Found(earned, min(within, stood), "band") if within > earned else Found(earned, earned)
    if within == stood:
        return Found(earned, stood, "band")
    if since is not None and day < since + timedelta(days=policy.minimum_stay_days):
        return Found(earned, stood, "stay")
    return Found(earned, earned)


def everybody(policy: TierPolicy, day: date, facts_of: Any) -> dict[int, Found]:
    """Where each account ends up; one owner's accounts choose one after the other, the first in the queue first."""
    scored = {row["account_id"]: row for row in kept("tonight_score")}
    accounts = {each.pk: each for each in Account.objects.select_related("standing")}
    known = {pk: facts_of(account, scored[pk]) for pk, account in accounts.items()}
    found = {pk: alone(account, known[pk], scored[pk], policy, day) for pk, account in accounts.items()}
    places = {each.tier_id: each.accounts_per_rep for each in policy.capacities.all()}
    taken: dict[tuple[int, int], int] = {}

    def turn(pk: int) -> tuple[bool, int, int]:
        score = scored[pk]
        priority = (score["fit"] or 0) + (score["intent"] or 0) + score["engagement"]
        return (found[pk].held_by != "override", -priority, pk)

    for pk in sorted(found, key=turn):
        here, owner = found[pk], accounts[pk].owner_id
        if owner is None:
            continue
        choices = [here.tier]
        if here.held_by != "override":
            stood, _ = before(accounts[pk], day)
            met = {
                rule.tier_id for rule in policy.rules.all() if all_met(rule, known[pk], shift_of(rule, stood, policy))
            }
            choices += sorted(level for level in met if level > here.tier)
        free = [
            level
            for level in choices
            if level not in places or taken.get((owner, level), 0) < places[level] or here.held_by == "override"
        ]
        chosen = free[0] if here.tier != NONE and free else NONE
        taken[owner, chosen] = taken.get((owner, chosen), 0) + 1
        if chosen != here.tier:
            found[pk] = Found(here.earned, chosen, "" if chosen == here.earned else "capacity")
    return found
