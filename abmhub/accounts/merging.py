"""Two accounts become one, and can be parted again.

Everything that points at the account that goes is given to the one that stays, in whatever room it lies. What
would then be there twice (a contact with the same email, a tier change on the same day) is folded into its twin
first, and what points at it follows. Each step is journalled; parting takes the steps back in reverse.
"""

import json
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from pghistory.models import Event
from psycopg.sql import SQL, Identifier
from psycopg.types.json import Jsonb

from abmhub.accounts.models import Account, AccountMerge, Duplicate
from abmhub.core import sql
from abmhub.core.refusals import NotAllowed, Refused
from abmhub.users.models import User
from abmhub.users.verbs import require

EMPTY: tuple[Any, ...] = (None, "", [], {})
# What the row that stays calls itself; a key of another system is no fact to be filled in.
NEVER_FILLED = frozenset({"source", "external_id", "parent"})


class NotToMerge(Refused):
    """These two cannot become one as they are."""


class NotToPart(Refused):
    """The merge cannot be taken back as things are now."""


@transaction.atomic
def merge(*, kept: Account, absorbed: Account, by: User, at: datetime) -> AccountMerge:
    """Make `absorbed` part of `kept`, whose facts survive; what it does not know is filled in from the other.

    Raises NotAllowed, and NotToMerge when there are no two accounts or the one that stays lies below the other.
    """
    require(by, "accounts.merge")
    seen = Account.objects.visible_to(by).select_for_update(of=("self",)).filter(pk__in=(kept.pk, absorbed.pk))
    found = {account.pk: account for account in seen.order_by("pk")}
    if kept.pk == absorbed.pk or len(found) < 2:
        raise NotToMerge("One of the two is gone: it may have been merged already.")
    kept, absorbed = found[kept.pk], found[absorbed.pk]
    if absorbed.lies_above(kept.pk):
        raise NotToMerge(f"{kept} lies below {absorbed}: keep {absorbed} instead.")
    journal: list[dict[str, Any]] = []
    for pair in Duplicate.objects.filter(models.Q(account=absorbed) | models.Q(other=absorbed)):
        _drop(Duplicate, pair.pk, journal)
    try:
        with transaction.atomic():
            _absorb(Account, kept.pk, absorbed.pk, journal)
    except IntegrityError as error:
        raise NotToMerge(
            f"{kept} and {absorbed} both have something of which there may be one at a time, such as an envelope for "
            "the same period: end one of the two first."
        ) from error
    changed = {"updated_at": at, "attributes": {**absorbed.attributes, **kept.attributes}}
    if absorbed.is_customer:
        changed["is_customer"] = True
    _write(Account, kept.pk, changed, journal)
    return AccountMerge.objects.create(
        kept=kept, absorbed_id=absorbed.pk, absorbed_name=absorbed.name, by=by, merged_at=at, journal=journal
    )


@transaction.atomic
def part(*, merge: AccountMerge, by: User, at: datetime) -> Account:
    """Take a merge back: both accounts are what they were. What came since stays with the one that was kept.

    Raises NotAllowed, and NotToPart when it was taken back before or something later stands in the way.
    """
    require(by, "accounts.merge")
    current = AccountMerge.objects.select_for_update(of=("self",)).select_related("kept").get(pk=merge.pk)
    if not Account.objects.visible_to(by).filter(pk=current.kept_id).exists():
        raise NotAllowed("These accounts are not yours to part.")
    if current.undone_at is not None:
        raise NotToPart(f"{current.absorbed_name} was parted from {current.kept} before.")
    if AccountMerge.objects.filter(kept=current.kept, undone_at=None, pk__gt=current.pk).exists():
        raise NotToPart(f"{current.kept} was merged again since: take the later merges back first.")
    try:
        # In a savepoint, so that a domain that somebody else has by now leaves everything as it is.
        with transaction.atomic():
            for step in reversed(current.journal):
                _take_back(step)
    except IntegrityError as error:
        raise NotToPart(
            f"{current.absorbed_name} cannot be brought back: its domain or a key of it belongs to another by now."
        ) from error
    current.undone_at, current.undone_by = at, by
    current.save(update_fields=["undone_at", "undone_by"])
    return Account.objects.get(pk=current.absorbed_id)


def _absorb(model: type[models.Model], stays: Any, gone: Any, journal: list[dict[str, Any]]) -> None:
    """Give everything that points at one row to the other, drop the row, and fill in what only it knew."""
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ForeignObjectRel) or relation.many_to_many:
            continue
        related = relation.related_model
        if isinstance(related, str) or issubclass(related, Event):  # what happened, happened to the one that goes
            continue
        column = str(relation.field.column)
        for twin in _twins(related, column, stays, gone):
            _absorb(related, twin["stays"], twin["gone"], journal)
        _move(related, column, stays, gone, journal)
    stood = model._default_manager.filter(pk=gone).values().get()
    _drop(model, gone, journal)
    present = model._default_manager.filter(pk=stays).values().get()
    fillable = {field.attname for field in model._meta.concrete_fields if field.name not in NEVER_FILLED}
    filled = {name: stood[name] for name in fillable if present[name] in EMPTY and stood[name] not in EMPTY}
    _write(model, stays, filled, journal)


