"""Committee coverage across accounts: for each group of accounts the share that has somebody in each role."""

import re
from dataclasses import dataclass
from typing import Literal

from django.db.models import Count, Q

from abmhub.accounts.models import AccountQuerySet, Segment
from abmhub.committee.models import BuyingRole, RoleCount

By = Literal["territory", "owner", "tier", "segment", "industry"]
Level = Literal["known", "reachable", "engaged"]

GROUPS: dict[By, tuple[str, str]] = {
    "territory": ("territory", "territory__name"),
    "owner": ("owner", "owner__name"),
    "tier": ("standing__tier", "standing__tier__name"),
    "segment": ("segment", "segment"),
    "industry": ("industry", "industry"),
}
"""What accounts are grouped by: the field of the key and the field of the name."""

NAMELESS: dict[By, str] = {
    "territory": "No territory", "owner": "No owner", "tier": "No tier", "segment": "No segment",
    "industry": "No industry",
}  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """How many of the accounts of a group have somebody in a role who is known, reachable, engaged."""

    role: BuyingRole
    accounts: int
    known: int = 0
    reachable: int = 0
    engaged: int = 0

    def share(self, level: Level) -> float:
        """Of the accounts of the group, 0 to 1."""
        number: int = getattr(self, level)
        return number / self.accounts if self.accounts else 0.0


@dataclass(frozen=True)
class Group:
    """A row of the map. The key is that of the territory, owner or tier, or the segment or industry itself; it is
    empty for those without."""

    key: int | str
    name: str
    accounts: int
    cells: tuple[Cell, ...]


def coverage_matrix(accounts: AccountQuerySet, *, by: By) -> list[Group]:
    """The groups of these accounts by name, those without one last, in three queries however many there are.

    As the last night counted; the numbers of a group are whole, so that its accounts can be listed.
    """
    key, name = GROUPS[by]
    roles = list(BuyingRole.objects.order_by("position", "pk"))
    sizes = accounts.order_by().values_list(key, name).annotate(number=Count("pk"))
    counted = (
        RoleCount.objects.filter(account__in=accounts.order_by().values("pk"))
        .values_list(f"account__{key}", "buying_role")
        .annotate(
            with_known=Count("pk", filter=Q(known__gt=0)),
            with_reachable=Count("pk", filter=Q(reachable__gt=0)),
            with_engaged=Count("pk", filter=Q(engaged__gt=0)),
        )
    )
    counts = {(group or "", role): numbers for group, role, *numbers in counted}
    groups = [
        Group(
            group or "",
            _named(by, title),
            number,
            tuple(Cell(role, number, *counts.get((group or "", role.pk), ())) for role in roles),
        )
        for group, title, number in sizes
    ]
    if by == "tier":
        return sorted(groups, key=lambda group: group.key or float("inf"))
    return sorted(groups, key=lambda group: (group.key == "", _counting(group.name)))


def _counting(name: str) -> list[tuple[str, int]]:
    """For an order in which Territory 2 comes before Territory 10."""
    return [(words, int(digits or 0)) for words, digits in re.findall(r"(\D*)(\d*)", name.casefold())]


def _named(by: By, title: str | None) -> str:
    if not title:
        return NAMELESS[by]
    return str(Segment(title).label) if by == "segment" else title
