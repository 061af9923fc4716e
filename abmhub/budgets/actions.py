"""Money moves here and nowhere else: reserve, then release or spend.

An envelope is a part of those above it, so money moves along its whole path. Each of them takes one conditional
UPDATE, from the envelope upwards: everybody locks in this order, and the root, which everybody wants, comes last.
The ledger entries, in the envelope that pays, are written before, in the same transaction.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from abmhub.budgets.models import PARENTS, Envelope, LedgerEntry
from abmhub.core import sql
from abmhub.core.numbers import money_text as money
from abmhub.core.refusals import Refused
from abmhub.users.models import User
from abmhub.users.verbs import require

NOTHING = Decimal(0)


class Overdrawn(Refused):
    """The envelope, or one above it, has less money left than was asked for."""


class NotReserved(Refused):
    """Less is reserved than was to be released or spent: somebody ended the reservation already."""


class Stale(Refused):
    """Somebody changed the envelope since it was read; `present` is what it says now."""

    def __init__(self, message: str, present: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.present = present


class NotPossible(Refused):
    """The envelope cannot be like this: the message says why."""


EDITABLE = ("name", "total_amount", "carry_percent")


@transaction.atomic
def edit_envelope(*, envelope: Envelope, was: Mapping[str, Any], becomes: Mapping[str, Any], by: User) -> Envelope:
    """Change name, total or rule of carrying over; `was` is what the form showed.

    Locked from below upwards, as orders do. Raises NotAllowed, Stale when somebody changed what is to be changed
    since, NotPossible when more is used, or given to those under it, or when those above it cannot give so much.
    """
    require(by, "budgets.edit_envelopes")
    held = Envelope.objects.select_for_update(no_key=True, of=("self",))
    envelope = held.get(pk=envelope.pk)
    if envelope.parent_id is not None:
        held.get(pk=envelope.parent_id)
        envelope = Envelope.objects.select_related(PARENTS).get(pk=envelope.pk)
    present = {name: getattr(envelope, name) for name in EDITABLE}
    changes = {name: becomes[name] for name in EDITABLE if becomes[name] != was[name]}
    moved = [name for name in changes if present[name] not in (was[name], becomes[name])]
    if moved:
        told = " ".join(f"{_label(name)} is {_told(envelope, name)} now, not {was[name]}." for name in moved)
        raise Stale(f"Somebody changed this envelope meanwhile. {told} Nothing was saved yet.", present)
    for name, value in changes.items():
        setattr(envelope, name, value)
    try:
        envelope.full_clean()
    except ValidationError as error:
        raise NotPossible(" ".join(error.messages)) from error
    envelope.save(update_fields=list(changes))
    return envelope


def _label(name: str) -> str:
    return str(Envelope._meta.get_field(name).verbose_name).capitalize()  # type: ignore[union-attr]


def _told(envelope: Envelope, name: str) -> str:
    return money(envelope.total_amount, envelope.currency) if name == "total_amount" else str(getattr(envelope, name))


@transaction.atomic
def reserve(*, envelope: Envelope, amounts: Mapping[str, Decimal], by: User, at: datetime) -> None:
    """Set money aside, an amount for each reference; all of it or nothing, on every level.

    Raises Overdrawn when the envelope or one above it has less left than their sum.
    """
    LedgerEntry.objects.bulk_create(
        LedgerEntry(envelope=envelope, kind=LedgerEntry.Kind.RESERVE, amount=amount, reference=reference, by=by, at=at)
        for reference, amount in amounts.items()
    )
    total = sum(amounts.values(), NOTHING)
    if full := _move(envelope, reserved=total):
        raise Overdrawn(
            f"{money(total, full.currency)} is needed, and {money(full.free_amount, full.currency)} is left "
            f"in {full.name}."
        )


@transaction.atomic
def release(*, envelope: Envelope, reference: str, amount: Decimal, by: User, at: datetime) -> None:
    """Give back what was reserved for a reference.

    Raises NotReserved when the envelope holds no such reservation.
    """
    LedgerEntry.objects.create(
        envelope=envelope, kind=LedgerEntry.Kind.RELEASE, amount=amount, reference=reference, by=by, at=at
    )
    if _move(envelope, reserved=-amount):
        raise NotReserved(f"{envelope.name} does not hold {money(amount, envelope.currency)} for {reference}.")


@transaction.atomic
def spend(
    *, envelope: Envelope, reference: str, reserved: Decimal, actual: Decimal, by: User, at: datetime, note: str = ""
) -> None:
    """Turn a reservation into spending at the actual cost; what was not needed is free again.

    Raises Overdrawn when the actual cost is higher than the reservation and the difference does not fit on every
    level, NotReserved when the envelope holds no such reservation.
    """
    LedgerEntry.objects.create(
        envelope=envelope,
        kind=LedgerEntry.Kind.SPEND,
        amount=actual,
        reserved_amount=reserved,
        reference=reference,
        note=note,
        by=by,
        at=at,
    )
    full = _move(envelope, reserved=-reserved, spent=actual)
    if full is None:
        return
    if full.reserved_amount < reserved:
        raise NotReserved(f"{full.name} does not hold {money(reserved, full.currency)} for {reference}.")
    raise Overdrawn(
        f"It cost {money(actual - reserved, full.currency)} more than was reserved, and "
        f"{money(full.free_amount, full.currency)} is left in {full.name}."
    )


def _move(envelope: Envelope, *, reserved: Decimal, spent: Decimal = NOTHING) -> Envelope | None:
    """Change the figures from the envelope upwards; the first one that refused, as it is now.

    What lies above is asked of the row that was just locked: an envelope may have been moved since it was read.
    """
    current: int | None = envelope.pk
    while current is not None:
        moved = sql.rows("budgets/move", envelope_id=current, reserved=reserved, spent=spent)
        if not moved:
            return Envelope.objects.get(pk=current)
        current = moved[0]["parent_id"]
    return None
