"""Which tier an account is in: what the rules of a policy give it, and what keeps it elsewhere.

    1. eligible    disqualified, or outside the total addressable market: no tier, whatever else is said
    2. rules       the first, by position, whose conditions all hold, gives the earned tier. "At least" includes the
                   threshold, "below" does not. What is not known meets no condition
    3. override    in force from the day it was made through its last: its tier. The night after it ended, the earned
                   tier, whatever 4 to 6 say
    4. stale       an account with stale facts does not rise; it falls
    5. bands       it rises where it meets a rule with the promote band added to the thresholds of scores, and keeps
                   its tier while it meets a rule of that with the demote band taken off
    6. stay        it falls from the day on that is so many days after it came into the tier, not before
    7. capacity    an owner with more accounts of a tier than the policy allows keeps those of the highest priority, of
                   two alike the older; the others get the next tier that has room and whose rule they meet

Everything is compared with the tier before the day, so that a repeated night finds the same.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from django.conf import settings
from django.db import DataError, transaction
from django.db.models import Prefetch, QuerySet
from psycopg.sql import SQL, Composable, Identifier

from abmhub.core import sql
from abmhub.core.days import first_moment
from abmhub.core.sql import Values
from abmhub.scoring import compiling, failures
from abmhub.scoring.models import Facts, TierCondition, TierPolicy, TierRule
from abmhub.scoring.words import (
    WORDS,
    Fact,
    Operator,
    conditions_of,
    limit,
    needed,
    next_better,
    number,
    word,
    written,
)

__all__ = [
    "WORDS",
    "Fact",
    "Operator",
    "asked",
    "conditions_of",
    "find",
    "find_past",
    "limit",
    "matching",
    "needed",
    "next_better",
    "number",
    "policy_version",
    "publish",
    "rules_in_force",
    "rules_of",
    "snapshot",
    "word",
    "written",
]


def rules_in_force() -> list[TierRule]:
    """The rules of the policy in force; see `rules_of`."""
    return _rules(TierRule.objects.filter(policy__status=TierPolicy.Status.PUBLISHED))


def rules_of(policy: TierPolicy) -> list[TierRule]:
    """The rules in the order in which they are tried, with policy, tier and conditions, in three queries."""
    return _rules(policy.rules.all())


def _rules(rules: QuerySet[TierRule]) -> list[TierRule]:
    conditions = Prefetch("conditions", TierCondition.objects.select_related("custom").order_by("operator", "pk"))
    loaded = rules.select_related("policy", "tier").prefetch_related(conditions, "policy__capacities")
    return list(loaded.order_by("position"))


def asked(rules: Sequence[TierRule]) -> list[TierCondition]:
    """Every condition of the rules."""
    return [condition for rule in rules for condition in rule.conditions.all()]


def matching(rules: Sequence[TierRule], facts: Facts) -> TierRule | None:
    """The rule that gives an account with such facts its earned tier; the twin of the SQL of the night."""
    for rule in rules:
        if all(condition.holds(facts[condition.key]) for condition in rule.conditions.all()):
            return rule
    return None


def find(as_of: date, *, policy: TierPolicy | None = None) -> int:
    """Keep everybody's tier and its reason as `tonight`, after scores.gather; returns how many are in one.

    By the policy in force, or by another one that somebody thinks about: the night and the preview are one.
    """
    rules = rules_of(policy) if policy else rules_in_force()
    policy = policy or (rules[0].policy if rules else TierPolicy.objects.in_force())
    _judge(as_of, policy, rules)
    if policy is not None:
        _make_room(policy)
    accounts: int = sql.rows("scoring/tiered")[0]["accounts"]
    return accounts


def _judge(as_of: date, policy: TierPolicy | None, rules: Sequence[TierRule]) -> None:
    """Points 1 to 6, each account by itself. One that cannot be computed is left as it was, and named by the books."""
    values = Values("tier")
    parts = compiling.parts(policy, rules, values)

    def judge(score: Composable, table: str) -> None:
        sql.materialize(
            table,
            "scoring/tiers",
            _parts={**parts, "earlier": sql.part("scoring/earlier", score=score)},
            _asked=["account_id", "tier_id", "earlier_tier_id", "held_by"],
            minimum_stay_days=policy.minimum_stay_days if policy else 0,
            **earlier_parameters(as_of),
            **values.parameters,
        )

    failing: list[int] = []
    try:
        with transaction.atomic():
            judge(SQL("tonight_score"), "tonight")
    except DataError:
        failing = failures.failing(lambda score: judge(score, "tonight_tried"))
        judge(failures.without(failing), "tonight")
    failures.keep(failing)


def _make_room(policy: TierPolicy) -> None:
    """Point 7, each owner with all of theirs; from the highest tier down, so that who waits competes for the next."""
    for capacity in sorted(policy.capacities.all(), key=lambda each: each.tier_id):
        sql.run("scoring/make_room", level=capacity.tier_id, accounts_per_rep=capacity.accounts_per_rep)


def earlier_parameters(as_of: date) -> dict[str, object]:
    """What the statement about the time before the day is told."""
    return {
        "as_of": as_of,
        "begins": first_moment(as_of),
        "over": first_moment(as_of + timedelta(days=1)),
        "zone": settings.TIME_ZONE,
    }


def publish(as_of: date) -> int:
    """Write history and standings, after find; returns how many standings changed. Repeating it changes nothing."""
    version = policy_version()
    sql.materialize("tonight_move", "scoring/moves")
    sql.run("scoring/tier_changes_withdrawn", as_of=as_of)
    sql.run("scoring/tier_changes", as_of=as_of, policy_version=version)
    sql.run("scoring/failed_noted")
    sql.run("scoring/standings_missing")
    sql.run("scoring/overrides_released", as_of=as_of, over=first_moment(as_of + timedelta(days=1)))
    return sql.run("scoring/standings", as_of=as_of)


def snapshot(as_of: date, *, is_over: bool) -> int:
    """Freeze how many accounts each tier has, after publish; returns the rows written.

    Of a day that is over, after find alone, only what is missing is written: what was reported then stays.
    """
    return sql.run(
        "scoring/tier_snapshot",
        _parts={
            "found": Identifier("tonight" if is_over else "accounts_standing"),
            "everybody": Identifier("tonight" if is_over else "accounts_account"),
        },
        as_of=as_of,
        policy_version=policy_version(as_of if is_over else None),
        is_over=is_over,
    )


def find_past(as_of: date) -> int:
    """As `find`, by the policy that was in force on a day that is over; by the one of now if that was the first."""
    return find(as_of, policy=TierPolicy.objects.in_force_on(as_of))


def policy_version(day: date | None = None) -> int:
    """The version of the policy in force, or of the one that judges a day that is over; 0 without one."""
    policy = (TierPolicy.objects.in_force_on(day) if day else None) or TierPolicy.objects.in_force()
    return policy.version if policy else 0
