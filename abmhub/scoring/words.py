"""Rules and their conditions as people read them, within a sentence."""

from collections.abc import Sequence
from decimal import Decimal

from abmhub.accounts.models import Attribute
from abmhub.scoring.models import FactValue, TierCondition, TierRule

Fact, Operator = TierCondition.Fact, TierCondition.Operator

WORDS = {
    Fact.FIT: "fit",
    Fact.INTENT: "intent",
    Fact.ENGAGEMENT: "engagement",
    Fact.ACV: "expected ACV",
    Fact.FRESHNESS: "days overdue",
    Fact.STAGE: "stage",
    Fact.INDUSTRY: "industry",
    Fact.COUNTRY: "country",
    Fact.SEGMENT: "segment",
    Fact.TERRITORY: "territory",
}
_ORDER = list(Fact)


def conditions_of(rule: TierRule) -> list[TierCondition]:
    """The conditions of a rule as people read them: the scores, money, the rest, custom attributes."""
    return sorted(rule.conditions.all(), key=lambda each: (_ORDER.index(Fact(each.fact)), each.custom_id or 0))


def word(condition: TierCondition) -> str:
    """What the condition is about, within a sentence."""
    return condition.custom.label if condition.custom else WORDS[Fact(condition.fact)]


def written(condition: TierCondition, value: FactValue) -> str:
    """A value of its fact as people write it."""
    if value is None:
        return "unknown"
    return str(value) if isinstance(value, str) or is_year(condition) else number(value)


def limit(condition: TierCondition) -> str:
    """What it asks for: at least 60, below 15,000, own or mixed."""
    if condition.threshold is None:
        opening = "not " if condition.operator == Operator.NOT_ONE_OF else ""
        return opening + " or ".join(condition.values)
    opening = "at least" if condition.operator == Operator.AT_LEAST else "below"
    return f"{opening} {needed(condition)}"


def needed(condition: TierCondition) -> str:
    """The threshold of `limit` alone, or its values."""
    if condition.threshold is None:
        return limit(condition)
    return f"{condition.threshold:.0f}" if is_year(condition) else number(condition.threshold)


def is_year(condition: TierCondition) -> bool:
    """Whether its fact is a year, which has no thousands."""
    return condition.custom is not None and condition.custom.kind == Attribute.Kind.DATE


def number(value: Decimal | int) -> str:
    """A score or an amount as people write it: 41, 15,000, 1,250.5."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def next_better(rules: Sequence[TierRule], matched: TierRule | None) -> TierRule | None:
    """The rule that would lift the account to the next better tier; None at the top.

    Of the rules that were tried before the one that matched, the last that gives a better tier: it is the
    least demanding. In no tier it is the last rule of all.
    """
    for rule in reversed(rules):
        if matched is None or (rule.position < matched.position and rule.tier_id < matched.tier_id):
            return rule
    return None
