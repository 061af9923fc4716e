"""Accounts that own accounts: the tree that one is part of, and what lies below it."""

from typing import NamedTuple

from abmhub.accounts.models import Account
from abmhub.core import sql

MOST_SHOWN = 200


class Relative(NamedTuple):
    """An account of the tree; depth 0 is the topmost."""

    account: Account
    depth: int


def family_of(account: Account, *, at_most: int = MOST_SHOWN) -> list[Relative]:
    """The whole tree of the account, itself included, each under its parent; two queries, however deep.

    Whoever shows it asks `visible_to` for what may be shown of each.
    """
    places = sql.rows("accounts/family", account=account.pk, at_most=at_most)
    found = Account.objects.in_bulk([place["id"] for place in places])
    return [Relative(found[place["id"]], place["depth"]) for place in places if place["id"] in found]
