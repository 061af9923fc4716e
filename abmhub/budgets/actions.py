"""Money moves here and nowhere else: reserve, then release or spend.

An envelope is a part of those above it, so money moves along its whole path. Each of them takes one conditional
UPDATE, from the envelope upwards: everybody locks in this order, and the root, which everybody wants, comes last.
The ledger entries, in the envelope that pays, are written before, in the same transaction.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from abmhub.budgets.models import Envelope, LedgerEntry
from abmhub.budgets.money import money
from abmhub.core import sql
from abmhub.core.refusals import Refused
from abmhub.users.models import User

NOTHING = Decimal(0)


class Overdrawn(Refused):
    """The envelope, or one above it, has less money left than was asked for."""


class NotReserved(Refused):
    """Less is reserved than was to be released or spent: somebody ended the reservation already."""


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
