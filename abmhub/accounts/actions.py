"""Changes of an account that need a right."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from abmhub.accounts.editing import Changes, edit_accounts
from abmhub.accounts.models import Account, AccountIdentity, AccountTeamMember, Territory
from abmhub.core import sql
from abmhub.core.refusals import NotAllowed, Refused
from abmhub.users.models import User
from abmhub.users.verbs import require


@transaction.atomic
def assign(*, account: Account, owner: User | None, territory: Territory | None, by: User, at: datetime) -> Account:
    """Decide who works an account, which its history keeps; the same again changes nothing.

    Raises NotAllowed for somebody who may not assign, or not this account, or not to that person.
    """
    require(by, "accounts.assign")
    current = Account.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=account.pk).first()
    if current is None:
        raise NotAllowed("This account is not yours to assign.")
    wanted: Changes = {"owner": owner, "territory": territory}
    changes = {fact: value for fact, value in wanted.items() if getattr(current, fact) != value}
    if changes:
        edit_accounts(accounts=[current.pk], changes=changes, by=by, at=at)
        current.refresh_from_db()
    return current


class ParentLoop(Refused):
    """An account cannot lie below itself."""


@transaction.atomic
def place_under(*, account: Account, parent: Account | None, by: User, at: datetime) -> Account:
    """Say which account owns this one; None when nobody does. Raises NotAllowed, ParentLoop."""
    require(by, "accounts.place_under")
    # Two placements at once could each be harmless and together close a circle.
    sql.run("accounts/one_placement_at_a_time")
    current = Account.objects.select_for_update().get(pk=account.pk)
    if parent is not None and current.lies_above(parent.pk):
        raise ParentLoop(f"{parent} lies below {current}: they would be each other's parent.")
    if current.parent != parent:
        current.parent, current.updated_at = parent, at
        current.save(update_fields=["parent", "updated_at"])
    return current


def join_account_team(*, account: Account, people: Collection[int], reason: str) -> None:
    """Let these people, by their keys, work the account and so see it; who does already stays as they are."""
    AccountTeamMember.objects.bulk_create(
        [AccountTeamMember(account=account, user_id=person, reason=reason) for person in people], ignore_conflicts=True
    )


def mark_customer(*, account: Account, at: datetime) -> None:
    """Remember that the account has bought; again changes nothing."""
    Account.objects.filter(pk=account.pk, is_customer=False).update(is_customer=True, updated_at=at)


def correct_industry(*, source: str, came_as: str, industry: str, at: datetime) -> int:
    """Write an industry that came misspelt from a source as it is meant. Returns how many accounts it was."""
    came = Account.objects.filter(industry=came_as, pk__in=_known_to(source))
    return came.update(industry=industry, updated_at=at)


def correct_country(*, source: str, came_as: str, country: str, at: datetime) -> int:
    """Take a headquarters that came from a source for the country, by its code, that it means.

    Returns how many accounts it was.
    """
    came = Account.objects.filter(country="", headquarters=came_as, pk__in=_known_to(source))
    return came.update(country=country, headquarters="", updated_at=at)


def _known_to(source: str) -> QuerySet[AccountIdentity, int]:
    return AccountIdentity.objects.filter(source=source).values_list("account", flat=True)
