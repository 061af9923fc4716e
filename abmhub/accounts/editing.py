"""Changes that people make to accounts, kept in a journal from which they can be taken back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction
from django.db.models import Q, QuerySet
from psycopg.sql import Identifier

from abmhub.accounts.facts import Fact, Value, facts, written
from abmhub.accounts.models import Account, AccountEdit, EditedAccount, FreshnessClock
from abmhub.accounts.models.freshness import BY_HAND
from abmhub.accounts.names import normalized
from abmhub.core import sql
from abmhub.core.refusals import NotAllowed, Refused
from abmhub.users.models import SALES_ROLES, Role, User
from abmhub.users.verbs import require

MOST_ACCOUNTS = 10_000

Changes = Mapping[str, Value]
"""Value by the code of the fact: {"owner": user, "industry": "retail", "attributes.parcels": 1200}."""


class TooManyAccounts(Refused):
    """An edit is one transaction, and so must end soon."""


class StaleForm(Refused):
    """The fact is not what the form showed any more. `present` is what it is now, as JSON."""

    def __init__(self, message: str, present: str) -> None:
        super().__init__(message)
        self.present = present


class NothingToUndo(Refused):
    """The edit has been taken back already."""


@dataclass(frozen=True)
class Undone:
    """What became of taking an edit back: how many accounts were given back what they had, and the names of those,
    by key, that somebody has changed since."""

    given_back: int
    overtaken: dict[int, str]


def people_to_assign(by: User) -> QuerySet[User]:
    """Those to whom this person may give an account: a sales manager to the own teams, others to all of sales."""
    people = User.objects.filter(role__in=SALES_ROLES, is_active=True)
    if by.role == Role.SALES_MANAGER:
        people = people.filter(Q(pk=by.pk) | Q(team__manager=by))
    return people


@transaction.atomic
def edit_accounts(
    *, accounts: QuerySet[Account] | Collection[int], changes: Changes, by: User, at: datetime
) -> AccountEdit | None:
    """Give all these accounts the same facts; those that this person may not see are left alone.

    Returns the decision, which `undo_edit` takes back, or None when all was so already. Raises NotAllowed for a fact
    that this person may not change, TooManyAccounts.
    """
    known = facts()
    _require(by, [known[code] for code in changes])
    _must_be_assignable(changes, by)
    visible = Account.objects.visible_to(by)
    keys = list(visible.filter(Q(pk__in=accounts)).order_by().values_list("pk", flat=True)[: MOST_ACCOUNTS + 1])
    if len(keys) > MOST_ACCOUNTS:
        raise TooManyAccounts(f"At most {MOST_ACCOUNTS:,} accounts can be changed at once: narrow the list first.")
    return _edit(_locked(visible, keys), changes, known, by, at)


@transaction.atomic
def edit_field(*, account: Account, field: str, was: Value, value: Value, by: User, at: datetime) -> AccountEdit | None:
    """Change one fact that a form showed as `was`.

    Raises NotAllowed, and StaleForm when it is something else by now; that it is `value` already is no harm.
    """
    fact = facts()[field]
    _require(by, [fact])
    current = Account.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=account.pk).first()
    if current is None:
        raise NotAllowed("This account is not yours to change.")
    present = fact.value_of(current)
    if written(present) == written(value):
        return None
    if written(present) != written(was):
        raise StaleForm(_who_overtook(fact, current), written(present))
    _must_be_assignable({field: value}, by)
    return _edit([current.pk], {field: value}, {field: fact}, by, at)


@transaction.atomic
def confirm_facts(*, account: Account, by: User, at: datetime) -> None:
    """Say that what we know of an account is right: its facts are fresh again, by the clock of what is done by hand.

    Raises NotAllowed.
    """
    require(by, "accounts.edit")
    if not Account.objects.visible_to(by).filter(pk=account.pk).update(refreshed_at=at, refreshed_from=BY_HAND):
        raise NotAllowed("This account is not yours to change.")
    FreshnessClock.objects.get_or_create(source=BY_HAND)


@transaction.atomic
def undo_edit(*, edit: AccountEdit, by: User, at: datetime) -> Undone:
    """Give the accounts of an edit back what they had, except those that somebody has changed since.

    An edit is taken back by whoever made it, or an administrator. Raises NotAllowed, NothingToUndo.
    """
    require(by, "accounts.edit")
    current = AccountEdit.objects.select_for_update().get(pk=edit.pk)
    if by.pk != current.by_id and by.role != Role.ADMIN:
        raise NotAllowed("Only whoever made the change, or an administrator, takes it back.")
    if current.undone_at is not None:
        raise NothingToUndo("This change has been taken back already.")
    edited = EditedAccount.objects.filter(edit=current, undone_at=None)
    keys = set(_locked(Account.objects.all(), list(edited.values_list("account", flat=True))))
    overtaken = {row["id"]: row["name"] for row in sql.rows("accounts/overtaken_edits", edit=current.pk)}
    given_back = sorted(keys - overtaken.keys())
    _write(current, "before", given_back, at)
    edited.filter(account__in=given_back).update(undone_at=at)
    current.undone_at, current.undone_by = at, by
    current.save(update_fields=["undone_at", "undone_by"])
    return Undone(len(given_back), overtaken)


def _require(by: User, changed: list[Fact]) -> None:
    for fact in changed:
        require(by, fact.verb)


def _must_be_assignable(changes: Changes, by: User) -> None:
    owner = changes.get("owner")
    if isinstance(owner, User) and not people_to_assign(by).filter(pk=owner.pk).exists():
        raise NotAllowed(f"You can give accounts to people of your own teams, and {owner} is not one of them.")


def _locked(accounts: QuerySet[Account], keys: list[int]) -> list[int]:
    """The keys of those that are there, in their order, so that two who lock the same never wait for each other."""
    rows = accounts.filter(pk__in=keys).order_by("pk").select_for_update(of=("self",))
    return list(rows.values_list("pk", flat=True))


def _edit(keys: list[int], changes: Changes, known: Mapping[str, Fact], by: User, at: datetime) -> AccountEdit | None:
    texts = {known[code].key: written(value) for code, value in changes.items()}
    if "name" in changes:
        texts["normalized_name"] = written(normalized(str(changes["name"])))
    edit = AccountEdit(by=by, edited_at=at, summary=_summary(changes, known))
    edit.save()
    as_json = ", ".join(f"{written(key)}: {text}" for key, text in texts.items())
    if not sql.run("accounts/journal_edit", edit=edit.pk, accounts=keys, changes=f"{{{as_json}}}"):
        edit.delete()
        return None
    _write(edit, "after", keys, at)
    return edit


def _write(edit: AccountEdit, side: str, keys: list[int], at: datetime) -> None:
    sql.run("accounts/write_edit", {"side": Identifier(side)}, edit=edit.pk, accounts=keys, at=at)


def _summary(changes: Changes, known: Mapping[str, Fact]) -> str:
    """For example: Owner: Rana Haddad; Segment: Enterprise."""

    def shown(code: str, value: Value) -> str:
        text = str(value) if isinstance(value, models.Model) else known[code].shown(value)
        return f"{known[code].label}: {text or 'none'}"

    return "; ".join(shown(code, value) for code, value in changes.items())[:300]


def _who_overtook(fact: Fact, account: Account) -> str:
    """Who changed the fact to what, as far as the journal knows; a file or a person of the admin is not in it."""
    last = (
        EditedAccount.objects.filter(account=account, undone_at=None, after__has_key=fact.key)
        .select_related("edit__by")
        .order_by("-pk")
        .first()
    )
    value = fact.value_of(account)
    related = getattr(account, fact.code, None) if fact.key != fact.code else None
    shown = str(related) if related else fact.shown(value)
    became = f"{fact.label} to {shown}" if shown else f"{fact.label} to nothing"
    if last and last.after[fact.key] == value and last.edit.by:
        return f"{last.edit.by} changed {became} meanwhile. What you typed is still here: save again to replace that."
    return f"Meanwhile somebody changed {became}. What you typed is still here: save again to replace that."
