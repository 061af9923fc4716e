"""Whether the installation's books balance: every room that keeps some says what is wrong with them."""

from abmhub.budgets import books as budgets
from abmhub.funnel import books as funnel
from abmhub.metrics import books as metrics
from abmhub.orders import books as orders
from abmhub.scoring import books as scoring
from abmhub.scoring.changes import Scope

SENTENCES = 100


def errors(scope: Scope | None = None) -> dict[str, list[str]]:
    """A sentence for everything that contradicts something else, by the books it is in; all empty when well.

    Of a night only the tiers that it judged are proven, and of what it carried on nothing, unless it begins a week.
    """
    is_whole = scope is None or scope.begins_a_week
    return {
        "budgets": budgets.errors(),
        "orders": orders.errors(),
        "tiers": scoring.errors(among=scope.judged if scope and not is_whole else None),
        "funnel": funnel.errors(is_whole=is_whole),
        "metrics": metrics.errors(),
    }


def shortened(found: list[str]) -> list[str]:
    """The first hundred and how many more there are: what is wrong everywhere is wrong for one reason."""
    more = len(found) - SENTENCES
    return [*found[:SENTENCES], f"And {counted(more)} more."] if more > 0 else found


def counted(number: int) -> str:
    """So many contradictions, in words."""
    return f"{number:,} contradiction{'' if number == 1 else 's'}"
