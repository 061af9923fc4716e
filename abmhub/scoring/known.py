"""What conditions can ask of an account besides its scores: each fact as a column, and its plain-Python twin.

The night reads a column only where a rule asks for it.
"""

from collections.abc import Iterable

from psycopg.sql import SQL, Composable

from abmhub.accounts.models import Account
from abmhub.core import sql
from abmhub.pipeline.models import Opportunity, Stage
from abmhub.scoring import custom
from abmhub.scoring.models import FactValue, TierCondition

Fact = TierCondition.Fact

CUSTOMER, NO_OPPORTUNITY = "customer", "no opportunity"
"""Stages of an account without an open opportunity."""

# Of "account"; empty where it is not known.
COLUMNS: dict[str, Composable] = {
    Fact.INDUSTRY: SQL("nullif(account.industry, '')"),
    Fact.COUNTRY: SQL("nullif(account.country, '')"),
    Fact.SEGMENT: SQL("nullif(account.segment, '')"),
    Fact.TERRITORY: SQL("(SELECT name FROM accounts_territory AS territory WHERE territory.id = account.territory_id)"),
    Fact.STAGE: SQL("({})").format(sql.part("scoring/stage")),
}


def columns(conditions: Iterable[TierCondition]) -> dict[str, Composable]:
    """What the conditions ask of an account, by their keys."""
    return {
        condition.key: COLUMNS[condition.fact] if condition.custom is None else custom.expression_of(condition.custom)
        for condition in conditions
        if condition.custom or condition.fact in COLUMNS
    }


def values(account: Account, conditions: Iterable[TierCondition]) -> dict[str, FactValue]:
    """What is known of one account of all that the conditions ask; a query each for territory and stage."""
    found: dict[str, FactValue] = {}
    for condition in conditions:
        if condition.key not in found:
            found[condition.key] = _value(account, condition)
    return found


def _value(account: Account, condition: TierCondition) -> FactValue:
    match condition.fact:
        case Fact.INDUSTRY | Fact.COUNTRY | Fact.SEGMENT:
            return str(getattr(account, condition.fact)) or None
        case Fact.TERRITORY:
            return account.territory.name if account.territory else None
        case Fact.STAGE:
            return stage_of(account)
    return custom.value_of(account, condition.custom) if condition.custom else None


def stage_of(account: Account) -> str:
    """How far the talks with it are: its deepest open opportunity, or that it buys already, or neither."""
    opportunities = Opportunity.objects.filter(account=account, stage__kind=Stage.Kind.OPEN)
    deepest = opportunities.order_by("-stage__position", "-stage").values_list("stage__name", flat=True).first()
    return deepest or (CUSTOMER if account.is_customer else NO_OPPORTUNITY)
