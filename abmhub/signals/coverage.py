"""How well the buying committee of an account is covered, by role: known, reachable, engaged."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q
from psycopg.sql import SQL, Composable

from abmhub.accounts.models import Account
from abmhub.committee.models import BuyingRole, Contact
from abmhub.core import sql
from abmhub.core.days import first_moment
from abmhub.signals.models import EngagementEvent

ENGAGED_FOR = timedelta(days=90)
"""A contact counts as engaged this long after their last meaningful engagement."""

WORTH_AN_ALARM = (1, 2)
"""The tiers whose accounts should never hang on one person."""


@dataclass(frozen=True)
class RoleCoverage:
    """How many contacts an account has in one buying role, and of how many we could hope for an answer.

    `required` is what an account of its tier and segment should have.
    """

    role: BuyingRole
    known: int = 0
    reachable: int = 0
    engaged: int = 0
    required: int = 0

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
        return max(self.required - self.known, 0)

    @property
    def share(self) -> float:
        """How much of the role is filled, 0 to 1."""
        return min(1.0, self.known / self.required) if self.required else 1.0


@dataclass(frozen=True)
class Coverage:
    """The buying committee of one account, role by role in their order.

    `people_engaged` counts those without a role too. `may_hang_on_one` says whether it would be alarming if
    all hung on one person: an open deal, or a high tier.
    """

    roles: tuple[RoleCoverage, ...]
    people_engaged: int = 0
    may_hang_on_one: str = ""

    @property
    def completeness(self) -> float:
        """0 to 1: the mean over the required roles of min(1, known / required)."""
        shares = [each.share for each in self.roles if each.required]
        return sum(shares) / len(shares) if shares else 1.0

    @property
    def gaps(self) -> list[RoleCoverage]:
        """The roles in which somebody is missing."""
        return [each for each in self.roles if each.missing]

    @property
    def summary(self) -> str:
        known = sum(1 for each in self.roles if each.known)
        engaged = sum(1 for each in self.roles if each.engaged)
        return f"{known} of {len(self.roles)} roles known, {engaged} engaged"

    @property
    def single_thread_alarm(self) -> str:
        """The sentence of alarm when a deal or a high tier hangs on one person or nobody; otherwise empty."""
        if not self.may_hang_on_one or self.people_engaged > 1:
            return ""
        whom = "only one person" if self.people_engaged else "nobody"
        return f"{self.may_hang_on_one}, and {whom} is engaged."


def coverage_of(
    accounts: Collection[int],
    *,
    at: datetime,
    tiers: Mapping[int, tuple[int | None, str]] | None = None,
    with_open_deal: Collection[int] = (),
) -> dict[int, Coverage]:
    """The coverage of each of these accounts (by id) at a moment, in two queries.

    `tiers` are their tiers and segments, by whoever has read them already; a third query otherwise. Whoever knows
    deals says which of the accounts have an open one; signals know none.
    """
    counts, engaged = _counted(accounts, at)
    roles, requirements = BuyingRole.objects.with_requirements()
    if tiers is None:
        standings = Account.objects.filter(pk__in=accounts).values_list("pk", "standing__tier", "segment")
        tiers = {account: (tier, segment) for account, tier, segment in standings}
    found = {}
    for account in accounts:
        tier, segment = tiers.get(account, (None, ""))
        found[account] = Coverage(
            tuple(
                RoleCoverage(
                    role,
                    *counts.get((account, role.pk), (0, 0, 0)),
                    required=requirements.required(role, tier=tier, segment=segment),
                )
                for role in roles
            ),
            people_engaged=engaged.get(account, 0),
            may_hang_on_one=_reason(tier, has_open_deal=account in with_open_deal),
        )
    return found


def _counted(
    accounts: Collection[int], at: datetime
) -> tuple[dict[tuple[int, int | None], tuple[int, int, int]], dict[int, int]]:
    """Known, reachable and engaged by account and role, and how many are engaged in all."""
    meaningful = EngagementEvent.objects.filter(
        contact=OuterRef("pk"), event_type__is_meaningful=True, occurred_at__gt=at - ENGAGED_FOR, occurred_at__lte=at
    )
    rows = (
        Contact.objects.filter(account__in=accounts, erased_at=None)
        .values_list("account", "buying_role")
        .annotate(
            known=Count("pk"),
            reachable=Count("pk", filter=Q(opted_out_at=None) & ~Q(email="", phone="")),
            engaged=Count("pk", filter=Exists(meaningful)),
        )
    )
    counts: dict[tuple[int, int | None], tuple[int, int, int]] = {}
    in_all: dict[int, int] = {}
    for account, role, known, reachable, engaged in rows:
        counts[account, role] = (known, reachable, engaged)
        in_all[account] = in_all.get(account, 0) + engaged
    return counts, in_all


def _reason(tier: int | None, *, has_open_deal: bool) -> str:
    """Why it would be alarming if the account hung on one person; empty when it would not."""
    if has_open_deal:
        return "A deal is open"
    return f"This is a Tier {tier} account" if tier in WORTH_AN_ALARM else ""


def count_roles(as_of: date) -> int:
    """Count the people of every account by role, for whatever asks about many; returns how many counts changed."""
    _gather_role_counts(as_of, contacts=sql.part("signals/engaged_people"), is_engaged=SQL("contact.is_engaged"))
    return _keep_role_counts(SQL("TRUE"))


def recount_roles(as_of: date, *, since: date, among: Composable, new: Composable) -> int:
    """The same, where anything can have changed since the night of a day; returns how many counts changed.

    That is in the accounts that `among` selects, and in those of people who were meaningfully engaged in the events of
    the relation `new`, or so long ago that it no longer counts.
    """
    sql.materialize(
        "tonight_counted",
        "signals/role_counts_moved",
        _parts={"among": among, "new": new},
        since_before=first_moment(since + timedelta(days=1)) - ENGAGED_FOR,
        since=first_moment(as_of + timedelta(days=1)) - ENGAGED_FOR,
    )
    _gather_role_counts(as_of, contacts=sql.part("signals/people_of"), is_engaged=sql.part("signals/engaged_person"))
    return _keep_role_counts(SQL("kept.account_id IN (SELECT account_id FROM tonight_counted)"))


def _gather_role_counts(as_of: date, **parts: Composable) -> None:
    until = first_moment(as_of + timedelta(days=1))
    sql.materialize(
        "tonight_role_count",
        "signals/role_counts",
        _parts=parts,
        _asked=["account_id", "buying_role_id"],
        since=until - ENGAGED_FOR,
        until=until,
    )


def _keep_role_counts(accounts: Composable) -> int:
    gone = sql.run("signals/role_counts_gone", _parts={"accounts": accounts})
    return gone + sql.run("signals/role_counts_found")
