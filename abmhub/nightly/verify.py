"""Whether the installation's books balance: every room that keeps some says what is wrong with them."""

from collections.abc import Callable

from abmhub.budgets import books as budgets
from abmhub.funnel import books as funnel
from abmhub.orders import books as orders
from abmhub.scoring import books as scoring

BOOKS: tuple[tuple[str, Callable[[], list[str]]], ...] = (
    ("budgets", budgets.errors),
    ("orders", orders.errors),
    ("tiers", scoring.errors),
    ("funnel", funnel.errors),
)

SENTENCES = 100


def errors() -> dict[str, list[str]]:
    """A sentence for everything that contradicts something else, by the books it is in; all empty when well."""
    return {name: check() for name, check in BOOKS}


def shortened(found: list[str]) -> list[str]:
    """The first hundred and how many more there are: what is wrong everywhere is wrong for one reason."""
    more = len(found) - SENTENCES
    return [*found[:SENTENCES], f"And {counted(more)} more."] if more > 0 else found


def counted(number: int) -> str:
    """So many contradictions, in words."""
    return f"{number:,} contradiction{'' if number == 1 else 's'}"
