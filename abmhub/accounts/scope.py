"""Whose accounts a person sees, read before a long list is asked for.

`visible_to` says the same in one statement, which is right for one account or a few. For a page of a million the
database has to know beforehand whether it is about thirty accounts, which it collects and sorts, or about a third
of all, of which it walks the order and looks at each.
"""

from dataclasses import dataclass

from django.db.models import Exists, IntegerField, OuterRef, Q
from django.db.models.functions import Cast
from django.db.models.lookups import Exact

from abmhub.accounts.models import Account, AccountQuerySet, AccountTeamMember
from abmhub.core import sql
from abmhub.users.models import Role, User

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
        if self.is_everything:
            return Account.objects.all()
        seen = Q(owner__in=self.people) | Q(territory__in=self.territories)
        if len(self.on_team) <= MOST_NAMED:
            return Account.objects.filter(seen | Q(pk__in=self.on_team))
        team = AccountTeamMember.objects.filter(account=OuterRef("pk"), user__in=self.people)
        # As a number: of each value the planner expects one in 200, of what is true or false every second.
        return Account.objects.filter(seen | Q(Exact(Cast(Exists(team), IntegerField()), 1)))