def _twins(model: type[models.Model], column: str, stays: Any, gone: Any) -> list[dict[str, Any]]:
    """Pairs of rows, one of each side, of which the database would allow only one."""
    found: dict[Any, dict[str, Any]] = {}
    for index in sql.rows("accounts/merge_unique_indexes", table=model._meta.db_table, column=column):
        # The expressions are those of our own indexes, as PostgreSQL writes them.
        names = [Identifier(f"part_{position}") for position in range(len(index["expressions"]))]
        parts = [SQL(expression.replace("%", "%%")) for expression in index["expressions"]]
        values = [SQL(", {} AS {}").format(part, name) for part, name in zip(parts, names, strict=True)]
        same = [SQL("gone.{0} = stays.{0}").format(name) for name in names]
        pieces = _pieces(model, column) | {
            "values": SQL("").join(values),
            "predicate": SQL(index["predicate"].replace("%", "%%")),
            "same": SQL(" AND ").join([SQL("true"), *same]),
        }
        for twin in sql.rows("accounts/merge_twins", pieces, gone=gone, stays=stays):
            found.setdefault(twin["gone"], twin)
    return list(found.values())


def _pieces(model: type[models.Model], column: str = "") -> dict[str, Any]:
    return {
        "table": Identifier(model._meta.db_table),
        "key": Identifier(str(model._meta.pk.column)),
        "column": Identifier(column),
    }


def _move(model: type[models.Model], column: str, stays: Any, gone: Any, journal: list[dict[str, Any]]) -> None:
    moved = sql.rows("accounts/merge_move", _pieces(model, column), gone=gone, stays=stays)
    if moved:
        keys = [row["key"] for row in moved]
        journal.append({"moved": model._meta.label, "column": column, "stays": stays, "gone": gone, "keys": keys})


def _drop(model: type[models.Model], key: Any, journal: list[dict[str, Any]]) -> None:
    # Kept as text: numbers would lose digits on the way through Python.
    (dropped,) = sql.rows("accounts/merge_drop", _pieces(model), gone=key)
    journal.append({"dropped": model._meta.label, "row": dropped["row"]})


def _write(model: type[models.Model], key: Any, values: dict[str, Any], journal: list[dict[str, Any]]) -> None:
    """Write these columns, remembering what was there in the way that the database itself writes it."""
    if not values:
        return
    row = model._default_manager.filter(pk=key)
    before = _as_json(model, key, values)
    row.update(**values)
    journal.append({"filled": model._meta.label, "key": key, "before": before, "after": _as_json(model, key, values)})


def _as_json(model: type[models.Model], key: Any, columns: Any) -> dict[str, Any]:
    (found,) = sql.rows("accounts/merge_look", _pieces(model), key=key)
    row = json.loads(found["row"])
    return {name: row[name] for name in columns}


def _take_back(step: dict[str, Any]) -> None:
    model = _model(step.get("moved") or step.get("dropped") or step["filled"])
    if "moved" in step:
        pieces = _pieces(model, step["column"])
        sql.run("accounts/merge_move_back", pieces, gone=step["gone"], stays=step["stays"], keys=step["keys"])
    elif "dropped" in step:
        sql.run("accounts/merge_bring_back", _pieces(model), row=step["row"])
    else:
        _restore(model, step)


def _restore(model: type[models.Model], step: dict[str, Any]) -> None:
    """Empty again what was filled in, unless somebody wrote something else since."""
    now = _as_json(model, step["key"], step["after"])
    same = [name for name, value in step["after"].items() if now[name] == value]
    if same:
        columns = SQL(", ").join(SQL("{0} = old.{0}").format(Identifier(name)) for name in same)
        row = Jsonb({name: step["before"][name] for name in same})
        sql.run("accounts/merge_restore", _pieces(model) | {"columns": columns}, key=step["key"], row=row)


def _model(label: str) -> type[models.Model]:
    return apps.get_model(label)


@transaction.atomic
def keep_apart(*, pair: Duplicate, by: User, at: datetime) -> None:
    """Two accounts that look like one are two: nobody is asked again. Raises NotAllowed."""
    require(by, "accounts.merge")
    seen = Duplicate.objects.visible_to(by).filter(pk=pair.pk, dismissed_at=None)
    seen.update(dismissed_at=at, dismissed_by=by)
