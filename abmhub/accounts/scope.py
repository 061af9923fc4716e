"""Whose accounts a person sees, read before a long list is asked for.

`visible_to` says the same in one statement, which is right for one account or a few. For a page of a million the
database has to know beforehand whether it is about thirty accounts, which it collects and sorts, or about a third
of all, of which it walks the order and looks at each.
"""

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Exists, IntegerField, OuterRef, Q
from django.db.models.functions import Cast
from django.db.models.lookups import Exact

from abmhub.accounts.models import Account, AccountQuerySet, AccountTeamMember, OfAccountQuerySet
from abmhub.core import sql
from abmhub.users.models import Role, User

OfAccounts = TypeVar("OfAccounts", bound=OfAccountQuerySet[Any])
MOST_NAMED = 1000
"""So many accounts of an account team are named one by one; with more, each account is asked for its team."""


@dataclass(frozen=True)
class Scope:
    """Everything, or the accounts of these people, of these territories, and those on whose team they are."""

    is_everything: bool
    people: tuple[int, ...] = ()
    territories: tuple[int, ...] = ()
    on_team: tuple[int, ...] = ()

    @classmethod
    def of(cls, user: User) -> "Scope":
        """One query, or none for those who see every account."""
        if user.sees_every_account:
            return cls(is_everything=True)
        [row] = sql.rows("accounts/scope", user=user.pk, manages=user.role == Role.SALES_MANAGER, at_most=MOST_NAMED)
        return cls(
            is_everything=False,
            people=tuple(row["people"]),
            territories=tuple(row["territories"]),
            on_team=tuple(row["on_team"]),
        )

    def accounts(self) -> AccountQuerySet:
        """Just the accounts of `Account.objects.visible_to`."""
        return Account.objects.all() if self.is_everything else Account.objects.filter(self._seen("pk", ""))

    def rows(self, rows: OfAccounts) -> OfAccounts:
        """Just those of its `visible_to`, of rows that belong to accounts."""
        path = rows.account_path
        return rows if self.is_everything else rows.filter(self._seen(path, f"{path}__"))

    def _seen(self, key: str, path: str) -> Q:
        """What is true of an account that is seen; `path` leads to its columns."""
        seen = Q(**{f"{path}owner__in": self.people}) | Q(**{f"{path}territory__in": self.territories})
        if len(self.on_team) <= MOST_NAMED:
            return seen | Q(**{f"{key}__in": self.on_team})
        team = AccountTeamMember.objects.filter(account=OuterRef(key), user__in=self.people)
        # As a number: of each value the planner expects one in 200, of what is true or false every second.
        return seen | Q(Exact(Cast(Exists(team), IntegerField()), 1))
