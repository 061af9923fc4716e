"""How well the buying committee of an account is covered, by role: known, reachable, engaged."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q

from abmhub.committee.models import BuyingRole, Contact
from abmhub.signals.models import EngagementEvent

ENGAGED_FOR = timedelta(days=90)
"""A contact counts as engaged this long after their last meaningful engagement."""


@dataclass(frozen=True)
class RoleCoverage:
    """How many contacts an account has in one buying role, and of how many we could hope for an answer."""

    role: BuyingRole
    known: int = 0
    reachable: int = 0
    engaged: int = 0

    @property
    def name(self) -> str:
        return self.role.name

    @property
    def level(self) -> str:
        """The best that can be said of the role: engaged, reachable, known or missing."""
        if self.engaged:
            return "engaged"
        if self.reachable:
            return "reachable"
        return "known" if self.known else "missing"

    @property
    def missing(self) -> int:
        """How many more are required."""
        return max(self.role.required - self.known, 0)


@dataclass(frozen=True)
class Coverage:
    """The buying committee of one account, role by role in their order."""

    roles: tuple[RoleCoverage, ...]

    @property
    def completeness(self) -> float:
        """0 to 1: the mean over the required roles of min(1, known / required)."""
        shares = [min(1.0, each.known / each.role.required) for each in self.roles if each.role.required]
        return sum(shares) / len(shares) if shares else 1.0

    @property
    def gaps(self) -> list[RoleCoverage]:
        return [each for each in self.roles if each.missing]

    @property
    def summary(self) -> str:
        known = sum(1 for each in self.roles if each.known)
        engaged = sum(1 for each in self.roles if each.engaged)
        return f"{known} of {len(self.roles)} roles known, {engaged} engaged"


def coverage_of(accounts: Collection[int], *, at: datetime) -> dict[int, Coverage]:
    """The coverage of each of these accounts (by id) at a moment, in two queries."""
    meaningful = EngagementEvent.objects.filter(
        contact=OuterRef("pk"), event_type__is_meaningful=True, occurred_at__gt=at - ENGAGED_FOR, occurred_at__lte=at
    )
    counted = (
        Contact.objects.filter(account__in=accounts)
        .exclude(buying_role=None)
        .values_list("account", "buying_role")
        .annotate(
            known=Count("pk"),
            reachable=Count("pk", filter=Q(opted_out_at=None) & ~Q(email="", phone="")),
            engaged=Count("pk", filter=Exists(meaningful)),
        )
    )
    counts = {(account, role): numbers for account, role, *numbers in counted}
    roles = list(BuyingRole.objects.order_by("position", "pk"))
    return {
        account: Coverage(tuple(RoleCoverage(role, *counts.get((account, role.pk), ())) for role in roles))
        for account in accounts
    }
